"""`mailroom train`, `inspect` and `evaluate` as a person calls them, on a site with few examples and real scans."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mailroom.config.environment import example_site
from mailroom.config.services import load_services
from tests.commands.site import OwnSite, own_site
from tests.fresh_records import RECORDS, lay_records

pytestmark = [pytest.mark.ocr, pytest.mark.xdist_group("stations")]
SAMPLES = Path(__file__).parents[1] / "samples"
LONG = 600
LETTER, BATCH = "0004_20261026.pdf", "0009_20261027.pdf"
NESTED: dict[str, Any] = {
    "file": None,
    "item": None,
    "first_page": None,
    "last_page": None,
    "pages": [{"page", "kind", "rotation", "confidence", "text"}],
    "text": None,
    "service": {"code", "probability", "reasons"},
    "also": None,
    "doc_type": None,
    "flags": None,
    "references": [{"type", "value", "page", "box"}],
    "customer": {"id", "probability", "reasons", "candidates"},
    "decision": None,
    "reasons": None,
    "team": None,
    "received": None,
    "due": None,
}
"""The keys that other programs were promised, and those of what lies within."""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> OwnSite:
    """Every fourth letter of the sample is learnt."""
    site = own_site(tmp_path_factory.mktemp("stations"))
    lay_records(site.data)
    examples = site.folder / "classifiers" / "examples"
    examples.unlink()
    examples.mkdir()
    letters = (example_site() / "classifiers" / "examples" / "sample_letters.jsonl").read_text(encoding="utf-8")
    (examples / "letters.jsonl").write_text("".join(letters.splitlines(keepends=True)[::4]), encoding="utf-8")
    done = site.run("train", seconds=LONG)
    assert done.returncode == 0, done.stderr
    assert "50 examples; first choice right on" in done.stdout
    assert "Learning" in done.stderr and "Learning" not in done.stdout
    return site


def test_the_model_card_has_precision_recall_and_threshold_of_every_service_and_flag(trained: OwnSite) -> None:
    card = json.loads((trained.data / "model" / "card.json").read_text(encoding="utf-8"))
    catalogue = load_services(trained.folder / "classifiers")
    assert set(card["services"]) == set(catalogue.codes)
    assert set(card["flags"]) == {kind.code for kind in catalogue.flags}
    for figures in (*card["services"].values(), *card["flags"].values()):
        assert {"examples", "precision", "recall", "threshold"} <= set(figures)
        assert all(0 <= figures[key] <= 1 for key in ("precision", "recall", "threshold"))
    assert [share for share, _, _ in card["coverage"]] == [n / 10 for n in range(1, 11)]
    letters = trained.folder / "classifiers" / "examples" / "letters.jsonl"
    assert card["data"]["letters.jsonl"] == hashlib.sha256(letters.read_bytes()).hexdigest()
    written = (trained.data / "model" / "card.md").read_text(encoding="utf-8")
    assert all(f"| {code} |" in written for code in (*card["services"], *card["flags"]))


@pytest.mark.slow
def test_training_again_on_the_same_files_gives_the_same_bytes(trained: OwnSite) -> None:
    assert trained.run("train", "--output", str(trained.data / "again"), seconds=LONG).returncode == 0
    for file in ("model.json", "model.npz", "card.json", "card.md"):
        assert (trained.data / "model" / file).read_bytes() == (trained.data / "again" / file).read_bytes()


def kept(site: OwnSite) -> tuple[int, list[str]]:
    """Batches on record, and the files below the data folder but for the model's, the key and locks."""
    with closing(sqlite3.connect(site.data / RECORDS)) as records:
        (batches,) = records.execute("select count(*) from records_batch").fetchone()
    files = (p for p in site.data.rglob("*") if p.is_file() and p.parent.name not in ("model", "again", "readers"))
    return batches, sorted(
        p.name for p in files if not p.name.startswith((RECORDS, "preparing", "training", "secret_key"))
    )


def test_inspect_gives_one_object_an_item_with_exactly_the_promised_keys_and_keeps_nothing(
    trained: OwnSite, tmp_path: Path
) -> None:
    zipped = tmp_path / "zipped.pdf"
    zipped.write_bytes(b"PK\x03\x04 not a scan" * 40)
    before = kept(trained)
    scans = [SAMPLES / "scans" / name for name in (BATCH, LETTER)]
    told = trained.run("inspect", *map(str, scans), str(zipped), "--json", seconds=LONG)
    assert told.returncode == 0, told.stderr
    assert kept(trained) == before == (0, [])
    reports = [json.loads(line) for line in told.stdout.splitlines()]
    named = [Path(report["file"]).name for report in reports]
    assert named == [BATCH] * 4 + [LETTER, "zipped.pdf"], "in the order they were named, each item once"
    for report in reports:
        assert list(report) == list(NESTED)
        for key, within in NESTED.items():
            for one in report[key] if isinstance(within, list) else [report[key]] if within else []:
                assert set(one) == (within[0] if isinstance(within, list) else within)
    batch, letter, aside = reports[:4], reports[4], reports[5]
    assert [p["kind"] for r in batch for p in r["pages"]] == ["separator", "blank", "item", "blank"] * 4
    assert [(r["item"], r["first_page"], r["last_page"]) for r in batch] == [(1, 3, 4), (2, 7, 8), (3, 11, 12),
                                                                             (4, 15, 16)]  # fmt: skip
    assert letter["received"] == "2026-10-26", "the day in the file's name"
    assert ("council_tax", "57328874", 1) in {(r["type"], r["value"], r["page"]) for r in letter["references"]}
    assert letter["decision"] in ("send", "review") and letter["due"] > letter["received"] and letter["team"]
    assert aside["decision"] == "quarantine" and "zip" in aside["reasons"][0].lower()


def test_inspect_of_a_file_that_is_not_there_says_so_and_does_the_others(trained: OwnSite, tmp_path: Path) -> None:
    told = trained.run("inspect", str(tmp_path / "gone.pdf"), str(SAMPLES / "scans" / LETTER), seconds=LONG)
    assert told.returncode == 1
    assert "gone.pdf: no such file" in told.stderr
    assert "Reading" in told.stderr and "Reading" not in told.stdout
    assert f"{LETTER}, pages 1 to 1: " in told.stdout and "customer" in told.stdout


def test_inspect_of_separator_sheets_without_a_letter_says_so_and_ends_with_one(
    trained: OwnSite, tmp_path: Path
) -> None:
    sheets = tmp_path / "sheets.pdf"
    assert trained.run("sheets", "--count", "2", "--output", str(sheets)).returncode == 0
    told = trained.run("inspect", str(sheets), str(SAMPLES / "scans" / LETTER), "--json", seconds=LONG)
    assert told.returncode == 1
    assert f"{sheets}: there is no item in this file, only 4 separator sides and 0 blank sides." in told.stderr
    (letter,) = (json.loads(line) for line in told.stdout.splitlines())
    assert letter["file"].endswith(LETTER), "the error output alone has what is no report of an item"


def test_evaluate_prints_every_figure_it_promises(trained: OwnSite, tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    for name in (LETTER, BATCH):
        shutil.copy(SAMPLES / "scans" / name, tmp_path / "scans")
    for file in ("scans.jsonl", "truth.jsonl"):
        lines = (SAMPLES / file).read_text(encoding="utf-8").splitlines(keepends=True)
        mine = (x for x in lines if Path(json.loads(x)["file"]).name in (LETTER, BATCH))
        (tmp_path / file).write_text("".join(mine), encoding="utf-8")
    told = trained.run("evaluate", str(tmp_path), "--json", "--reports", str(tmp_path / "reports.jsonl"), seconds=LONG)
    assert told.returncode == 0, told.stderr
    figures = json.loads(told.stdout)
    assert figures["items"] == 5 and figures["items_cut_exactly"] == 1.0
    assert figures["page_kind"] == figures["rotation"] == 1.0
    assert set(figures["by_service"]) and len(figures["coverage"]) == 10
    assert figures["references"]["both"] >= 1 and figures["character_error_rate"] < 0.3
    assert {"service_top1", "attached", "attached_wrongly", "identifiable_attached", "flags"} <= set(figures)
    assert figures["pages_a_minute"] > 0
    assert len((tmp_path / "reports.jsonl").read_text(encoding="utf-8").splitlines()) == 5
    nothing = trained.run("evaluate", str(tmp_path / "scans"))
    assert nothing.returncode == 1 and "no truth.jsonl there" in nothing.stdout
