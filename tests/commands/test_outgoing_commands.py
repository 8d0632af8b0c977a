from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.utils import timezone

from mailroom.__main__ import main
from mailroom.commands import demo_outgoing
from mailroom.config.customers import load_customers_config
from mailroom.config.environment import example_site
from mailroom.config.site import load_site
from mailroom.records.customer_import import import_customers
from mailroom.records.models import Consent, ContactPoint, Event, Letter, Mailing, MailingStatus
from mailroom.records.recipients import BOUNCED
from mailroom.wiring.outbound import outbound_machines
from mailroom.wiring.site_trial import template_problems
from tests.outbound.leaflets import leaflet
from tests.outbound.lines import run_line
from tests.outbound.old_system import old_letters
from tests.outbound.people import HEAD, customer, emailable, row, spreadsheet

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parents[1] / "samples"


def _said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def _submit(folder: Path, *rows: tuple[str, ...]) -> int:
    path = spreadsheet(folder, *rows)
    return main(
        ["mailing", "submit", str(path), "--class", "general_letter", "--template", "general_letter", "--as", "anna"]
    )


def test_a_bad_file_is_told_row_by_row_and_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = spreadsheet(tmp_path, row(customer("C1"), postcode="nowhere"))
    code = main(["mailing", "check", str(path), "--class", "general_letter", "--template", "general_letter"])
    assert code == 1
    told = capsys.readouterr()
    assert "row 2, postcode: The last line is not a UK postcode" in told.out
    assert "Checking" in told.err and "Checking" not in told.out, "how far it is can be seen, and the answer piped on"
    assert not Mailing.objects.exists()


def test_a_mailing_is_handed_in_followed_and_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _submit(tmp_path, row(emailable("C1")), row(customer("C2", "Ben"))) == 0
    mailing = Mailing.objects.get()
    run_line(outbound_machines(), mailing)
    assert main(["mailing", "status", mailing.number]) == 0
    assert "1  emailed" in _said(capsys)
    letter = Letter.objects.get(position=2)
    assert main(["letter", "explain", letter.number]) == 0
    said = _said(capsys)
    assert "No consent to email" in said
    assert "no_consent" in said
    assert "Ben" not in said


def test_pausing_resuming_and_cancelling_say_where_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _submit(tmp_path, row(customer("C1")), row(customer("C2", "Ben")))
    number, letter = Mailing.objects.get().number, Letter.objects.get(position=2)
    for action, state in (("pause", "paused"), ("resume", "ready")):
        assert main(["mailing", action, number, "--as", "anna"]) == 0
        assert f"{number}: {state}" in _said(capsys)
    assert main(["mailing", "cancel", letter.number, "--as", "anna"]) == 0
    assert main(["mailing", "cancel", number, "--as", "anna"]) == 0
    assert Mailing.objects.get().status == MailingStatus.CANCELLED
    assert main(["mailing", "resume", number, "--as", "anna"]) == 1
    assert Event.objects.get(kind="mailing.cancelled").actor == "anna"


def _choices(folder: Path, *lines: str) -> Path:
    path = folder / "choices.csv"
    path.write_text("\n".join(("customer_id,choice,document_class,given_on,source", *lines)), encoding="utf-8")
    return path


def test_choices_made_elsewhere_come_in_once_and_show_what_they_mean(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    customer("C1")
    path = str(_choices(tmp_path, "C1,email,,2026-01-05,paper form", "C1,large_print,,2026-02-05,telephone"))
    for _ in range(2):
        assert main(["preferences", "import", path, "--as", "anna"]) == 0
    assert Consent.objects.count() == 2
    assert "0 choices added, 2 on record before" in _said(capsys)
    assert main(["preferences", "show", "C1"]) == 0
    assert "large_print" in _said(capsys)


def test_preferences_count_only_undelivered_emails_that_are_not_too_old(capsys: pytest.CaptureFixture[str]) -> None:
    point = emailable("C1").contact_points.get()
    ContactPoint.objects.update(bounces=2)
    for day in ("2020-01-06", timezone.localdate().isoformat()):
        Event.record(BOUNCED, point, on=day)
    assert main(["preferences", "show", "C1"]) == 0
    assert "proven, 1 undelivered" in _said(capsys)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("C404,email,,2026-01-05,form", "no customer"),
        ("C1,pigeon,,2026-01-05,form", "choice is none of"),
        ("C1,email,no_such_class,2026-01-05,form", "document_class"),
        ("C1,email,,2026-01-05,", "source is empty"),
        ("C1,email,,5/1/2026,form", "not a date"),
        ("C1,email,,2999-01-01,form", "future"),
    ],
)
def test_one_wrong_choice_keeps_the_whole_file_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, told: str
) -> None:
    customer("C1")
    path = str(_choices(tmp_path, "C1,email,,2026-01-05,form", line))
    assert main(["preferences", "import", path, "--as", "anna"]) == 1
    assert told in _said(capsys)
    assert not Consent.objects.exists()


def test_a_past_mailing_is_decided_again_as_if_its_class_might_be_emailed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machines, code = outbound_machines(), "council_tax_reminder"
    words = machines.templates[code]
    fields = dict.fromkeys(words.needed | words.asked, "12.00") | {"name": "Ms Ada Thornbury"}
    head = (*fields, "address line 1", "address line 2", "address line 3", "postcode", "customer id")
    cells = (*fields.values(), "Ms Ada Thornbury", "1 Mill Lane", "Stokeley", "WX10 9WU", emailable("C1").pk)
    path = spreadsheet(tmp_path, cells, head=head)
    assert main(["mailing", "submit", str(path), "--class", code, "--template", code, "--as", "anna"]) == 0
    run_line(machines, Mailing.objects.get())
    assert main(["preferences", "what-if", Mailing.objects.get().number]) == 0
    assert "1 letters would have gone by email instead of print." in _said(capsys)


def test_the_shipped_templates_can_all_be_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["templates", "check"]) == 0
    assert "council_tax_bill: Council Tax bill, English and Welsh, reading age" in _said(capsys)


def test_a_sign_that_no_letter_can_bear_is_named_in_the_template_and_in_the_letterhead(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    for part in ("classifiers", "config"):
        shutil.copytree(example_site() / part, site / part, ignore=shutil.ignore_patterns("examples"))
    shutil.copytree(example_site() / "templates" / "letters", site / "templates" / "letters")
    general = site / "templates" / "letters" / "general_letter.md"
    general.write_text(general.read_text() + "\n[[if phone]]\n**☎ Ring\u00ad us**\n[[end]]\n")
    head = site / "config" / "printing.toml"
    head.write_text(head.read_text().replace('strapline = "Serving', 'strapline = "✆ Serving'))
    monkeypatch.setenv("MAILROOM_SITE", str(site))
    assert main(["templates", "check", "general_letter"]) == 1
    assert "! “☎” (U+260E) cannot be printed in a letter" in _said(capsys)
    assert [p.partition(" cannot")[0] for p in template_problems(load_site(site))] == [
        "config/printing.toml: letterhead.strapline: “✆” (U+2706)",
        "templates/letters/general_letter.md: “☎” (U+260E)",
    ]


def test_the_demo_mails_two_hundred_bills_each_as_its_reader_chose(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import_customers(SAMPLES / "customers.csv", load_customers_config(example_site()), timezone.now())
    monkeypatch.setattr(demo_outgoing, "_wait", lambda mailing: bool(run_line(outbound_machines(), mailing)))
    assert demo_outgoing.show(tmp_path) == 0
    said = _said(capsys)
    letters = Letter.objects.all()
    assert letters.count() == demo_outgoing.LETTERS
    emailed = letters.filter(status="emailed").count()
    printed = letters.filter(status="to_print").count()
    assert emailed > 20 and printed > 50
    assert f"{emailed} emailed, {printed} printed" in said


def test_attachments_are_handed_in_from_files_and_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guide = leaflet(tmp_path, "guide.pdf", ["How to pay"])
    leaflet(tmp_path / "statements", "one.pdf", ["Statement of Ms Ada Thornbury"])
    leaflet(tmp_path / "statements", "two.pdf", ["Statement of Ms Ada Thornbury"])
    people = (customer("C1"), customer("C2", "Ben"))
    cells = [(*row(who), name) for who, name in zip(people, ("one.pdf", "two.pdf"), strict=True)]
    path = spreadsheet(tmp_path, *cells, head=(*HEAD, "attachment"))
    kind = ["--class", "general_letter", "--template", "general_letter"]
    files = ["--attach", str(guide), "--attach-named", str(tmp_path / "statements")]
    assert main(["mailing", "check", str(path), *kind, *files]) == 1
    assert "two.pdf, page 1, of row 3: A page carries somebody else's name" in _said(capsys)
    leaflet(tmp_path / "statements", "two.pdf", ["Statement of Ms Ben Thornbury"])
    assert main(["mailing", "submit", str(path), *kind, *files, "--as", "anna"]) == 0
    assert [x.attached_pages for x in Letter.objects.all()] == [2, 2]


def test_a_template_that_names_a_missing_attachment_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    shutil.copytree(example_site() / "config", site / "config")
    shutil.copytree(example_site() / "templates" / "letters", site / "templates" / "letters")
    general = site / "templates" / "letters" / "general_letter.md"
    general.write_text(general.read_text().replace("+++\n", '+++\nattachments = ["map.pdf", "wide.pdf"]\n', 1))
    leaflet(general.parent / "attachments", "wide.pdf", ["In the margin"], left=8)
    monkeypatch.setenv("MAILROOM_SITE", str(site))
    assert main(["templates", "check", "general_letter"]) == 1
    said = _said(capsys)
    assert "attachments/map.pdf is missing" in said
    assert "attachment wide.pdf, page 1: Something stands where the page must be empty" in said


def test_a_refused_pdf_is_repaired_by_command_and_pictured_before_and_after(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = old_letters(tmp_path / "old.pdf", right=14, down=12)
    assert main(["mailing", "submit", str(path), "--class", "legacy_print", "--as", "anna"]) == 1
    number = Mailing.objects.get().number
    assert main(["repair", number, "--pictures", str(tmp_path / "pictures")]) == 0
    assert "move: Move the print: first pages" in _said(capsys)
    assert {p.name for p in (tmp_path / "pictures").glob("*move*")} == {
        f"{number}-move-before.png", f"{number}-move-after.png",
    }  # fmt: skip
    assert main(["repair", number, "move"]) != 0
    assert main(["repair", number, "move", "--as", "anna"]) == 0
    assert f"{number}: 2 letters, ready, 0 problems" in _said(capsys)
    assert main(["repair", number]) == 1
    assert "no repair would help" in _said(capsys)
