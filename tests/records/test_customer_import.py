from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from mailroom.config.customers import CustomersConfig, load_customers_config
from mailroom.config.environment import example_site
from mailroom.errors import Misconfigured
from mailroom.inbound.indexing import index_item
from mailroom.records.customer_batch import ImportSummary
from mailroom.records.customer_import import import_cases, import_customers
from mailroom.records.customers import all_facts, facts_of, find_candidates
from mailroom.records.models import Consent, ContactPoint, Customer, CustomerAddress, CustomerReference
from mailroom.records.recipients import recipients
from mailroom.values.confirmed_fact import FactSource
from tests.inbound.reading import item_of
from tests.inbound.test_matching import LANGUAGE, REFERENCES

pytestmark = pytest.mark.django_db

CONFIG: CustomersConfig = load_customers_config(example_site())
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
ADA = {
    "customer_id": "C1", "title": "Mrs", "first_name": "Ada", "last_name": "Penrose", "date_of_birth": "1944-02-01",
    "email": "Ada@post.example", "phone": "07221 900100", "nino": "JG103759A", "address_line1": "14 Tinkers Lane",
    "town": "Harnsea", "postcode": "wx73pq", "council_tax_account": "51234567", "preferred_channel": "post",
    "consent_date": "2025-01-05",
}  # fmt: skip
IVY = {"customer_id": "C2", "first_name": "Ivy", "last_name": "Trask"}


def bring_in(folder: Path, *rows: dict[str, str], now: dt.datetime = NOW) -> ImportSummary:
    path = folder / "customers.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, CONFIG.columns.headings)
        writer.writeheader()
        writer.writerows(rows)
    return import_customers(path, CONFIG, now)


def test_a_bad_row_is_named_by_its_line_and_column_and_the_others_come_in(tmp_path: Path) -> None:
    bad = {**IVY, "customer_id": "C3", "date_of_birth": "31/02/1960"}
    nameless = {**IVY, "customer_id": "C4", "last_name": ""}
    found = bring_in(tmp_path, ADA, bad, IVY, nameless, {**ADA, "email": "other@post.example"})
    assert (found.created, found.skipped) == (2, 3)
    assert [(p.line, p.column) for p in found.problems] == [
        (3, "date_of_birth"), (5, "last_name"), (6, "customer_id"),
    ]  # fmt: skip
    assert not any("1960" in p.problem for p in found.problems), "contents are personal"


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    bring_in(tmp_path, ADA, IVY)
    before = facts_of(["C1", "C2"])
    again = bring_in(tmp_path, ADA, IVY)
    assert (again.created, again.updated, again.unchanged, again.consents) == (0, 0, 2, 0)
    assert facts_of(["C1", "C2"]) == before


def test_a_move_a_marriage_and_a_new_number_are_added_and_nothing_known_is_lost(tmp_path: Path) -> None:
    bring_in(tmp_path, ADA)
    changed = {
        **ADA, "last_name": "Lovell", "address_line1": "2 Gannet Row", "postcode": "WX9 1AB", "phone": "",
        "email": "ada.lovell@post.example", "nino": "", "rent_account": "7008249174",
    }  # fmt: skip
    summary = bring_in(tmp_path, changed)
    (ada,) = facts_of(["C1"])
    assert (summary.moved, summary.renamed) == (1, 1)
    assert (ada.last_name, ada.former_last_names, ada.nino) == ("Lovell", ("Penrose",), "JG103759A")
    assert [(a.address.postcode, a.current) for a in ada.addresses] == [("WX9 1AB", True), ("WX7 3PQ", False)]
    assert set(ada.emails) == {"ada@post.example", "ada.lovell@post.example"}
    assert ada.phones == ("07221900100",)
    assert set(ada.references) == {("council_tax", "51234567"), ("rent", "7008249174")}


def test_a_choice_is_recorded_once_with_its_day_and_a_new_one_beside_it(tmp_path: Path) -> None:
    bring_in(tmp_path, ADA)
    bring_in(tmp_path, ADA)
    bring_in(tmp_path, {**ADA, "preferred_channel": "email", "consent_date": "2026-02-01"})
    assert list(Consent.objects.order_by("given_at").values_list("choice", flat=True)) == ["post", "email"]


def test_a_file_that_still_has_the_address_somebody_told_us_they_left_does_not_send_letters_back_there(
    tmp_path: Path,
) -> None:
    bring_in(tmp_path, ADA)
    CustomerAddress.objects.update(current=False)
    CustomerAddress(customer_id="C1", lines=["2 Gannet Row"], postcode="WX9 1AB", source=FactSource.ITEM).save()

    def lives_at() -> list[str]:
        return [a.address.postcode for a in facts_of(["C1"])[0].addresses if a.current]

    rewritten = {**ADA, "address_line1": "14, Tinkers La."}
    for stale in (ADA, rewritten):
        summary = bring_in(tmp_path, stale)
        assert (lives_at(), summary.kept, summary.moved) == (["WX9 1AB"], 1, 0)
    told = {**ADA, "address_line1": "2 Gannet Row", "postcode": "WX9 1AB"}
    assert (bring_in(tmp_path, told).kept, lives_at()) == (0, ["WX9 1AB"])
    elsewhere = {**ADA, "address_line1": "7 Quay Road", "postcode": "WX2 4AB"}
    assert (bring_in(tmp_path, elsewhere).moved, lives_at()) == (1, ["WX2 4AB"]), "a third address is news"


def test_a_file_does_not_prove_again_the_mailbox_somebody_told_us_they_left(tmp_path: Path) -> None:
    proven = {**ADA, "email_verified": "1"}
    bring_in(tmp_path, proven)
    ContactPoint.objects.filter(kind="email").update(verified_at=None)
    ContactPoint.objects.create(customer_id="C1", kind="email", value="new@post.example", source=FactSource.CLERK)
    bring_in(tmp_path, proven)
    bring_in(tmp_path, {**proven, "email": "third@post.example"})
    assert not ContactPoint.objects.filter(kind="email").exclude(verified_at=None).exists()


def test_email_without_a_day_of_consent_is_no_consent_and_is_counted(tmp_path: Path) -> None:
    undated = {**ADA, "preferred_channel": "email", "consent_date": ""}
    summary = bring_in(tmp_path, undated, {**IVY, "preferred_channel": "post"})
    assert (summary.undated, summary.skipped) == (1, 0)
    assert list(Consent.objects.values_list("customer", "choice")) == [("C2", "post")]
    dated = bring_in(tmp_path, {**undated, "consent_date": "2026-02-01"})
    assert (dated.undated, dated.consents) == (0, 1)


def test_what_decides_how_letters_go_comes_in_and_an_empty_cell_takes_nothing_back(tmp_path: Path) -> None:
    known = {
        **ADA, "deceased_date": "2026-02-01", "vulnerable": "yes", "accessible_format": "Large print",
        "former_last_name": "Lovell", "previous_address": "3 Quay Road, Harnsea, WX2 4AB", "email_verified": "1",
    }  # fmt: skip
    bring_in(tmp_path, known)
    bring_in(tmp_path, {**ADA, "email": "", "vulnerable": "yes"})
    ada = recipients(["C1"])["C1"]
    assert (ada.deceased, ada.vulnerable, ada.accessible_format) == (True, True, "large print")
    assert [(e.address, e.verified) for e in ada.emails] == [("ada@post.example", True)]
    assert {(p.postcode, p.current) for p in ada.places} == {("WX7 3PQ", True), ("WX2 4AB", False)}
    assert facts_of(["C1"])[0].former_last_names == ("Lovell",)
    bring_in(tmp_path, {**IVY, "email": "ivy@post.example", "email_verified": "0"})
    assert not recipients(["C2"])["C2"].emails[0].verified


def test_cases_lead_to_their_customers_and_those_of_nobody_are_reported(tmp_path: Path) -> None:
    summary = bring_in(tmp_path, ADA)
    path = tmp_path / "cases.csv"
    path.write_text("ref_type,reference,customer_id\npcn,WX00448111,C1\npcn,WX00448112,C9\n")
    import_cases(path, CONFIG, summary)
    assert CustomerReference.objects.filter(type="pcn").count() == 1
    assert [(p.line, p.problem) for p in summary.problems] == [(3, "is no customer on record")]


def test_a_file_without_a_wanted_column_is_refused_before_anything_changes(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("customer_id,last_name\nC1,Penrose\n")
    with pytest.raises(Misconfigured, match=r"config/customers\.toml"):
        import_customers(path, CONFIG, NOW)
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "account 51234567 of the council tax",
        "council tax account S1234567",
        "ring me on 07221 900 100",
        "write to ada@post.example",
        "my NI number is JG 10 37 59 A",
        "14 Tinkers Lane\nHarnsea\nWX7 3PQ\nDear Sir",
        "I live at 14 Tinkers Lane, Harnsea and the gate is broken",
        "Ada Penrose\nDate of birth: 1 February 1944",
    ],
    ids=["reference", "misread reference", "phone", "email", "nino", "address", "no postcode", "name and birthday"],
)
def test_every_lead_on_an_item_finds_the_customer(tmp_path: Path, text: str) -> None:
    bring_in(tmp_path, ADA, IVY)
    assert [c.customer_id for c in find_candidates(index_item(item_of(text), REFERENCES, LANGUAGE))] == ["C1"]


def test_everyone_in_bulk_is_everyone_one_by_one_but_merged_records(tmp_path: Path) -> None:
    bring_in(tmp_path, ADA, *({**IVY, "customer_id": f"D{n}", "rent_account": f"70{n}"} for n in range(5)))
    Customer.objects.filter(pk="D3").update(merged_into="D2")
    kept = ["C1", "D0", "D1", "D2", "D4"]
    for chunk in (1, 2, 5000):
        assert list(all_facts(chunk)) == list(facts_of(kept))


def test_a_reference_too_long_for_the_record_is_a_bad_cell_not_the_end_of_the_import(tmp_path: Path) -> None:
    found = bring_in(tmp_path, {**ADA, "rent_account": "7" * 61}, IVY)
    assert (found.created, [(p.line, p.column) for p in found.problems]) == (1, [(2, "rent_account")])


def test_a_row_with_too_few_or_too_many_cells_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    headings = [*CONFIG.columns.headings]
    row = dict.fromkeys(headings, "") | {"customer_id": "C1", "last_name": "Penrose"}
    short = ",".join(row[h] for h in headings).rstrip(",")
    long = ",".join({**row, "customer_id": "C2"}[h] for h in headings) + ",one,too,many"
    path.write_text(f"{','.join(headings)}\n\n{short}\n   ,\n{long}\n")
    found = import_customers(path, CONFIG, NOW)
    assert (found.rows, found.created, found.skipped) == (2, 2, 0)


def test_a_move_back_makes_the_old_address_current_again_without_a_third(tmp_path: Path) -> None:
    moved = {**ADA, "address_line1": "2 Gannet Row", "postcode": "WX9 1AB"}
    for row in (ADA, moved, ADA):
        bring_in(tmp_path, row)
    (ada,) = facts_of(["C1"])
    assert [(a.address.postcode, a.current) for a in ada.addresses] == [("WX7 3PQ", True), ("WX9 1AB", False)]
