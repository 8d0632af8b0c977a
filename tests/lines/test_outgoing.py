"""The outgoing line on the real engine, in real worker processes that are killed, with a real mail server."""

from __future__ import annotations

import csv
import random
import re
from pathlib import Path

import pytest

from tests.lines.mailroom import Mailroom

HEAD = ("customer_id", "title", "first_name", "middle_names", "last_name", "former_last_name", "date_of_birth", "email",
        "phone", "nino", "address_line1", "address_line2", "address_line3", "town", "postcode", "uprn",
        "previous_address", "council_tax_account", "benefit_ref", "rent_account", "housing_ref", "preferred_channel",
        "email_verified", "accessible_format", "vulnerable", "consent_date", "deceased_date")  # fmt: skip
ON_THE_WAY = "select 1 from records_letter where status in ('queued', 'to_email', 'sending')"
ARRIVING = "select 1 from records_mailing where status = 'checking'"


def _customers(path: Path, count: int) -> Path:
    """By the number: every third consented to email, every seventh has died, every fifth asked for large print."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HEAD, restval="")
        writer.writeheader()
        for n in range(1, count + 1):
            facts = {
                "customer_id": f"C{n}", "title": "Ms", "first_name": "Ada", "last_name": f"Thorn{_letters(n)}",
                "address_line1": f"{n} Mill Lane", "town": "Stokeley", "postcode": "WX10 9WU",
                "email": f"c{n}@mail.example", "email_verified": "1",
            }  # fmt: skip
            if n % 3 == 0:
                facts |= {"preferred_channel": "email", "consent_date": "2025-01-06"}
            if n % 7 == 0:
                facts["deceased_date"] = "2026-01-05"
            if n % 5 == 0:
                facts["accessible_format"] = "large_print"
            writer.writerow(facts)
    return path


def _letters(number: int) -> str:
    return "".join("abcdefghij"[int(d)] for d in str(number))


def _channel(number: int) -> tuple[str, str]:
    if number % 7 == 0:
        return "withheld", "withheld"
    if number % 5 == 0 or number % 3:
        return "print", "to_print"
    return "email", "emailed"


def _recipients(path: Path, numbers: range) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("name", "subject", "message", "address line 1", "address line 2", "address line 3",
                         "postcode", "customer id"))  # fmt: skip
        for n in numbers:
            name = f"Ms Ada Thorn{_letters(n)}"
            writer.writerow((name, "Bins", "On Tuesday.", name, f"{n} Mill Lane", "Stokeley", "WX10 9WU", f"C{n}"))
    return path


def _open(mailroom: Mailroom, count: int) -> None:
    config = mailroom.data / "site" / "config"
    text = (config / "mailroom.toml").read_text()
    (config / "mailroom.toml").write_text(text.replace("[engine]", "[engine]\nletter_emails_a_minute = 60000"))
    outgoing = (config / "outgoing.toml").read_text()
    by_smtp = re.sub(r'transport = "folder"', 'transport = "smtp"', outgoing)
    by_smtp = by_smtp.replace("port = 587", f"port = {mailroom.post.port}").replace('"starttls"', '"none"')
    (config / "outgoing.toml").write_text(by_smtp.replace("wait_seconds = 60.0", "wait_seconds = 0.5"))
    imported = mailroom.run("customers", "import", str(_customers(mailroom.data / "customers.csv", count)))
    assert imported.returncode == 0, imported.stderr


def _hand_in(mailroom: Mailroom, path: Path) -> None:
    handed = mailroom.run(
        "mailing", "submit", str(path), "--class", "general_letter", "--template", "general_letter", "--as", "anna"
    )
    assert handed.returncode == 0, handed.stdout + handed.stderr


def _is_done(mailroom: Mailroom) -> bool:
    return not mailroom.rows(ON_THE_WAY) and not mailroom.rows(ARRIVING)


def _everybody_got_exactly_one(mailroom: Mailroom, count: int, again: int) -> None:
    found = mailroom.rows("select customer_id, channel, status from records_letter")
    assert len(found) == count
    for customer, channel, status in found:
        assert (channel, status) == _channel(int(customer[1:])), customer
    emails = mailroom.emails()
    expected = sum(_channel(n)[0] == "email" for n in range(1, count + 1))
    assert len(emails) == expected
    assert sum(n - 1 for n in emails.values()) <= again, emails


def _wait_for_events(mailroom: Mailroom, wanted: int) -> None:
    mailroom.wait(lambda: len(mailroom.rows("select id from records_event")) >= wanted or _is_done(mailroom))


def test_a_mailing_runs_through_by_itself_and_everybody_gets_exactly_one(mailroom: Mailroom) -> None:
    _open(mailroom, 60)
    mailroom.start()
    _hand_in(mailroom, _recipients(mailroom.data / "letters.csv", range(1, 61)))
    mailroom.wait(lambda: _is_done(mailroom))
    _everybody_got_exactly_one(mailroom, 60, again=0)


def kill_and_resume(mailroom: Mailroom, kills: int, workers: int = 1) -> None:
    """Mailings of 50 are handed in while workers are killed at random moments; then everything must be right."""
    chance = random.Random(20261125)
    _open(mailroom, kills * 50)
    running = [mailroom.start() for _ in range(workers)]
    for kill in range(kills):
        numbers = range(kill * 50 + 1, kill * 50 + 51)
        _hand_in(mailroom, _recipients(mailroom.data / f"letters-{kill}.csv", numbers))
        _wait_for_events(mailroom, chance.randint(1, 15))
        victim = chance.randrange(workers)
        running[victim].kill()
        running[victim].wait()
        running[victim] = mailroom.start()
    mailroom.wait(lambda: _is_done(mailroom), 180)
    _everybody_got_exactly_one(mailroom, kills * 50, again=2 * kills)  # emails_at_once in the worker that was killed


@pytest.mark.slow
def test_workers_killed_at_random_moments_lose_no_letter_and_send_none_twice(mailroom: Mailroom) -> None:
    kill_and_resume(mailroom, kills=6)


@pytest.mark.slow
@pytest.mark.postgres
def test_two_workers_on_postgresql_are_killed_and_lose_no_letter(on_postgres: Mailroom) -> None:
    kill_and_resume(on_postgres, kills=4, workers=2)
