"""Leaflets, forms and statements that go with letters: checked, printed behind them, attached to their emails."""

from __future__ import annotations

import dataclasses
import io
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest

from mailroom.config.document_classes import AttachmentsOn, EmailCarries
from mailroom.config.letter_templates import TemplateSource
from mailroom.errors import Misconfigured
from mailroom.gateways.letter_pdf import read_letters
from mailroom.gateways.mail_server import AnyAddress, SmtpMail
from mailroom.outbound.letter_template import read_template
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps import print_runs as runs
from mailroom.outbound.steps.compose import whole_pdf
from mailroom.outbound.steps.compose_run import compose_run
from mailroom.outbound.steps.email import compose_letter_email
from mailroom.outbound.steps.given_files import NotAPdf
from mailroom.outbound.steps.resend import email_instead
from mailroom.outbound.steps.single import Single, submit_single
from mailroom.outbound.steps.submit import Handover, KeyReused, SameName
from mailroom.records.models import Attachment, Letter, LetterStatus, Mailing, MailingStatus, PrintRun
from mailroom.values.attachment import GivenFile
from tests.gateways.letters import PRINTING
from tests.gateways.mail_server.conftest import plain, serving
from tests.outbound import print_floor
from tests.outbound.leaflets import given, leaflet, picture
from tests.outbound.lines import decided, handed_in, run_line
from tests.outbound.machines import with_class
from tests.outbound.people import HEAD, customer, emailable, row, spreadsheet

pytestmark = pytest.mark.django_db
WITH_FILES = (*HEAD, "attachment")


def _floor(machines: OutboundMachines, folder: Path) -> PrintMachines:
    return print_floor.machines(
        folder,
        store=machines.store,
        clock=machines.clock,
        compose=partial(compose_run, machines),
        classes=machines.classes,
    )


def _built(machines: OutboundMachines, folder: Path) -> tuple[PrintMachines, PrintRun]:
    floor = _floor(machines, folder)
    run = runs.build_run(floor, floor.clock(), "robin")
    assert run is not None
    return floor, run


def _sides(floor: PrintMachines, run: PrintRun, letter: Letter) -> list[str]:
    """The words on each side of a letter's envelope, '' for an empty back."""
    letter.refresh_from_db()
    piece = letter.mailpiece
    assert piece is not None
    with floor.store.path_for_reading(run.outputs[piece.file]) as path:
        first = (piece.first_sheet - 1) * (2 if piece.duplex else 1) + 1
        return [page.text for page in read_letters(path, PRINTING.window, first, piece.sheets * 2)]


def _refused(machines: OutboundMachines, path: Path, *files: GivenFile, **said: Any) -> list[dict[str, Any]]:
    mailing = handed_in(machines, path, files=files, **said)
    assert mailing.status == MailingStatus.REFUSED
    assert not Letter.objects.exists()
    return list(mailing.problems)


def _named(folder: Path, *rows: tuple[str, ...]) -> Path:
    return spreadsheet(folder, *rows, head=WITH_FILES)


def test_a_leaflet_for_everybody_and_a_statement_of_ones_own_follow_each_letter_on_marked_sheets(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    people = [customer("C1"), customer("C2", "Ben")]
    guide = given(machines, leaflet(tmp_path, "guide.pdf", ["How to pay"], ["Where to ask"], ["In your language"]))
    own = given(
        machines,
        leaflet(tmp_path, "one.pdf", ["Statement of Ms Ada Thornbury"]),
        leaflet(tmp_path, "two.pdf", ["Statement of Ms Ben Thornbury"]),
        everybody=False,
    )
    path = _named(tmp_path, (*row(people[0]), "One.PDF"), (*row(people[1]), "two.pdf"))
    mailing = run_line(machines, handed_in(machines, path, files=(*guide, *own)))
    floor, run = _built(machines, tmp_path)
    for letter, name in zip(mailing.letters.order_by("position"), ("Ada", "Ben"), strict=True):
        sides = _sides(floor, run, letter)
        assert len(sides) == 8  # letter, guide on two sheets, statement: every one begins on a new sheet
        wanted = {0: "Your new bin", 2: "How to pay", 3: "Where to ask"}
        assert all(words in sides[n] for n, words in wanted.items())
        assert sides[1].strip() == sides[5].strip() == sides[7].strip() == ""
        assert "In your language" in sides[4]
        assert f"Statement of Ms {name} Thornbury" in sides[6]
        assert letter.attached_pages == 4
        assert letter.mailpiece is not None
        assert letter.mailpiece.sheets == 4
        assert letter.mailpiece.pages == 5
    assert run.sheet_count == 8
    sheet, envelope = 90 / 16, PRINTING.envelope[0].weight_grams
    assert run.weight_grams == pytest.approx(2 * (envelope + 4 * sheet), abs=0.3)


def test_every_sheet_of_a_letter_with_attachments_has_a_mark_that_is_read_back(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    guide = given(machines, leaflet(tmp_path, "guide.pdf", *[[f"Page {n} of the guide"] for n in range(1, 4)]))
    rows = [row(customer(f"C{n}", "Ada", f"Thorn{'abcdefgh'[n]}")) for n in range(1, 6)]
    run_line(machines, handed_in(machines, spreadsheet(tmp_path, *rows), files=guide))
    floor, run = _built(machines, tmp_path)
    (name,) = [file.name for file in runs.files_of(run)]
    with floor.store.path_for_reading(run.outputs[name]) as path:
        marks = [found for page in floor.read_marks(path) for found in page]
    assert len(set(marks)) == run.sheet_count == 15
    assert runs.balance_of(run).expected_pieces == 5


@pytest.mark.parametrize(
    ("where", "duplex", "sheets"),
    [
        (AttachmentsOn.NEW_SHEET, True, 3),
        (AttachmentsOn.NEXT_PAGE, True, 2),
        (AttachmentsOn.NEW_SHEET, False, 3),
        (AttachmentsOn.NEXT_PAGE, False, 3),
    ],
)
def test_attachments_begin_where_the_class_says(
    machines: OutboundMachines, tmp_path: Path, where: AttachmentsOn, duplex: bool, sheets: int
) -> None:
    kind = with_class(machines, "general_letter", attachments=where, duplex=duplex)
    files = given(kind, leaflet(tmp_path, "a.pdf", ["First leaflet"]), leaflet(tmp_path, "b.pdf", ["Second leaflet"]))
    mailing = run_line(kind, handed_in(kind, spreadsheet(tmp_path, row(customer("C1"))), files=files))
    floor, run = _built(kind, tmp_path)
    letter = mailing.letters.get()
    words = " ".join(_sides(floor, run, letter))
    assert words.index("Your new bin") < words.index("First leaflet") < words.index("Second leaflet")
    assert run.sheet_count == sheets


def test_a_statement_with_somebody_elses_papers_in_it_stops_the_mailing(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    people = [customer("C1"), customer("C2", "Ben", "Oakes")]
    swapped = given(
        machines,
        leaflet(tmp_path, "one.pdf", ["Your statement"], ["Account of Mr Ben Oakes"]),
        leaflet(tmp_path, "two.pdf", ["Your statement, Mr Ben Oakes"]),
        everybody=False,
    )
    rows = [(*row(people[0]), "one.pdf"), (*row(people[1]), "two.pdf")]
    (problem,) = (p for p in _refused(machines, _named(tmp_path, *rows), *swapped) if not p["warning"])
    assert (problem["code"], problem["row"], problem["column"]) == ("other_person", 2, "attachment")
    assert (problem["file"], problem["page"]) == ("one.pdf", 2)
    assert "Oakes" not in problem["message"]


@pytest.mark.parametrize("everybody", [True, False])
def test_what_several_readers_get_may_carry_none_of_their_names(
    machines: OutboundMachines, tmp_path: Path, everybody: bool
) -> None:
    people = [customer("C1"), customer("C2", "Ben", "Oakes")]
    shared = given(machines, leaflet(tmp_path, "form.pdf", ["For Ms Ada Thornbury"]), everybody=everybody)
    cell = "" if everybody else "form.pdf"
    (problem,) = _refused(machines, _named(tmp_path, *((*row(p), cell) for p in people)), *shared)
    assert (problem["code"], problem["file"], problem["page"]) == ("other_person", "form.pdf", 1)


def test_a_file_of_one_row_that_does_not_name_its_reader_is_pointed_out(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    people = [customer("C1"), customer("C2", "Ben", "Oakes")]
    theirs = leaflet(tmp_path, "one.pdf", ["Statement of MS  Ada Thornbury"])
    strangers = leaflet(tmp_path, "two.pdf", ["Statement of Mr Cai Brindle, who is not in this mailing"])
    path = _named(tmp_path, (*row(people[0]), "one.pdf"), (*row(people[1]), "two.pdf"))
    mailing = handed_in(machines, path, files=given(machines, theirs, strangers, everybody=False))
    assert mailing.status == MailingStatus.READY
    assert [(p["code"], p["file"], p["row"], p["warning"]) for p in mailing.problems] == [
        ("names_nobody", "two.pdf", 3, True)
    ]


def test_a_leaflet_with_the_councils_own_postcode_is_nobodys(machines: OutboundMachines, tmp_path: Path) -> None:
    guide = given(machines, leaflet(tmp_path, "guide.pdf", ["Civic Offices, Stokeley"]))
    assert handed_in(machines, spreadsheet(tmp_path, row(customer())), files=guide).status == MailingStatus.READY


def test_a_row_that_names_a_file_nobody_handed_in_is_refused_and_an_unnamed_file_is_told(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    spare = given(machines, leaflet(tmp_path, "spare.pdf", ["A form"]), everybody=False)
    problems = _refused(machines, _named(tmp_path, (*row(customer("C1")), "gone.pdf")), *spare)
    assert [(p["code"], p["row"], p.get("warning", False)) for p in problems] == [
        ("attachment_missing", 2, False),
        ("file_unused", 0, True),
    ]


def test_pages_of_attachments_are_measured_like_any_later_page(machines: OutboundMachines, tmp_path: Path) -> None:
    margin = leaflet(tmp_path, "margin.pdf", ["Good words"], ["Words in the margin"], left=8)
    problems = _refused(machines, spreadsheet(tmp_path, row(customer())), *given(machines, margin))
    outside = [p for p in problems if p["code"] == "outside"]
    assert {(p["file"], p["page"]) for p in outside} == {("margin.pdf", 1), ("margin.pdf", 2)}
    assert outside[0]["box"][0] < 0.05


def test_files_that_cannot_go_are_refused_with_the_reason(machines: OutboundMachines, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing more")
    path = spreadsheet(tmp_path, row(customer()))
    assert [p["code"] for p in _refused(machines, path, *given(machines, broken))] == ["unreadableletter"]
    thick = leaflet(tmp_path, "thick.pdf", *[["Words"]] * 10)
    files = tuple(dataclasses.replace(f, name=f"{n}.pdf") for n in range(60) for f in given(machines, thick))
    assert "too_thick" in {p["code"] for p in _refused(machines, path, *files, again=True)}
    never = with_class(machines, "general_letter", attachments=AttachmentsOn.NEVER)
    good = given(never, leaflet(tmp_path, "good.pdf", ["Words"]))
    assert [p["code"] for p in _refused(never, path, *good, again=True)] == ["not_allowed"]
    (tmp_path / "words.pdf").write_text("no PDF")
    with pytest.raises(NotAPdf):
        given(machines, tmp_path / "words.pdf")


def test_two_files_of_one_name_are_refused_before_anything_is_recorded(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    one, other = (given(machines, leaflet(tmp_path / d, "same.pdf", [d])) for d in ("one", "other"))
    with pytest.raises(SameName):
        handed_in(machines, spreadsheet(tmp_path, row(customer())), files=(*one, *other))
    assert not Mailing.objects.exists()


def test_the_same_key_with_another_attachment_is_another_request(machines: OutboundMachines, tmp_path: Path) -> None:
    path = spreadsheet(tmp_path, row(customer()))
    first, second = (given(machines, leaflet(tmp_path, f"{n}.pdf", [n])) for n in ("one", "two"))
    made = handed_in(machines, path, files=first, idempotency_key="k")
    assert handed_in(machines, path, files=first, idempotency_key="k") == made
    with pytest.raises(KeyReused):
        handed_in(machines, path, files=second, idempotency_key="k")


def test_a_reader_of_large_print_gets_the_attachments_words_large_and_no_ordinary_print(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    who = customer("C1", accessible_format="large print")
    guide = given(machines, leaflet(tmp_path, "guide.pdf", ["How to pay your bill by post"]))
    mailing = run_line(machines, handed_in(machines, spreadsheet(tmp_path, row(who)), files=guide))
    floor, run = _built(machines, tmp_path)
    letter = mailing.letters.get()
    sides = _sides(floor, run, letter)
    assert any("How to pay your bill by post" in side for side in sides)
    (tmp_path / "whole.pdf").write_bytes(whole_pdf(machines, letter))
    *_, behind = read_letters(tmp_path / "whole.pdf", PRINTING.window)
    assert "How to pay your bill by post" in behind.text
    assert behind.smallest_type >= 16


def test_a_picture_cannot_be_set_large_so_that_letter_is_left_out_and_its_service_told(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    people = [customer("C1", accessible_format="large print"), customer("C2", "Ben")]
    files = given(machines, picture(tmp_path, "map.pdf"))
    run_line(machines, handed_in(machines, spreadsheet(tmp_path, *(row(p) for p in people)), files=files))
    _, run = _built(machines, tmp_path)
    assert run.letter_count == 1
    left_out = Letter.objects.get(position=1)
    assert left_out.status == LetterStatus.FAILED
    assert "large print" in left_out.problem


def test_an_emailed_letter_has_its_attachments_beside_it_on_a_real_mail_server(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    own = given(machines, leaflet(tmp_path, "statement.pdf", ["Statement of Ms Ada Thornbury"]), everybody=False)
    guide = given(machines, leaflet(tmp_path, "guide.pdf", ["How to pay"]))
    path = _named(tmp_path, (*row(emailable("C1")), "statement.pdf"))
    with serving() as post:
        server = SmtpMail(plain(post), AnyAddress())
        sending = dataclasses.replace(machines, mail=server)
        mailing = run_line(sending, handed_in(sending, path, files=(*guide, *own)))
        server.close()
        message = message_from_bytes(post.kept[0], policy=policy.default)
    names = [part.get_filename() for part in message.iter_attachments()]
    assert names == ["letter.pdf", "guide.pdf", "statement.pdf"]
    plain_part = message.get_body(("plain",))
    assert plain_part is not None
    assert "Also attached: guide.pdf, statement.pdf." in plain_part.get_content()
    letter = mailing.letters.get()
    assert letter.status == LetterStatus.EMAILED
    proof = pdfium.PdfDocument(io.BytesIO(machines.store.get(letter.document)))
    assert len(proof) == 3


def test_attachments_of_a_private_letter_lie_behind_its_link_with_it(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    private = with_class(machines, "general_letter", email_carries=EmailCarries.LINK)
    files = given(private, leaflet(tmp_path, "secret-guide.pdf", ["How to pay"]))
    mailing = decided(private, handed_in(private, spreadsheet(tmp_path, row(emailable("C1"))), files=files))
    email, proof = compose_letter_email(private, mailing.letters.get())
    assert email.attachments == ()
    assert "secret-guide" not in email.plain + email.html
    assert len(pdfium.PdfDocument(io.BytesIO(proof))) == 2


def test_what_a_template_brings_goes_with_every_letter_of_it_from_other_systems_too(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    bringing = _with_template_file(machines, "guide.pdf")
    leaflet(machines.attachments, "guide.pdf", ["How to pay"], ["Where to ask"])
    values = {
        "name": "Ms Thornbury", "subject": "Your new bin", "message": "On Tuesday.",
        "address_line_1": "Ms A Thornbury", "address_line_2": "1 Mill Lane", "address_line_3": "WX10 9WU",
    }  # fmt: skip
    api = Handover("general_letter", actor="housing", source="api", template="general_letter")
    letter = submit_single(bringing, Single(values=values), api)
    assert letter.attached_pages == 2
    assert len(pdfium.PdfDocument(io.BytesIO(whole_pdf(bringing, letter)))) == 3
    email = submit_single(bringing, Single(values=values, email="ada@mail.example"), api)
    assert email.attached == []
    mailing = handed_in(bringing, spreadsheet(tmp_path, row(customer("C1"))))
    assert [a.name for a in mailing.attachments.all()] == ["guide.pdf"]
    (machines.attachments / "guide.pdf").unlink()
    with pytest.raises(Misconfigured, match="is missing"):
        submit_single(bringing, Single(values=values), api)


def _with_template_file(machines: OutboundMachines, name: str) -> OutboundMachines:
    source = machines.template("general_letter").source
    head = source.head.model_copy(update={"attachments": (name,)})
    changed = read_template(TemplateSource(source.code, head, source.words, source.version))
    return dataclasses.replace(machines, templates={**machines.templates, "general_letter": changed})


def test_a_reprint_and_a_letter_sent_again_by_email_have_the_attachments_too(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    who = customer("C1")
    guide = given(machines, leaflet(tmp_path, "guide.pdf", ["How to pay"]))
    mailing = run_line(machines, handed_in(machines, spreadsheet(tmp_path, row(who)), files=guide))
    floor, run = _built(machines, tmp_path)
    runs.release_run(floor, run, "robin")
    job = runs.reprint(floor, run, "P1", "robin", "sam", "torn")
    run.refresh_from_db()
    with floor.store.path_for_reading(run.outputs[job.file]) as path:
        assert any("How to pay" in page.text for page in read_letters(path, PRINTING.window))
    letter = mailing.letters.get()
    Letter.objects.filter(pk=letter.pk).update(status=LetterStatus.RETURNED)
    letter.refresh_from_db()
    from tests.outbound.people import chose, mailbox

    chose(who)
    mailbox(who)
    assert email_instead(machines, letter)
    again = mailing.letters.exclude(pk=letter.pk).get()
    assert again.attached == letter.attached == [Attachment.objects.get().pk]


def test_a_pdf_with_many_letters_takes_attachments_for_all_of_them(machines: OutboundMachines, tmp_path: Path) -> None:
    from tests.gateways.letters import letter as sample
    from tests.gateways.letters import set_all

    one_page = with_class(machines, "legacy_print", reference="")
    set_all(tmp_path / "old.pdf", sample(0, "general_letter"), sample(1, "general_letter"))
    guide = given(one_page, leaflet(tmp_path, "guide.pdf", ["How to pay"]))
    mailing = handed_in(one_page, tmp_path / "old.pdf", "legacy_print", files=guide)
    assert (mailing.status, mailing.problems) == (MailingStatus.READY, [])
    assert [x.attached_pages for x in mailing.letters.all()] == [1, 1]
    theirs = given(one_page, leaflet(tmp_path, "x.pdf", ["For Mr David Howard"]))
    refused = handed_in(one_page, tmp_path / "old.pdf", "legacy_print", files=theirs, again=True)
    assert [p["code"] for p in refused.problems] == ["other_person"]
