"""The tests mirror converter/: a module, its test."""
