"""Tests of agents/gates."""
