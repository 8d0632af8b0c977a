"""Links to the public pages: signed with the site's key, the same at every attempt, so that nothing of them is kept."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from django.core.signing import BadSignature, Signer, TimestampSigner

_SEPARATOR = "."


class Purpose(StrEnum):
    """What a link is for; one for reading a letter opens nothing else."""

    READ = "mailroom.letter.read"
    CHOOSE = "mailroom.letter.choose"
    CONFIRM = "mailroom.email.confirm"


def token_for(purpose: Purpose, key: str) -> str:
    """The token of a record's key. key: letters, digits and hyphens."""
    return Signer(salt=purpose, sep=_SEPARATOR).sign(key)


def key_in(purpose: Purpose, token: str) -> str:
    """The key in a token of ours for this purpose; '' for anything else."""
    try:
        return Signer(salt=purpose, sep=_SEPARATOR).unsign(token)
    except BadSignature:
        return ""


def dated_token(key: str) -> str:
    """The token of a confirmation, which goes stale."""
    return TimestampSigner(salt=Purpose.CONFIRM, sep=_SEPARATOR).sign(key)


def key_in_dated(token: str, youngest_than: dt.timedelta | None = None) -> str:
    """The key in a confirmation's token; '' for anything else, or one older than that."""
    try:
        return TimestampSigner(salt=Purpose.CONFIRM, sep=_SEPARATOR).unsign(token, max_age=youngest_than)
    except BadSignature:
        return ""
