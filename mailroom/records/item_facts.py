"""Facts about the customer that an item seems to state, for a person to confirm: email or post, format, move, death."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailroom.records.models import Event, Item
from mailroom.values.channel import LetterFormat
from mailroom.values.confirmed_fact import FactKind
from mailroom.values.postal_address import PostalAddress

_FORMAT_WORDS = {
    "braille": LetterFormat.BRAILLE,
    "audio": LetterFormat.AUDIO,
    "easy read": LetterFormat.EASY_READ,
    "bsl": LetterFormat.BSL_VIDEO,
    "sign language": LetterFormat.BSL_VIDEO,
}


@dataclass(frozen=True, slots=True)
class FoundFact:
    """One fact to confirm. words: as read on the letter. confirmed: somebody did already."""

    kind: FactKind
    words: tuple[str, ...]
    email: str = ""
    format: LetterFormat = LetterFormat.STANDARD
    address: PostalAddress | None = None
    confirmed: bool = False


def facts_of(item: Item) -> list[FoundFact]:
    """What its flags say, in the order of the flags; each with the value read, where one was."""
    confirmed = set(_confirmed(item))
    found: dict[FactKind, FoundFact] = {}
    for flag in item.decision.get("classification", {}).get("flags", ()):
        fact = _fact(item, flag["code"], tuple(flag.get("reasons", ())), confirmed)
        if fact:
            found.setdefault(fact.kind, fact)
    return list(found.values())


def note_confirmed(item: Item, kind: FactKind, customer_id: str, actor: str) -> None:
    """Keep on the item's trail that the fact was confirmed."""
    Event.record("item.fact_confirmed", item, actor=actor, fact=kind.value, customer=customer_id)


def _confirmed(item: Item) -> Iterator[str]:
    events = Event.objects.filter(subject="item", subject_key=str(item.pk), kind="item.fact_confirmed")
    for details in events.values_list("details", flat=True):
        yield details["fact"]


def _fact(item: Item, flag: str, words: tuple[str, ...], confirmed: set[str]) -> FoundFact | None:
    kind = _KIND_OF_FLAG.get(flag)
    if kind is None:
        return None
    return FoundFact(
        kind,
        words,
        email=_email(item) if kind is FactKind.EMAIL else "",
        format=_format(words) if kind is FactKind.FORMAT else LetterFormat.STANDARD,
        address=_new_address(item) if kind is FactKind.MOVED else None,
        confirmed=kind.value in confirmed,
    )


_KIND_OF_FLAG = {
    "digital_opt_in": FactKind.EMAIL,
    "digital_opt_out": FactKind.POST,
    "accessible_format": FactKind.FORMAT,
    "change_of_address": FactKind.MOVED,
    "bereavement": FactKind.DIED,
}


def _email(item: Item) -> str:
    found = item.references.filter(type="email").order_by("-confidence", "pk").first()
    return found.value.lower() if found else ""


def _format(words: tuple[str, ...]) -> LetterFormat:
    said = " ".join(words).lower()
    return next((form for word, form in _FORMAT_WORDS.items() if word in said), LetterFormat.LARGE_PRINT)


def _new_address(item: Item) -> PostalAddress | None:
    """The one the letter calls new, else the sender's own."""
    read = [a for a in item.decision.get("addresses", ()) if a["role"] in ("new", "sender")]
    best = min(read, key=lambda a: a["role"] != "new", default=None)
    return PostalAddress(tuple(best["address"]["lines"]), best["address"]["postcode"]) if best else None
