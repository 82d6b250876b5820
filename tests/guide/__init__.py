"""Manifests for the reference stack, made by hand as the guide shows, held against its Compose file."""
