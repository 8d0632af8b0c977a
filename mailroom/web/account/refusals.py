"""Why somebody is not signed in, in words that say what to do about it."""

from __future__ import annotations

import math

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from django_otp import devices_for_user

WRONG = "Enter the user name and password of your account"
WRONG_CODE = "Enter the six digits your app shows now"
OTHERWISE = "Your staff account could not be used. Try again, or ask your administrator."
BY_PROVIDER = {
    "group": "Your staff account is in no group that works with Mailroom. Ask your administrator for one.",
    "closed": "Your account here is closed. Ask your administrator to open it again.",
    "name": "There is another account of your name here. Ask your administrator which one is yours.",
    "away": "The sign-in page of your staff account did not answer. Try again in a minute.",
    "stopped": "You did not finish signing in with your staff account. Try again.",
}
"""By what the address says after single sign-on; it names nobody."""


def locked_words() -> str:
    """Of a name or an address that failed too often."""
    minutes = settings.ROLES.sign_in.locked_minutes
    return f"Too many failed attempts. Wait {_many(minutes, 'minute')}, or ask your administrator."


def code_problem(user: User) -> str:
    """Of a code that was not accepted: wrong, or typed while the device makes everybody wait after a wrong one."""
    for device in devices_for_user(user, confirmed=None):
        allowed, why = device.verify_is_allowed()
        if not allowed and (why or {}).get("failure_count", 0) > 1:
            seconds = math.ceil((why["locked_until"] - timezone.now()).total_seconds())
            return f"{WRONG_CODE}. After wrong codes nothing is accepted for a while: wait {_many(seconds, 'second')}."
    return WRONG_CODE


def _many(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
