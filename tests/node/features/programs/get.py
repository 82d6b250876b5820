"""get.py URL: prints what is there; ends with 1 if nothing answers."""

# ruff: noqa: INP001, S310, T201 - a program of a container, which asks what it is told to

import sys
import urllib.request

print(urllib.request.urlopen(sys.argv[1], timeout=2).read().decode())
