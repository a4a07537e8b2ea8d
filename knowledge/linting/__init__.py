"""What is wrong with the knowledge as a whole: one module a matter, put together in `lint.py`."""
