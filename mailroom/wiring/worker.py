"""This process at work: the engine with the lines on it, and the rounds that watch folders and sweep."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mailroom.config.environment import read_environment
from mailroom.config.site import load_site
from mailroom.gateways import watch_folder
from mailroom.gateways.scan_file import Incomplete
from mailroom.inbound import line as inbound_line
from mailroom.inbound.machines import Machines
from mailroom.inbound.steps.patrol import Patrol
from mailroom.inbound.steps.watch import Watcher
from mailroom.jobs import Worker, adopt_the_work_of
from mailroom.records import executors
from mailroom.wiring.inbound import inbound_machines, page_reader
from mailroom.wiring.reading import PageReader

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AtWork:
    """A running worker and its machines, for the rounds and the web pages of the same process."""

    executor_id: str
    machines: Machines
    reader: PageReader


@contextmanager
def worker() -> Iterator[AtWork]:
    """Run the engine and take work until the block ends."""
    environment, site = read_environment(), load_site()
    with page_reader(site) as reader:
        machines = inbound_machines(reader)

        def register() -> None:
            inbound_line.register(machines)

        with Worker(environment.engine_url, site.mailroom.engine, register) as running:
            yield AtWork(running.executor_id, machines, reader)


def patrol(at_work: AtWork, with_folders: bool) -> Patrol:
    """The rounds of this process: sweeping always, the watch folders if asked."""
    machines = at_work.machines
    folders = machines.config.watch_folder if with_folders else ()
    return Patrol(
        machines=machines,
        watchers=[Watcher(folder, watch_folder, machines, Incomplete) for folder in folders],
        hints=watch_folder.Hints,
        rounds=(_adoption(at_work),),
    )


def _adoption(at_work: AtWork) -> Callable[[], None]:
    """Work of processes that died goes back on its queue."""
    silent_for = dt.timedelta(seconds=at_work.machines.config.engine.dead_after_seconds)

    def adopt() -> None:
        for dead in executors.bury_the_silent(silent_for, at_work.executor_id):
            try:
                count = adopt_the_work_of(dead)
            except Exception:
                executors.give_back(dead)
                raise
            log.warning("executor %s is gone; %d pieces of its work were put on again", dead, count)

    return adopt
