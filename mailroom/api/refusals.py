"""Refusals as answers: GOV.UK Notify's classes and shape, so that clients' own handling of them works.

Refusal
├── AuthError 401, 403
├── BadRequestError 400, 403, 422
│   └── PDFNotReadyError
├── ValidationError 400
├── RateLimitError, TooManyRequestsError 429
└── NoResultFound 404
"""

from __future__ import annotations

from collections.abc import Sequence

from mailroom.errors import Reject


class Refusal(Reject):
    """A request that is refused. status: of the answer. messages: one an error."""

    def __init__(self, messages: str | Sequence[str], status: int = 400) -> None:
        self.messages = (messages,) if isinstance(messages, str) else tuple(messages)
        self.status = status
        super().__init__("; ".join(self.messages))

    @property
    def body(self) -> dict[str, object]:
        """The answer."""
        errors = [{"error": type(self).__name__, "message": m} for m in self.messages]
        return {"status_code": self.status, "errors": errors}


class AuthError(Refusal):
    """The token will not do. Make sure of the key, and of the clock."""


class BadRequestError(Refusal):
    """The request cannot be carried out."""


class PDFNotReadyError(BadRequestError):
    """The PDF is not made yet. Ask again later."""


class ValidationError(Refusal):
    """The request is not in the form asked for."""


class RateLimitError(Refusal):
    """Too many requests in a minute. Slow down."""


class TooManyRequestsError(Refusal):
    """The day's limit is reached. Go on tomorrow, or ask for a higher limit."""


class NoResultFound(Refusal):
    """There is no such thing, or it is another service's."""

    def __init__(self) -> None:
        super().__init__("No result found", 404)
