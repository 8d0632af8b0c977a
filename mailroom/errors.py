"""The tree of errors. Each branch says what the line must do with what it holds.

MailroomError
├── Retry      the world was not ready (mail server down, database locked): try again with back-off
├── Review     the machine cannot decide: a person must, and the message tells them what and why
├── Reject     the thing itself is bad (encrypted, truncated): quarantine it with the message
└── Misconfigured   the site or the machine is wrong: nothing starts until it is put right

A message is read by a clerk first: it says what happened, to which item, and what to do next.
It never holds a name, an address or the text of a letter, because messages reach the logs.
"""

from __future__ import annotations


class MailroomError(Exception):
    """Anything Mailroom raises on purpose."""


class Retry(MailroomError):
    """The world was not ready; the same call may succeed later."""


class Review(MailroomError):
    """A person has to decide; the message says what and why."""


class Reject(MailroomError):
    """The input cannot be used as it is; it is quarantined with this message."""


class Misconfigured(MailroomError):
    """The site or machine is wrong; the message names the file, the key and the remedy."""
