from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from mailroom.config.due_dates import Answerable, answer_by
from mailroom.config.routing import RoutingConfig, UnknownService
from mailroom.config.section import load_section
from mailroom.inbound.routing import HOLDING_RULES, ItemFacts, route
from mailroom.values.confidence import CERTAIN, Confidence
from mailroom.values.decisions import (
    Classification,
    CustomerMatch,
    Disposition,
    Flag,
    MatchCandidate,
    MatchOutcome,
    RoutingDecision,
)
from mailroom.values.geometry import Box
from mailroom.values.page import PageKind, PageReading, Word

TABLE = load_section(Path(__file__).parents[2] / "config" / "routing.toml", RoutingConfig)
TUESDAY = dt.date(2026, 11, 24)
ONE = CustomerMatch(MatchOutcome.ONE, "C1000014", Confidence(0.999), ("reference and name agree",))
NOBODY = CustomerMatch(MatchOutcome.NOBODY, "", Confidence(0.0), ("no reference, name or address",))
TIE = CustomerMatch(
    MatchOutcome.SEVERAL,
    "",
    Confidence(0.5),
    ("father and son of one name",),
    (MatchCandidate("C1000014", Confidence(0.5)), MatchCandidate("C1000015", Confidence(0.49))),
)


def page(text: str = "Dear council", number: int = 1) -> PageReading:
    words = tuple(Word(w, Box(0, 0, 9, 9), CERTAIN, 0) for w in text.split())
    return PageReading(number, PageKind.ITEM, 595, 842, words=words, confidence=CERTAIN)


UNREAD = PageReading(2, PageKind.UNREAD, 595, 842, problem="Page 2 could not be made out.")


def decide(
    service: str = "council_tax",
    *flags: str,
    sure: bool = True,
    probability: float = 0.97,
    match: CustomerMatch = ONE,
    also: tuple[str, ...] = (),
    doc_type: str = "letter",
    pages: tuple[PageReading, ...] = (page(),),
    doubts: tuple[str, ...] = (),
    rescan_of: str = "",
    table: RoutingConfig = TABLE,
) -> RoutingDecision:
    found = Classification(
        service,
        Confidence(probability),
        sure,
        ("phrase 'single person discount'",),
        runner_up="benefits",
        also=also,
        doc_type=doc_type,
        flags=tuple(Flag(code, CERTAIN) for code in flags),
    )
    return route(ItemFacts(found, match, pages, TUESDAY, doubts, rescan_of), table)


def changed(**tables: object) -> RoutingConfig:
    return RoutingConfig.model_validate(TABLE.model_dump() | tables)


def test_a_sure_item_of_one_customer_goes_to_its_team_with_the_service_levels_date() -> None:
    sent = decide()
    assert sent.disposition is Disposition.SEND
    assert (sent.team, sent.inbox) == ("council_tax", "council-tax@wexmere.example")
    assert sent.due == dt.date(2026, 12, 8)
    assert sent.attach
    assert not (sent.rules or sent.marks or sent.copies)
    assert sent.reasons[-1] == "due 8 December 2026 (10 working days from receipt)"


@pytest.mark.parametrize(
    ("decision", "rule", "words"),
    [
        (decide(pages=(page(), UNREAD)), "has_unread_page", "Page 2 could not be made out."),
        (decide(pages=(page(""),)), "has_no_text", "No words were read"),
        (decide(doubts=("7 items found, 8 expected",)), "cut_is_in_doubt", "7 items found, 8 expected"),
        (decide(sure=False), "service_is_unsure", "Not sure enough of the service: phrase"),
        (decide(match=TIE), "customer_is_in_doubt", "any of customers C1000014, C1000015: father and son"),
        (decide(match=replace(TIE, candidates=TIE.candidates[:1])), "customer_is_in_doubt", "C1000014, but that"),
        (decide(match=NOBODY), "customer_is_needed", "the service needs one: no reference, name or address"),
        (decide(rescan_of="B000042-03"), "looks_like_a_rescan", "item B000042-03 scanned again"),
    ],
)
def test_each_doubt_holds_the_item_for_a_person_and_is_named(decision: RoutingDecision, rule: str, words: str) -> None:
    assert decision.disposition is Disposition.REVIEW
    assert decision.rules == (rule,)
    assert words in decision.reasons[0]
    assert decision.inbox, "a person may send it on with one click"


def test_our_own_letter_that_came_back_waits_for_a_person_who_records_it() -> None:
    found = Classification("council_tax", Confidence(0.97), True, ("phrase 'gone away'",))
    held = route(ItemFacts(found, ONE, (page(),), TUESDAY, came_back="Our letter R000042 P7 came back."), TABLE)
    assert (held.disposition, held.rules) == (Disposition.REVIEW, ("is_our_letter_come_back",))
    assert "R000042 P7" in held.reasons[0]


def test_every_doubt_is_told_not_just_the_first() -> None:
    held = decide(sure=False, match=TIE, pages=(UNREAD,), rescan_of="B1-01")
    assert held.rules == (
        "has_unread_page", "has_no_text", "service_is_unsure", "customer_is_in_doubt", "looks_like_a_rescan",
    )  # fmt: skip
    assert len(held.reasons) == len(held.rules)


def test_every_holding_rule_is_explained() -> None:
    assert all(rule.__doc__ for rule in HOLDING_RULES)


@pytest.mark.parametrize("service", ["waste", "planning", "accounts_payable", "information_governance", "none"])
def test_services_that_need_no_customer_get_post_of_nobody(service: str) -> None:
    assert decide(service, match=NOBODY).disposition is Disposition.SEND


@pytest.mark.parametrize("service", ["waste", "council_tax"])
def test_a_tie_between_customers_goes_to_review_for_every_service(service: str) -> None:
    assert decide(service, match=TIE).disposition is Disposition.REVIEW


def test_the_tables_threshold_is_stricter_than_the_classifiers() -> None:
    services = TABLE.model_dump()["services"]
    strict = changed(services=services | {"benefits": services["benefits"] | {"threshold": 0.95}})
    assert decide("benefits", probability=0.94, table=strict).rules == ("service_is_unsure",)
    assert decide("benefits", probability=0.95, table=strict).disposition is Disposition.SEND


def test_urgent_homelessness_goes_to_the_duty_officer_first_marked_and_at_once_even_without_a_customer() -> None:
    urgent = decide("housing_needs", "vulnerable", "cheque_enclosed", "urgent_homeless", match=NOBODY)
    assert urgent.disposition is Disposition.SEND
    assert (urgent.team, urgent.priority) == ("homelessness", 100)
    assert urgent.marks == ("URGENT", "CHEQUE")
    assert urgent.due == dt.date(2026, 11, 25)
    assert urgent.copies == (("housing_needs", "housing-needs@wexmere.example"),)


def test_court_papers_go_to_legal_with_the_courts_date_and_a_copy_to_the_service() -> None:
    court = decide("rents", "court_papers", match=TIE)
    assert court.disposition is Disposition.SEND
    assert (court.team, court.marks, court.due) == ("legal", ("COURT",), dt.date(2026, 11, 27))
    assert [team for team, _ in court.copies] == ["rents"]


@pytest.mark.parametrize(
    ("flag", "team", "due"),
    [
        ("foi_request", "information_governance", dt.date(2026, 12, 22)),
        ("subject_access", "information_governance", dt.date(2026, 12, 24)),
        ("complaint", "waste", dt.date(2026, 12, 8)),
    ],
)
def test_statutory_clocks_override_the_service_level(flag: str, team: str, due: dt.date) -> None:
    answered = decide("waste", flag)
    assert (answered.team, answered.due) == (team, due)


def test_of_two_clocks_the_earlier_one_counts() -> None:
    assert decide("waste", "foi_request", "court_papers").due == dt.date(2026, 11, 27)


def test_private_and_abusive_post_is_linked_only_and_kept_from_other_teams() -> None:
    for flag in ("private_confidential", "abusive"):
        kept = decide("benefits", flag, also=("rents",))
        assert not kept.attach
        assert kept.copies == ()
    assert decide("benefits", "abusive").marks == ("CAUTION",)


def test_personnel_and_medical_papers_are_never_attached() -> None:
    assert not decide("hr").attach
    assert not decide("benefits", doc_type="medical").attach


@pytest.mark.parametrize(
    ("flag", "mark"), [("cheque_enclosed", "CHEQUE"), ("cash_enclosed", "CASH"), ("original_documents", "ORIGINALS")]
)
def test_valuables_are_marked(flag: str, mark: str) -> None:
    assert decide("rents", flag).marks == (mark,)


def test_returned_mail_is_marked_once_though_two_rules_say_so() -> None:
    assert decide("council_tax", "gone_away", doc_type="returned_mail").marks == ("RETURNED",)


def test_a_letter_about_several_services_is_copied_to_each_team_once() -> None:
    several = decide("council_tax", "multi_topic", also=("waste", "rents", "waste", "council_tax"))
    assert [team for team, _ in several.copies] == ["waste", "rents"]


def test_a_kind_that_always_needs_a_person_gets_one() -> None:
    assert decide("waste", "abusive", table=changed(flags={"abusive": {"review": True}})).rules == (
        "always_needs_a_person",
    )


def test_a_service_without_a_route_names_the_key_to_add() -> None:
    with pytest.raises(UnknownService, match=r"routing\.toml: 'services\.cemeteries' is missing\. Add"):
        decide("cemeteries")


def test_a_persons_decision_gets_the_same_date_as_the_lines() -> None:
    for flags in ((), ("foi_request",), ("complaint", "complaint_stage_2")):
        assert answer_by(Answerable("waste", flags, "letter", TUESDAY), TABLE).due == decide("waste", *flags).due


def test_a_complaint_at_stage_2_has_twenty_working_days_and_stage_1s_ten_do_not_run() -> None:
    assert decide("waste", "complaint").due == dt.date(2026, 12, 8)
    second = decide("waste", "complaint", "complaint_stage_2")
    assert second.due == dt.date(2026, 12, 22)
    assert any("stage 2" in reason for reason in second.reasons)


def test_a_clock_that_stands_in_for_one_replaces_no_other() -> None:
    assert decide("waste", "complaint", "complaint_stage_2", "court_papers").due == dt.date(2026, 11, 27)


@pytest.mark.parametrize(
    ("flags", "by_email", "due"),
    [
        ((), False, dt.date(2026, 12, 8)),
        ((), True, dt.date(2026, 12, 1)),
        (("foi_request",), True, dt.date(2026, 12, 22)),
        (("foi_request",), False, dt.date(2026, 12, 22)),
    ],
)
def test_an_email_has_its_own_days_but_a_statutory_clock_is_the_same_by_any_way(
    flags: tuple[str, ...], by_email: bool, due: dt.date
) -> None:
    found = Classification(
        "waste", Confidence(0.97), True, ("phrase",), flags=tuple(Flag(code, CERTAIN) for code in flags)
    )
    assert route(ItemFacts(found, ONE, (page(),), TUESDAY, by_email=by_email), TABLE).due == due


def test_post_of_a_saturday_has_as_many_days_as_mondays() -> None:
    saturday, monday = dt.date(2026, 11, 21), dt.date(2026, 11, 23)
    first, second = (answer_by(Answerable("waste", (), "letter", day), TABLE) for day in (saturday, monday))
    assert first.due == second.due


def test_a_page_read_only_once_is_said_among_the_reasons_and_holds_nothing_back() -> None:
    once = replace(page(), problem="Page 1 was read only once, and unsurely.")
    sent = decide(pages=(once,))
    assert sent.disposition is Disposition.SEND and "read only once" in sent.reasons[-1]
    held = decide(pages=(once,), sure=False)
    assert held.rules == ("service_is_unsure",) and "read only once" in held.reasons[-1]
