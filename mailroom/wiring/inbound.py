"""The incoming line's machines and stations, built from the site."""

from __future__ import annotations

import datetime as dt
import os
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from mailroom.config.environment import Environment, read_environment
from mailroom.config.mailroom import CuttingPolicy
from mailroom.config.routing import RoutingConfig, fresh_routing
from mailroom.config.site import Site, load_site
from mailroom.gateways.mail_server import open_mail_server
from mailroom.gateways.page_templates import SiteTemplates
from mailroom.gateways.store import Store, open_store
from mailroom.inbound.classification import classify
from mailroom.inbound.delivery import Earlier, Letterhead, Posting, attachment_of, compose, without_what_it_is_about
from mailroom.inbound.indexing import index_item
from mailroom.inbound.inspection import Inspector
from mailroom.inbound.likeness import Likeness
from mailroom.inbound.machines import Machines
from mailroom.inbound.matching import MatchingKnowledge, match, objections_to
from mailroom.inbound.reply_codes_found import reply_codes_on
from mailroom.inbound.returned_letters import pieces_on
from mailroom.inbound.routing import route
from mailroom.inbound.separation import separate
from mailroom.inbound.understanding import Stations, Understanding
from mailroom.jobs import Jobs
from mailroom.records.answered_letters import letter_answered
from mailroom.records.customers import facts_of, find_candidates
from mailroom.records.mailed_files import files_beside
from mailroom.records.models import Customer, Delivery, Item
from mailroom.values.decisions import CustomerMatch, ItemPages, Separation
from mailroom.values.index_fields import IndexFields
from mailroom.values.outgoing_email import OutgoingEmail
from mailroom.values.page import PageReading
from mailroom.values.working_days import working_days_between
from mailroom.wiring.reading import PageReader

if TYPE_CHECKING:
    from mailroom.gateways.language import SpacyLanguage
    from mailroom.gateways.text_model import LinearTextModel


class Knowledge:
    """The stations with the site's knowledge in hand. What is slow to load is loaded when first asked for."""

    def __init__(self, site: Site, model_folder: Path) -> None:
        self._site, self._model_folder = site, model_folder
        self._scorer = Likeness(site.linkage)
        self._nicknames = site.customers.full_names
        self._routing = fresh_routing(site.folder, site.services.codes)

    # Imported when first used: scikit-learn and spaCy take seconds, and most commands never sort a letter.
    @cached_property
    def _model(self) -> LinearTextModel:
        from mailroom.gateways.text_model import load_text_model

        return load_text_model(self._model_folder)

    @cached_property
    def _language(self) -> SpacyLanguage:
        from mailroom.gateways.language import SpacyLanguage

        return SpacyLanguage()

    @cached_property
    def _stations(self) -> Stations:
        site = self._site
        return Stations(
            index=lambda item: index_item(item, site.references, self._language),
            classify=lambda item, fields: classify(item, fields, site.services, self._model),
            match=lambda fields, _: self._match(fields),
            route=lambda facts: route(facts, self._routing()),
            answers=lambda item: letter_answered(codes) if (codes := reply_codes_on(item)) else None,
            objections=self._objections,
            pieces=lambda item: pieces_on(item, site.mailroom.council.code),
        )

    def separate(self, pages: Sequence[PageReading], policy: str, both_sides: bool | None = None) -> Separation:
        """Cut a batch by a folder's policy."""
        council = self._site.mailroom.council.code
        return separate(pages, CuttingPolicy(policy), self._site.separation, council, both_sides)

    def understand(self, item: ItemPages, received: dt.date, doubts: tuple[str, ...], rescan_of: str) -> Understanding:
        """Index, classify, match and route one item."""
        return self._stations.understand(item, received, doubts, rescan_of)

    def _match(self, fields: IndexFields) -> CustomerMatch:
        return match(fields, find_candidates(fields), self._scorer, self._known())

    def _objections(self, fields: IndexFields, customer_id: str) -> tuple[str, ...]:
        found = {facts.customer_id: facts for facts in (*facts_of([customer_id]), *find_candidates(fields))}
        return objections_to(customer_id, fields, tuple(found.values()), self._scorer, self._known())

    def _known(self) -> MatchingKnowledge:
        return MatchingKnowledge(self._site.customers.matching, Customer.objects.count(), self._nicknames)


def page_reader(site: Site) -> PageReader:
    """The reader of this site; its child processes start with the first page."""
    models = read_environment().data / "readers"
    children = site.mailroom.engine.pages_at_once
    return PageReader(site.reading, site.separator_patterns, site.letter_typeface, models, children)


def inbound_machines(reader: PageReader | None = None) -> Machines:
    """Everything the incoming line is handed. Without a reader one is made that starts nothing until it reads.

    Raises:
        Misconfigured: something in the site is wrong.
    """
    environment, site = read_environment(), load_site()
    knowledge = Knowledge(site, environment.model)
    reads = reader or page_reader(site)
    store = open_store(site.store, environment.data)
    return Machines(
        reader=reads,
        store=store,
        filing_copy=reads.filing_copy,
        mail=open_mail_server(site.mail, site.routing.allowed_domains, environment.data),
        queues=Jobs(environment.engine_url),
        separate=knowledge.separate,
        understand=knowledge.understand,
        compose=composer(site, environment, store),
        clock=timezone.now,
        config=site.mailroom,
        data=environment.data,
        services=frozenset(site.services.codes),
        mail_domain=site.mail.sender.rpartition("@")[2],
        second_letter_days=site.targets.second_letter.within_days,
    )


def composer(site: Site, environment: Environment, store: Store) -> Callable[[Delivery], OutgoingEmail]:
    """What turns a delivery into the email its team gets."""
    templates, routing = SiteTemplates(site.folder / "templates"), fresh_routing(site.folder)
    letterhead = Letterhead(
        site.mail.sender, site.mail.sender_name, site.mailroom.council.name, site.mail.subject_shows_customer_number
    )

    def email_of(delivery: Delivery) -> OutgoingEmail:
        item = delivery.item
        pdf = store.get(item.filed_as) if item.filed_as else b""
        files, why_not = attachment_of(item.number, pdf, item.private, site.mail.largest_attachment_megabytes)
        posting = _posting(delivery, site, routing(), environment.public_url, why_not)
        return compose(
            posting, letterhead, (delivery.message_id, delivery.inbox, timezone.now()), templates.render, files
        )

    return email_of


def _posting(delivery: Delivery, site: Site, teams: RoutingConfig, url: str, why_not: str) -> Posting:
    item = delivery.item
    routing = item.decision.get("routing", {})
    due = item.due or item.received
    flags = {kind.code: kind.name for kind in site.services.flags}
    posting = Posting(
        item=item.number,
        service_name=site.services.name(item.service),
        team_name=teams.teams[delivery.team].name if delivery.team in teams.teams else delivery.team,
        customer=item.customer_id or "",
        received=item.received,
        due=due,
        due_in=working_days_between(timezone.localdate(), due),
        flags=tuple(flags.get(code, code) for code in item.flags),
        marks=tuple(routing.get("marks", ())),
        reasons=tuple(routing.get("reasons", ())),
        pages=item.last_page - item.first_page + 1,
        link=_link_to(item, url),
        is_copy=delivery.is_copy,
        attached=not why_not,
        why_not_attached=why_not,
        earlier=_earlier(item, url),
        beside=tuple(file.number for file in files_beside(item.batch)),
    )
    return without_what_it_is_about(posting) if item.private and delivery.is_copy else posting


def _earlier(item: Item, url: str) -> Earlier | None:
    """The letter on the same matter that this one follows, and how that one stands."""
    first = item.chases
    if first is None:
        return None
    answered = timezone.localdate(first.answered_at) if first.answered_at else None
    return Earlier(
        item=first.number,
        received=first.received,
        due=first.due,
        due_in=working_days_between(timezone.localdate(), first.due) if first.due else 0,
        answered=answered,
        chasing=answered is None or answered >= item.received,
        link=_link_to(first, url),
    )


def _link_to(item: Item, url: str) -> str:
    return f"{url}/items/{urllib.parse.quote(item.number)}/"


@contextmanager
def inspector() -> Iterator[Inspector]:
    """All stations on files, nothing stored and nothing sent."""
    environment, site = read_environment(), load_site()
    knowledge = Knowledge(site, environment.model)
    with page_reader(site) as reader, ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        yield Inspector(reader, knowledge.separate, knowledge.understand, pool)
