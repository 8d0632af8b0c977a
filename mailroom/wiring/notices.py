"""What leaves by itself: the day's digests and the month's reports, each once, through the council's mail server."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from mailroom.config.environment import Environment, read_environment
from mailroom.config.mail import MailConfig
from mailroom.config.routing import RoutingConfig
from mailroom.config.section import load_section
from mailroom.errors import MailroomError, Retry
from mailroom.gateways.mail_server import MailServer, open_mail_server
from mailroom.records import due_items, hand_offs, ledger, target_standings
from mailroom.records.models import DigestSent, ReportSent
from mailroom.targets import digest
from mailroom.targets.digest import Digest, Section, Waiting
from mailroom.targets.hand_off_news import ToBeMade, to_tell_of
from mailroom.targets.progress import Progress
from mailroom.values.month import Month
from mailroom.values.outgoing_email import EmailFile, OutgoingEmail
from mailroom.values.period import Period
from mailroom.values.working_days import add_working_days, is_working_day, working_days_between
from mailroom.wiring.reports import ReportFormat, Reports, file_name

log = logging.getLogger(__name__)

_ALL_TOLD = ""
"""The recipient of the row that says a day's digests are all sent, so that they are not worked out every minute."""


@dataclass(frozen=True)
class Notices:
    """Digests and reports of one site."""

    reports: Reports
    mail: MailConfig
    routing: RoutingConfig
    server: MailServer
    public_url: str

    @classmethod
    def read(cls, environment: Environment | None = None) -> Notices:
        """Read the site. Raises Misconfigured."""
        env = environment or read_environment()
        mail = load_section(env.site / "config" / "mail.toml", MailConfig)
        routing = load_section(env.site / "config" / "routing.toml", RoutingConfig)
        server = open_mail_server(mail, routing.allowed_domains, Path(env.data))
        return cls(Reports.read(env.site), mail, routing, server, env.public_url)

    def digests(self, day: dt.date) -> list[Digest]:
        """Everybody's digest of a day."""
        return digest.one_each([*self._about_items(day), *self._about_print_unit(day), *self._about_targets(day)], day)

    def _about_items(self, day: dt.date) -> Iterator[tuple[str, Section | None]]:
        targets = self.reports.figures.targets
        last = add_working_days(day, targets.service_level.warn_days)
        most, link = targets.digest.most_items, self.public_url
        teams: dict[str, list[Waiting]] = {}
        services: dict[str, list[Waiting]] = {}
        name = self.reports.figures.catalogue.name
        for item in due_items.due_by(day, last):
            waiting = Waiting(item.number, name(item.service), item.due, item.left, item.promised)
            teams.setdefault(item.team, []).append(waiting)
            services.setdefault(item.service, []).append(waiting)
        for code, found in sorted(teams.items()):
            if code in self.routing.teams:
                yield self.routing.teams[code].inbox, digest.team(found, most, link)
        by_leader: dict[str, list[Waiting]] = {}
        for service, found in sorted(services.items()):
            for leader in due_items.leaders(service):
                by_leader.setdefault(leader, []).extend(found)
        for leader, found in by_leader.items():
            yield leader, digest.leader(sorted(found, key=lambda w: (w.left, w.number)), most, link)

    def _about_print_unit(self, day: dt.date) -> Iterator[tuple[str, Section | None]]:
        """Batches of the working day before and any day off since that are not whole; letters to be made elsewhere."""
        since = add_working_days(day, -1)
        days = [since + dt.timedelta(days=n) for n in range((day - since).days)]
        wrong = [
            (line.number, "; ".join(line.problems))
            for one in days
            for line in ledger.batch_lines(one)
            if not line.balances
        ]
        if "print_unit" in self.routing.teams:
            inbox = self.routing.teams["print_unit"].inbox
            yield inbox, digest.print_unit(wrong, self.public_url)
            yield inbox, self._hand_offs(inbox, day)

    def _hand_offs(self, inbox: str, day: dt.date) -> Section | None:
        """What is new since the print unit's last digest that left, and what is left lying."""
        figures = self.reports.figures
        sent = DigestSent.objects.filter(recipient=inbox.lower(), day__lt=day, sent_at__isnull=False)
        last = sent.order_by("-day").first()
        waiting = [
            ToBeMade(letter.number, letter.format, letter.must_arrive, joined.astimezone(figures.zone))
            for letter, joined in hand_offs.waiting()
        ]
        told_at = last.sent_at.astimezone(figures.zone) if last and last.sent_at else None
        told = to_tell_of(waiting, told_at, day, figures.targets.service_level.warn_days)
        return digest.hand_offs(told, len(waiting) - len(told), day, figures.targets.digest.most_items, self.public_url)

    def _about_targets(self, day: dt.date) -> Iterator[tuple[str, Section | None]]:
        """On the day a target is first seen off course or in doubt; all such ones when a month's figures are new."""
        month_is_new = add_working_days(Month.of(day).plus(-1).last, 1) == day
        for reader in self.reports.figures.targets.report:
            progress = self._progress(reader.service, day)
            news = target_standings.changed(reader.service, _standings(progress), day)
            told = progress if month_is_new else [p for p in progress if p.target.code in news]
            for recipient in reader.to:
                yield recipient, digest.manager(told, self.public_url)

    def _progress(self, service: str, day: dt.date) -> tuple[Progress, ...]:
        """Targets at the end of the last whole month: a later correction, or a baseline, may still move them."""
        return self.reports.overview(Period.one(Month.of(day).plus(-1)), service, day).progress

    def send_digests(self, day: dt.date, now: dt.datetime) -> int:
        """Send what was not sent yet. Returns how many left."""
        sent = 0
        for one in self.digests(day):
            record, _ = DigestSent.objects.get_or_create(
                day=day, recipient=one.recipient, defaults={"points": one.points}
            )
            sent += self._once(record, now, partial(self._digest_email, one, now))
        # Kept only when everybody was told: a warning that could not leave is news tomorrow, too.
        readers = () if _is_waiting(day) else self.reports.figures.targets.report
        for service in {reader.service for reader in readers}:
            target_standings.keep(service, _standings(self._progress(service, day)), day)
        return sent

    def _digest_email(self, one: Digest, now: dt.datetime) -> OutgoingEmail:
        return self._email(f"digest-{one.day}", one.recipient, one.subject, one.plain, one.html, now)

    def send_reports(self, month: Month, now: dt.datetime) -> int:
        """Send a month's reports to those in config who did not get them yet. Returns how many left."""
        today = now.astimezone(self.reports.figures.zone).date()
        sent = 0
        for reader in self.reports.figures.targets.report:
            for recipient in reader.to:
                record, _ = ReportSent.objects.get_or_create(
                    month=month.first, service=reader.service, recipient=recipient.lower()
                )
                sent += self._once(
                    record, now, partial(self._report_email, month, reader.service, recipient, today, now)
                )
        return sent

    def _report_email(
        self, month: Month, service: str, recipient: str, today: dt.date, now: dt.datetime
    ) -> OutgoingEmail:
        period = Period.one(month)
        name = self.reports.figures.catalogue.name(service) if service else self.reports.figures.council
        subject = f"Post and service levels, {month.name}: {name}"
        files = tuple(
            EmailFile(
                file_name(period, service, kind), self.reports.make(period, service, kind, today), kind.content_type
            )
            for kind in (ReportFormat.PDF, ReportFormat.CSV)
        )
        plain = f"The report of {month.name} is attached, with every figure as CSV.\n{self.public_url}/targets/\n"
        html = f'<!doctype html><html lang="en-gb"><body><p>{plain}</p></body></html>'
        return self._email(f"report-{month}-{service}", recipient, subject, plain, html, now, files)

    def _once(self, record: DigestSent | ReportSent, now: dt.datetime, email: Callable[[], OutgoingEmail]) -> int:
        """Send unless it is on record as sent, or as refused. A repeat after a crash has the same Message-ID.

        A server that is away is asked again at the next round; the other recipients do not wait for it.
        """
        if record.sent_at is not None or record.problem:
            return 0
        rows: QuerySet[Any] = type(record)._default_manager.filter(pk=record.pk)
        try:
            self.server.send(email())
        except Retry as away:
            log.warning("%s: %s", record, away)
            return 0
        except MailroomError as refused:
            log.error("%s: %s", record, refused)
            rows.update(problem=str(refused))
            return 0
        rows.update(sent_at=now)
        return 1

    def _email(
        self, key: str, recipient: str, subject: str, plain: str, html: str, now: dt.datetime,
        files: tuple[EmailFile, ...] = (),
    ) -> OutgoingEmail:  # fmt: skip
        domain = self.mail.sender.rpartition("@")[2]
        who = sha256(recipient.encode()).hexdigest()[:16]
        return OutgoingEmail(
            f"<{key}-{who}@{domain}>", self.mail.sender, self.mail.sender_name, recipient, subject, plain, html, now,
            headers=(("Auto-Submitted", "auto-generated"),), attachments=files,
        )  # fmt: skip

    @staticmethod
    def _told_of(day: dt.date) -> bool:
        return DigestSent.objects.filter(day=day, recipient=_ALL_TOLD).exists()

    def round(self, now: dt.datetime) -> None:
        """What is due at this moment: roll-ups always; digests of a working day from their hour on; a month's report.

        Safe to call every minute: each digest and report leaves once.
        """
        figures = self.reports.figures
        figures.bring_up_to_date(now)
        here = now.astimezone(figures.zone)
        today, targets = here.date(), figures.targets
        if not is_working_day(today) or here.hour < targets.digest.hour:
            return
        if not self._told_of(today):
            self.send_digests(today, now)
            if not _is_waiting(today):
                DigestSent.objects.get_or_create(day=today, recipient=_ALL_TOLD, defaults={"points": 0, "sent_at": now})
        month = Month.of(today).plus(-1)
        if working_days_between(month.last, today) >= targets.report_on_working_day:
            if month not in figures.book().closed:
                self.reports.draw_sample(month, now)
                self.reports.close(month, "schedule", now)
            self.send_reports(month, now)


def _is_waiting(day: dt.date) -> bool:
    """Whether a digest of the day could not leave yet."""
    return DigestSent.objects.filter(day=day, sent_at=None, problem="").exists()


def _standings(progress: Iterable[Progress]) -> dict[str, str]:
    return {p.target.code: p.standing.value for p in progress}


def figures_round() -> Callable[[], None]:
    """The round of a process: figures kept up to date, digests, reports and the sample when they are due."""
    notices = Notices.read()
    return lambda: notices.round(timezone.now())
