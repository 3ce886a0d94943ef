"""Tests of sandbox/witness."""
