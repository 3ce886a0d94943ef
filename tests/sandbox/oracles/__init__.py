"""Tests of sandbox/oracles."""
