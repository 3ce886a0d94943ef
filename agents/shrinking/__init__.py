"""How a program that runs for hours is proved in seconds: finds, chooses and applies reductions."""
