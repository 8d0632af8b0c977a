"""Headers every answer carries, and the longest a session may last."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from mailroom.web.permission import way_back

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class SafeHeaders:
    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._answer(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class NoNul:
    """Refuses what holds a NUL character: no keyboard types one, and PostgreSQL keeps none."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Uploads are left to the views, which read them as they come.
        typed = request.POST.values() if request.content_type == "application/x-www-form-urlencoded" else ()
        said = [request.path, *request.GET.values(), *typed]
        if any("\0" in str(value) for value in said):
            return HttpResponse("Bad request\n", status=400, content_type="text/plain")
        return self._answer(request)


IN_USE_EVERY = 60
"""Seconds. A page and its pictures are asked for at once: were the session saved with each, a slow picture would put
back what the page has just changed in it."""


class SessionLimit:
    """Signs a person out when their session is as old as roles.toml lets it be, however busy they are.

    And keeps a session that is in use from running out, by a note in it once a minute. A page left open that asks for
    its figures anew, and for the pictures among them, is not in use.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            began = request.session.setdefault("began", now)
            if _is_a_persons_act(request) and now - request.session.get("in_use", 0) >= IN_USE_EVERY:
                request.session["in_use"] = now
            if now - began > settings.ROLES.sign_in.session_hours * 3600:
                logout(request)
                return redirect(f"/sign-in/?{way_back(request)}&ended=1")
        return self._answer(request)


def _is_a_persons_act(request: HttpRequest) -> bool:
    """A page opened or a form sent, not what a page fetches by itself. Browsers ask for pictures by `image/…` first."""
    by_the_page = "X-Fragment" in request.headers or request.headers.get("Accept", "").startswith("image/")
    return request.method == "POST" or not by_the_page
