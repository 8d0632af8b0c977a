from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.utils import timezone

from mailroom.__main__ import main
from mailroom.records.models import AuditCheck, BaselineMonth, ClosedMonth, DigestSent, RollupMark
from mailroom.values.month import Month
from tests.web.post import make_item

pytestmark = pytest.mark.django_db

NOW = Month.of(timezone.localdate())
BASELINE = """month,service,direction,channel,items,set_aside,reason,source
2025-04,council_tax,in,post,"1,200",0,,Franking machine
2025-04,elections,out,print,900,300,Poll cards once in four years,Supplier's invoice
"""


def test_a_report_is_written_where_it_is_wanted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_item("waste")
    file = tmp_path / "r.json"
    assert main(["report", "--month", str(NOW), "--service", "waste", "--format", "json", "--output", str(file)]) == 0
    figures = json.loads(file.read_text())["figures"]
    assert next(f["value"] for f in figures if f["code"] == "paper_in") == 1
    assert str(file) in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["--month", "October"], ["--month", "2999-01"], ["--service", "nobody"]])
def test_a_month_or_service_that_is_none_is_refused(wrong: list[str], tmp_path: Path) -> None:
    assert main(["report", *wrong, "--output", str(tmp_path / "r.pdf")]) == 2
    assert not (tmp_path / "r.pdf").exists()


def test_a_month_that_is_over_is_closed_once(tmp_path: Path) -> None:
    last = str(NOW.plus(-1))
    for _ in range(2):
        assert main(["report", "--month", last, "--close", "--output", str(tmp_path / "r.pdf")]) == 0
    assert ClosedMonth.objects.count() == 1
    assert main(["report", "--month", str(NOW), "--close", "--output", str(tmp_path / "r.pdf")]) == 2


def test_a_baseline_is_imported_whole_and_a_second_time_replaces_it(tmp_path: Path) -> None:
    file = tmp_path / "baseline.csv"
    file.write_text(BASELINE, encoding="utf-8-sig")
    for _ in range(2):
        assert main(["baseline", "import", str(file)]) == 0
    assert sorted(BaselineMonth.objects.values_list("items", "set_aside")) == [(900, 300), (1200, 0)]
    assert main(["baseline", "show"]) == 0


def test_a_baseline_with_one_wrong_row_imports_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "baseline.csv"
    file.write_text(BASELINE + "2025-05,waste,in,post,many,0,,\n", encoding="utf-8")
    assert main(["baseline", "import", str(file)]) == 2
    assert "row 4" in capsys.readouterr().err
    assert not BaselineMonth.objects.exists()


def test_a_baseline_is_measured_from_what_is_on_record() -> None:
    make_item("waste")
    assert main(["rollup"]) == 0
    assert main(["baseline", "measure", "--from", str(NOW)]) == 0
    assert BaselineMonth.objects.get().items == 1


def test_roll_ups_are_checked_against_their_rows() -> None:
    make_item("waste")
    assert main(["rollup", "--check"]) == 1
    assert main(["rollup", "--rebuild"]) == 0
    assert main(["rollup", "--check"]) == 0
    assert RollupMark.objects.exists()


def test_one_month_is_checked_by_itself() -> None:
    make_item("waste")
    assert main(["rollup", "--check", "--month", str(NOW)]) == 1
    assert main(["rollup", "--check", "--month", str(NOW.plus(-1))]) == 0
    assert main(["rollup", "--check", "--month", "October"]) == 2


def test_a_sample_is_drawn_once(capsys: pytest.CaptureFixture[str]) -> None:
    make_item("waste", routed_at=timezone.now())
    for _ in range(2):
        assert main(["audit-sample", "draw", "--month", str(NOW)]) == 0
    assert AuditCheck.objects.count() == 1
    assert main(["audit-sample", "show", "--month", str(NOW)]) == 0
    assert "0 checked" in capsys.readouterr().out


def test_digests_are_shown_before_they_are_sent(capsys: pytest.CaptureFixture[str]) -> None:
    item = make_item("waste", due=timezone.localdate())
    assert main(["digest"]) == 0
    assert item.number in capsys.readouterr().out
    assert not DigestSent.objects.exists()
    assert main(["digest", "--send"]) == 0
    assert DigestSent.objects.exclude(sent_at=None).count() == 1
    assert main(["digest", "--day", "yesterday"]) == 2


def test_the_public_page_is_one_file_that_fetches_nothing(tmp_path: Path) -> None:
    assert main(["standards", "--output", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out" / "index.html").read_text()
    assert [f.name for f in (tmp_path / "out").iterdir()] == ["index.html"]
    assert "Our service standards" in page
    assert not any(outside in page for outside in ("<script", "<link", "<img", "url("))
