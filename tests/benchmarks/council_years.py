"""A made-up council's post over some years, written as records: for pictures of reports and for measuring at size.

Everything is drawn from one seed. All people, numbers and dates are synthetic.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from mailroom.records.models import (
    AuditCheck,
    BaselineMonth,
    Batch,
    Customer,
    Event,
    Handling,
    Item,
    Letter,
    Mailing,
    Mailpiece,
    PrintRun,
    ReplyCode,
)
from mailroom.values.counts import Direction
from mailroom.values.month import Month
from mailroom.values.working_days import add_working_days, is_working_day

SERVICES = {
    "council_tax": 26, "benefits": 18, "housing_repairs": 9, "rents": 8, "parking": 8, "planning": 6, "waste": 6,
    "housing_needs": 5, "elections": 4, "licensing": 4, "environmental_health": 3, "information_governance": 3,
}  # fmt: skip
"""Shares of the post, in per cent."""

CLASSES = {
    "council_tax": ("council_tax_bill", "council_tax_reminder"),
    "benefits": ("benefit_decision",),
    "rents": ("rent_statement",),
}
SLOW = {"planning": 1.5, "housing_repairs": 1.35, "housing_needs": 1.15}
"""Services that take longer to answer than others."""


@dataclass
class CouncilYears:
    """Writes a council's post. a_day: items in, and about as many letters out, on an ordinary working day."""

    first: dt.date
    last: dt.date
    a_day: int
    shift_from: dt.date
    people: int = 3000
    chance: random.Random = field(default_factory=lambda: random.Random(2026))
    _items: count[int] = field(default_factory=lambda: count(1))
    _pieces: count[int] = field(default_factory=lambda: count(1))

    def write(self) -> None:
        """All of it."""
        self.keep_people()
        day = self.first
        while day <= self.last:
            if is_working_day(day):
                self._incoming(day)
                self._outgoing(day)
            day += dt.timedelta(days=1)
        self._chasers()
        self._audit()

    def keep_baseline(self, first: Month, online: float = 0) -> None:
        """The first year as the council's invoices had it: a little noise, one election mailing set aside.

        online: how many items came by email for one by post; none are on record where it is 0.
        """
        for month in first.until(first.plus(11)):
            for service, share in SERVICES.items():
                for direction, channel in ((Direction.IN, "post"), (Direction.OUT, "print")):
                    season = 1.25 if month.number == 3 else 0.9 if month.number in (8, 12) else 1.0
                    items = round(self.a_day * 21 * share / 100 * season * self.chance.uniform(0.97, 1.03))
                    aside = items // 3 if service == "elections" and month.number == 5 else 0
                    BaselineMonth.objects.create(
                        month=month.first, service=service, direction=direction, channel=channel, items=items + aside,
                        set_aside=aside, reason="Election poll cards, once in four years" if aside else "",
                        source="Franking machine and supplier's invoices (synthetic)",
                    )  # fmt: skip
                if online:
                    emails = round(self.a_day * 21 * share / 100 * online)
                    BaselineMonth.objects.create(
                        month=month.first, service=service, direction=Direction.IN, channel="email", items=emails,
                        source="Shared mailboxes' own counts (synthetic)",
                    )  # fmt: skip

    def keep_people(self) -> None:
        """Those who write and are written to."""
        made = []
        for n in range(self.people):
            born = dt.date(1930, 1, 1) + dt.timedelta(days=self.chance.randrange(75 * 365))
            made.append(
                Customer(id=f"S{n:06d}", first_name="Sample", last_name=f"Person {n}", date_of_birth=born).with_keys()
            )
        Customer.objects.bulk_create(made, batch_size=1000)

    def _gone(self, day: dt.date) -> float:
        """Share of the post that is no longer there: a quarter of a per cent a week since the shift began."""
        weeks = max(0, (day - self.shift_from).days / 7)
        return min(0.35, 0.0045 * weeks)

    def _when(self, day: dt.date, days: int, hour: int = 11) -> dt.datetime:
        return dt.datetime.combine(add_working_days(day, days) if days else day, dt.time(hour), dt.UTC)

    def _incoming(self, day: dt.date) -> None:
        sources = {
            s: Batch.objects.create(
                original=f"{day:%Y%m%d}{s}".ljust(64, "0"), filename=f"{s}.pdf", source=s, received=day, status="cut",
                duplex=True,
            )
            for s in ("scanner-1", "mailbox")
        }  # fmt: skip
        made, events, held = [], [], []
        for position in range(1, round(self.a_day * self.chance.uniform(0.9, 1.1)) + 1):
            item, asked, promised = self._item(day, sources, position)
            made.append(item)
            if asked:
                events.append(Event(kind="item.to_review", subject="item", subject_key=str(item.pk)))
            if promised:
                details = {"promised": promised.isoformat()}
                events.append(
                    Event(kind="item.holding_reply", subject="item", subject_key=str(item.pk), details=details)
                )
                held.append(Handling(item_id=item.pk, promised=promised))
        Item.objects.bulk_create(made, batch_size=1000)
        Event.objects.bulk_create(events, batch_size=1000)
        Handling.objects.bulk_create(held, batch_size=1000)

    def _item(self, day: dt.date, sources: dict[str, Batch], position: int) -> tuple[Item, bool, dt.date | None]:
        chance = self.chance
        service = chance.choices(list(SERVICES), list(SERVICES.values()))[0]
        emailed = chance.random() < 0.18 + self._gone(day) * 0.8
        flags = (
            ["foi_request"] if service == "information_governance" else ["complaint"] if chance.random() < 0.05 else []
        )
        limit = 20 if "foi_request" in flags else 5 if emailed else 10
        taken = min(60, round(chance.gammavariate(3.2, limit * 0.21) * SLOW.get(service, 1)))
        asked = chance.random() < 0.24
        routed, seen = (1 if asked else 0), (2 if asked else 1) + (chance.random() < 0.06)
        answered = self._when(day, max(taken, seen), 15)
        is_answered = answered.date() <= self.last
        wrong = not asked and chance.random() < 0.025
        promised = add_working_days(day, limit + 8) if taken > limit and chance.random() < 0.4 else None
        item = Item(
            id=next(self._items), batch=sources["mailbox" if emailed else "scanner-1"], position=position, first_page=1,
            last_page=chance.choice((1, 2, 2, 4)), received=day, service=service, team=service,
            doc_type=chance.choices(("letter", "form", "evidence"), (60, 28, 12))[0], due=add_working_days(day, limit),
            status="answered" if is_answered else "seen", routed_at=self._when(day, routed, 14),
            seen_at=self._when(day, seen, 10), answered_at=answered if is_answered else None, flags=flags,
            decided_by="line", probability=0.9, customer_id=f"S{chance.randrange(self.people):06d}",
            decision={"classification": {"service": "rents" if wrong else service}},
        )  # fmt: skip
        return item, asked, promised

    def _outgoing(self, day: dt.date) -> None:
        run = PrintRun.objects.create(cut_off=self._when(day, 0, 15), status="posted", built_by="sample")
        letters: list[Letter] = []
        pieces: list[Mailpiece] = []
        wanted = self.a_day * (1.25 if day.month == 3 else 0.9 if day.month in (8, 12) else 1.0)
        for service, share in SERVICES.items():
            for kind in CLASSES.get(service, ("general_letter",)):
                size = round(wanted * share / 100 / len(CLASSES.get(service, "x")) * self.chance.uniform(0.85, 1.15))
                mailing = Mailing.objects.create(
                    service=service, document_class=kind, title="sample", source="spreadsheet", status="done",
                    submitted_by="sample", submitted_at=self._when(day, 0, 9),
                )  # fmt: skip
                letters += [self._letter(day, mailing, run, n, pieces) for n in range(1, size + 1)]
        Mailpiece.objects.bulk_create(pieces, batch_size=1000)
        Letter.objects.bulk_create(letters, batch_size=1000)
        if self.shift_from <= day:
            self._prompts(day)

    def _letter(self, day: dt.date, mailing: Mailing, run: PrintRun, n: int, pieces: list[Mailpiece]) -> Letter:
        chance, gone = self.chance, self._gone(day)
        person = chance.randrange(self.people)
        letter = Letter(
            mailing=mailing, position=n, customer_id=f"S{person:06d}", page_count=chance.choice((1, 2, 2, 3)),
            postcode=f"WX{person % 4 + 1} {person % 7 + 1}AB", sent_at=self._when(day, 0, 17), status="posted",
            decided_at=self._when(day, 0, 10), channel="print",
        )  # fmt: skip
        draw, emailable = chance.random(), mailing.document_class != "council_tax_reminder"
        if draw < gone and emailable:
            letter.status, letter.channel, letter.rule = "delivered", "email", "consent"
            return letter
        if draw < gone + 0.012:
            letter.status, letter.channel, letter.rule, letter.sent_at = "withheld", "withheld", "gone_away", None
            return letter
        if draw > 0.994:
            letter.status, letter.sent_at = "cancelled", None
            return letter
        letter.rule, letter.facts = self._why(emailable)
        shares = gone > 0 and pieces and chance.random() < 0.04
        if not shares:
            pieces.append(self._piece(run, economy=gone > 0 and chance.random() < 0.1))
        letter.mailpiece_id = pieces[-1].pk
        return letter

    def _why(self, emailable: bool) -> tuple[str, dict[str, object]]:
        if not emailable:
            return "law", {}
        rule = self.chance.choices(
            ("none", "asked", "chose", "unverified_address", "format", "vulnerable", "bounces"),
            (44, 18, 14, 12, 4, 5, 3),
        )[0]
        if rule == "none":
            return "no_consent", {"mailboxes": [], "consents": []}
        if rule == "asked":
            return "no_consent", {"mailboxes": [{"verified": False}], "consents": []}
        if rule == "chose":
            return "no_consent", {"mailboxes": [], "consents": [{"choice": "post"}]}
        return rule, {}

    def _piece(self, run: PrintRun, economy: bool) -> Mailpiece:
        number = next(self._pieces)
        return Mailpiece(
            id=number, run=run, number=number, file="dl.pdf", first_sheet=1, sheets=1, pages=2, envelope="DL",
            stock="white-90", postage="economy" if economy else "second", weight_grams=10,
            cost_pence=64 if economy else 73,
        )  # fmt: skip

    def _prompts(self, day: dt.date) -> None:
        letters = Letter.objects.filter(mailing__submitted_at__date=day, status="posted").exclude(rule="law")[:40]
        codes = []
        for letter in letters:
            opened = self.chance.random() < 0.11
            used = opened and self.chance.random() < 0.55
            at = self._when(day, 3)
            codes.append(
                ReplyCode(
                    code=f"{letter.pk:010d}"[-10:],
                    letter=letter,
                    opened_at=at if opened else None,
                    used_at=at if used else None,
                )
            )
        ReplyCode.objects.bulk_create(codes)
        ReplyCode.objects.filter(code__in=[c.code for c in codes]).update(created_at=self._when(day, 0))

    def _chasers(self) -> None:
        """One late item in six is chased; one answered in sixty comes again."""
        late = list(Item.objects.exclude(answered_at=None).values_list("pk", "received", "service"))
        self.chance.shuffle(late)
        by_service: dict[str, list[tuple[int, dt.date]]] = {}
        for pk, received, service in late:
            by_service.setdefault(service, []).append((pk, received))
        for pk, received, service in late[: len(late) // 25]:
            again = next((p for p, r in by_service[service] if 4 <= (r - received).days <= 25), None)
            if again:
                Item.objects.filter(pk=again, chases=None).update(chases_id=pk)

    def _audit(self) -> None:
        for month in Month.of(self.first).until(Month.of(self.last)):
            items = Item.objects.filter(received__range=(month.first, month.last), decided_by="line")
            for item in self._some(list(items.values_list("pk", "service")), 50):
                AuditCheck.objects.create(
                    item_id=item[0], month=month.first, service=item[1], drawn_at=self._when(month.last, 1),
                    right=self.chance.random() < 0.975, checked_by="sample", checked_at=self._when(month.last, 2),
                )  # fmt: skip

    def _some(self, pool: list[tuple[int, str]], size: int) -> Iterator[tuple[int, str]]:
        yield from self.chance.sample(pool, min(size, len(pool)))
