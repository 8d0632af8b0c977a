"""Who a letter is addressed to, and whether a customer record is surely that person's. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mailroom.config.customers import MatchingPolicy
from mailroom.values.customer_facts import CustomerFacts
from mailroom.values.linkage_record import LinkageRecord, Nicknames, roots, sex_of
from mailroom.values.match_keys import address_words, house_key, name_key, reference_key
from mailroom.values.person_match import PairScore, shares

_TITLES = {"mr", "mrs", "ms", "miss", "mx", "dr", "rev", "revd", "sir", "lady", "lord", "prof", "master", "cllr"}
_AFTER = {"obe", "mbe", "cbe", "jp", "esq", "jnr", "snr", "jr", "sr"}
_JOINT = re.compile(r"\s+(?:&|and|a'r|ac)\s+|\s*/\s*", re.IGNORECASE)
_NO_PERSON = re.compile(
    r"\b(?:occupiers?|owners?|executors?|executrix|estate of|personal representatives?|administrators? of|c/o|"
    r"trustees?|the manager|limited|ltd|llp|plc)\b",
    re.IGNORECASE,
)
_DOUBTFUL_ABOVE = 0.5
"""Below even odds a record is more likely somebody else's, and its facts must not decide anything."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """The person on the first line and where they live. family '' where no one person is named.

    is_joint: two people are addressed; family and given are the first one's.
    """

    family: str
    given: str = ""
    middle: str = ""
    sex: str = ""
    is_joint: bool = False
    postcode: str = ""
    house: str = ""
    words: tuple[str, ...] = ()
    reference: str = ""
    email: str = ""


class Agreement(StrEnum):
    """Whether the name on a letter is the one on a record that a number led to."""

    SAME = "same"
    DOUBTFUL = "doubtful"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class BestMatch:
    """The customer a letter is most likely for. is_sure: enough to disclose something by email."""

    customer_id: str
    probability: float
    is_sure: bool


def addressee_of(lines: Sequence[str], postcode: str, reference: str = "", email: str = "") -> Addressee:
    """The addressee of these lines, the name first and the postcode (if there is one) last."""
    place = lines[1:-1] if postcode else lines[1:]
    name = lines[0] if lines else ""
    first, _, second = _parted(name)
    title, given, family = _person(first if second is None else _with_family(first, second))
    if _NO_PERSON.search(name):
        family = given = ""
    return Addressee(
        family=name_key(family),
        given=name_key(given.split()[0]) if given else "",
        middle=name_key(given.split()[1])[:1] if len(given.split()) > 1 else "",
        sex="" if second is not None else sex_of(title),
        is_joint=second is not None,
        postcode=postcode.replace(" ", ""),
        house=house_key(place),
        words=address_words(place),
        reference=reference_key(reference),
        email=email.lower(),
    )


def _parted(name: str) -> tuple[str, str, str | None]:
    """'Mr and Mrs A Lee' in two; None where there is one person."""
    found = _JOINT.search(name)
    return (name[: found.start()], found.group(), name[found.end() :]) if found else (name, "", None)


def _with_family(first: str, second: str) -> str:
    """'Mr' of 'Mr and Mrs A Lee' is a Lee whose given name is not said."""
    return first if _person(first)[2] else f"{first} {_person(second)[2]}"


def _person(text: str) -> tuple[str, str, str]:
    """(title, given names, family name)."""
    words = [w.strip(".,") for w in text.replace("’", "'").split()]
    titles = [w for w in words if w.lower() in _TITLES]
    names = [w for w in words if w.lower() not in _TITLES | _AFTER and w]
    return (titles[0] if titles else "", " ".join(names[:-1]), names[-1] if names else "")


def agreement(addressee: Addressee, facts: CustomerFacts, nicknames: Nicknames) -> Agreement:
    """Compare the name on the letter with the record a number or reference led to."""
    families = {name_key(n) for n in (facts.last_name, *facts.former_last_names)} - {""}
    if not addressee.family or not any(_same_family(addressee.family, f) for f in families):
        return Agreement.OTHER
    mine, theirs = addressee.given, name_key(facts.first_name)
    if len(mine) > 1 and len(theirs) > 1 and not set(roots(mine, nicknames)) & set(roots(theirs, nicknames)):
        return Agreement.OTHER
    sexes = {addressee.sex, sex_of(facts.title)} - {""}
    initials_differ = bool(mine and theirs) and mine[0] != theirs[0] and 1 in (len(mine), len(theirs))
    doubtful = addressee.is_joint or len(sexes) == 2 or initials_differ
    return Agreement.DOUBTFUL if doubtful else Agreement.SAME


def _same_family(printed: str, known: str) -> bool:
    """Equal, or the last part of a double-barrelled name that was printed without its hyphen."""
    return printed == known or (len(printed) > 3 and known.endswith(printed))


def mention_of(key: str, addressee: Addressee, nicknames: Nicknames) -> LinkageRecord | None:
    """The addressee in the form records are compared in; None where nobody is named."""
    if not addressee.family or not (addressee.postcode or addressee.reference or addressee.email):
        return None
    return LinkageRecord(
        key=f"{key}/0",
        family=addressee.family,
        given=addressee.given,
        given_roots=roots(addressee.given, nicknames),
        middle=addressee.middle,
        sex=addressee.sex,
        postcode=addressee.postcode,
        house=addressee.house,
        words=addressee.words,
        emails=(addressee.email,) if addressee.email else (),
        references=(addressee.reference,) if addressee.reference else (),
    )


def best_match(scores: Sequence[PairScore], customers: int, policy: MatchingPolicy) -> BestMatch | None:
    """The record the letter is for, if one is likelier than not. customers: how many records there are.

    Sure only where name and something beside it agree, nothing speaks against it, and no relative at the address fits
    about as well, or may: an initial alone at an address is nobody's for sure.
    """
    share = shares(scores, customers, policy.on_record_share)
    best = max(scores, key=lambda s: share[s.customer_id], default=None)
    if best is None or share[best.customer_id] < _DOUBTFUL_ABOVE or not best.family_agrees:
        return None
    if best.levels.get("given") == "other":
        return None
    sure = share[best.customer_id] >= policy.attach_above and best.given_agrees
    clean = bool(best.support) and not best.name_disagrees and not best.contradictions and not _is_anybodys(best)
    return BestMatch(best.customer_id, share[best.customer_id], sure and clean)


def _is_anybodys(score: PairScore) -> bool:
    """'D Howard' at David Howard's address, with no title and nothing else: as well Diana, who is on no record."""
    by_initial = score.levels.get("given") == "initial" and score.levels.get("sex") != "same"
    return by_initial and set(score.support) <= {"place"}
