"""Our own reply codes: they route the answer and find its writer, and never against what the letter itself says."""

from __future__ import annotations

import datetime as dt
import io

import numpy as np
import pytest
import segno
from PIL import Image

from mailroom.gateways.barcode import barcodes_on
from mailroom.inbound.reply_codes_found import matched_by_code, reply_codes_on, sorted_by_code
from mailroom.records.answered_letters import letter_answered, note_answer
from mailroom.records.models import Batch, Customer, Item, Letter, Mailing, ReplyCode
from mailroom.values.answered_letter import AnsweredLetter
from mailroom.values.confidence import CERTAIN, NO_IDEA, Confidence
from mailroom.values.decisions import Classification, CustomerMatch, ItemPages, MatchCandidate, MatchOutcome
from mailroom.values.geometry import Box
from mailroom.values.index_fields import FoundName, IndexFields, NameRole, Place
from mailroom.values.page import PageKind, PageReading, Word
from mailroom.values.person_name import PersonName
from mailroom.values.reply_code import make_reply_code, printed

CODE = make_reply_code(b"\x01\x02\x03\x04\x05\x06")
ANSWERED = AnsweredLetter(CODE, "L00000042", "council_tax", "C100")


def item(text: str = "", qr: str = "") -> ItemPages:
    words = tuple(Word(w, Box(0.1, 0.1, 0.2, 0.2), Confidence(0.9), 0) for w in text.split())
    codes = barcodes_on(_picture(qr)) if qr else ()
    return ItemPages(1, (PageReading(1, PageKind.ITEM, 595, 842, words=words, barcodes=codes),), CERTAIN)


def _picture(content: str) -> np.ndarray:
    made = io.BytesIO()
    segno.make(content, error="m").save(made, kind="png", scale=6, border=4)
    return np.asarray(Image.open(made).convert("L"))


def classified(service: str, sure: bool) -> Classification:
    ranked = ((service, Confidence(0.7)), ("council_tax", Confidence(0.2)))
    return Classification(service, Confidence(0.7), sure, ("wording like 'bin'",), "waste", (), "letter", (), ranked)


def match(outcome: MatchOutcome, customer: str = "", *candidates: str) -> CustomerMatch:
    listed = tuple(MatchCandidate(c, Confidence(0.4)) for c in candidates)
    return CustomerMatch(outcome, customer, NO_IDEA, ("why",), listed)


def named() -> IndexFields:
    name = FoundName(PersonName("Oakes", ("Ann",)), NameRole.SIGNATURE, Place(1, None), Confidence(0.9))
    return IndexFields(names=(name,))


def test_a_code_is_read_from_its_qr_and_from_print_and_a_damaged_one_is_no_code() -> None:
    assert reply_codes_on(item(qr=f"https://mailroom.wexmere.example/r/{CODE}")) == (CODE,)
    assert reply_codes_on(item(f"please quote {printed(CODE)} thank you")) == (CODE,)
    wrong = printed(CODE)[:-1] + ("A" if printed(CODE)[-1] != "A" else "B")
    assert reply_codes_on(item(f"quote {wrong}", qr="https://example.org/parcel/123")) == ()


def test_the_code_decides_where_the_words_do_not_and_confirms_where_they_agree() -> None:
    unsure = sorted_by_code(classified("waste", sure=False), ANSWERED)
    assert (unsure.service, unsure.sure, unsure.runner_up) == ("council_tax", True, "waste")
    assert "L00000042" in unsure.reasons[0]
    agreed = sorted_by_code(classified("council_tax", sure=False), ANSWERED)
    assert (agreed.service, agreed.sure) == ("council_tax", True)


def test_words_that_surely_belong_to_another_service_make_it_a_matter_for_a_person() -> None:
    found = sorted_by_code(classified("waste", sure=True), ANSWERED)
    assert not found.sure
    assert "council_tax" in found.reasons[0]


def test_the_writer_is_the_reader_of_our_letter_when_nobody_else_is_named() -> None:
    assert matched_by_code(match(MatchOutcome.NOBODY), IndexFields(), ANSWERED).customer_id == "C100"
    assert matched_by_code(match(MatchOutcome.SEVERAL, "", "C7", "C100"), named(), ANSWERED).customer_id == "C100"


@pytest.mark.parametrize("found", [match(MatchOutcome.ONE, "C7", "C7"), match(MatchOutcome.NOBODY)])
def test_a_letter_that_names_somebody_else_is_never_attached_by_its_code(found: CustomerMatch) -> None:
    decided = matched_by_code(found, named(), ANSWERED)
    assert (decided.outcome, decided.customer_id) == (MatchOutcome.SEVERAL, "")
    assert decided.candidates[0].customer_id == "C100"


@pytest.mark.django_db
def test_the_letter_is_found_by_its_code_and_the_first_answer_is_kept() -> None:
    customer = Customer.objects.create(id="C100", last_name="Oakes")
    mailing = Mailing.objects.create(
        service="council_tax", document_class="council_tax_bill", source="web", submitted_at=dt.datetime.now(dt.UTC)
    )
    letter = Letter.objects.create(mailing=mailing, position=1, customer=customer, matched=True)
    ReplyCode.objects.create(code=CODE, letter=letter)
    answered = letter_answered(["0000000000", CODE])
    assert answered == AnsweredLetter(CODE, letter.number, "council_tax", "C100")
    batch = Batch.objects.create(original="0" * 64, filename="a.pdf", source="upload", received=dt.date(2026, 11, 24))
    first, second = (
        Item.objects.create(batch=batch, position=n, first_page=n, last_page=n, received=batch.received) for n in (1, 2)
    )
    note_answer(first, answered)
    note_answer(second, answered)
    assert ReplyCode.objects.get(code=CODE).answered_by == first


@pytest.mark.django_db
def test_a_letter_whose_reader_was_in_doubt_gives_its_service_only() -> None:
    mailing = Mailing.objects.create(
        service="waste", document_class="general", source="web", submitted_at=dt.datetime.now(dt.UTC)
    )
    letter = Letter.objects.create(
        mailing=mailing, position=1, customer=Customer.objects.create(id="C5", last_name="X"), matched=False
    )
    ReplyCode.objects.create(code=CODE, letter=letter)
    answered = letter_answered([CODE])
    assert answered is not None
    assert (answered.service, answered.customer_id) == ("waste", "")
