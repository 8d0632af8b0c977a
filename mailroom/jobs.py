"""Work for the engine: putting it on a queue, and running the process that does it.

Workflow ids are the records' own keys, so the same work put on twice is done once. No commit spans the records and
the engine: the record's status is the truth, and a sweep puts on again what a crash kept from the queue.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, TypeVar

import sqlalchemy
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions, StepOptions
from django.db import InterfaceError, OperationalError, close_old_connections, connections
from prometheus_client import Histogram
from sqlalchemy.exc import DBAPIError

from mailroom.config.mailroom import Engine
from mailroom.errors import Misconfigured, Retry
from mailroom.records import executors

log = logging.getLogger(__name__)
_ENGINE_LOG = logging.getLogger("dbos")
T = TypeVar("T")

# Raised on purpose when a workflow's steps change: work in flight under the old number is drained by old workers.
LINE_VERSION = "2"

BATCHES, PAGES, ITEMS, EMAILS = "batches", "pages", "items", "emails"
MAILINGS, LETTER_EMAILS, PRINT_RUNS, DRAFT_CHECKS = "mailings", "letter_emails", "print_runs", "draft_checks"
QUEUES = (BATCHES, PAGES, ITEMS, EMAILS, MAILINGS, LETTER_EMAILS, PRINT_RUNS, DRAFT_CHECKS)
LETTERS_A_JOB = 50
"""Letters emailed by one workflow. The engine's rate limits count workflows, so a limit a minute is kept by this."""
WORKER_DEATHS = 5
"""Workers that may die over one piece of work before the engine leaves it to the sweep."""

STEP_SECONDS = Histogram(
    "mailroom_step_seconds",
    "Time each step of the lines took in this process, each try by itself",
    ["step"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600),
)

# A database restart takes seconds to a minute: 1+2+4+8+16+32 s of patience before the work is left to the sweep.
_TRIES = 7
_COUNTED = 10_000
_UNFINISHED = ["PENDING", "ENQUEUED", "DELAYED"]


@dataclass(frozen=True)
class Jobs:
    """Puts work on the line's queues. Safe in any process; starts nothing itself."""

    engine_url: str

    @cached_property
    def _client(self) -> DBOSClient:
        return DBOSClient(system_database_url=self.engine_url, serializer=DBOSPortableJSONSerializer())

    def put_batch(self, batch_id: int, attempt: int) -> str:
        """Read and cut a batch. Returns the workflow's id."""
        return self._put(BATCHES, "batch_line", f"batch-{batch_id}-{attempt}", batch_id, attempt)

    def put_item(self, item_id: int, version: int, after_seconds: float = 0.0) -> str:
        """Decide, file and send an item. A new version is a new decision. after_seconds: not before then."""
        return self._put(ITEMS, "item_line", f"item-{item_id}-{version}", item_id, version, after_seconds=after_seconds)

    def put_email(self, delivery_id: int, attempt: int) -> str:
        """Send one routed email."""
        return self._put(EMAILS, "email_line", f"email-{delivery_id}-{attempt}", delivery_id, attempt)

    def put_mailing(self, mailing_id: int, attempt: int) -> str:
        """Check, match and decide a mailing, and put its emails on."""
        return self._put(MAILINGS, "mailing_line", f"mailing-{mailing_id}-{attempt}", mailing_id, attempt)

    def put_letter_emails(self, work: str) -> str:
        """Email the letters that carry this name of a job."""
        return self._put(LETTER_EMAILS, "letter_email_line", work, work)

    def put_print_run(self, run_id: int, attempt: int) -> str:
        """Claim and build a print run."""
        return self._put(PRINT_RUNS, "print_run_line", f"print-run-{run_id}-{attempt}", run_id, attempt)

    def put_draft_check(self, check_id: int, attempt: int) -> str:
        """Check a file that is not handed in yet."""
        return self._put(DRAFT_CHECKS, "draft_check_line", f"draft-check-{check_id}-{attempt}", check_id)

    def put_confirmation(self, contact_point_id: int, code: str, attempt: int) -> str:
        """Ask a person by email whether the address is theirs. code: the reply code that asked for it, or ''."""
        workflow_id = f"confirm-{contact_point_id}-{code}-{attempt}"
        return self._put(EMAILS, "confirmation_line", workflow_id, contact_point_id, code, attempt)

    def waiting(self) -> dict[str, float]:
        """Pieces of work on each queue, waiting or running, ten thousand at most. Raises Retry without the engine."""
        try:
            found = self._client.list_queued_workflows(limit=_COUNTED, load_input=False, load_output=False)
        except DBAPIError as away:
            raise Retry(f"The engine's database does not answer ({type(away).__name__}).") from away
        counted = Counter(str(w.queue_name) for w in found)
        return {queue: float(counted[queue]) for queue in (*QUEUES, *(counted.keys() - set(QUEUES)))}

    def is_unfinished(self, workflow_id: str) -> bool:
        """Whether the engine still holds this work, waiting or running."""
        found = self._client.list_workflows(workflow_ids=[workflow_id], load_input=False, load_output=False)
        return any(w.status in _UNFINISHED for w in found)

    def killed_its_workers(self, workflow_id: str) -> bool:
        """Whether the engine gave this work up because too many workers died over it."""
        found = self._client.list_workflows(workflow_ids=[workflow_id], load_input=False, load_output=False)
        return any(w.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED" for w in found)

    def _put(self, queue: str, workflow: str, workflow_id: str, *args: int | str, after_seconds: float = 0.0) -> str:
        options: EnqueueOptions = {
            "queue_name": queue,
            "workflow_name": workflow,
            "workflow_id": workflow_id,
            "app_version": LINE_VERSION,
        }
        if after_seconds:
            options["delay_seconds"] = after_seconds
        try:
            self._client.enqueue(options, *args)
        except DBAPIError as away:
            # The record is committed and says what is to be done, so the sweep puts it on when the engine answers, or
            # has its tables: the first worker ever makes those.
            log.warning(
                "%s could not be put on its queue (%s); a worker's next sweep does it", workflow_id, type(away).__name__
            )
        return workflow_id


class Worker:
    """This process as a worker: the engine running, a heartbeat, and the adoption of dead workers' work.

    Use as a context manager. `register` defines the workflows on the engine before it is launched.
    `on_declared_dead` is called when the others gave this process up: its work is theirs, so it must leave at once.
    """

    def __init__(
        self,
        engine_url: str,
        engine: Engine,
        register: Callable[[], None],
        on_declared_dead: Callable[[], None] = lambda: os._exit(75),
    ) -> None:
        self._url, self._engine, self._register = engine_url, engine, register
        self._on_declared_dead = on_declared_dead
        self._stop = threading.Event()
        self._pulse = threading.Thread(target=self._keep_beating, name="heartbeat", daemon=True)
        self._alone = ExitStack()
        self.executor_id = ""

    def __enter__(self) -> Worker:
        """Sign on, launch the engine, start the heartbeat.

        Raises:
            Misconfigured: the engine's database is SQLite and another worker process is using it.
        """
        self._alone.enter_context(only_worker_on(self._url))
        prepare_engine_database(self._url)
        self.executor_id = executors.sign_on()
        _ENGINE_LOG.disabled = False
        DBOS(config=self._config())
        self._register()
        DBOS.launch()
        self._open_queues()
        self._pulse.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop taking work, give running work a moment, sign off."""
        self._stop.set()
        self._pulse.join(timeout=10)
        DBOS.destroy(workflow_completion_timeout_sec=5, destroy_registry=True)
        _ENGINE_LOG.disabled = True  # work it abandoned goes on for a moment, and fails for want of the engine
        executors.sign_off(self.executor_id)
        self._alone.close()
        connections.close_all()

    def _config(self) -> DBOSConfig:
        engine = self._engine
        at_once = self._cores + engine.batches_at_once + engine.items_at_once + engine.emails_at_once * 2 + 2
        return {
            "name": "mailroom",
            "system_database_url": self._url,
            "executor_id": self.executor_id,
            "application_version": LINE_VERSION,
            "serializer": DBOSPortableJSONSerializer(),
            # More threads than all queues together hold, or batches waiting for their pages would starve them.
            "max_executor_threads": at_once + 16,
            "log_level": "WARNING",
            "run_migrations": True,
        }

    @property
    def _cores(self) -> int:
        return self._engine.pages_at_once or os.cpu_count() or 1

    def _open_queues(self) -> None:
        engine = self._engine
        limits = {
            BATCHES: engine.batches_at_once,
            PAGES: self._cores,
            ITEMS: engine.items_at_once,
            EMAILS: engine.emails_at_once,
            MAILINGS: 1,
            PRINT_RUNS: 1,
            DRAFT_CHECKS: 1,
        }
        for name, at_once in limits.items():
            DBOS.register_queue(
                name, worker_concurrency=at_once, polling_interval_sec=_looks_every(name), on_conflict="always_update"
            )

        DBOS.register_queue(
            LETTER_EMAILS,
            worker_concurrency=engine.emails_at_once,
            limiter={"limit": max(engine.letter_emails_a_minute // LETTERS_A_JOB, 1), "period": 60},
            polling_interval_sec=_looks_every(LETTER_EMAILS),
            on_conflict="always_update",
        )

    def _keep_beating(self) -> None:
        while not self._stop.wait(self._engine.heartbeat_seconds):
            try:
                if not executors.beat(self.executor_id):
                    log.critical("executor %s was declared dead by another and leaves", self.executor_id)
                    self._on_declared_dead()
                    return
            except Exception:
                log.exception("heartbeat of %s missed; the records database did not answer", self.executor_id)
            finally:
                close_old_connections()


def _looks_every(queue: str) -> float:
    """Seconds between two looks at a queue; each look costs some five milliseconds, day and night."""
    return 1.0 if queue in (MAILINGS, LETTER_EMAILS, PRINT_RUNS, DRAFT_CHECKS) else 0.2


def run_step(work: Callable[..., T], *args: object) -> T:
    """One step of a workflow, repeated on passing trouble, with database connections fresh before and after it."""

    def fresh() -> T:
        close_old_connections()
        try:
            with STEP_SECONDS.labels(work.__name__).time():
                return work(*args)
        finally:
            close_old_connections()

    options: StepOptions = {
        "name": work.__name__,
        "should_retry": _is_passing,
        "retries_allowed": True,
        "interval_seconds": 1.0,
        "backoff_rate": 2.0,
        "max_attempts": _TRIES,
    }
    return DBOS.run_step(options, fresh)


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, (Retry, OperationalError, InterfaceError, DBAPIError, OSError))


def adopt_the_work_of(executor_id: str) -> int:
    """Put a dead executor's unfinished work back on its queues, and return how many pieces there were.

    The engine's own recovery, not `resume_workflows`: that would set the count of dead workers back to nought, and so
    let one item kill workers for ever. Safe to repeat: what a living executor has taken up since is left alone.
    """
    return len(DBOS._recover_pending_workflows([executor_id]))


def prepare_engine_database(url: str) -> None:
    """Make the engine's database ready; its SQLite file goes to write-ahead logging once, before first use."""
    address = sqlalchemy.make_url(url)
    if not address.drivername.startswith("sqlite"):
        return
    engine = sqlalchemy.create_engine(address)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    engine.dispose()


@contextmanager
def only_worker_on(url: str, patience_seconds: float = 20.0) -> Iterator[None]:
    """Hold an SQLite engine for this worker process alone: rate limits there are safe in one process only.

    A restart may overlap the old process for a moment, so the lock is waited for. The system frees it when a process
    dies. PostgreSQL takes any number of workers.

    Raises:
        Misconfigured: another worker process goes on holding it.
    """
    address = sqlalchemy.make_url(url)
    if not address.drivername.startswith("sqlite") or not address.database:
        yield
        return
    with Path(f"{address.database}.lock").open("w") as file:
        _hold(file, time.monotonic() + patience_seconds)
        yield


def _hold(file: IO[str], until: float) -> None:
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise Misconfigured(
                    "MAILROOM_ENGINE_URL: another worker is running on this SQLite database. Stop it, or set "
                    "MAILROOM_ENGINE_URL and MAILROOM_DATABASE_URL to PostgreSQL to run several."
                ) from None
            time.sleep(0.2)
