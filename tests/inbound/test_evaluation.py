"""Every figure of an evaluation, right and wrong: what nobody found, or was set aside, counts as wrong."""

from __future__ import annotations

from typing import Any

from mailroom.inbound.evaluation import Scores, score


def truth(file: str, first: int, last: int, service: str, **more: Any) -> dict[str, Any]:
    said = {
        "file": f"scans/{file}", "first_page": first, "last_page": last, "service": service, "severity": "clean",
        "also": [], "flags": [], "refs": [], "doc_type": "letter", "identifiable": True, "about_customer_id": "C1",
        "acceptable_customer_ids": None,
    }  # fmt: skip
    pages = [{"page": n, "text": "Dear Sir", "severity": "clean", "handwritten_share": 0.0}
             for n in range(first, last + 1)]  # fmt: skip
    return {**said, "pages": pages, **more}


def report(file: str, first: int, last: int, service: str, sure: float, **more: Any) -> dict[str, Any]:
    pages = [{"page": n, "kind": "item", "rotation": 0, "text": "Dear Sir"} for n in range(first, last + 1)]
    said = {"file": f"/elsewhere/{file}", "first_page": first, "last_page": last, "pages": pages, "also": [],
            "flags": [], "references": [], "doc_type": "letter", "decision": "review",
            "service": {"code": service, "probability": sure}, "customer": {"id": None}}  # fmt: skip
    return {**said, **more}


def scan(file: str, *kinds: str) -> dict[str, Any]:
    return {"file": f"scans/{file}", "pages": [{"page": n, "kind": k, "rotation": 0} for n, k in enumerate(kinds, 1)]}


TRUTHS = (
    truth("a.pdf", 1, 1, "waste", flags=["complaint"], refs=[{"type": "repair", "value": "R1"}]),
    truth("a.pdf", 2, 3, "rents", flags=["vulnerable"], severity="poor"),
    truth("b.pdf", 1, 1, "waste", acceptable_customer_ids=["C2"]),
    truth("c.pdf", 1, 1, "parking"),
)
SCANS = (scan("a.pdf", "item", "item", "blank"), scan("b.pdf", "item"), scan("c.pdf", "item"))
REPORTS = (
    report("a.pdf", 1, 1, "waste", 0.99, decision="send", flags=["complaint", "cash_enclosed"],
           references=[{"type": "repair", "value": "R1"}, {"type": "phone", "value": "01632"}],
           customer={"id": "C1"}),
    report("a.pdf", 2, 2, "waste", 0.9, decision="send", customer={"id": "C9"}),
    report("a.pdf", 3, 3, "waste", 0.2),
    report("b.pdf", 1, 1, "waste", 0.8, customer={"id": "C2"}, doc_type="form",
           pages=[{"page": 1, "kind": "item", "rotation": 180, "text": "Dear Sxr"}]),
    report("c.pdf", 1, 1, "", 0.0, decision="quarantine", pages=[]),
)  # fmt: skip


def scored() -> Scores:
    return score(TRUTHS, SCANS, REPORTS)


def test_services_are_right_out_of_all_items_and_the_curve_goes_by_how_sure_they_are() -> None:
    found = scored()
    assert (found.service.right, found.service.of) == (2, 4)
    assert {k: (t.right, t.of) for k, t in found.by_severity.items()} == {"clean": (2, 3), "poor": (0, 1)}
    assert found.by_service["waste"] == {"true": 2, "said": 3, "both": 2}
    assert (found.sent_right.right, found.sent_right.of, found.sent_share) == (1, 2, 0.5)
    by_share = {share: round(right, 2) for share, right, _ in found.coverage}
    assert (by_share[0.3], by_share[0.6], by_share[1.0]) == (1.0, 0.5, 0.67), "of the three that were found"


def test_cuts_customers_references_flags_and_kinds_are_counted_right_wrong_and_missed() -> None:
    found = scored()
    assert (found.found_exactly.right, found.found_exactly.of, found.spurious_items) == (2, 4, 1)
    assert (found.attached_right.right, found.attached_right.of) == (2, 3)
    assert (found.identifiable_attached.right, found.identifiable_attached.of) == (2, 3)
    assert found.references == {"true": 1, "said": 1, "both": 1}
    assert found.flags["complaint"] == {"true": 1, "said": 1, "both": 1}
    assert found.flags["vulnerable"] == {"true": 1} and found.flags["cash_enclosed"] == {"said": 1}
    assert (found.doc_type.right, found.doc_type.of) == (2, 4)


def test_pages_of_a_file_that_was_set_aside_are_wrong_and_not_left_out() -> None:
    found = scored()
    assert (found.page_kinds.right, found.page_kinds.of) == (3, 5)
    assert (found.rotation.right, found.rotation.of) == (2, 4)
    assert found.character_errors["clean"] == (1 + 8, 40)
