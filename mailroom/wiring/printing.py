"""The print unit's machines, built from the site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from django.utils import timezone

from mailroom.config.environment import read_environment
from mailroom.config.mailroom import is_ours, place
from mailroom.config.routing import RoutingConfig, fresh_routing
from mailroom.config.site import Site, load_site
from mailroom.errors import Misconfigured
from mailroom.gateways.mail_server import MailServer, open_mail_server
from mailroom.gateways.manifest_pdf import ManifestPdf
from mailroom.gateways.printer import open_printer
from mailroom.gateways.printer_file import PrintFileMaker
from mailroom.gateways.report_pdf import ReportPdf
from mailroom.gateways.scan_marks import data_matrices_on
from mailroom.gateways.store import open_store
from mailroom.jobs import Jobs
from mailroom.outbound.notices import NoticeEmail
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps.ask_run import sweep_runs
from mailroom.outbound.steps.build_run import build_at_cut_off
from mailroom.outbound.steps.compose_run import compose_run
from mailroom.outbound.steps.decide import decide_again
from mailroom.outbound.steps.print_jobs import patrol_printers
from mailroom.outbound.steps.resend import email_instead
from mailroom.outbound.steps.returns_folder import ReturnsFolder
from mailroom.outbound.steps.tell_services import tell_services
from mailroom.records.models import Letter
from mailroom.values.outgoing_email import OutgoingEmail
from mailroom.wiring.outbound import outbound_machines


def print_machines() -> PrintMachines:
    """Everything print runs and returns are handed.

    Raises:
        Misconfigured: something in the site is wrong.
    """
    environment, site = read_environment(), load_site()
    outbound = outbound_machines()
    fonts = site.folder / "templates" / "letters"
    regular, bold = fonts / site.printing.type.regular, fonts / site.printing.type.bold
    mail = open_mail_server(site.mail, site.routing.allowed_domains, environment.data)

    def decide(keys: Sequence[int]) -> None:
        decide_again(outbound, Letter.objects.filter(pk__in=keys))

    return PrintMachines(
        store=open_store(site.store, environment.data),
        queues=Jobs(environment.engine_url),
        compose=partial(compose_run, outbound),
        decide_again=decide,
        email_instead=partial(email_instead, outbound),
        files=PrintFileMaker(site.printing.marks, regular, site.printing.mailmark),
        typeset=ReportPdf(regular, bold).typeset,
        typeset_manifest=ManifestPdf(regular, bold).write,
        printers={p.name: open_printer(p, environment.data) for p in site.printing.printer},
        read_marks=data_matrices_on,
        tell=partial(_tell, site, fresh_routing(site.folder), mail),
        clock=timezone.now,
        local_time=timezone.localtime,
        printing=site.printing,
        postage=site.postage,
        classes=site.document_classes,
        council=site.mailroom.council.name,
        council_code=site.mailroom.council.code,
        mail_domain=site.mail.sender.rpartition("@")[2],
        work=environment.data / "print-work",
        attempts=site.mailroom.engine.attempts,
    )


def printing_rounds(with_folders: bool) -> list[Callable[[], object]]:
    """What a worker does again and again: printers, notices to services, the day's run, the folder of returned mail."""
    machines, data = print_machines(), read_environment().data
    every = (patrol_printers, tell_services, build_at_cut_off, sweep_runs)
    rounds: list[Callable[[], object]] = [partial(work, machines) for work in every]
    if with_folders:
        done = place(data, load_site().mailroom.intake.done)
        returns = machines.printing.returns.path
        rounds.append(ReturnsFolder(machines, place(data, returns), done, is_ours(returns)).look)
    return rounds


def _tell(site: Site, routing: Callable[[], RoutingConfig], mail: MailServer, notice: NoticeEmail) -> None:
    """The notice to the inbox of the service's team."""
    mail.send(
        OutgoingEmail(
            message_id=notice.message_id,
            sender=site.mail.sender,
            sender_name=site.mail.sender_name,
            recipient=_inbox(routing(), notice.service),
            subject=notice.subject,
            plain=notice.plain,
            html=notice.html,
            date=notice.date,
            headers=(("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")),
        )
    )


def _inbox(routing: RoutingConfig, service: str) -> str:
    route = routing.services.get(service)
    team = routing.teams.get(route.team) if route else None
    if team is None:
        raise Misconfigured(f"config/routing.toml: service '{service}' has no team. Add it, so that it can be told.")
    return team.inbox
