"""Files taken in by hand and a site made, for people and for other programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.site import OwnSite


def test_intake_tells_other_programs_what_became_of_each_file(site: OwnSite, tmp_path: Path) -> None:
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"any bytes: nobody opens them yet")
    told = site.run("intake", "--json", str(letter), str(letter), str(tmp_path / "nothing.pdf"))
    assert told.returncode == 1
    first, again, nothing = (json.loads(line) for line in told.stdout.splitlines())
    assert (first["batch"], first["status"]) == ("B000001", "received")
    assert (again["batch"], again["status"]) == ("B000002", "duplicate")
    assert "B000001" in again["outcome"]
    assert (nothing["batch"], nothing["status"]) == (None, "refused")


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        pytest.param(("--service", "parkin"), "no such service", id="a service the council has not got"),
        pytest.param(("--received", "2999-12-31"), "lies ahead", id="a day of receipt that lies ahead"),
    ],
)
def test_intake_refuses(site: OwnSite, tmp_path: Path, wish: tuple[str, str], told: str) -> None:
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"any bytes")
    refused = site.run("intake", *wish, str(letter))
    assert refused.returncode == 2
    assert told in refused.stderr


def test_a_site_is_made_in_a_fresh_repository_and_over_nothing_else(site: OwnSite, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    (fresh / ".git").mkdir(parents=True)
    made = site.run("init", "--json", str(fresh))
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["site"] == str(fresh.resolve())
    assert (fresh / "config" / "mailroom.toml").is_file()
    again = site.run("init", str(fresh))
    assert again.returncode == 2
    assert "holds classifiers" in again.stderr


def test_retry_is_told_what_to_retry_and_tells_other_programs(site: OwnSite, tmp_path: Path) -> None:
    assert site.run("retry").returncode == 2
    told = site.run("retry", "--json", "B000099")
    assert told.returncode == 1
    assert json.loads(told.stdout)["done"] is False


def test_the_help_of_a_command_names_its_exit_codes(site: OwnSite) -> None:
    assert "Exit codes: 0 all is well" in " ".join(site.run("ledger", "--help").stdout.split())
