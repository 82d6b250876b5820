"""The reference stack on a real node."""
