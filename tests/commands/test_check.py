from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from tests.commands.site import OwnSite


def findings(site: OwnSite) -> dict[str, dict[str, str]]:
    answer = site.run("check", "--json")
    assert answer.stdout, answer.stderr
    return {f["what"]: f for f in json.loads(answer.stdout)["findings"]}


def test_a_good_machine_and_site_are_ready(site: OwnSite) -> None:
    answer = site.run("check")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "Ready." in answer.stdout
    assert "Tesseract: 5" in answer.stdout


def test_what_is_wrong_is_told_with_its_remedy_and_an_exit_code(site: OwnSite) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    smtp = f'host = "127.0.0.1"\nport = {port}\nsecurity = "none"\ntimeout_seconds = 2'
    site.change("config/mail.toml", 'transport = "folder"', 'transport = "smtp"')
    site.change("config/mail.toml", 'host = "localhost"\nport = 587\nsecurity = "starttls"', smtp)
    site.change("config/reading.toml", 'languages = "eng"', 'languages = "eng+gle"')
    site.change("config/mailroom.toml", 'path = "watch/reception"', 'path = "/nowhere/reception"')
    mailbox = f'name = "post"\nhost = "127.0.0.1"\nport = {port}\nuser = "post"\npassword_file = "{site.data}/none"\n'
    site.add("config/mail.toml", f"\n[[mailbox]]\n{mailbox}")
    wrong = {what: f for what, f in findings(site).items() if f["verdict"] == "wrong"}
    assert set(wrong) == {"Tesseract", "Folder /nowhere/reception", "Emails to teams", "Mailbox: post"}
    assert "apt install tesseract-ocr-gle" in wrong["Tesseract"]["remedy"]
    assert "Mount the share" in wrong["Folder /nowhere/reception"]["remedy"]
    assert "did not answer" in wrong["Emails to teams"]["found"]
    assert "password_file" in wrong["Mailbox: post"]["found"]
    assert site.run("check").returncode == 1


def test_a_class_that_needs_proof_which_no_postage_gives_is_told_by_file_key_and_remedy(site: OwnSite) -> None:
    assert findings(site)["Proof of posting"]["verdict"] == "good"
    site.change("config/postage.toml", 'gives_proof = "posting"', 'gives_proof = "none"')
    told = findings(site)["Proof of posting"]
    assert told["verdict"] == "wrong"
    assert "config/document_classes.toml: 'needs_proof' of summons" in told["found"]
    assert "In config/postage.toml set gives_proof of a [[postage_class]]" in told["remedy"]


def test_a_site_that_cannot_be_read_is_the_one_thing_told(site: OwnSite) -> None:
    site.change("config/mailroom.toml", "keep_done_days", "keep_done_day")
    answer = site.run("check")
    assert answer.returncode == 1
    assert "unknown key 'intake.keep_done_day'" in answer.stdout


def test_an_empty_share_without_its_mark_is_told_before_anything_starts(site: OwnSite, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    site.change("config/mailroom.toml", 'path = "watch/reception"', f'path = "{share}"')
    told = findings(site)[f"Folder {share}"]
    assert told["verdict"] == "note" and "put an empty file named .mailroom-folder" in told["remedy"]
    (share / ".mailroom-folder").touch()
    assert findings(site)[f"Folder {share}"]["verdict"] == "good"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_wrong(site: OwnSite) -> None:
    (site.data / "spool").mkdir(parents=True)
    (site.data / "spool").chmod(0o500)
    assert findings(site)[f"Folder {site.data}/spool"]["verdict"] == "wrong"


def test_intake_retry_and_ledger_answer_by_exit_code_and_name_what_to_do(site: OwnSite) -> None:
    letter = site.data / "letter.pdf"
    letter.write_bytes(b"PK\x03\x04 no PDF")
    taken = site.run("intake", str(letter), str(site.data / "nothing.pdf"))
    assert taken.returncode == 1
    assert "B000001, taken in" in taken.stdout
    assert "not a file. Nothing was taken in." in taken.stdout
    again = site.run("intake", str(letter))
    assert again.returncode == 0
    assert "taken in before as B000001" in again.stdout
    refused = site.run("retry", "B000001", "B000099", "x")
    assert refused.returncode == 1
    assert "not quarantined; nothing to retry" in refused.stdout
    assert "B000099: no such batch." in refused.stdout
    assert "They look like B000012" in refused.stdout
    ledger = json.loads(site.run("ledger", "--json").stdout)
    assert [b["status"] for b in ledger["batches"]] == ["received", "duplicate"]
    assert site.run("ledger").returncode == 0


def test_a_command_called_wrongly_says_how_and_exits_with_2(site: OwnSite) -> None:
    assert site.run("intake").returncode == 2
    assert site.run("nonsense").returncode == 2
    site.change("config/mailroom.toml", "keep_done_days", "keep_done_day")
    broken = site.run("ledger")
    assert broken.returncode == 2
    assert "unknown key" in broken.stderr
