"""Our own reply codes: they route the answer and find its writer, and never against what the letter itself says."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
import segno
from PIL import Image

from mailroom.config.site import load_site
from mailroom.inbound import matching
from mailroom.inbound.indexing import index_item
from mailroom.inbound.matching import objections_to
from mailroom.inbound.reply_codes_found import matched_by_code, reply_codes_on, sorted_by_code
from mailroom.records.answered_letters import letter_answered, note_answer
from mailroom.records.models import Batch, Customer, Item, Letter, LetterStatus, Mailing, PrintRun, ReplyCode
from mailroom.values.answered_letter import AnsweredLetter
from mailroom.values.confidence import CERTAIN, Confidence
from mailroom.values.customer_facts import CustomerFacts
from mailroom.values.decisions import Classification, CustomerMatch, ItemPages, MatchOutcome
from mailroom.values.geometry import Box
from mailroom.values.page import PageKind, PageReading, Word
from mailroom.values.reply_code import make_reply_code, printed
from mailroom.wiring.inbound import Knowledge
from tests.gateways import letters
from tests.inbound.reading import codes_on, item_of
from tests.inbound.test_matching import ADA, FATHER, HEAD, KNOWLEDGE, LANGUAGE, LIKENESS, OTHER, REFERENCES, SON
from tests.outbound import people as on_record

CODE = make_reply_code(b"\x01\x02\x03\x04\x05\x06")
ANSWERED = AnsweredLetter(CODE, "L00000042", "council_tax", "C100")


def item(text: str = "", qr: str = "") -> ItemPages:
    words = tuple(Word(w, Box(0.1, 0.1, 0.2, 0.2), Confidence(0.9), 0) for w in text.split())
    codes = codes_on(_picture(qr)) if qr else ()
    return ItemPages(1, (PageReading(1, PageKind.ITEM, 595, 842, words=words, barcodes=codes),), CERTAIN)


def _picture(content: str) -> np.ndarray:
    made = io.BytesIO()
    segno.make(content, error="m").save(made, kind="png", scale=6, border=4)
    return np.asarray(Image.open(made).convert("L"))


def classified(service: str, sure: bool) -> Classification:
    ranked = ((service, Confidence(0.7)), ("council_tax", Confidence(0.2)))
    return Classification(service, Confidence(0.7), sure, ("wording like 'bin'",), "waste", (), "letter", (), ranked)


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


def by_code(text: str, to: str, *people: CustomerFacts) -> CustomerMatch:
    """What the real matching station and its rules make of a letter that carries the code of a letter to `to`."""
    fields = index_item(item_of(text), REFERENCES, LANGUAGE)
    against = objections_to(to, fields, people, LIKENESS, KNOWLEDGE)
    found = matching.match(fields, people, LIKENESS, KNOWLEDGE)
    return matched_by_code(found, replace(ANSWERED, customer_id=to), against)


@pytest.mark.parametrize(
    ("text", "to", "people"),
    [
        ("The gate is broken, please mend it.", "C1", (ADA,)),
        (HEAD + "The gate is broken.\nYours faithfully\nGeorge Penrose", "C2", (FATHER, SON)),
        ("Dear Sir\nThe gate is broken.\nYours faithfully\nAda Penrose", "C1", (ADA,)),
    ],
    ids=["no name", "father or son", "only a name"],
)
def test_the_code_says_which_of_those_who_fit_is_meant(text: str, to: str, people: tuple[CustomerFacts, ...]) -> None:
    decided = by_code(text, to, *people)
    assert (decided.outcome, decided.customer_id) == (MatchOutcome.ONE, to)
    assert "L00000042" in decided.reasons[0]


@pytest.mark.parametrize(
    ("text", "to", "people"),
    [
        (HEAD + "The gate is broken.\nYours faithfully\nGeorge Penrose", "C1", (ADA,)),
        (HEAD + "The gate is broken.\nYours faithfully\nGeorge Penrose", "C1", (ADA, FATHER)),
        (HEAD + "Date of birth: 2 June 1966\nYours faithfully\nGeorge Penrose", "C2", (FATHER,)),
        ("Council tax account 51234567\nYours faithfully\nIvy Trask", "C1", (ADA,)),
        ("The gate is broken.\nYours faithfully\nIvy Trask", "C1", (ADA,)),
        (HEAD + "Yours faithfully\nAda Penrose", "C1", (replace(ADA, deceased=True),)),
        (
            "Ivy Trask\n2 Gannet Row\nStokeley\nWX9 1AB\n\nRent account 7008249174\nI care for Mrs Ada Penrose of "
            "14 Tinkers Lane, Harnsea,\nWX7 3PQ, council tax account 51234567.\nYours sincerely\nIvy Trask",
            "C1",
            (ADA, OTHER),
        ),
        (HEAD + "Yours faithfully\nAda Penrose", "C7", (ADA,)),
    ],
    ids=["husband", "husband on record", "birthday", "her account", "stranger", "dead", "carer", "no longer on record"],
)
def test_what_the_matching_rules_object_to_is_never_attached_by_a_code(
    text: str, to: str, people: tuple[CustomerFacts, ...]
) -> None:
    decided = by_code(text, to, *people)
    assert (decided.outcome, decided.customer_id) == (MatchOutcome.SEVERAL, "")
    assert decided.candidates[0].customer_id == to
    assert "L00000042" in decided.reasons[0]


@pytest.mark.django_db
@pytest.mark.parametrize("dpi", [200, 300])
def test_a_letter_the_typesetter_drew_is_known_again_when_it_comes_back_scanned(tmp_path: Path, dpi: int) -> None:
    drawn = letters.letter(0)
    letters.set_all(tmp_path / "letter.pdf", drawn)
    with pdfium.PdfDocument(tmp_path / "letter.pdf") as pdf:
        scans = [page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L") for page in pdf]
    askew = [np.asarray(scan.rotate(180.7, fillcolor=255)) for scan in scans]
    pages = tuple(PageReading(n, PageKind.ITEM, 595, 842, barcodes=codes_on(x)) for n, x in enumerate(askew, 1))
    assert reply_codes_on(ItemPages(1, pages, CERTAIN)) == (drawn.reply_code,)


def _letter_to(customer: Customer, code: str, service: str = "council_tax") -> Letter:
    mailing = Mailing.objects.create(
        service=service, document_class="council_tax_bill", source="web", submitted_at=dt.datetime.now(dt.UTC)
    )
    letter = Letter.objects.create(mailing=mailing, position=1, customer=customer, matched=True, status="posted")
    ReplyCode.objects.create(code=code, letter=letter)
    return letter


@pytest.mark.django_db
@pytest.mark.parametrize(("signed", "customer"), [("", "C1"), ("George Thornbury", ""), ("Ada Thornbury", "C1")])
def test_the_sites_own_stations_hold_the_name_on_the_item_against_the_reader_on_record(
    tmp_path: Path, signed: str, customer: str
) -> None:
    _letter_to(on_record.customer("C1"), CODE)
    stations = Knowledge(load_site(), tmp_path)._stations
    sorted_out = replace(stations, classify=lambda item, fields: classified("council_tax", sure=True))
    signature = f"Yours faithfully\n\n{signed}" if signed else ""
    text = f"1 Mill Lane\nStokeley\nWX10 9WU\n\nAbout {printed(CODE)}: stop it please.\n{signature}"
    understood = sorted_out.understand(item_of(text), dt.date(2026, 11, 24))
    assert understood.match.customer_id == customer
    held = "customer_is_in_doubt" in understood.decision.rules
    assert held is not bool(customer)


@pytest.mark.django_db
def test_a_letter_to_a_record_merged_since_leads_to_the_record_that_was_kept() -> None:
    last = Customer.objects.create(id="C3", last_name="Oakes")
    kept = Customer.objects.create(id="C2", last_name="Oakes", merged_into=last)
    _letter_to(Customer.objects.create(id="C1", last_name="Oakes", merged_into=kept), CODE)
    answered = letter_answered([CODE])
    assert answered is not None
    assert answered.customer_id == "C3"


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, -1])
def test_codes_of_two_readers_settle_nobody_and_of_two_services_nothing(turn: int) -> None:
    codes = [CODE, make_reply_code(b"abcdef"), make_reply_code(b"ghijkl")]
    one, other = (Customer.objects.create(id=i, last_name="Oakes") for i in ("C1", "C2"))
    _letter_to(one, codes[0])
    _letter_to(other, codes[1])
    _letter_to(one, codes[2], "waste")
    two_readers = letter_answered(codes[:2][::turn])
    assert two_readers is not None
    assert (two_readers.service, two_readers.customer_id) == ("council_tax", "")
    assert letter_answered([codes[0], codes[2]][::turn]) is None


@pytest.mark.django_db
def test_the_letter_is_found_by_its_code_and_the_first_answer_is_kept() -> None:
    customer = Customer.objects.create(id="C100", last_name="Oakes")
    mailing = Mailing.objects.create(
        service="council_tax", document_class="council_tax_bill", source="web", submitted_at=dt.datetime.now(dt.UTC)
    )
    letter = Letter.objects.create(mailing=mailing, position=1, customer=customer, matched=True, status="posted")
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
        mailing=mailing,
        position=1,
        customer=Customer.objects.create(id="C5", last_name="X"),
        matched=False,
        status="posted",
    )
    ReplyCode.objects.create(code=CODE, letter=letter)
    answered = letter_answered([CODE])
    assert answered is not None
    assert (answered.service, answered.customer_id) == ("waste", "")


@pytest.mark.django_db
@pytest.mark.parametrize("status", [s for s in LetterStatus if s not in ("posted", "returned")])
def test_the_code_of_a_letter_that_never_left_is_evidence_of_nothing(status: str) -> None:
    held = _letter_to(Customer.objects.create(id="C1", last_name="Oakes"), CODE)
    Letter.objects.filter(pk=held.pk).update(status=status)
    sent = make_reply_code(b"abcdef")
    _letter_to(Customer.objects.create(id="C2", last_name="Oakes"), sent, "waste")
    assert letter_answered([CODE]) is None
    found = letter_answered([CODE, sent])
    assert found is not None
    assert (found.service, found.customer_id) == ("waste", "C2")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("run_status", "counts"),
    [("building", False), ("built", False), ("released", True), ("printing", True), ("printed", True)],
)
def test_a_letter_of_an_open_run_may_have_been_answered_once_the_printers_have_it(
    run_status: str, counts: bool
) -> None:
    letter = _letter_to(Customer.objects.create(id="C1", last_name="Oakes"), CODE)
    run = PrintRun.objects.create(cut_off=dt.datetime(2026, 11, 24, 15, tzinfo=dt.UTC), status=run_status)
    Letter.objects.filter(pk=letter.pk).update(status="in_run", print_run=run)
    assert (letter_answered([CODE]) is not None) is counts
