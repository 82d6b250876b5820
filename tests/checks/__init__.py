"""Tests of converter.checks."""
