"""The reference stack's own programs, run for real."""
