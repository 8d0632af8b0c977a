"""Refusals of the addresses that are ours and not GOV.UK Notify's: JSON with one sentence, `problem`."""

from __future__ import annotations

from django.http import JsonResponse

from mailroom.errors import Reject


class Refused(Reject):
    """A request that is not taken. status: of the answer."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status

    @property
    def answer(self) -> JsonResponse:
        """What the caller gets."""
        return JsonResponse({"problem": str(self)}, status=self.status)


def not_now(words: str) -> JsonResponse:
    """The answer while something of ours is away: to be sent again in a minute."""
    return JsonResponse({"problem": words}, status=503, headers={"Retry-After": "60"})
