"""Tests of converter.compose."""
