"""What `mailroom check` looks at: the site, the machine, and everything the mailroom talks to."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path

import sqlalchemy
from django.db import connection

from mailroom.config.environment import Environment, read_environment
from mailroom.config.mail import Mailbox
from mailroom.config.mailroom import place
from mailroom.config.printing import Printer, PrinterKind
from mailroom.config.site import Site, load_site
from mailroom.errors import MailroomError, Misconfigured
from mailroom.gateways.folder_mark import MARK
from mailroom.gateways.mail_server import SmtpMail, open_mail_server
from mailroom.gateways.mailbox import ImapMailbox
from mailroom.gateways.printer import open_printer
from mailroom.gateways.store import open_store
from mailroom.records import executors
from mailroom.records.documents_named import are_up_to_date, documents_named
from mailroom.wiring.delivery_notices import secrets_of
from mailroom.wiring.document_tally import REMEDY, open_tally
from mailroom.wiring.site_trial import template_problems

_GIGABYTE = 1_000_000_000
_NAME_OF_NO_JOB = "mailroom-check"


class Verdict(StrEnum):
    """Good; worth knowing, but nothing need be done; or wrong, and the remedy says what to do."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. found: what is there. remedy: what to do, when it is wrong."""

    what: str
    verdict: Verdict
    found: str
    remedy: str = ""


def check_everything(documents: bool = False) -> Iterator[Finding]:
    """Look at one thing after another; nothing is started, and nothing but small trial files is written.

    documents: read every document of the store as well.
    """
    environment = read_environment()
    try:
        site = load_site()
    except Misconfigured as wrong:
        yield Finding("Site", Verdict.WRONG, str(wrong), "Correct the file and key it names; the rest is checked then.")
        return
    yield Finding("Site", Verdict.GOOD, f"{site.mailroom.council.name}, in {site.folder}")
    looks: list[tuple[str, Callable[[], Finding]]] = [
        ("Tesseract", partial(_tesseract, site)),
        ("Typeface", partial(_typeface, site)),
        ("Letter templates", partial(_templates, site)),
        ("Proof of posting", partial(_proof_of_posting, site)),
        ("Sorting model", partial(_model, environment)),
        ("Free disk", partial(_free_disk, environment)),
        *((f"Folder {path}", partial(_folder, path, environment)) for path in _own_folders(site, environment)),
        *((f"Folder {path}", partial(_watched, path, environment)) for path in _watched_folders(site, environment)),
        ("Records database", _records),
        ("Engine database", partial(_engine, environment)),
        ("Workers", _workers),
        ("Document store", partial(_store, site, environment)),
        ("Emails to teams", partial(_mail, site, environment)),
        ("Emails to residents", partial(_letter_mail, site, environment)),
        *((f"Mailbox: {m.name}", partial(_mailbox, m)) for m in _mailboxes(site)),
        ("Delivery notices", partial(_delivery_notices, site)),
        *((f"Printer: {p.name}", partial(_printer, p, environment)) for p in site.printing.printer),
    ]
    if documents:
        looks.append(("Documents", partial(_documents, site, environment)))
    for what, look in looks:
        yield _looked(what, look)


def _looked(what: str, look: Callable[[], Finding]) -> Finding:
    """The finding; whatever goes wrong in looking is a finding too."""
    try:
        return look()
    except MailroomError as trouble:
        return Finding(what, Verdict.WRONG, str(trouble), "Put right what the message names.")
    except Exception as trouble:
        return Finding(what, Verdict.WRONG, f"{type(trouble).__name__}: {trouble}", "Put right what the message names.")


def _tesseract(site: Site) -> Finding:
    from mailroom.gateways.ocr.tesseract import installed

    version, languages = installed()
    missing = [n for n in (*site.reading.reading.languages.split("+"), "osd") if n not in languages]
    if missing:
        packages = " ".join(f"tesseract-ocr-{name}" for name in missing)
        return Finding(
            "Tesseract", Verdict.WRONG, f"without {', '.join(missing)}", f"Install them: apt install {packages}"
        )
    return Finding("Tesseract", Verdict.GOOD, f"{version} with {site.reading.reading.languages}")


def _typeface(site: Site) -> Finding:
    path = site.letter_typeface
    if path.is_file():
        return Finding("Typeface", Verdict.GOOD, path.name)
    remedy = "Copy templates/letters/fonts from the example site (`mailroom init FOLDER` makes one)."
    return Finding("Typeface", Verdict.WRONG, f"{path} is missing", remedy)


def _templates(site: Site) -> Finding:
    problems = list(template_problems(site))
    if problems:
        return Finding("Letter templates", Verdict.WRONG, " ".join(problems), "Correct the templates it names.")
    return Finding("Letter templates", Verdict.GOOD, f"{len(site.letter_templates)} can be used")


def _proof_of_posting(site: Site) -> Finding:
    what, proving = "Proof of posting", site.postage.proving
    needing = [c.code for c in site.document_classes.document_class if c.needs_proof]
    if not needing:
        return Finding(what, Verdict.GOOD, "no document class asks for it")
    if proving:
        return Finding(what, Verdict.GOOD, f"given by {', '.join(c.name for c in proving)}")
    found = f"config/document_classes.toml: 'needs_proof' of {', '.join(needing)}, and no class of post gives any"
    remedy = (
        "In config/postage.toml set gives_proof of a [[postage_class]] that has a [[price]]. Until then the docket "
        "names their envelopes, to be posted with proof by hand."
    )
    return Finding(what, Verdict.WRONG, found, remedy)


def _model(environment: Environment) -> Finding:
    from mailroom.gateways.text_model import is_usable

    folder = environment.model
    if is_usable(folder):
        return Finding("Sorting model", Verdict.GOOD, str(folder))
    found = "of another version" if (folder / "model.json").is_file() else "not trained yet"
    return Finding("Sorting model", Verdict.NOTE, f"{found}; the next start trains it, in a minute or two")


def _free_disk(environment: Environment) -> Finding:
    free = shutil.disk_usage(environment.data).free / _GIGABYTE
    if free < 1:
        return Finding("Free disk", Verdict.WRONG, f"{free:.1f} GB", "Free some space: no post is taken in without it.")
    return Finding("Free disk", Verdict.NOTE if free < 10 else Verdict.GOOD, f"{free:.1f} GB")


def _own_folders(site: Site, environment: Environment) -> list[Path]:
    intake = site.mailroom.intake
    return [environment.data, *(place(environment.data, path) for path in (intake.spool, intake.done))]


def _watched_folders(site: Site, environment: Environment) -> list[Path]:
    watched = [f.path for f in site.mailroom.watch_folder] + [f.path for f in site.outgoing.print_folder]
    watched.append(site.printing.returns.path)
    return [place(environment.data, path) for path in watched]


def _watched(path: Path, environment: Environment) -> Finding:
    """As any folder; and an empty one elsewhere may be the place of a share that is not mounted."""
    finding = _folder(path, environment)
    is_told_apart = path.is_relative_to(environment.data) or (path / MARK).exists()
    if finding.verdict is not Verdict.GOOD or is_told_apart or any(p.is_file() for p in path.rglob("*")):
        return finding
    remedy = f"Mount the share. If this is the right folder, put an empty file named {MARK} in it, or the first scan."
    return Finding(finding.what, Verdict.NOTE, "empty, and never marked as the right folder", remedy)


def _folder(path: Path, environment: Environment) -> Finding:
    what = f"Folder {path}"
    if not path.is_dir():
        if path.is_relative_to(environment.data):
            return Finding(what, Verdict.NOTE, "not there yet; the first start makes it")
        return Finding(what, Verdict.WRONG, "not there", "Mount the share, or correct the path in the site's config.")
    try:
        with tempfile.TemporaryFile(dir=path, prefix=".mailroom-check-"):
            pass
    except OSError as refused:
        return Finding(
            what, Verdict.WRONG, f"not writable ({refused.strerror})", "Give the mailroom's user the right to write."
        )
    apart = path.stat().st_dev != environment.data.stat().st_dev
    return Finding(what, Verdict.GOOD, "writable" + (", on a disk of its own: files are copied over" if apart else ""))


def _records() -> Finding:
    connection.ensure_connection()
    if not are_up_to_date():
        found = f"{connection.vendor}; not up to date yet, the next start brings it there"
        return Finding("Records database", Verdict.NOTE, found)
    return Finding("Records database", Verdict.GOOD, connection.vendor)


def _engine(environment: Environment) -> Finding:
    address = sqlalchemy.make_url(environment.engine_url)
    if address.drivername.startswith("sqlite"):
        too_old = sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < (3, 42)
        if too_old:
            remedy = "Use Python 3.11, a system with SQLite 3.42 or later, or PostgreSQL (MAILROOM_ENGINE_URL)."
            return Finding("Engine database", Verdict.WRONG, f"SQLite {sqlite3.sqlite_version} is too old", remedy)
        found = f"SQLite {sqlite3.sqlite_version}: one worker process; PostgreSQL takes more"
        return Finding("Engine database", Verdict.GOOD, found)
    engine = sqlalchemy.create_engine(address.set(drivername="postgresql+psycopg"))
    try:
        with engine.connect() as door:
            door.exec_driver_sql("SELECT 1")
    finally:
        engine.dispose()
    return Finding("Engine database", Verdict.GOOD, "postgresql")


def _workers() -> Finding:
    if "records_executor" not in connection.introspection.table_names():
        return Finding("Workers", Verdict.NOTE, "none yet; start the mailroom by `mailroom run`")
    running = executors.running_count()
    if running:
        return Finding("Workers", Verdict.GOOD, f"{running} signed on")
    return Finding("Workers", Verdict.NOTE, "none running; start the mailroom by `mailroom run`")


def _store(site: Site, environment: Environment) -> Finding:
    store = open_store(site.store, environment.data)
    key = store.put(b"Written by `mailroom check` to see whether the store works.\n")
    store.get(key)
    return Finding("Document store", Verdict.GOOD, f"{site.store.kept}: a trial document was written and read back")


def _documents(site: Site, environment: Environment) -> Finding:
    """Every document that the records name, read and compared with its key; not what comes in meanwhile."""
    if not are_up_to_date():
        return Finding("Documents", Verdict.NOTE, "not looked at: the records are not up to date yet")
    store = open_store(site.store, environment.data)
    with tempfile.TemporaryDirectory(prefix="mailroom-check-") as folder, open_tally(Path(folder) / "tally") as tally:
        tally.name(documents_named())
        for key, is_whole in store.verify():
            tally.keep(key, is_whole)
        named, lacking = tally.count(), list(tally.lacking())
    if lacking:
        return Finding("Documents", Verdict.WRONG, "\n".join(f"{one}." for one in lacking), REMEDY)
    return Finding("Documents", Verdict.GOOD, f"all {named:,} that the records name are there, and as they were stored")


def _mail(site: Site, environment: Environment) -> Finding:
    return _sends("Emails to teams", open_mail_server(site.mail, site.routing.allowed_domains, environment.data))


def _letter_mail(site: Site, environment: Environment) -> Finding:
    return _sends("Emails to residents", open_mail_server(site.outgoing.email, None, environment.data))


def _sends(what: str, server: object) -> Finding:
    if isinstance(server, SmtpMail):
        server.check()
        return Finding(what, Verdict.GOOD, "the mail server answers and lets us in")
    return Finding(what, Verdict.NOTE, f"not by SMTP ({type(server).__name__}); nothing to try out")


def _mailboxes(site: Site) -> list[Mailbox]:
    return [*site.mail.mailbox, *([site.outgoing.bounce_mailbox] if site.outgoing.bounce_mailbox else [])]


def _mailbox(settings: Mailbox) -> Finding:
    ImapMailbox(settings).check()
    return Finding(f"Mailbox: {settings.name}", Verdict.GOOD, "answers and lets us in")


def _delivery_notices(site: Site) -> Finding:
    what, settings = "Delivery notices", site.outgoing.delivery_notices
    secrets, topics = len(secrets_of(settings)), len(settings.sns_topics)
    if not (secrets or topics or site.outgoing.bounce_mailbox):
        found = "nobody tells us of letters' emails that came back; docs/outgoing.md says how"
        return Finding(what, Verdict.NOTE, found)
    return Finding(what, Verdict.GOOD, f"{topics} topics of Amazon SNS, {secrets} secrets of gateways")


def _printer(settings: Printer, environment: Environment) -> Finding:
    what = f"Printer: {settings.name}"
    if settings.kind is PrinterKind.HOT_FOLDER:
        return replace(_folder(place(environment.data, settings.path), environment), what=what)
    open_printer(settings, environment.data).find(_NAME_OF_NO_JOB)
    return Finding(what, Verdict.GOOD, "answers")
