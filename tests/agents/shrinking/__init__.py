"""Tests of agents/shrinking."""
