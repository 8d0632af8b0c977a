"""Whether something is an email address, by the rules of GOV.UK Notify: what real mail servers take, and no more."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~\-]+@(?P<host>[^.@][^@\s]+)$")
_LABEL = re.compile(r"^(?:xn|[a-z0-9]+)(?:-?-[a-z0-9]+)*$", re.IGNORECASE)
_LAST_LABEL = re.compile(r"^(?:[a-z]{2,63}|xn--(?:[a-z0-9]+-)*[a-z0-9]+)$", re.IGNORECASE)
_LONGEST, _LONGEST_HOST, _LONGEST_LABEL = 320, 253, 63
SIMULATED = re.compile(r"^simulate-delivered(?:-[23])?@notifications\.service\.gov\.uk$", re.IGNORECASE)
"""Addresses that clients' smoke tests send to: answered as any other, and nothing is kept or sent."""


def is_email_address(text: str) -> bool:
    """Whether an email could go there."""
    address = text.strip()
    found = _WHOLE.match(address)
    return found is not None and len(address) <= _LONGEST and ".." not in address and _is_host(found["host"])


def _is_host(host: str) -> bool:
    try:
        plain = host.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    labels = plain.split(".")
    if len(plain) > _LONGEST_HOST or len(labels) < 2 or not _LAST_LABEL.match(labels[-1]):
        return False
    return all(len(label) <= _LONGEST_LABEL and _LABEL.match(label) for label in labels)
