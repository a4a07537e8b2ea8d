"""Is it good, and did it get worse: labelled sets; suites, scorers and runs come next."""
