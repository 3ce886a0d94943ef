"""Packages that stand in for large ones; run by tests, in an interpreter of their own."""
