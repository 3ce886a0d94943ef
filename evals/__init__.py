"""How well the makers do."""
