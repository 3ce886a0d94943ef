"""Records inside the run what the libraries really returned."""
