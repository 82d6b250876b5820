"""Tests of the rules: one folder a rule, one folder in it a case."""
