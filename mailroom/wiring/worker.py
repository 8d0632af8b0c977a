"""This process at work: the engine with the lines on it, and the rounds that watch folders and sweep."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from mailroom.config.environment import read_environment
from mailroom.config.site import load_site
from mailroom.gateways import watch_folder
from mailroom.gateways.folder_events import Hints
from mailroom.gateways.mailbox import ImapMailbox
from mailroom.gateways.scan_file import Incomplete
from mailroom.inbound import line as inbound_line
from mailroom.inbound.machines import Machines
from mailroom.inbound.steps.done import clean_done
from mailroom.inbound.steps.found_again import take_in_spooled
from mailroom.inbound.steps.mail import MailboxRound, team_email_bounced
from mailroom.inbound.steps.patrol import Errand, Patrol
from mailroom.inbound.steps.strays import name_strays
from mailroom.inbound.steps.watch import Watcher
from mailroom.jobs import Worker, adopt_the_work_of
from mailroom.outbound import line as outbound_line
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.folders import name_of
from mailroom.outbound.steps.returns_folder import FOLDER as RETURNS
from mailroom.records import executors
from mailroom.records.folders_away import forget_all_but
from mailroom.wiring.api import api_rounds
from mailroom.wiring.inbound import inbound_machines, page_reader
from mailroom.wiring.notices import figures_round
from mailroom.wiring.outbound import outbound_machines, outbound_rounds
from mailroom.wiring.printing import print_machines, printing_rounds
from mailroom.wiring.reading import PageReader

log = logging.getLogger(__name__)

_HOUR = 3600.0


@dataclass(frozen=True)
class AtWork:
    """A running worker and its machines, for the rounds and the web pages of the same process."""

    executor_id: str
    machines: Machines
    reader: PageReader
    outgoing: OutboundMachines


@contextmanager
def worker() -> Iterator[AtWork]:
    """Run the engine with this site's machines and take work until the block ends."""
    site = load_site()
    with page_reader(site) as reader, working(inbound_machines(reader), reader, outbound_machines(site)) as at_work:
        yield at_work


@contextmanager
def working(machines: Machines, reader: PageReader, outgoing: OutboundMachines | None = None) -> Iterator[AtWork]:
    """Run the engine with these machines; without others, the outgoing ones are the site's."""
    letters, printing = outgoing or outbound_machines(), print_machines()

    def register() -> None:
        inbound_line.register(machines)
        outbound_line.register(letters)
        outbound_line.register_print_runs(printing)

    with Worker(read_environment().engine_url, machines.config.engine, register) as running:
        yield AtWork(running.executor_id, machines, reader, letters)


def patrol(at_work: AtWork, with_folders: bool) -> Patrol:
    """The rounds of this process: sweeping always, the watch folders and mailboxes if asked."""
    machines = at_work.machines
    folders = machines.config.watch_folder if with_folders else ()
    forget_all_but([*(f.name for f in machines.config.watch_folder), *_letters_folders()])
    return Patrol(
        machines=machines,
        watchers=[Watcher(folder, watch_folder, machines, Incomplete, at_work.executor_id) for folder in folders],
        hints=Hints,
        rounds=(_adoption(at_work),),
        errands=(*_other_rounds(at_work, with_folders), *(_mailbox_rounds(at_work) if with_folders else ())),
    )


def _letters_folders() -> list[str]:
    """What the outgoing line looks at, by the names on record."""
    return [*(name_of(folder) for folder in load_site().outgoing.print_folder), RETURNS]


def _other_rounds(at_work: AtWork, with_folders: bool) -> list[Errand]:
    """Each in a thread of its own: a mailbox that hangs must not keep dead workers' work from being adopted."""
    every = at_work.machines.config.engine.sweep_every_seconds
    outgoing = outbound_rounds(at_work.outgoing, load_site(), with_folders, at_work.executor_id)
    printing = printing_rounds(with_folders)
    api = api_rounds(at_work.outgoing, load_site())
    return [
        Errand("daily counts", figures_round(), every),
        *(_hourly(at_work.machines) if with_folders else []),
        *(Errand(f"outgoing round {number}", work, every) for number, work in enumerate(outgoing, start=1)),
        *(Errand(f"printing round {number}", work, every) for number, work in enumerate(printing, start=1)),
        *(Errand(f"interface round {number}", work, every) for number, work in enumerate(api, start=1)),
    ]


def _hourly(machines: Machines) -> list[Errand]:
    """Housekeeping on this machine's disk."""
    return [
        Errand("done folder", partial(clean_done, machines), _HOUR),
        Errand("strays in the spool", partial(name_strays, machines), _HOUR),
        Errand("spool", partial(take_in_spooled, machines, watch_folder.move_aside), _HOUR),
    ]


def _mailbox_rounds(at_work: AtWork) -> list[Errand]:
    """One for each mailbox of mail.toml. Reports of emails that did not arrive go to those who sent them."""
    return [
        Errand(
            f"mailbox {settings.name}",
            MailboxRound(
                settings.name,
                settings.service,
                ImapMailbox(settings),
                at_work.machines,
                at_work.reader.lay_out_email,
                (team_email_bounced,),
                at_work.machines.config.council.office_closes,
            ),
            settings.look_every_seconds,
        )
        for settings in load_site().mail.mailbox
    ]


def _adoption(at_work: AtWork) -> Callable[[], None]:
    """Work of processes that died goes back on its queue."""
    engine = at_work.machines.config.engine
    silence = executors.Silence(at_work.executor_id, math.ceil(engine.dead_after_seconds / engine.heartbeat_seconds))

    def adopt() -> None:
        for dead in silence.bury():
            try:
                count = adopt_the_work_of(dead)
            except Exception:
                executors.give_back(dead)
                raise
            log.warning("executor %s is gone; %d pieces of its work were put on again", dead, count)

    return adopt
