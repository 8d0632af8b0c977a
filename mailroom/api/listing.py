"""Looking up what was sent: one notification, pages of them, and a letter's PDF."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from mailroom.api import shapes
from mailroom.api.answers import Answer, Answers
from mailroom.api.machines import ApiMachines
from mailroom.api.refusals import BadRequestError, NoResultFound, PDFNotReadyError
from mailroom.api.statuses import leaves_by_email, of_type, stored_status, with_status
from mailroom.errors import Retry
from mailroom.records.models import ApiKey, ApiNotification, ApiService

PAGE = 250
"""Notifications a page (Notify's figure)."""

_ONE_VALUE = ("older_than", "reference", "include_jobs")


def one(answers: Answers, service: ApiService, key: str) -> Answer:
    """One notification. Raises ValidationError, NoResultFound."""
    return answers.notification(_find(service, key))


def pdf_of(machines: ApiMachines, service: ApiService, key: str) -> bytes:
    """A letter's PDF.

    Raises:
        BadRequestError: it is no letter, or there is none.
        PDFNotReadyError: it cannot be made at this moment.
    """
    n = _find(service, key)
    if leaves_by_email(n) and n.asked == "email":
        raise BadRequestError("Notification is not a letter")
    status = stored_status(n, machines.now())
    if status == "technical-failure":
        raise BadRequestError(f"PDF not available for letters in status {status}")
    try:
        if n.letter is None:
            return machines.fetch(n.document)
        return machines.pdf(n.letter)
    except Retry:
        raise PDFNotReadyError("PDF not available yet, try again later") from None


def page(answers: Answers, key: ApiKey, query: Mapping[str, Sequence[str]]) -> Answer:
    """A page of what was sent with keys of this kind, the newest first. Raises ValidationError."""
    asked = {name: values[0] if name in _ONE_VALUE else list(values) for name, values in query.items()}
    form = shapes.validated(asked, shapes.LISTING)
    found = list(_chosen(answers.machines, key, form).order_by("-pk")[:PAGE])
    links = {"current": _link(answers.root, form)}
    if found:
        links["next"] = _link(answers.root, {**form, "older_than": str(found[-1].key)})
    return {"notifications": [answers.notification(n) for n in found], "links": links}


def _chosen(machines: ApiMachines, key: ApiKey, form: Mapping[str, object]) -> QuerySet[ApiNotification]:
    now = machines.now()
    chosen = _with_parts(ApiNotification.objects.filter(service=key.service, key_kind=key.kind))
    statuses, kinds = form.get("status"), form.get("template_type")
    if isinstance(statuses, list):
        chosen = chosen.filter(reduce(or_, (with_status(s, now) for s in statuses), Q(pk__in=())))
    if isinstance(kinds, list):
        chosen = chosen.filter(reduce(or_, (of_type(k) for k in kinds), Q(pk__in=())))
    if "reference" in form:
        chosen = chosen.filter(reference=form["reference"])
    if "older_than" in form:
        edge = ApiNotification.objects.filter(service=key.service, key=str(form["older_than"])).values("pk")[:1]
        chosen = chosen.filter(pk__lt=edge)
    return chosen


def _find(service: ApiService, key: str) -> ApiNotification:
    shapes.validated({"notification_id": key}, shapes.NOTIFICATION)
    found = _with_parts(ApiNotification.objects.filter(service=service, key=uuid.UUID(key))).first()
    if found is None:
        raise NoResultFound
    return found


def _with_parts(chosen: QuerySet[ApiNotification]) -> QuerySet[ApiNotification]:
    return chosen.select_related("service", "template", "letter", "letter__mailing", "letter__mailpiece")


def _link(root: str, query: Mapping[str, object]) -> str:
    asked = urlencode(query, doseq=True)
    return f"{root}v2/notifications" + (f"?{asked}" if asked else "")
