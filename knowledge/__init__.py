"""What is known, and where it is written."""
