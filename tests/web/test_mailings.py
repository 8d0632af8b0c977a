"""Mailings from the pages: real steps, real typesetting, plain forms."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2 as pdfium
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from mailroom.outbound.machines import OutboundMachines
from mailroom.records.models import Event, Letter, Mailing
from tests.outbound.leaflets import leaflet
from tests.outbound.lines import run_line
from tests.outbound.machines import with_class
from tests.outbound.people import HEAD, customer, emailable, row
from tests.web.conftest import use_outgoing

pytestmark = pytest.mark.django_db
DOOR = "general_letter:general_letter"


@pytest.fixture
def service(outgoing: OutboundMachines) -> str:
    return outgoing.kind("general_letter").service


@pytest.fixture
def client(signed_in: Callable[..., Client], service: str) -> Client:
    return signed_in("team_member", service)


def sheet(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> SimpleUploadedFile:
    file = io.StringIO()
    csv.writer(file).writerows((head, *rows))
    return SimpleUploadedFile("bins.csv", file.getvalue().encode())


def choose(client: Client, file: SimpleUploadedFile, door: str = DOOR) -> str:
    return str(client.post("/mailings/new/", {"door": door, "file": file}, follow=True).content.decode())


def hand_in(client: Client, **said: str) -> Mailing:
    client.post("/mailings/new/hand-in/", said, follow=True)
    return Mailing.objects.latest("pk")


def act(client: Client, mailing: Mailing, do: str, **said: str) -> str:
    answer = client.post(f"/mailings/{mailing.number}/act/", {"do": do, **said}, follow=True)
    return str(answer.content.decode())


def test_two_bad_rows_are_named_by_row_and_column_and_nothing_can_be_handed_in(client: Client) -> None:
    good = customer("C1")
    page = choose(client, sheet(row(good), row(good, subject=""), row(good, postcode="nowhere", message="Two")))
    assert "What is wrong" in page and "Hand it in" not in page
    assert ">3</td>" in page and ">subject</td>" in page and "The template needs a value here" in page
    assert ">4</td>" in page and ">postcode</td>" in page
    client.post("/mailings/new/hand-in/", {})
    assert {m.status for m in Mailing.objects.all()} <= {"checking", "refused"} and not Letter.objects.exists()


def test_a_letter_is_looked_at_as_paper_and_as_email_before_anything_is_handed_in(client: Client) -> None:
    page = choose(client, sheet(row(customer("C1")), row(customer("C2", "Ben"), message="Yours is on Friday.")))
    assert "2 letters" in page and "Nothing is handed in yet" in page
    shown = client.get("/mailings/new/letters/2/").content.decode()
    assert "Ms Ben Thornbury" in shown and "Yours is on Friday." in shown and "Your new bin" in shown
    assert client.get("/mailings/new/letters/2/1.png").content.startswith(b"\x89PNG")
    answer = client.get("/mailings/new/letters/2/letter.pdf")
    assert answer.content.startswith(b"%PDF") and "attachment" in answer["Content-Disposition"]
    assert "no letter 9" in client.get("/mailings/new/letters/9/", follow=True).content.decode()
    assert not Letter.objects.exists() and not Mailing.objects.exists()


def test_columns_of_other_names_are_matched_by_hand(client: Client) -> None:
    head = tuple("Betreff" if h == "subject" else h for h in HEAD)
    page = choose(client, sheet(row(customer("C1")), head=head))
    assert "Match your columns" in page and "No column" in page and "<option>Betreff</option>" in page
    page = client.post("/mailings/new/columns/", {"field-subject": "Betreff"}, follow=True).content.decode()
    assert "1 letter" in page and "Hand it in" in page


def test_a_mailing_is_handed_in_once_and_shows_how_many_went_which_way_and_why(
    client: Client, outgoing: OutboundMachines
) -> None:
    choose(client, sheet(row(emailable("C1")), row(customer("C2", "Ben")), row(customer("C3", "Cai"))))
    mailing = hand_in(client, title="New bins")
    assert (mailing.title, mailing.status) == ("New bins", "checking")
    assert client.post("/mailings/new/hand-in/", {}).status_code == 302 and Mailing.objects.count() == 1
    run_line(outgoing, mailing)
    run_line(outgoing, mailing)
    page = client.get(f"/mailings/{mailing.number}/").content.decode()
    assert "They did not ask for email" in page and "They asked for email" in page
    assert "Ms Ben Thornbury" in page
    part = client.get(f"/mailings/{mailing.number}/", headers={"X-Fragment": "mailing"}).content.decode()
    assert "<html" not in part
    assert Event.objects.filter(kind="mailing.looked_at").count() == 2  # after handing in, and now
    found = client.get(f"/mailings/{mailing.number}/", {"show": "waiting", "q": "Cai"}).content.decode()
    assert "Ms Cai Thornbury" in found and "Ms Ben Thornbury" not in found


def handed_in(client: Client, outgoing: OutboundMachines, **said: str) -> Mailing:
    choose(client, sheet(row(customer("C1")), row(customer("C2", "Ben"))))
    mailing = hand_in(client, **said)
    run_line(outgoing, mailing)
    return mailing


def test_a_letter_says_why_it_goes_as_it_does_and_can_be_cancelled_alone(
    client: Client, outgoing: OutboundMachines
) -> None:
    mailing = handed_in(client, outgoing)
    run_line(outgoing, mailing)
    first = mailing.letters.get(position=1)
    page = client.get(f"/letters/{first.number}/").content.decode()
    assert "Why it goes by post" in page and first.reasons[-1] in page
    assert client.get(f"/letters/{first.number}/letter.pdf").content.startswith(b"%PDF")
    assert client.get(f"/letters/{first.number}/1.png").content.startswith(b"\x89PNG")
    assert client.get(f"/letters/{first.number}/7.png").status_code == 404
    page = client.post(f"/letters/{first.number}/cancel/", follow=True).content.decode()
    assert "is cancelled" in page
    assert sorted(Letter.objects.values_list("status", flat=True)) == ["cancelled", "to_print"]


def test_a_mailing_is_paused_carried_on_held_and_cancelled(client: Client, outgoing: OutboundMachines) -> None:
    at = {"scheduled_for-day": "7", "scheduled_for-month": "1", "scheduled_for-year": "2030"}
    mailing = handed_in(client, outgoing, **at)
    assert mailing.scheduled_for
    assert "08/01/2030 09:00" in act(
        client, mailing, "schedule", **{**at, "scheduled_for-day": "8", "scheduled_for-time": "9am"}
    )
    assert "must include a day" in act(client, mailing, "schedule", **{**at, "scheduled_for-day": ""})
    assert "Enter a time" in act(client, mailing, "schedule", **at, **{"scheduled_for-time": "soon"})
    assert "goes at once" in act(client, mailing, "schedule")
    run_line(outgoing, Mailing.objects.get())
    assert "2 letters stand still" in act(client, mailing, "pause")
    assert "2 letters go on" in act(client, mailing, "resume")
    assert "2 letters are cancelled" in act(client, mailing, "cancel")
    assert "Choose what to do" in act(client, mailing, "explode")


def test_a_class_that_asks_for_it_waits_for_a_second_person(
    client: Client, outgoing: OutboundMachines, service: str, signed_in: Callable[..., Client]
) -> None:
    strict = with_class(outgoing, "general_letter", needs_approval=True)
    use_outgoing(strict)
    leader = signed_in("team_leader", service)
    choose(leader, sheet(row(customer("C1"))))
    mailing = hand_in(leader)
    run_line(strict, mailing)
    assert "A second person has to approve" in leader.get(f"/mailings/{mailing.number}/").content.decode()
    assert "somebody else must approve" in act(leader, mailing, "approve")
    assert client.post(f"/mailings/{mailing.number}/act/", {"do": "approve"}).status_code == 403
    other = signed_in("team_leader", service, name="other")
    assert "Waiting for your approval" in other.get("/mailings/").content.decode()
    assert "is approved and on its way" in act(other, mailing, "approve")


def test_mailings_of_other_services_do_not_exist_for_a_team(
    client: Client, outgoing: OutboundMachines, signed_in: Callable[..., Client]
) -> None:
    mailing = handed_in(client, outgoing)
    stranger = signed_in("team_member", "unicorns", name="stranger")
    assert mailing.number not in stranger.get("/mailings/").content.decode()
    for address in (
        f"/mailings/{mailing.number}/",
        f"/letters/{mailing.letters.all()[0].number}/",
        f"/letters/{mailing.letters.all()[0].number}/letter.pdf",
    ):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"/mailings/{mailing.number}/act/", {"do": "cancel"}).status_code == 404
    assert "Choose what kind of letter" in choose(stranger, sheet(row(customer("C9"))))


def test_an_xlsx_spreadsheet_is_checked_shown_and_handed_in(client: Client, outgoing: OutboundMachines) -> None:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for cells in (HEAD, row(customer("C1")), row(customer("C2", "Ben"))):
        book.worksheets[0].append(cells)
    book.save(file)
    said = choose(client, SimpleUploadedFile("bins.xlsx", file.getvalue()))
    assert "2 letters" in said
    assert client.get("/mailings/new/letters/2/letter.pdf").content.startswith(b"%PDF")
    assert run_line(outgoing, hand_in(client)).letter_count == 2


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"door": ""}, "Choose what kind of letter it is"),
        ({"door": DOOR}, "Choose a file that is not empty"),
        ({"door": DOOR, "file": SimpleUploadedFile("bins.pdf", b"%PDF")}, "ends in .csv or .xlsx"),
        ({"door": "general_letter:", "file": SimpleUploadedFile("bins.csv", b"a,b")}, "ends in .pdf"),
    ],
)
def test_a_choice_that_does_not_fit_is_refused_in_words(said: dict[str, Any], says: str, client: Client) -> None:
    answer = client.post("/mailings/new/", said)
    assert answer.status_code == 422 and says in answer.content.decode()


def test_one_pdf_with_many_letters_shows_where_a_page_is_wrong(client: Client, outgoing: OutboundMachines) -> None:
    from tests.gateways.letters import letter, set_all

    path = outgoing.data / "many.pdf"
    set_all(path, letter(), letter(1))
    page = choose(client, SimpleUploadedFile("many.pdf", path.read_bytes()), "general_letter:")
    assert "2 letters" in page
    assert client.get("/mailings/new/letters/2/1.png").content.startswith(b"\x89PNG")
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.drawString(75, 700, "Mr A Lee")
    canvas.drawString(75, 688, "1 High Street")
    canvas.drawString(75, 676, "WX10 9WU")
    canvas.drawString(2, 400, "In the margin")
    canvas.save()
    page = choose(client, SimpleUploadedFile("margin.pdf", path.read_bytes()), "general_letter:")
    assert "Something stands where the page must be empty" in page and "<rect" in page
    assert client.get("/mailings/new/file/1.png").content.startswith(b"\x89PNG")


def test_one_letter_is_written_on_a_page_checked_and_handed_in(client: Client, outgoing: OutboundMachines) -> None:
    customer("C7")
    assert "/mailings/one/general_letter/" in client.get("/mailings/one/").content.decode()
    page = client.get("/mailings/one/general_letter/?customer=C7").content.decode()
    assert 'value="Ms Ada Thornbury"' in page and 'value="WX10 9WU"' in page and 'value="C7"' in page
    said = {
        "name": "Ms Thornbury", "subject": "Your new bin", "message": "It comes on Tuesday.", "customer id": "C7",
        "address line 1": "Ms Ada Thornbury", "address line 2": "7 Mill Lane", "postcode": "WX10 9WU",
    }  # fmt: skip
    answer = client.post("/mailings/one/general_letter/", {**said, "subject": "", "postcode": "nowhere"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "subject: The template needs a value here" in page and "It comes on Tuesday." in page
    page = client.post("/mailings/one/general_letter/", said, follow=True).content.decode()
    assert "As paper" in page and "It comes on Tuesday." in page and not Mailing.objects.exists()
    mailing = hand_in(client)
    run_line(outgoing, mailing)
    assert Letter.objects.get().customer_id in (None, "C7") and mailing.submitted_by


def test_a_template_of_another_service_does_not_exist_for_a_team(signed_in: Callable[..., Client]) -> None:
    stranger = signed_in("team_member", "unicorns")
    assert stranger.get("/mailings/one/general_letter/").status_code == 404
    assert "no templates" in stranger.get("/mailings/one/").content.decode()


def pdf(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes(), "application/pdf")


def zipped(*paths: Path) -> SimpleUploadedFile:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as bundle:
        for path in paths:
            bundle.write(path, f"statements/{path.name}")
        bundle.writestr("__MACOSX/._one.pdf", b"clutter")
    return SimpleUploadedFile("statements.zip", file.getvalue(), "application/zip")


def test_a_leaflet_for_all_and_a_zip_of_statements_are_chosen_looked_at_and_handed_in(
    client: Client, outgoing: OutboundMachines, tmp_path: Path
) -> None:
    people = (customer("C1"), customer("C2", "Ben"))
    names = ("one.pdf", "two.pdf")
    file = sheet(*((*row(who), name) for who, name in zip(people, names, strict=True)), head=(*HEAD, "attachment"))
    statements = [
        leaflet(tmp_path, name, [f"Statement of {who.name}"]) for who, name in zip(people, names, strict=True)
    ]
    said = {"door": DOOR, "file": file, "everybody": pdf(leaflet(tmp_path, "guide.pdf", ["How to pay"]))}
    page = client.post("/mailings/new/", {**said, "named": zipped(*statements)}, follow=True).content.decode()
    assert "2 letters" in page and "guide.pdf" in page and "2 files that rows name" in page
    whole = client.get("/mailings/new/letters/2/letter.pdf").content
    words = [p.get_textpage().get_text_range() for p in pdfium.PdfDocument(io.BytesIO(whole))]
    assert len(words) == 3 and "How to pay" in words[1] and "Statement of Ms Ben Thornbury" in words[2]
    shown = client.get("/mailings/new/letters/1/").content.decode()
    assert "/mailings/new/letters/1/3.png" in shown and "Also attached: guide.pdf, one.pdf." in shown
    assert hand_in(client).attachments.count() == 3
    run_line(outgoing, Mailing.objects.get())
    letter = Letter.objects.get(position=1)
    page = client.get(f"/letters/{letter.number}/").content.decode()
    assert "guide.pdf" in page and "one.pdf" in page and "two.pdf" not in page
    assert f"/letters/{letter.number}/3.png" in page


def test_an_attachment_in_the_margin_is_shown_with_its_place_and_a_word_file_is_not_taken(
    client: Client, tmp_path: Path
) -> None:
    said = {
        "door": DOOR,
        "file": sheet(row(customer("C1"))),
        "everybody": pdf(leaflet(tmp_path, "a.pdf", ["x"], left=5)),
    }
    page = client.post("/mailings/new/", said, follow=True).content.decode()
    assert "a.pdf" in page and "Something stands where the page must be empty" in page and "Hand it in" not in page
    assert "/mailings/new/attachment/1.png?file=a.pdf" in page
    assert client.get("/mailings/new/attachment/1.png?file=a.pdf").content.startswith(b"\x89PNG")
    assert client.get("/mailings/new/attachment/1.png?file=b.pdf").status_code == 404
    word = SimpleUploadedFile("a.docx", b"PK")
    page = client.post(
        "/mailings/new/", {**said, "file": sheet(row(customer("C2"))), "everybody": word}
    ).content.decode()
    assert "Attachments are PDF files" in page


def test_one_letter_takes_an_attachment(client: Client, tmp_path: Path) -> None:
    who = customer("C1")
    cells = dict(zip(HEAD, row(who), strict=True))
    form = pdf(leaflet(tmp_path, "form.pdf", ["Fill this in"]))
    answer = client.post("/mailings/one/general_letter/", {**cells, "everybody": form}, follow=True)
    assert "Also attached: form.pdf." in answer.content.decode()
    assert hand_in(client).attachments.get().name == "form.pdf"


def test_a_page_of_mailings_takes_a_fixed_number_of_queries(
    client: Client, django_assert_max_num_queries: Callable[..., Any], service: str
) -> None:
    for _ in range(20):
        Mailing.objects.create(service=service, title="Bins", submitted_by="1", submitted_at=timezone.now())
    with django_assert_max_num_queries(12):
        page = client.get("/mailings/").content.decode()
    assert page.count("Bins") == 20
