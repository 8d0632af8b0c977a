"""The outgoing line: a mailing is checked, its people are found, each letter is decided, and emails leave. Durable.

A killed step runs again from its start, so every step writes by natural key. Steps take and return ids and plain
JSON, never the text of letters. Letters for paper wait on record for the next print run, which has a line of its own.
"""

from __future__ import annotations

from collections.abc import Callable

from dbos import DBOS, SetWorkflowID

from mailroom.jobs import LETTER_EMAILS, WORKER_DEATHS, run_step
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps import ask_check, ask_run, check, confirmation, decide, email, match, parts


def register(machines: OutboundMachines) -> None:
    """Define the outgoing workflows on the engine; call once, before it is launched."""
    letter_email_line = _emailing(machines)
    _confirming(machines)
    _checking_drafts(machines)

    @DBOS.workflow(name="mailing_line", max_recovery_attempts=WORKER_DEATHS)
    def mailing_line(mailing_id: int, attempt: int) -> None:
        run_step(check.check_mailing, machines, mailing_id)
        for first, last in run_step(parts.parts_to_match, machines, mailing_id):
            run_step(match.match_positions, machines, mailing_id, first, last)
        for first, last in run_step(parts.parts_to_decide, machines, mailing_id):
            run_step(decide.decide_positions, machines, mailing_id, first, last)
        for job in run_step(email.plan_emails, machines, mailing_id, f"letters-{mailing_id}-{attempt}"):
            with SetWorkflowID(job):
                DBOS.enqueue_workflow(LETTER_EMAILS, letter_email_line, job)


def register_print_runs(machines: PrintMachines) -> None:
    """Define the building of print runs on the engine; call once, before it is launched."""

    @DBOS.workflow(name="print_run_line", max_recovery_attempts=WORKER_DEATHS)
    def print_run_line(run_id: int, attempt: int) -> None:
        run_step(ask_run.build_asked, machines, run_id, attempt)


def _checking_drafts(machines: OutboundMachines) -> None:
    @DBOS.workflow(name="draft_check_line", max_recovery_attempts=WORKER_DEATHS)
    def draft_check_line(check_id: int) -> None:
        run_step(ask_check.check_draft, machines, check_id)


def _emailing(machines: OutboundMachines) -> Callable[[str], None]:
    @DBOS.workflow(name="letter_email_line", max_recovery_attempts=WORKER_DEATHS)
    def letter_email_line(work: str) -> None:
        run_step(email.send_letters, machines, work)

    return letter_email_line


def _confirming(machines: OutboundMachines) -> None:
    @DBOS.workflow(name="confirmation_line", max_recovery_attempts=WORKER_DEATHS)
    def confirmation_line(contact_point_id: int, code: str, attempt: int) -> None:
        run_step(confirmation.ask_whether_theirs, machines, contact_point_id, code, attempt)
