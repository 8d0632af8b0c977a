from __future__ import annotations

import io
from pathlib import Path

import pytest

from mailroom.__main__ import main
from mailroom.records.models import Letter, LetterStatus
from mailroom.wiring.outbound import outbound_machines
from tests.outbound.lines import run_line
from tests.outbound.people import emailable, row, spreadsheet
from tests.values.test_bounces import OURS, about, report

pytestmark = pytest.mark.django_db


def _emailed(folder: Path) -> Letter:
    path = spreadsheet(folder, row(emailable("C1")))
    main(["mailing", "submit", str(path), "--class", "general_letter", "--template", "general_letter", "--as", "anna"])
    letter = Letter.objects.get()
    run_line(outbound_machines(), letter.mailing)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.EMAILED
    return letter


def _report(letter: Letter) -> bytes:
    return report(about("c1@mail.example", "failed", "5.1.1")).replace(OURS.encode(), letter.message_id.encode())


def test_a_report_piped_in_by_a_mail_server_prints_the_letter_and_anything_else_asks_for_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = _emailed(tmp_path)
    pipe = io.TextIOWrapper(io.BytesIO(_report(letter)))
    monkeypatch.setattr("sys.stdin", pipe)
    assert main(["bounces", "-"]) == 0
    letter.refresh_from_db()
    assert letter.status == LetterStatus.TO_PRINT
    (tmp_path / "again.eml").write_bytes(_report(letter))
    (tmp_path / "question.eml").write_bytes(b"Subject: Re: bins\n\nWhich day?\n")
    capsys.readouterr()
    assert main(["bounces", str(tmp_path / "again.eml"), str(tmp_path / "question.eml")]) == 1
    said = capsys.readouterr().out
    assert "again.eml: taken" in said and "question.eml: no report" in said
