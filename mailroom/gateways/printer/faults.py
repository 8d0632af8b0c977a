"""What can go wrong between us and a printer."""

from __future__ import annotations

from mailroom.errors import Retry, Review


class PrinterAway(Retry):
    """The printer does not answer, or is not taking jobs at this moment. It has nothing of the file."""


class PrinterRefuses(Review):
    """The printer will not print the file, however often it is asked. Somebody has to look at it."""
