"""Tests of sandbox/runners."""
