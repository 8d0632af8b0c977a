"""The register of valuables: what came, who saw it, where it lies, how it left."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records import valuables
from mailroom.records.models import Event, Item, LeftBy, Valuable, ValuableKind
from mailroom.records.valuables import BadEntry, Found, Proof
from mailroom.web.form_problems import FieldProblem, problems_of
from mailroom.web.permission import allowed, signed_in
from mailroom.web.print_unit.batches import picture
from mailroom.web.print_unit.machines import print_unit

KINDS = (
    (ValuableKind.CHEQUE, "Cheque or postal order"),
    (ValuableKind.CASH, "Cash"),
    (ValuableKind.DOCUMENT, "Original document"),
    (ValuableKind.OTHER, "Something else"),
    (ValuableKind.NOTHING, "Nothing was enclosed"),
)
WAYS = (
    (LeftBy.TRACKED_POST, "Tracked post"),
    (LeftBy.COLLECTED, "Collected in person"),
    (LeftBy.BANKED, "Banked"),
    (LeftBy.WITH_TEAM, "Handed to the team"),
)
SHOWN = 100
PHOTOS = (".jpg", ".jpeg", ".png", ".heic", ".heif")
LARGEST_PHOTO = 15 * 1024 * 1024
_NUMBER = re.compile(r"^\s*B(\d{6,12})-(\d{2,6})\s*$", re.IGNORECASE)


@allowed(Right.VALUABLES)
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    return render(request, "valuables.html", _register())


def _register() -> dict[str, Any]:
    now = timezone.now()
    return {
        "to_log": valuables.to_log(timezone.localdate())[:SHOWN],
        "waiting": valuables.waiting_for_a_second()[:SHOWN],
        "keeping": valuables.in_keeping()[:SHOWN],
        "gone": valuables.gone(now - dt.timedelta(days=30))[:SHOWN],
    }


@allowed(Right.VALUABLES)
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """To the entry form of an item whose number somebody typed, flagged or not."""
    typed = request.GET.get("number", "").strip()
    said = _NUMBER.match(typed)
    item = Item.objects.filter(batch_id=int(said[1]), position=int(said[2])).first() if said else None
    if item is None:
        words = "There is no item of that number" if said else "Enter the item’s number, like B000042-03"
        context = {**_register(), "typed": typed[:40], "field_problems": (FieldProblem("number", words),)}
        return render(request, "valuables.html", context, status=422)
    return redirect(f"/valuables/log/{item.number}/")


@allowed(Right.VALUABLES)
@require_http_methods(["GET", "POST"])
def log(request: HttpRequest, batch: int, position: int) -> HttpResponse:
    item = get_object_or_404(Item, batch_id=batch, position=position)
    wrong: tuple[FieldProblem, ...] = ()
    if request.method == "POST":
        try:
            made = valuables.log(item, _found(request), signed_in(request))
            messages.success(request, f"{made.number} is in the register. A second person has to see it and sign.")
            return redirect("valuables")
        except MailroomError as why:
            wrong = _wrong(why, "kind")
    context = {
        "item": item,
        "kinds": KINDS,
        "said": request.POST,
        "field_problems": wrong,
        "entries": Valuable.objects.filter(item=item),
    }
    return render(request, "valuables_log.html", context, status=422 if wrong else 200)


def _wrong(why: MailroomError, otherwise: str) -> tuple[FieldProblem, ...]:
    """Each thing the entry lacks at its field; what speaks of none of them, at `otherwise`."""
    if isinstance(why, BadEntry):
        return tuple(FieldProblem(part, words) for part, words in why.lacks.items())
    return problems_of(why, otherwise)


def _found(request: HttpRequest) -> Found:
    """What the form says. Raises BadEntry with all that it lacks."""
    said = request.POST
    chosen = said.get("kind") in list(ValuableKind)
    pence, unreadable = _pence(said.get("amount", ""))
    found = Found(
        ValuableKind(said["kind"]) if chosen else ValuableKind.OTHER,
        said.get("description", "").strip()[:200],
        pence,
        said.get("kept_where", "").strip()[:100],
    )
    lacks = {} if chosen else {"kind": "Choose what was enclosed"}
    lacks |= valuables.lacking(found)
    if unreadable:
        lacks["amount"] = unreadable
    if lacks:
        raise BadEntry(**lacks)
    return found


def _pence(text: str) -> tuple[int | None, str]:
    """The amount, None where there is none, and what is wrong with it."""
    text = text.strip().removeprefix("£").replace(",", "")
    if not text:
        return None, ""
    if not re.match(r"^\d{1,7}(\.\d{1,2})?$", text):
        return None, "Enter the amount in pounds and pence, for example 24.50"
    return int(Decimal(text) * 100), ""


@allowed(Right.VALUABLES)
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, entry: int) -> HttpResponse:
    """One entry: the second signature, a new place, signing it out."""
    found = get_object_or_404(valuables.everything(), pk=entry)
    wrong: tuple[FieldProblem, ...] = ()
    if request.method == "POST":
        try:
            messages.success(request, _act(request, found))
            return redirect("valuables")
        except MailroomError as why:
            wrong = _wrong(why, "photo" if found.witnessed_at else "sign")
    context = {
        "entry": found,
        "ways": WAYS,
        "said": request.POST,
        "field_problems": wrong,
        "mine": found.logged_by_id == signed_in(request).pk,
        "events": Event.objects.filter(subject="valuable", subject_key=str(found.pk)).order_by("at"),
    }
    return render(request, "valuable.html", context, status=422 if wrong else 200)


def _act(request: HttpRequest, found: Valuable) -> str:
    what, said, who = request.POST.get("do", ""), request.POST, signed_in(request)
    if what == "witness":
        valuables.witness(found, who)
        return f"{found.number}: you have signed as the second person."
    if what == "move":
        valuables.move(found, said.get("kept_where", "").strip()[:100], who)
        return f"{found.number} has a new place."
    if what == "sign_out" and said.get("left_by") in list(LeftBy):
        proof = Proof(said.get("tracking", "")[:40], said.get("proof", "").strip()[:200], _photo(request))
        valuables.sign_out(found, LeftBy(said["left_by"]), proof, who)
        return f"{found.number} is signed out."
    raise BadEntry(left_by="Choose how it left")


def _photo(request: HttpRequest) -> str:
    """The store key of the picture that was chosen, drawn anew; '' when none was. Raises MailroomError."""
    file = request.FILES.get("photo")
    if file is None:
        return ""
    if not (file.name or "").lower().endswith(PHOTOS) or not file.size or file.size > LARGEST_PHOTO:
        raise BadEntry(photo="Choose a JPEG, PNG or HEIC picture of the proof, of 15 MB or less")
    return print_unit().keep_photo(file.chunks(), file.name or "photo.jpg")


@allowed(Right.VALUABLES)
@require_GET
def photo(request: HttpRequest, entry: int) -> HttpResponse:
    """The picture of the proof, as it was drawn anew."""
    found = get_object_or_404(Valuable.objects.exclude(photo=""), pk=entry)
    return picture(print_unit().photo(found.photo))


@allowed(Right.VALUABLES)
@require_GET
def as_csv(request: HttpRequest) -> HttpResponse:
    """The whole register for a spreadsheet. Cells that a spreadsheet would take for a formula are put in quotes."""
    file = io.StringIO()
    writer = csv.writer(file)
    for row in valuables.as_rows(valuables.everything()):
        writer.writerow("'" + cell if cell.startswith(("=", "+", "-", "@", "\t")) else cell for cell in row)
    headers = {"Content-Disposition": 'attachment; filename="valuables.csv"'}
    return HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
