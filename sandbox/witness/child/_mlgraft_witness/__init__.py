"""The witness's part inside the run. Python 3.9 and later, standard library only."""
