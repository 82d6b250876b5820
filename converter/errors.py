"""What stops a run: one clear sentence, where it comes from, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Location:
    """A place in a file that the user wrote: path as the user would name it, line and column from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class ConverterError(Exception):
    """The run cannot go on. Raised anywhere, caught once in `converter.cli`, exit status 2.

    Attributes:
        message: one sentence, lower case, names quoted, no full stop.
        location: where the cause stands, if it stands in a file.
        hint: what to do about it.
    """

    def __init__(self, message: str, *, location: Location | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.location}: {self.message}" if self.location else self.message
