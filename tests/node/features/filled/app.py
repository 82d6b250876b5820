"""Waits."""

# ruff: noqa: INP001 - a program of a container

import time

while True:
    time.sleep(1)
