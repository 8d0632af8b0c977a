"""The public pages answer one address only so often, and are neither kept, indexed nor passed on by browsers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mailroom.records.public_attempts import MOST_ATTEMPTS, attempts_from, note_attempt
from mailroom.web.client_address import client_address

View = Callable[..., HttpResponse]


def throttled(view: View) -> View:
    """Every form sent and every code or link opened counts; too many, and the answer is 'wait'."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address = client_address(request)
        if request.method == "POST" or kwargs:
            if attempts_from(address) >= MOST_ATTEMPTS:
                return _private(render(request, "public_wait.html", status=429))
            note_attempt(address)
        return _private(view(request, *args, **kwargs))

    return guarded


def _private(answer: HttpResponse) -> HttpResponse:
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    # Not "no-referrer": browsers then send their forms without an origin, and the CSRF check refuses every one.
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer
