"""In review: an item that is our own letter come back. One click notes the return and closes the item."""

from __future__ import annotations

from functools import partial

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
from mailroom.web.form_problems import problems_of
from mailroom.web.item_page import find_item
from mailroom.web.machines import machines
from mailroom.web.permission import actor, allowed, signed_in
from mailroom.web.returns.machines import returns
from mailroom.web.review.came_back import pieces_of, reasons_for
from mailroom.web.review.screen import told_in_review


class NothingCameBack(Review):
    """The item shows no mark of a letter of ours that was posted. Decide it as any other."""


@allowed(Right.REVIEW)
@require_POST
def confirm(request: HttpRequest, batch: int, position: int) -> HttpResponse:
    found = find_item(request, batch, position)
    code = request.POST.get("reason", "")
    reason = ReturnReason(code) if code in list(ReturnReason) else reasons_for(found)[0]
    try:
        letters = _confirm(request, found, reason)
    except records.NotInReview as why:
        messages.error(request, str(why))
        return redirect("review_next")
    except MailroomError as why:
        return told_in_review(request, found, problems_of(why, "do-came-back"))
    numbers = ", ".join(x.number for x in letters)
    messages.success(request, f"{found.number} is noted: {numbers} came back, {reason.words}. Its service is told.")
    return redirect("review_next")


def _confirm(request: HttpRequest, found: Item, reason: ReturnReason) -> list[Letter]:
    """The item closed and every envelope on it noted, all or nothing."""
    letters = [letter for piece in pieces_of(found) for letter in returns().find(piece)]
    if not letters:
        raise NothingCameBack(f"{found.number} shows no letter of ours. Decide it as any other.")
    reader = next((x.customer_id for x in letters if x.matched and x.customer_id), found.customer_id)
    with transaction.atomic():
        records.close_item(found, letters[0].mailing.service, reader or "", signed_in(request).pk)
        for piece in pieces_of(found):
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
