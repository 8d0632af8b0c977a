"""Requests to send: an email, a letter from a template, or a letter that is a finished PDF."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction

from mailroom.api import files, permitted, shapes, templates
from mailroom.api.answers import Answer, Answers
from mailroom.api.limits import check
from mailroom.api.machines import ApiMachines, Checked, NotAccepted, Submission
from mailroom.api.personalisation import address_in, as_text, make_safe
from mailroom.api.problems import refusal_for
from mailroom.api.refusals import BadRequestError
from mailroom.records.models import ApiKey, ApiNotification, ApiTemplateVersion, Asked, Event, KeyKind

LARGEST_EMAIL = 2_000_000
_SIMULATED = re.compile(r"^simulate-delivered(?:-[23])?@notifications\.service\.gov\.uk$", re.IGNORECASE)
"""Addresses that clients' smoke tests send to: answered as any other, and nothing is kept or sent."""
"""Bytes of an email's words (Notify's figure)."""

_FAILS = {"temp-fail@simulator.notify": "temporary-failure", "perm-fail@simulator.notify": "permanent-failure"}


@dataclass(frozen=True)
class Request:
    """A request with who makes it. idempotency_key: a repeat under it is answered as the first was.

    simulated: to an address for smoke tests, so it is answered but neither kept nor sent.
    """

    machines: ApiMachines
    key: ApiKey
    body: dict[str, Any]
    idempotency_key: str | None
    answers: Answers
    simulated: bool = False

    @property
    def digest(self) -> str:
        """Of what is asked for, by which a repeat is told from a mistake."""
        return hashlib.sha256(json.dumps(self.body, sort_keys=True).encode()).hexdigest()

    @property
    def is_test(self) -> bool:
        """Whether it is asked with a test key."""
        return self.key.kind == KeyKind.TEST

    @property
    def nothing_leaves(self) -> bool:
        """Whether it is only checked."""
        return self.is_test or self.simulated

    @property
    def actor(self) -> str:
        """Who did it, in events."""
        return f"api-key-{self.key.pk}"


def send_email(request: Request) -> Answer:
    """Take in an email. Raises Refusal."""
    machines, key = request.machines, request.key
    check(machines, key, Asked.EMAIL)
    form = shapes.validated(request.body, shapes.EMAIL)
    known = templates.to_send(machines, key.service, form["template_id"], Asked.EMAIL)
    address = form["email_address"].strip().lower()
    permitted.check_recipient(machines, key, address)
    request = replace(request, simulated=_SIMULATED.match(address) is not None)
    reply_to = permitted.reply_address(key, form.get("email_reply_to_id"))
    first = _new(request, Asked.EMAIL, templates.current(known.template))
    first.email_address, first.scheduled_for = address, permitted.scheduled(form, machines.now())
    first.unsubscribe_url = form.get("one_click_unsubscribe_url") or ""
    first.outcome = _FAILS.get(address, "delivered") if request.is_test else ""

    def checked() -> Checked:
        given = form.get("personalisation") or {}
        with transaction.atomic():
            links = files.keep_files(machines, key.service, given, address, keep=not request.nothing_leaves)
            values = make_safe(as_text({**given, **links}), form.get("sanitise_content_for") or ())
            first.values, first.sanitised = values.shown, values.changed
            submission = _submission(request, known, values.sent, first)
            return _check(machines, replace(submission, email=address, reply_to=reply_to))

    return _accept(request, first, checked)


def send_letter(request: Request) -> Answer:
    """Take in a letter: from a template, or with `content` a finished PDF. Raises Refusal."""
    check(request.machines, request.key, Asked.LETTER)
    if "content" in request.body:
        return _send_precompiled(request)
    form = shapes.validated(request.body, shapes.LETTER)
    machines, key = request.machines, request.key
    known = templates.to_send(machines, key.service, form["template_id"], Asked.LETTER)
    files.refuse_files(form["personalisation"])
    permitted.check_letters(key)
    values = as_text(form["personalisation"])
    first = _new(request, Asked.LETTER, templates.current(known.template))
    first.address, first.values = address_in(values), values
    lines = tuple(first.address.values())

    def checked() -> Checked:
        return _check(machines, replace(_submission(request, known, values, first), lines=lines))

    return _accept(request, first, checked)


def refuse_text(request: Request) -> Answer:
    """Nothing is sent by text from here; the request is checked all the same. Raises Refusal."""
    check(request.machines, request.key, None)
    shapes.validated(request.body, shapes.SMS)
    raise BadRequestError("Service is not allowed to send text messages")


def _send_precompiled(request: Request) -> Answer:
    form = shapes.validated(request.body, shapes.PRECOMPILED)
    service = request.key.service
    if not service.precompiled_class:
        raise BadRequestError("Service is not allowed to send precompiled letters")
    permitted.check_letters(request.key)
    try:
        pdf = base64.b64decode(form["content"], validate=True)
    except (binascii.Error, ValueError):
        raise BadRequestError("Cannot decode letter content (invalid base64 encoding)") from None
    first = _new(request, Asked.LETTER, None)
    first.postage = form.get("postage", "")

    submission = Submission(
        service=service.service,
        document_class=service.precompiled_class,
        template="",
        actor=request.actor,
        pdf=pdf,
        reference=form["reference"],
        urgent=first.postage == "first",
    )
    return _accept(request, first, lambda: _check(request.machines, submission))


def _new(request: Request, asked: Asked, template: ApiTemplateVersion | None) -> ApiNotification:
    return ApiNotification(
        service=request.key.service,
        api_key=request.key,
        key_kind=request.key.kind,
        asked=asked,
        template=template,
        reference=request.body.get("reference"),
        outcome="delivered" if request.is_test else "",
        idempotency_key=request.idempotency_key,
        digest=request.digest,
        created_at=request.machines.now(),
    )


def _submission(
    request: Request, known: templates.ServiceTemplate, values: Mapping[str, str], n: ApiNotification
) -> Submission:
    """What goes on the outgoing line. Raises BadRequestError where the template lacks values."""
    words = request.answers.words(templates.current(known.template))
    missing = words.missing(values)
    if missing:
        raise BadRequestError(f"Missing personalisation: {', '.join(missing)}")
    size = len(words.fill(n.values).body.encode())
    if n.asked == Asked.EMAIL and size > LARGEST_EMAIL:
        raise BadRequestError(
            f"Your message is too long. Emails cannot be longer than {LARGEST_EMAIL} bytes. "
            f"Your message is {size} bytes."
        )
    return Submission(
        service=n.service.service,
        document_class=known.template.document_class,
        template=known.template.code,
        actor=request.actor,
        values=values,
        reference=n.reference or "",
        scheduled_for=n.scheduled_for,
        unsubscribe_url=n.unsubscribe_url,
    )


def _check(machines: ApiMachines, submission: Submission) -> Checked:
    """Raises Refusal, in Notify's words."""
    try:
        return machines.check(submission)
    except NotAccepted as refused:
        raise refusal_for(refused.problems) from None


def _accept(request: Request, n: ApiNotification, check_it: Callable[[], Checked]) -> Answer:
    """Check it, then record it and put it on the line in one transaction; a repeat is answered as the first was.

    What a test key asks for is only checked, and its PDF kept to be looked at.
    """
    before = None if request.simulated else _before(request)
    if before is not None:
        return before
    checked = check_it()
    if request.simulated:
        return request.answers.accepted(n)
    pdf = checked.pdf() if request.is_test else b""
    n.document = request.machines.keep(pdf) if pdf else ""
    try:
        with transaction.atomic():
            n.letter = None if request.is_test else checked.take_in()
            n.save()
            Event.record("api.accepted", n, actor=request.actor, asked=n.asked, key_kind=n.key_kind)
    except IntegrityError:
        before = _before(request)
        if before is None:
            raise
        return before
    return request.answers.accepted(n)


def _before(request: Request) -> Answer | None:
    """The answer this idempotency key had before. Raises BadRequestError if it was for something else."""
    if request.idempotency_key is None:
        return None
    same_key = ApiNotification.objects.filter(service=request.key.service, idempotency_key=request.idempotency_key)
    known = same_key.select_related("template", "service").first()
    if known is None:
        return None
    if known.digest != request.digest:
        raise BadRequestError("Idempotency-Key was used before with another request. Use a new key.", 422)
    return request.answers.accepted(known)
