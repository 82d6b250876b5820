"""Tests of converter.kompose."""
