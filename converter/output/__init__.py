"""The folder of one overlay: which files are in it, how it is replaced whole, what is in the one that is there."""

from __future__ import annotations

from converter.output.folder import Written, differences, read_committed, write
from converter.output.places import places
from converter.output.render import files, grouped, order_of

__all__ = ["Written", "differences", "files", "grouped", "order_of", "places", "read_committed", "write"]
