"""The outgoing machines from the site and the environment."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import timezone

from mailroom.config.environment import Environment, read_environment
from mailroom.config.fresh import Fresh
from mailroom.config.letter_templates import load_letter_templates
from mailroom.config.linkage import LinkageWeights
from mailroom.config.mailroom import place
from mailroom.config.site import Site, load_site
from mailroom.gateways.font_repair import as_pictures, embed_twins
from mailroom.gateways.letter_layout import place_of_type, place_of_words
from mailroom.gateways.letter_pdf import count_pages, cut_out, join, lines_on, read_letters
from mailroom.gateways.mail_server import open_mail_server
from mailroom.gateways.mailbox import ImapMailbox, MailboxMessage
from mailroom.gateways.moving_pdf import find_moves, move_pages, set_covers
from mailroom.gateways.preflight_pdf import measure_letters
from mailroom.gateways.spreadsheet import count_rows, read_rows
from mailroom.gateways.store import open_store
from mailroom.gateways.typesetter import Typesetter
from mailroom.jobs import Jobs
from mailroom.outbound.letter_template import LetterTemplate, read_template
from mailroom.outbound.machines import MentionMatch, OutboundMachines
from mailroom.outbound.steps.ask_check import sweep_checks
from mailroom.outbound.steps.bounces import take_message
from mailroom.outbound.steps.folders import PrintFolderWatch
from mailroom.outbound.steps.sweep import sweep
from mailroom.values.linkage_record import LinkageRecord

log = logging.getLogger(__name__)

_ONLY_DOMAINS = "email.only_domains of config/outgoing.toml"
LEAST_BITS = 8.0
"""Pairs less alike than 256 to 1 never come near the 0.98 that attaches a letter to a record."""


class LetterPdfs:
    """The PDF machines as one."""

    read_letters = staticmethod(read_letters)
    measure_letters = staticmethod(measure_letters)
    place_of_type = staticmethod(place_of_type)
    place_of_words = staticmethod(place_of_words)
    cut_out = staticmethod(cut_out)
    count_pages = staticmethod(count_pages)
    join = staticmethod(join)


class FreshTemplates(Mapping[str, LetterTemplate]):
    """The site's letter templates as their files are whenever asked."""

    def __init__(self, site: Path) -> None:
        folder = site / "templates" / "letters"
        self._read = Fresh(partial(_read_templates, site), lambda: folder.glob("*.md"))

    def __getitem__(self, code: str) -> LetterTemplate:
        return self._read()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


def _read_templates(site: Path) -> dict[str, LetterTemplate]:
    return {code: read_template(source) for code, source in load_letter_templates(site).items()}


class PdfRepairs:
    """The mending machines as one."""

    lines_on = staticmethod(lines_on)
    find_moves = staticmethod(find_moves)
    move_pages = staticmethod(move_pages)
    set_covers = staticmethod(set_covers)
    embed_twins = staticmethod(embed_twins)
    as_pictures = staticmethod(as_pictures)


def outbound_machines(site: Site | None = None, environment: Environment | None = None) -> OutboundMachines:
    """Everything the outgoing line needs, as the site says. Raises Misconfigured."""
    site, environment = site or load_site(), environment or read_environment()
    email = site.outgoing.email
    zone = ZoneInfo(site.mailroom.council.timezone)
    return OutboundMachines(
        store=open_store(site.store, environment.data),
        mail=open_mail_server(email, email.only_domains or None, environment.data, _ONLY_DOMAINS),
        queues=Jobs(environment.engine_url),
        typesetter=Typesetter(site.printing, site.folder),
        pdfs=LetterPdfs(),
        repairs=PdfRepairs(),
        read_rows=read_rows,
        count_rows=count_rows,
        match_people=partial(_match_people, site.linkage),
        clock=timezone.now,
        local_time=lambda at: at.astimezone(zone),
        random=os.urandom,
        classes=site.document_classes,
        templates=FreshTemplates(site.folder),
        printing=site.printing,
        outgoing=site.outgoing,
        customers=site.customers,
        attachments=site.folder / "templates" / "letters" / "attachments",
        typefaces=site.folder / "templates" / "letters",
        letters_page=(email.letters_page or f"{environment.public_url}/letters").rstrip("/"),
        mail_domain=email.sender.rpartition("@")[2],
        data=environment.data,
        attempts=site.mailroom.engine.attempts,
    )


def outbound_rounds(
    machines: OutboundMachines, site: Site, with_folders: bool, me: str = ""
) -> list[Callable[[], object]]:
    """What a worker does again and again: sweep; where asked, look at print folders and at the letters' mailbox."""
    if not with_folders:
        return [partial(sweep, machines), partial(sweep_checks, machines)]
    intake = site.mailroom.intake
    spool, done = place(machines.data, intake.spool) / "letters", place(machines.data, intake.done)
    watches = [PrintFolderWatch(f, machines, spool, done, me) for f in site.outgoing.print_folder]
    rounds: list[Callable[[], object]] = [partial(sweep, machines), partial(sweep_checks, machines)]
    rounds += (w.look for w in watches)
    if site.outgoing.bounce_mailbox is not None:
        mailbox = ImapMailbox(site.outgoing.bounce_mailbox)
        rounds.append(partial(mailbox.poll, lambda message: _take_report(machines, message)))
    return rounds


def _take_report(machines: OutboundMachines, message: MailboxMessage) -> bool:
    """False for what a person has to look at: no report, or one about no letter of ours."""
    understood = not message.problem and take_message(machines, message.raw)
    if not understood:
        log.warning("%s: is no report about a letter of ours; somebody has to look at it", message.claim)
    return understood


def _match_people(
    weights: LinkageWeights, mentions: Iterable[LinkageRecord], records: Iterable[LinkageRecord]
) -> Iterator[MentionMatch]:
    """Splink is loaded when it is first needed: it takes a second, and most commands do without it."""
    from mailroom.gateways.linkage import match_in_bulk

    return match_in_bulk(mentions, records, weights, LEAST_BITS, "500MB")
