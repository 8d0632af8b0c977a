"""Consents are only ever added: tried in SQL, past every piece of our own code."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from mailroom.records.merging import merge, undo_merge
from mailroom.records.models import Consent, Customer
from tests.outbound.people import chose, customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def consent() -> Consent:
    customer("C2", "Ben", "Oakes")
    return chose(customer("C1"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_consent SET choice = 'post'",
        "UPDATE records_consent SET document_class = 'council_tax_bill'",
        "UPDATE records_consent SET given_at = '2026-11-01 09:00:00+00:00'",
        "UPDATE records_consent SET source = 'item'",
        "UPDATE records_consent SET source_key = 'B000001-01'",
        "UPDATE records_consent SET confirmed_by = 'anna'",
        "UPDATE records_consent SET id = 77",
        "UPDATE records_consent SET customer_id = 'C2'",
        "DELETE FROM records_consent",
        "DELETE FROM records_consent WHERE customer_id = 'C1'",
    ],
)
def test_the_database_changes_and_deletes_no_consent_for_anybody(consent: Consent, statement: str) -> None:
    before = Consent.objects.values().get()
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Consent.objects.values().get() == before


def test_the_table_cannot_be_emptied_at_once(consent: Consent) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the test's own rows, not yet committed, would refuse
        with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
            cursor.execute("TRUNCATE records_consent")
    assert Consent.objects.exists()


def test_a_customer_with_consents_cannot_be_deleted_past_them(consent: Consent) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.get(pk="C1").delete()
    assert Customer.objects.filter(pk="C1").exists()


def test_newer_consents_are_added_as_ever(consent: Consent) -> None:
    chose(consent.customer, "post")
    assert list(Consent.objects.order_by("pk").values_list("choice", flat=True)) == ["email", "post"]


def test_a_consent_follows_its_person_into_a_merged_record_and_back(consent: Consent) -> None:
    one, two = Customer.objects.get(pk="C1"), Customer.objects.get(pk="C2")
    done = merge(two, one, "anna")
    assert Consent.objects.get().customer_id == "C2"
    undo_merge(done, "anna")
    assert Consent.objects.get().customer_id == "C1"
