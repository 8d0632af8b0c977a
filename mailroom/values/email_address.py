"""Whether something is an email address, by the rules of GOV.UK Notify: what real mail servers take, and no more.

Asked wherever an address comes in, so that none is found out to be impossible only when it is written to.
"""

from __future__ import annotations

import re

_WHOLE = re.compile(r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~\-]+@(?P<host>[^.@][^@\s]+)$")
_LABEL = re.compile(r"^(?:xn|[a-z0-9]+)(?:-?-[a-z0-9]+)*$", re.IGNORECASE)
_LAST_LABEL = re.compile(r"^(?:[a-z]{2,63}|xn--(?:[a-z0-9]+-)*[a-z0-9]+)$", re.IGNORECASE)
_LONGEST_HOST, _LONGEST_LABEL = 253, 63
_LONGEST = 200  # of what the records keep


def is_email_address(text: str) -> bool:
    """Whether an email could go there."""
    found = _WHOLE.fullmatch(text)
    if found is None or len(text) > _LONGEST or ".." in text:
        return False
    local = text.partition("@")[0]
    return not local.startswith(".") and not local.endswith(".") and _is_host(found["host"])


def in_ascii(address: str) -> str:
    """The same address with its host as mail servers know it: an international name goes over the wire encoded."""
    local, _, host = address.rpartition("@")
    return f"{local}@{host.encode('idna').decode('ascii')}"


def _is_host(host: str) -> bool:
    try:
        plain = host.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    labels = plain.split(".")
    if len(plain) > _LONGEST_HOST or len(labels) < 2 or not _LAST_LABEL.match(labels[-1]):
        return False
    return all(len(label) <= _LONGEST_LABEL and _LABEL.match(label) for label in labels)
