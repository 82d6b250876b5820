"""kompose."""
