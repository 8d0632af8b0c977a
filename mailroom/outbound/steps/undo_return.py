"""Taking back a return that was noted by mistake: the envelope counts as posted again, and what followed is undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction

from mailroom.errors import Review
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps.resend import RESENT_FROM
from mailroom.outbound.steps.returns import with_companions
from mailroom.records.models import (
    Customer,
    CustomerAddress,
    Event,
    Letter,
    LetterStatus,
    PrintRunStatus,
    ServiceNotice,
)
from mailroom.records.returns import reopen_item
from mailroom.values.match_keys import house_key
from mailroom.values.return_reason import ReturnReason

_CAN_STILL_CHANGE = [status for status in LetterStatus if status.may_be_decided_again]
_STOPPING = [reason for reason in ReturnReason if reason.stops_post]


class NotReturned(Review):
    """The letter is not noted as returned, so there is nothing to take back."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What was undone. address_open: post goes there again. emailed: went by email already, which stays so."""

    letters: tuple[str, ...]
    address_open: bool
    emailed: tuple[str, ...]
    items: tuple[str, ...] = ()


def undo_return(machines: PrintMachines, letter: Letter, actor: str) -> Undone:
    """Take back the return of a letter and of what lay in its envelope.

    Raises:
        NotReturned: it is not noted as returned, or somebody else took it back just now.
    """
    with transaction.atomic():
        keys = [x.pk for x in with_companions(letter)]
        letters = list(
            Letter.objects.select_for_update(of=("self",))
            .filter(pk__in=keys, status=LetterStatus.RETURNED)
            .select_related("mailing", "customer", "print_run")
            .order_by("pk")
        )
        if not letters:
            raise NotReturned(f"{letter.number} is not noted as returned. Nothing was changed.")
        emailed = [x.number for one in letters if (x := _already_emailed(one)) is not None]
        scans = {one.returned_as_id for one in letters if one.returned_as_id}
        for one in letters:
            _undo(machines, one, actor)
        opened = _open_address(letters[0], actor)
        items = [number for scan in sorted(scans) if (number := reopen_item(scan, actor))]
        if opened and letters[0].customer_id:
            _decide_again(machines, letters[0].customer_id)
    return Undone(tuple(x.number for x in letters), opened, tuple(emailed), tuple(items))


def _already_emailed(letter: Letter) -> Letter | None:
    """Its second sending by email, if that has left; one that has not is taken back."""
    again = Letter.objects.filter(mailing=letter.mailing_id, position=RESENT_FROM + letter.position).first()
    if again is None:
        return None
    deleted, _ = Letter.objects.filter(pk=again.pk, status__in=[s for s in LetterStatus if s.can_be_cancelled]).delete()
    return None if deleted else again


def _undo(machines: PrintMachines, letter: Letter, actor: str) -> None:
    """The letter's own part. A letter whose run is not closed yet goes back among those at the print unit."""
    run = letter.print_run
    posted = run is None or run.status == PrintRunStatus.POSTED
    Letter.objects.filter(pk=letter.pk).update(
        status=LetterStatus.POSTED if posted else LetterStatus.IN_RUN,
        returned_at=None,
        return_reason="",
        returned_as=None,
    )
    Event.record("letter.return_undone", letter, actor=actor, reason=letter.return_reason)
    unsent, _ = ServiceNotice.objects.filter(letter=letter, kind="returned", message_id="").delete()
    if not unsent:
        ServiceNotice.objects.get_or_create(
            letter=letter,
            kind="return_undone",
            defaults={"service": letter.mailing.service, "made_at": machines.clock()},
        )


def _open_address(letter: Letter, actor: str) -> bool:
    """Post goes there again, if returns alone had stopped it and no other return still does."""
    customer = letter.customer if letter.matched else None
    if customer is None:
        return False
    house = _house(letter)
    at_home = [x for x in _letters_there(customer, letter.postcode) if _house(x) == house]
    marked = Event.objects.filter(kind="customer.gone_away", subject="customer", subject_key=customer.pk)
    by_return = marked.filter(details__letter__in=[x.pk for x in at_home]).exists()
    still = any(x.status == LetterStatus.RETURNED and x.return_reason in _STOPPING for x in at_home)
    places = CustomerAddress.objects.filter(customer=customer, postcode=letter.postcode, house=house, gone_away=True)
    if still or not by_return or not places.exists():
        return False
    places.filter(source="returned post").delete()
    places.update(gone_away=False)
    customer.save(update_fields=["updated_at"])
    Event.record("customer.gone_away_undone", customer, actor=actor, letter=letter.pk)
    return True


def _letters_there(customer: Customer, postcode: str) -> Sequence[Letter]:
    return list(Letter.objects.filter(customer=customer, matched=True, postcode=postcode))


def _house(letter: Letter) -> str:
    return house_key([line for line in letter.address_lines[1:] if line != letter.postcode])


def _decide_again(machines: PrintMachines, customer_id: str) -> None:
    """Letters held back meanwhile, because post to the address had stopped."""
    keys = list(Letter.objects.filter(customer=customer_id, status__in=_CAN_STILL_CHANGE).values_list("pk", flat=True))
    transaction.on_commit(partial(machines.decide_again, keys))
