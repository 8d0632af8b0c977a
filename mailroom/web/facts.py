"""Reading confirmed facts from a form: the review screen, the item page and the customer record share its fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.http import HttpRequest
from django.utils import timezone

from mailroom.records.item_facts import note_confirmed
from mailroom.records.models import Item
from mailroom.values.channel import LetterFormat
from mailroom.values.confirmed_fact import ConfirmedFact, FactKind, FactSource
from mailroom.values.email_address import is_email_address
from mailroom.values.postal_address import PostalAddress, tidy_postcode
from mailroom.web.dates import date_problem, date_said
from mailroom.web.form_problems import FieldProblem, NotSaid
from mailroom.web.permission import actor
from mailroom.web.preferences import preferences
from mailroom.web.site import document_classes

A_YEAR = dt.timedelta(days=366)


def facts_said(request: HttpRequest, customer_id: str, source: FactSource, source_key: str) -> list[ConfirmedFact]:
    """The ticked facts. Raises NotSaid when one lacks its value, or there is no customer to keep them on."""
    ticked = [k for k in FactKind if k.value in request.POST.getlist("fact")]
    if ticked and not customer_id:
        raise NotSaid(FieldProblem("customer", "Choose the customer the confirmed facts are about"))
    return [_fact(request, kind, customer_id, source, source_key) for kind in ticked]


def confirm(facts: Iterable[ConfirmedFact], item: Item | None = None) -> list[str]:
    """Hand them to the outgoing side; returns what changed. Call inside a transaction."""
    said = []
    for fact in facts:
        said.append(preferences().confirm_fact(fact))
        if item:
            note_confirmed(item, fact.kind, fact.customer_id, fact.actor)
    return said


def _fact(request: HttpRequest, kind: FactKind, customer: str, source: FactSource, source_key: str) -> ConfirmedFact:
    who = actor(request)
    if kind is FactKind.EMAIL:
        return ConfirmedFact(
            kind, customer, source, who, source_key, email=_email(request), document_class=_class(request)
        )
    if kind is FactKind.FORMAT:
        return ConfirmedFact(kind, customer, source, who, source_key, format=_format(request))
    if kind is FactKind.MOVED:
        on = _moved_on(request)
        return ConfirmedFact(kind, customer, source, who, source_key, address=_address(request), on=on)
    if kind is FactKind.DIED:
        return ConfirmedFact(kind, customer, source, who, source_key, on=_died_on(request))
    return ConfirmedFact(kind, customer, source, who, source_key, document_class=_class(request))


def _class(request: HttpRequest) -> str:
    code = request.POST.get("document_class", "")
    return code if document_classes().find(code) else ""


def _email(request: HttpRequest) -> str:
    said = request.POST.get("email", "").strip().lower()
    if said and not is_email_address(said):
        words = "Enter an email address in the correct format, like name@example.com"
        raise NotSaid(FieldProblem("fact-email-address", words))
    return said


def _format(request: HttpRequest) -> LetterFormat:
    try:
        return LetterFormat(request.POST.get("format", ""))
    except ValueError:
        raise NotSaid(FieldProblem("fact-format-choice", "Choose the format they need")) from None


def _address(request: HttpRequest) -> PostalAddress:
    lines = [line.strip() for line in request.POST.get("address", "").splitlines() if line.strip()]
    postcode = tidy_postcode(lines[-1]) if lines else ""
    if not postcode:
        raise _no_address()
    rest = lines[-1][: -len(postcode)].rstrip(" ,") if lines[-1].upper().endswith(postcode) else ""
    lines[-1:] = [rest] if rest else []
    if not lines:
        raise _no_address()
    return PostalAddress(tuple(lines), postcode)


def _no_address() -> NotSaid:
    return NotSaid(FieldProblem("fact-moved-address", "Enter the new address, with its postcode in the last line"))


def _moved_on(request: HttpRequest) -> dt.date | None:
    """The day of the move, which may be still to come."""
    day = date_said(request.POST, "moved_on", "The date of the move")
    if day and day > timezone.localdate() + A_YEAR:
        raise date_problem("moved_on", "The date of the move must be less than a year away")
    return day


def _died_on(request: HttpRequest) -> dt.date | None:
    day = date_said(request.POST, "died_on", "The date of death")
    if day and day > timezone.localdate():
        raise date_problem("died_on", "The date of death must be today or in the past")
    return day
