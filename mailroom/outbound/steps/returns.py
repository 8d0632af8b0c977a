"""Returned mail: one envelope that came back, tied to its exact letters and person, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from mailroom.errors import Review
from mailroom.outbound.print_machines import PrintMachines
from mailroom.records.models import (
    CustomerAddress,
    Event,
    Item,
    Letter,
    LetterStatus,
    Mailpiece,
    ReplyCode,
    ServiceNotice,
)
from mailroom.values.match_keys import house_key
from mailroom.values.reply_code import read_reply_code
from mailroom.values.return_reason import ReturnReason
from mailroom.values.sheet_mark import read_piece_name

_HAVE_LEFT = (LetterStatus.IN_RUN, LetterStatus.POSTED)


class UnknownReturn(Review):
    """What was scanned or typed is the mark of no letter of ours; open the envelope and look for another mark."""


class NotPosted(Review):
    """The letter was never posted, so it cannot have come back. Look at the mark again."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What became of an envelope. letters: their numbers. resent: those that go again by email."""

    letters: tuple[str, ...]
    customer: str
    reason: ReturnReason
    address_stopped: bool
    resent: tuple[str, ...]
    was_known: bool = False


def record_return(
    machines: PrintMachines, mark: str, reason: ReturnReason, actor: str, item: Item | None = None
) -> Returned:
    """Note that an envelope came back. Repeated, it changes nothing.

    mark: what a scanner read of the sheet or the window, 'R42 P7' as it stands there, a reply code, or a letter's
    number. item: the piece of incoming mail it was scanned as; the letter is linked with it.

    Raises:
        UnknownReturn: no letter carries it. NotPosted: the letter never left.
    """
    letters = letters_of_mark(machines, mark)
    with transaction.atomic():
        fresh = [letter for letter in letters if _note_return(machines, letter, reason, actor, item)]
        first = letters[0]
        stopped = reason.stops_post and _stop_post(first, actor)
    resent = [x.number for x in fresh if reason.may_be_emailed and machines.email_instead(x)]
    return Returned(
        letters=tuple(x.number for x in letters),
        customer=first.customer_id or "" if first.matched else "",
        reason=reason,
        address_stopped=stopped,
        resent=tuple(resent),
        was_known=not fresh,
    )


@dataclass(frozen=True, slots=True)
class ScanOfReturns:
    """What a scan of returned envelopes held. unknown: marks of ours that name no posted letter; sides: pages of it."""

    returned: tuple[Returned, ...]
    unknown: tuple[str, ...]
    sides: int

    @property
    def envelopes(self) -> int:
        """How many envelopes were recognised."""
        return len(self.returned) + len(self.unknown)


def returns_on_scan(
    machines: PrintMachines, scan: Path, reason: ReturnReason, actor: str, item: Item | None = None
) -> ScanOfReturns:
    """Note every envelope whose mark is on a scan; foreign codes are passed over. Repeated, it changes nothing.

    Raises:
        Reject: the file cannot be read as a picture.
    """
    pages = machines.read_marks(scan)
    names = dict.fromkeys(
        name for page in pages for text in page if (name := read_piece_name(text, machines.council_code))
    )
    returned, unknown = [], []
    for name in names:
        said = f"R{name.run} P{name.piece}"
        try:
            returned.append(record_return(machines, said, reason, actor, item))
        except Review:
            unknown.append(said)
    return ScanOfReturns(tuple(returned), tuple(unknown), len(pages))


def letters_of_mark(machines: PrintMachines, mark: str) -> list[Letter]:
    """The letters in the envelope with that mark.

    Raises:
        UnknownReturn: none is known. NotPosted: it never left.
    """
    letters = list(_found(machines, mark.strip()))
    if not letters:
        raise UnknownReturn(
            f"'{mark.strip()[:40]}' is no mark of ours. Open the envelope and scan the sheet's own mark."
        )
    unposted = [x for x in letters if x.status not in (*_HAVE_LEFT, LetterStatus.RETURNED)]
    if unposted:
        raise NotPosted(f"{unposted[0].number} is {unposted[0].status}; it was not posted. Look at the mark again.")
    return letters


def _found(machines: PrintMachines, mark: str) -> Sequence[Letter]:
    """By the piece's mark, the letter's own number, or its reply code."""
    every = Letter.objects.select_related("mailing", "customer").order_by("pk")
    name = read_piece_name(mark, machines.council_code)
    if name is not None:
        piece = Mailpiece.objects.filter(run=name.run, number=name.piece).first()
        return list(every.filter(mailpiece=piece)) if piece else []
    number = mark.upper().removeprefix("L")
    if mark.upper().startswith("L") and number.isdecimal():
        return with_companions(every.filter(pk=int(number)).first())
    code = read_reply_code(mark)
    found = ReplyCode.objects.filter(code=code).values_list("letter", flat=True).first() if code else None
    return with_companions(every.filter(pk=found).first() if found else None)


def with_companions(letter: Letter | None) -> Sequence[Letter]:
    """A letter and those that lay in the same envelope: all of them came back."""
    if letter is None or letter.mailpiece_id is None:
        return [letter] if letter else []
    same = Letter.objects.filter(mailpiece=letter.mailpiece_id)
    return list(same.select_related("mailing", "customer").order_by("pk"))


def _note_return(machines: PrintMachines, letter: Letter, reason: ReturnReason, actor: str, item: Item | None) -> bool:
    """Whether it is news."""
    now = machines.clock()
    news = Letter.objects.filter(pk=letter.pk, status__in=_HAVE_LEFT).update(
        status=LetterStatus.RETURNED, returned_at=now, return_reason=reason, returned_as=item
    )
    if not news:
        if item is not None:
            Letter.objects.filter(pk=letter.pk, returned_as=None).update(returned_as=item)
        return False
    Event.record("letter.returned", letter, actor=actor, reason=reason, item=item.pk if item else None)
    # A return that was taken back may have left notices; this one is told anew, in an email of its own.
    ServiceNotice.objects.filter(letter=letter, kind__in=("returned", "return_undone")).delete()
    ServiceNotice.objects.create(
        letter=letter, kind="returned", service=letter.mailing.service, detail=reason, made_at=now
    )
    return True


def _stop_post(letter: Letter, actor: str) -> bool:
    """No more post to this person at this address. Only for one surely known: a doubtful match may be someone else."""
    if letter.customer is None or not letter.matched:
        return False
    lines = [line for line in letter.address_lines[1:] if line != letter.postcode]
    house = house_key(lines)
    places = CustomerAddress.objects.filter(customer=letter.customer, postcode=letter.postcode, house=house)
    if places.filter(gone_away=True).exists():
        return True
    if not places.update(gone_away=True):
        CustomerAddress.objects.create(
            customer=letter.customer,
            lines=lines,
            postcode=letter.postcode,
            current=False,
            gone_away=True,
            source="returned post",
        )
    letter.customer.save(update_fields=["updated_at"])
    Event.record("customer.gone_away", letter.customer, actor=actor, letter=letter.pk)
    return True
