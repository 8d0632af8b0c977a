"""Emailing letters: marked `sending` before the server is spoken to and `emailed` after it accepted.

Killed between the server's yes and our note of it, the same email goes again under the same Message-ID, by which the
reader's mail server knows it for the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from mailroom.config.document_classes import DocumentClass, EmailCarries
from mailroom.errors import MailroomError, Retry
from mailroom.gateways.mail_server import MailRefused
from mailroom.jobs import LETTERS_A_JOB
from mailroom.outbound.emailing import EmailAsked, EmailFrom, compose_email, covering_words
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.attached import NoWords, SignsLacking, appended, files_of
from mailroom.outbound.steps.bounces import mark_mailbox, print_instead
from mailroom.outbound.steps.compose import bodies_of, letter_pdf
from mailroom.outbound.steps.decide import decide_again
from mailroom.outbound.steps.parts import lock_in_order
from mailroom.outbound.steps.tokens import Purpose, token_for
from mailroom.records.models import Event, Letter, LetterStatus, MailingStatus
from mailroom.values.attachment import GivenFile
from mailroom.values.letter_body import LetterBody
from mailroom.values.outgoing_email import EmailFile, OutgoingEmail

_WAITING = (LetterStatus.TO_EMAIL, LetterStatus.SENDING)
_LONGEST_WAIT = dt.timedelta(hours=1)


def plan_emails(machines: OutboundMachines, mailing_id: int, name: str) -> list[str]:
    """Give a mailing's letters to jobs, so many a job. Returns the jobs' names; the same ones when repeated."""
    waiting = Letter.objects.filter(mailing_id=mailing_id, status=LetterStatus.TO_EMAIL)
    return give_to_jobs(list(waiting.order_by("position").values_list("pk", flat=True)), name)


def give_to_jobs(letter_ids: Sequence[int], name: str) -> list[str]:
    """Write each letter's job on it."""
    jobs = []
    for number, start in enumerate(range(0, len(letter_ids), LETTERS_A_JOB), 1):
        job = f"{name}-{number}"
        mine = Letter.objects.filter(pk__in=letter_ids[start : start + LETTERS_A_JOB])
        with transaction.atomic():
            lock_in_order(mine)
            mine.update(work=job)
        jobs.append(job)
    return jobs


def send_letters(machines: OutboundMachines, work: str) -> int:
    """Email the letters of one job. Returns how many left.

    They are decided once more first: what was confirmed a minute ago counts.
    """
    decide_again(machines, Letter.objects.filter(work=work))
    waiting = Letter.objects.filter(work=work, status__in=_WAITING).order_by("pk")
    return sum(send_letter(machines, key, work) for key in waiting.values_list("pk", flat=True))


def send_letter(machines: OutboundMachines, letter_id: int, work: str) -> bool:
    """Email one letter; whether it left. Trouble that passes leaves it waiting; a refusal prints it instead."""
    mine = Letter.objects.filter(pk=letter_id, work=work, status__in=_WAITING, mailing__status=MailingStatus.READY)
    if not mine.update(status=LetterStatus.SENDING, attempts=F("attempts") + 1, tried_at=machines.clock()):
        return False
    letter = Letter.objects.select_related("mailing").get(pk=letter_id)
    try:
        email, proof = compose_letter_email(machines, letter)
        document = machines.store.put(proof)
        Letter.objects.filter(pk=letter.pk).update(message_id=email.message_id, document=document)
        machines.mail.send(email)
    except MailRefused as refused:
        _refused(machines, letter, refused)
        return False
    except MailroomError as trouble:
        _try_later(machines, letter, trouble)
        return False
    with transaction.atomic():
        # A mail service may have told of its delivery or its bounce before the server's yes came to us.
        Letter.objects.filter(pk=letter.pk, status=LetterStatus.SENDING).update(
            status=LetterStatus.EMAILED, sent_at=machines.clock(), problem="", work=""
        )
        Event.record("letter.emailed", letter, mailing=letter.mailing_id)
    return True


def waits_until(machines: OutboundMachines, letter: Letter) -> dt.datetime | None:
    """When a letter whose server was away is tried again; None for one never tried. The wait doubles with each try."""
    if letter.tried_at is None:
        return None
    if letter.tried_at > machines.clock():  # noted before the clock was put back
        return machines.clock()
    wait = dt.timedelta(seconds=machines.outgoing.email.wait_seconds * 2.0 ** min(letter.attempts - 1, 10))
    return letter.tried_at + min(wait, _LONGEST_WAIT)


def compose_letter_email(
    machines: OutboundMachines, letter: Letter, files: Sequence[GivenFile] | None = None
) -> tuple[OutgoingEmail, bytes]:
    """The email of a letter, and the proof of what was sent: its PDF with its attachments, or the page of its words.

    files: the attachments of a letter that is not on record yet.
    """
    kind = _carrying(machines.kind(letter.mailing.document_class), letter)
    attached = files_of(letter) if files is None else files
    pdf = b"" if kind.email_carries is EmailCarries.BODY else letter_pdf(machines, letter, attached)
    template = machines.templates.get(letter.mailing.template)
    asked = EmailAsked(
        message_id=letter.message_id or f"<{letter.number}.{letter.key.hex[:12]}@{machines.mail_domain}>",
        recipient=letter.email,
        reference=letter.reference,
        bodies=_bodies(machines, letter),
        sign_off=template.source.head.sign_off if template else (),
        date=machines.local_time(machines.clock()),
        token=token_for(Purpose.READ, str(letter.key)),
        unsubscribe=token_for(Purpose.CHOOSE, str(letter.key)) if letter.customer_id else "",
        pdf=pdf,
        files=() if kind.email_carries is EmailCarries.LINK else _as_files(machines, attached),
        reply_to=letter.reply_to,
        one_click=letter.unsubscribe_url,
    )
    email = compose_email(asked, kind, email_from(machines))
    return email, appended(machines, pdf, attached) if pdf else email.html.encode()


def _as_files(machines: OutboundMachines, attached: Sequence[GivenFile]) -> tuple[EmailFile, ...]:
    return tuple(EmailFile(file.name, machines.store.get(file.document)) for file in attached)


def email_from(machines: OutboundMachines) -> EmailFrom:
    """Who sends."""
    email, head = machines.outgoing.email, machines.printing.letterhead
    return EmailFrom(email.sender, email.sender_name, head.council, head.colour, machines.letters_page)


def _carrying(kind: DocumentClass, letter: Letter) -> DocumentClass:
    """An email without a paper twin says its words itself; a letter that came as a PDF cannot, so it is attached."""
    if not letter.address_lines:
        return kind.model_copy(update={"email_carries": EmailCarries.BODY})
    if not letter.mailing.template and kind.email_carries is EmailCarries.BODY:
        return kind.model_copy(update={"email_carries": EmailCarries.ATTACHMENT})
    return kind


def _bodies(machines: OutboundMachines, letter: Letter) -> tuple[LetterBody, ...]:
    if letter.mailing.template:
        return bodies_of(machines, letter)
    return (covering_words(letter.mailing.title),)


def _refused(machines: OutboundMachines, letter: Letter, refused: MailRefused) -> None:
    """The server will not have it. Only a code about the mailbox itself counts against the mailbox."""
    with transaction.atomic():
        if refused.status.startswith(("5.1.", "5.2.")):
            mark_mailbox(machines, letter, permanent=refused.status.startswith("5.1."))
        print_instead(machines, letter, "letter.email_refused", refused.status)


def _try_later(machines: OutboundMachines, letter: Letter, trouble: MailroomError) -> None:
    """Back among those waiting; after the last try it is printed, unless it is only our own settings that are wrong.

    What cannot be composed at all goes the way of print at once: the next run leaves it out, and its service is told.
    """
    if isinstance(trouble, (NoWords, SignsLacking)) or (
        isinstance(trouble, Retry) and letter.attempts >= machines.outgoing.email.tries
    ):
        print_instead(machines, letter, "letter.email_given_up", "")
        return
    Letter.objects.filter(pk=letter.pk).update(status=LetterStatus.TO_EMAIL, problem=str(trouble), work="")
