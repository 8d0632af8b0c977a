"""Finding each letter's customer: by the number or reference given, else by comparing names and addresses in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.recipient import Addressee, Agreement, addressee_of, agreement, best_match, mention_of
from mailroom.records.customers import facts_of, who_might_be
from mailroom.records.models import Customer, CustomerReference, Letter, LetterStatus
from mailroom.values.customer_facts import CustomerFacts
from mailroom.values.linkage_record import records_of
from mailroom.values.match_keys import reference_key

CHUNK = 5000
"""Letters compared in one go: a chunk and those it may be for fit in some 100 MB, and Splink's fixed cost is shared."""

_FACTS_AT_ONCE = 5000
_SHORTEST_REFERENCE = 5
"""Characters: shorter ones ('12', 'A1') are on too many records to mean anything."""


def match_positions(machines: OutboundMachines, mailing_id: int, first: int, last: int) -> int:
    """Match the queued letters at these positions of a mailing. Returns how many surely belong to a customer."""
    queued = Letter.objects.filter(mailing_id=mailing_id, position__gte=first, position__lte=last)
    letters = list(queued.filter(status=LetterStatus.QUEUED, decided_at=None).order_by("pk"))
    addressees = {x.pk: addressee_of(x.address_lines, x.postcode, x.reference, x.email) for x in letters}
    given = _Given(machines, addressees)
    found = given.by_reference(letters) | given.by_number(letters)
    rest = [x for x in letters if x.pk not in found]
    found |= _by_comparison(machines, rest, addressees)
    for letter in letters:
        letter.customer_id, letter.matched, letter.match_probability = found.get(letter.pk, (None, False, 0.0))
    with transaction.atomic():
        Letter.objects.bulk_create(
            letters,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["customer", "matched", "match_probability"],
        )
    return sum(x.matched for x in letters)


Found = dict[int, tuple[str | None, bool, float]]
"""Letter -> (customer, surely, probability)."""


class _Given:
    """Letters whose customer number or reference is given."""

    def __init__(self, machines: OutboundMachines, addressees: Mapping[int, Addressee]) -> None:
        self._nicknames, self._addressees = machines.customers.full_names, addressees

    def by_number(self, letters: Sequence[Letter]) -> Found:
        """Where the name on the letter is somebody else's, the number counts for nothing: it was a slip."""
        asked = {x.pk: number for x in letters if (number := str(x.fields.get("customerid", "")).strip())}
        facts = _known(set(asked.values()))
        found: Found = {}
        for pk, number in asked.items():
            if number in facts:
                self._add(found, pk, [facts[number]])
        return found

    def by_reference(self, letters: Sequence[Letter]) -> Found:
        """A reference on record with exactly one customer whose name the letter bears."""
        asked = {x.pk: key for x in letters if len(key := reference_key(x.reference)) >= _SHORTEST_REFERENCE}
        holders: dict[str, list[str]] = {}
        for key, customer in _references(set(asked.values())):
            holders.setdefault(key, []).append(customer)
        facts = _known({c for customers in holders.values() for c in customers})
        found: Found = {}
        for pk, key in asked.items():
            self._add(found, pk, [facts[c] for c in holders.get(key, ()) if c in facts])
        return found

    def _add(self, found: Found, pk: int, people: Sequence[CustomerFacts]) -> None:
        how = {f.customer_id: agreement(self._addressees[pk], f, self._nicknames) for f in people}
        fitting = [c for c, agrees in how.items() if agrees is not Agreement.OTHER]
        if len(fitting) == 1:
            sure = how[fitting[0]] is Agreement.SAME
            found[pk] = (fitting[0], sure, 1.0 if sure else 0.5)


def _references(keys: set[str]) -> Iterable[tuple[str, str]]:
    wanted = sorted(keys)
    for start in range(0, len(wanted), _FACTS_AT_ONCE):
        chunk = wanted[start : start + _FACTS_AT_ONCE]
        yield from CustomerReference.objects.filter(key__in=chunk).values_list("key", "customer_id")


def _known(ids: set[str]) -> dict[str, CustomerFacts]:
    """Facts by the number asked for; a merged record's are those of the record that replaced it."""
    facts: dict[str, CustomerFacts] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), _FACTS_AT_ONCE):
        facts |= {f.customer_id: f for f in facts_of(wanted[start : start + _FACTS_AT_ONCE])}
    merged = {number: f.merged_into for number, f in facts.items() if f.merged_into}
    if merged:
        replaced = _known(set(merged.values()))
        facts |= {number: replaced[into] for number, into in merged.items() if into in replaced}
    return facts


def _by_comparison(machines: OutboundMachines, letters: Sequence[Letter], addressees: Mapping[int, Addressee]) -> Found:
    """Names and addresses compared with everybody they might be."""
    nicknames = machines.customers.full_names
    mentions = [m for x in letters if (m := mention_of(str(x.pk), addressees[x.pk], nicknames)) is not None]
    if not mentions:
        return {}
    people = (record for facts in who_might_be(mentions) for record in records_of(facts, nicknames))
    customers = Customer.objects.filter(merged_into=None).count()
    matches: Found = {}
    for match in machines.match_people(mentions, people):
        best = best_match(match.scores, customers, machines.customers.matching)
        letter = int(match.key.rsplit("/", 1)[0])
        if best is not None:
            joint = addressees[letter].is_joint
            matches[letter] = (best.customer_id, best.is_sure and not joint, best.probability)
    return matches
