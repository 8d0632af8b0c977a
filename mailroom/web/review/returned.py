"""In review: an item that is our own letter come back. One click notes the return and closes the item."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from mailroom.config.roles import Right
from mailroom.errors import MailroomError, Review
from mailroom.records import returns as records
from mailroom.records.models import Correction, Item, Letter
from mailroom.values.return_reason import ReturnReason
from mailroom.web.item_page import find_item
from mailroom.web.machines import machines
from mailroom.web.permission import actor, allowed, signed_in
from mailroom.web.returns.machines import returns


class NothingCameBack(Review):
    """The item shows no mark of a letter of ours that was posted. Decide it as any other."""


def returned(found: Item) -> dict[str, Any]:
    """What the review screen shows of it: the letters, the reasons, the likeliest one first chosen."""
    pieces = _pieces(found)
    if not pieces:
        return {}
    letters: list[Letter] = []
    problems: list[str] = []
    for piece in pieces:
        try:
            letters += returns().find(piece)
        except MailroomError as why:
            problems.append(str(why))
    return {"came_back": letters, "came_back_problems": problems, "return_reasons": _reasons(found)}


def _pieces(found: Item) -> Sequence[str]:
    pieces: list[str] = found.decision.get("came_back", [])
    return pieces


def _reasons(found: Item) -> list[ReturnReason]:
    """Every reason; the one the item speaks of first, so that it is chosen already."""
    first = ReturnReason.DECEASED if "bereavement" in found.flags else ReturnReason.GONE_AWAY
    return [first, *(reason for reason in ReturnReason if reason is not first)]


@allowed(Right.REVIEW)
@require_POST
def confirm(request: HttpRequest, batch: int, position: int) -> HttpResponse:
    found = find_item(request, batch, position)
    code = request.POST.get("reason", "")
    reason = ReturnReason(code) if code in list(ReturnReason) else _reasons(found)[0]
    try:
        letters = _confirm(request, found, reason)
    except MailroomError as why:
        messages.error(request, str(why))
        return redirect("review_item", batch=batch, position=position)
    numbers = ", ".join(x.number for x in letters)
    messages.success(request, f"{found.number} is noted: {numbers} came back, {reason.words}. Its service is told.")
    return redirect("review_next")


def _confirm(request: HttpRequest, found: Item, reason: ReturnReason) -> list[Letter]:
    """The item closed and every envelope on it noted, all or nothing."""
    letters = [letter for piece in _pieces(found) for letter in returns().find(piece)]
    if not letters:
        raise NothingCameBack(f"{found.number} shows no letter of ours. Decide it as any other.")
    reader = next((x.customer_id for x in letters if x.matched and x.customer_id), found.customer_id)
    with transaction.atomic():
        records.close_item(found, letters[0].mailing.service, reader or "", signed_in(request).pk)
        for piece in _pieces(found):
            returns().record(piece, reason, actor(request), found)
        transaction.on_commit(partial(machines().put_on_line, found.pk, found.version + 1))
    return letters


def undo_return(kept: Correction, who: str) -> None:
    """The item is in review again, and what its confirming had noted is taken back. Raises Review."""
    with transaction.atomic():
        for letter in records.noted_from(kept.item):
            letter.refresh_from_db()
            if letter.returned_at is not None:
                returns().take_back(letter, who)
        records.reopen_item(kept.item_id, who)
