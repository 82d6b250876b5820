"""Tests of converter.pod_security."""
