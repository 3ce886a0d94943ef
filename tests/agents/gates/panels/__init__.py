"""Tests of agents/gates/panels."""
