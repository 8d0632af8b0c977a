"""Which language a page is in: the reader's on the public pages, English on the desks.

The catalogue (locale/cy) covers the public pages and the shared layout. A desk half in Welsh would be read out wrongly
by a screen reader, so no desk follows the browser's language until a catalogue covers it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

View = Callable[..., HttpResponse]
CHOSEN = "lang"
"""In an address: ?lang=cy. The choice is kept in a cookie, so that it holds on the pages after it."""
A_YEAR = 31_536_000


def in_the_readers_language(view: View) -> View:
    """The language chosen by the link on the page, else before, else the browser's first that we have."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = request.GET.get(CHOSEN, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else translation.get_language_from_request(request)
        with translation.override(language):
            answer = view(request, *args, **kwargs)
        answer.headers["Content-Language"] = language
        patch_vary_headers(answer, ("Accept-Language", "Cookie"))
        if language == chosen:
            answer.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                language,
                max_age=A_YEAR,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return answer

    return spoken
