"""Mailroom: a digital mailroom for councils."""

__version__ = "0.1.0"
