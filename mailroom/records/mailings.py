"""What the mailing pages read: whose mailings one may see, how far they are, and why letters go as they go."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from mailroom.records.models import Attachment, Customer, Event, Letter, LetterStatus, Mailing
from mailroom.records.visible_items import Viewer
from mailroom.values.channel import Channel, LetterFormat


@dataclass(frozen=True, slots=True)
class Standing:
    """How many letters of a mailing stand where. waiting: not decided or not left yet."""

    letters: int
    emailed: int
    posted: int
    bounced: int
    waiting: int
    in_run: int
    handed_off: int
    apart: int
    returned: int
    stopped: int


@dataclass(frozen=True, slots=True)
class Why:
    """So many letters went this way by this rule; sample: the reasons of one of them."""

    channel: str
    rule: str
    count: int
    sample: tuple[str, ...]


_GROUPS: dict[str, tuple[LetterStatus, ...]] = {
    "emailed": (LetterStatus.EMAILED, LetterStatus.DELIVERED),
    "posted": (LetterStatus.POSTED,),
    "bounced": (LetterStatus.BOUNCED,),
    "waiting": (
        LetterStatus.QUEUED,
        LetterStatus.PAUSED,
        LetterStatus.TO_EMAIL,
        LetterStatus.SENDING,
        LetterStatus.TO_PRINT,
    ),
    "in_run": (LetterStatus.IN_RUN,),
    "handed_off": LetterStatus.handed_off(),
    "apart": (LetterStatus.WITHHELD, LetterStatus.FAILED),
    "returned": (LetterStatus.RETURNED,),
    "stopped": (LetterStatus.CANCELLED,),
}


def visible_mailings(viewer: Viewer) -> QuerySet[Mailing]:
    """Mailings of the person's services, the newest first."""
    mailings = Mailing.objects.order_by("-pk")
    if viewer.sees == "all":
        return mailings
    return mailings.filter(service__in=viewer.services)


def visible_letters(viewer: Viewer) -> QuerySet[Letter]:
    """Letters of the person's services."""
    letters = Letter.objects.select_related("mailing", "customer", "mailpiece__run")
    return letters if viewer.sees == "all" else letters.filter(mailing__service__in=viewer.services)


def standing_of(mailing: Mailing) -> Standing:
    """Counts by where letters stand."""
    rows = mailing.letters.order_by().values_list("status").annotate(n=Count("*"))
    by_status = {status: n for status, n in rows}
    sums = {name: sum(by_status.get(s, 0) for s in statuses) for name, statuses in _GROUPS.items()}
    return Standing(sum(by_status.values()), **sums)


def whys_of(mailing: Mailing) -> list[Why]:
    """Channels and rules of the letters decided so far, the commonest first."""
    decided = mailing.letters.exclude(channel="")
    rows = decided.order_by().values_list("channel", "rule").annotate(n=Count("*")).order_by("-n", "rule")
    found = []
    for channel, rule, n in rows:
        one = decided.filter(channel=channel, rule=rule).values_list("reasons", flat=True).first()
        found.append(Why(channel, rule, n, tuple(one or ())))
    return found


def large_print_of(mailing: Mailing) -> int:
    """Letters set in large print."""
    return mailing.letters.filter(format=LetterFormat.LARGE_PRINT, channel=Channel.PRINT).count()


def letters_of(mailing: Mailing, group: str, words: str) -> QuerySet[Letter]:
    """Letters in order; of one group of Standing, or found by name, reference, postcode or number."""
    letters = mailing.letters.order_by("position")
    if group in _GROUPS:
        letters = letters.filter(status__in=_GROUPS[group])
    words = words.strip()
    if words:
        number = int(words[1:]) if words[:1].upper() == "L" and words[1:].isdecimal() else 0
        letters = letters.filter(
            Q(name__icontains=words) | Q(reference__iexact=words) | Q(postcode__iexact=words) | Q(pk=number)
        )
    return letters


def addressed_to(customer_id: str) -> dict[str, str]:
    """A customer's name and newest address under the heads of a spreadsheet; nothing for somebody not on record."""
    customer = Customer.objects.filter(pk=customer_id, merged_into=None).first()
    if customer is None:
        return {}
    lines = [customer.name]
    address = customer.addresses.filter(current=True, gone_away=False).order_by("-pk").first()
    if address is not None:
        lines += address.lines
    heads = {f"address line {n}": line for n, line in enumerate(lines[:5], start=1)}
    postcode = address.postcode if address is not None else ""
    return {**heads, "postcode": postcode, "name": customer.name, "customer id": customer.pk}


def history_of(letter: Letter) -> QuerySet[Event]:
    """What happened to a letter, in order."""
    return Event.objects.filter(subject="letter", subject_key=str(letter.pk)).order_by("at", "pk")


def attachments_of(letter: Letter) -> list[Attachment]:
    """A letter's attachments in their order."""
    found = Attachment.objects.in_bulk(letter.attached)
    return [found[key] for key in letter.attached]


def attachments_with(mailing: Mailing) -> tuple[list[str], int]:
    """Names of those that go with every letter of a mailing, and how many others rows name."""
    everybody = list(mailing.attachments.filter(everybody=True).values_list("name", flat=True))
    return everybody, mailing.attachments.filter(everybody=False).count()
