"""The address a request comes from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Behind the https proxy, the last address it added; what stands before that anybody could have written."""
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")) if settings.IS_HTTPS else ""
    return (forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", "")))[:45]
