"""Tests that ask Kubernetes' own code: its validation, kubectl, and a real API server. `pytest -m kubernetes`."""
