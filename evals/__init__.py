"""Is it good, did it get worse, may we believe the number: labelled lines, suites, scorers, runs.

Each part is imported by its own name (`evals.detectors`, `evals.runs`, `evals.compare`), so that the
command line loads what a command needs and no more.
"""
