"""is_token.py WORD: whether a word is the value of GUARD_TOKEN."""

# ruff: noqa: INP001 - a program of a container

import os
import sys

sys.exit(sys.argv[1] != os.environ["GUARD_TOKEN"] or not sys.argv[1])
