"""What came with an email and is none of its pages: the files beside an email, and the email beside a file.

The claim of such a file is its email's with a number behind it (inbound/steps/mail.py).
"""

from __future__ import annotations

from collections.abc import Iterable

from mailroom.records.models import Batch, Event

CAME_BY_EMAIL = "batch.came_by_email"
"""Its details: the key of the email as it came, and how many of its files could not be made into pages."""


def files_beside(email: Batch) -> list[Batch]:
    """The attachments that could not be made into pages of it and were taken in on their own, in their order."""
    told = Event.objects.filter(kind=CAME_BY_EMAIL, subject="batch", subject_key=str(email.pk)).first()
    count = int(told.details.get("apart", 0)) if told else 0
    claims = [claim_of_file(email.claim, number) for number in range(1, count + 1)]
    return list(Batch.objects.filter(claim__in=claims).order_by("pk")) if claims else []


def emails_beside(files: Iterable[Batch]) -> dict[int, Batch]:
    """The email that each of the files came with, by the key of the file; none for what did not come with one."""
    claims = {file.pk: file.claim.rpartition("-")[0] for file in files if file.received_from == "mailbox"}
    emails = {email.claim: email for email in Batch.objects.filter(claim__in={*claims.values()} - {""})}
    return {key: emails[claim] for key, claim in claims.items() if claim in emails}


def claim_of_file(email: str, number: int) -> str:
    """Of the attachment of that number, from 1, of the email of that claim."""
    return f"{email}-{number}"
