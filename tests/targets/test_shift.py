from __future__ import annotations

from mailroom.config.targets import OnlineForm
from mailroom.targets import shift
from mailroom.targets.shift import Funnel, NextStep, Reach
from mailroom.values.counts import Cause, Direction
from mailroom.values.month import Month
from mailroom.values.period import Period
from tests.targets.rows import costs, count

BILLS = Reach("council_tax", "council_tax_bill", may_email=True, unverified=4, no_consent=3, no_contact=3)


def test_people_who_agreed_and_only_need_to_confirm_come_first() -> None:
    (found,) = shift.outgoing([count()], [BILLS], [], costs())
    assert (found.step, found.candidates, found.expected) == (NextStep.VERIFY, 4, 2)
    assert found.pence == 685 + 20 + 90


def test_a_class_the_law_keeps_on_paper_promises_no_yield() -> None:
    reach = Reach("council_tax", "council_tax_bill", may_email=False, no_contact=10)
    (found,) = shift.outgoing([count()], [reach], [], costs())
    assert (found.step, found.expected) == (NextStep.ASK_THE_LAW, 0)


def test_those_on_paper_by_right_are_left_alone() -> None:
    reach = Reach("council_tax", "council_tax_bill", may_email=True, by_right=10)
    (found,) = shift.outgoing([count()], [reach], [], costs())
    assert found.step is NextStep.NOTHING


def test_three_early_replies_do_not_make_a_sure_thing() -> None:
    reach = Reach("council_tax", "council_tax_bill", may_email=True, no_contact=1000)
    lucky = Funnel("council_tax", "council_tax_bill", printed=3, opened=3, confirmed=3)
    (found,) = shift.outgoing([count(items=1000)], [reach], [lucky], costs())
    assert 30 <= found.expected < 100


def test_letters_that_were_emailed_are_not_there_to_shift() -> None:
    assert shift.outgoing([count(cause=Cause.EMAILED, channel="email")], [BILLS], [], costs()) == []


def test_paper_for_which_a_form_exists_is_listed_and_email_is_not() -> None:
    form = OnlineForm(service="council_tax", kind="form", form="Change of address")
    paper = count(direction=Direction.IN, channel="post", kind="form", items=7)
    email = count(direction=Direction.IN, channel="email", kind="form", items=5)
    (found,) = shift.incoming([paper, email], [form], Period.one(Month(2026, 10)))
    assert (found.letters, found.step, found.expected, found.pence) == (7, NextStep.OFFER_FORM, 0, 0)


def test_why_letters_are_on_paper_makes_up_all_of_them() -> None:
    reasons = {"unverified_address": 5, "bounces": 1, "no_consent": 4, "no_contact": 3, "household": 2, "law": 6,
               "format": 7, "chose_post": 8}  # fmt: skip
    rows = [count(items=n, why=why) for why, n in reasons.items()]
    (bills,) = shift.reach(rows, {"council_tax_bill": False})
    assert (bills.unverified, bills.no_consent, bills.no_contact, bills.household) == (6, 4, 3, 2)
    assert (bills.by_law, bills.by_right, bills.could_be_digital) == (6, 15, 13)
    (found,) = shift.outgoing(rows, [bills], [], costs())
    assert found.letters == sum(reasons.values())
    (may_now,) = shift.reach(rows, {"council_tax_bill": True})
    assert (may_now.by_law, may_now.no_consent) == (0, 10)
