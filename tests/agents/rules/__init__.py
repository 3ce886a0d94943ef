"""Tests of agents/rules."""
