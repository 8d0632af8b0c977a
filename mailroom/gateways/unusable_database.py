"""Which troubles of a database are the machine's and not the program's, in words for whoever runs it."""

from __future__ import annotations

from django.db.utils import DatabaseError

_OF_THE_MACHINE = (
    ("unable to open database file", "its file cannot be opened"),
    ("database is locked", "another program holds it"),
    ("file is not a database", "its file is damaged or no database"),
    ("disk image is malformed", "its file is damaged"),
    ("disk is full", "the disk is full"),
    ("readonly database", "its file may not be written"),
    ("connection refused", "nothing answers at its address"),
    ("could not translate host name", "its host is not known"),
    ("failed to resolve host", "its host is not known"),
    ("connection timeout expired", "its host does not answer"),
    ("password authentication failed", "the password was refused"),
    ("no password supplied", "it wants a password"),
    ("does not exist", "it, or the user, is not there"),
    ("the database system is", "it is starting up or shutting down"),
    ("too many clients", "it takes no more connections"),
    ("connection failed", "it cannot be reached"),
    ("server closed the connection", "it closed the connection"),
)
"""What SQLite 3 and libpq say, and what it means. An unknown table or column is a fault of the program."""
_FAULTS = ("no such table", "no such column", "relation ", "column ")


def why_unusable(problem: DatabaseError) -> str:
    """What is wrong with the database, without its address; '' where the fault is the program's."""
    said = str(problem).lower()
    if said.startswith(_FAULTS):
        return ""
    return next((meaning for words, meaning in _OF_THE_MACHINE if words in said), "")
