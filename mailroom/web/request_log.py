"""Log lines that can be brought together: each carries the number of its request and of the record it is about."""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse

_request: ContextVar[str] = ContextVar("request", default="")
_record: ContextVar[str] = ContextVar("record", default="")
_NUMBER = re.compile(r"/([BLMR]\d{6,}(?:-\d{2,})?)(?:/|$)")
_GIVEN = re.compile(r"^[\w-]{8,64}$")


class RequestNumber:
    """Gives every request a number (the proxy's, if it gave one), and sends it back in X-Request-ID."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        number = given if _GIVEN.match(given) else secrets.token_hex(8)
        found = _NUMBER.search(request.path)
        before = _request.set(number), _record.set(found[1] if found else "")
        try:
            response = self._answer(request)
        finally:
            _request.reset(before[0])
            _record.reset(before[1])
        response.headers["X-Request-ID"] = number
        return response


class WithRequest(logging.Filter):
    """Adds `request` and `record` to every line; '' outside a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_number, record.about = _request.get(), _record.get()
        return True


class JsonLine(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": getattr(record, "request_number", ""),
            "record": getattr(record, "about", ""),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line)
