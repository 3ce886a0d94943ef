"""Where code runs, and what it left behind."""
