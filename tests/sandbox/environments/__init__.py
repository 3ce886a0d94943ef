"""Tests of sandbox/environments."""
