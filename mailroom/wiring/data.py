"""The data folder made ready: databases, folders and the text model; safe to repeat by several processes at once."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from mailroom.config.environment import read_environment
from mailroom.config.mailroom import is_ours, place
from mailroom.config.site import load_site
from mailroom.gateways.store import open_store
from mailroom.records.models import Item

log = logging.getLogger(__name__)

_PREPARING = 20_260_401
"""Any number, as long as nobody else on the database server takes the same advisory lock."""


def prepare_data() -> None:
    """Bring the databases up to date, make the folders, and train the text model if there is none yet.

    Raises:
        Misconfigured: something in the site is wrong.
    """
    prepare_database()
    prepare_folders()
    prepare_model()


def prepare_database() -> None:
    """Bring the records' database up to date."""
    with _alone(read_environment().data / "preparing.lock"), _alone_on_postgres():
        call_command("migrate", verbosity=0, interactive=False)


def prepare_folders() -> None:
    """Make the watch folders, spool and done folder below the data folder; those elsewhere are the council's own."""
    environment, site = read_environment(), load_site()
    intake = site.mailroom.intake
    relative = [f.path for f in site.mailroom.watch_folder if is_ours(f.path)]
    for path in (*relative, intake.spool, intake.done):
        place(environment.data, path).mkdir(parents=True, exist_ok=True)


def prepare_model() -> None:
    """Train the text model if the data folder has none of this version; takes a minute or two, once."""
    from mailroom.gateways.text_model import is_usable

    environment = read_environment()
    with _alone(environment.data / "training.lock"):
        if not is_usable(environment.model):
            from mailroom.wiring.training import train_site

            log.warning("training the text model from the examples; this takes a minute or two, once")
            train_site(environment.site, environment.model)


def watched_paths() -> list[tuple[str, Path]]:
    """Each watch folder's name and where it is."""
    data = read_environment().data
    return [(folder.name, place(data, folder.path)) for folder in load_site().mailroom.watch_folder]


def export_filed(folder: Path) -> int:
    """Write the filing copy of every item to `folder`, named by item. Returns how many."""
    environment, site = read_environment(), load_site()
    store = open_store(site.store, environment.data)
    folder.mkdir(parents=True, exist_ok=True)
    items = Item.objects.exclude(filed_as="").select_related("batch").order_by("pk")
    for item in items:
        (folder / f"{item.number}.pdf").write_bytes(store.get(item.filed_as))
    return len(items)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Only one process of this machine at a time."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _alone_on_postgres() -> Iterator[None]:
    """Only one process of all machines that share the records database."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_PREPARING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_PREPARING])
