"""The incoming line: a batch is read and cut, then each item is understood, filed and sent. Durable workflows.

A killed step runs again from its start, so every step writes by natural key. Steps take and return ids and plain
JSON, never the text of letters. A workflow ends where a person must decide; that decision starts the next one.
"""

from __future__ import annotations

from collections.abc import Callable

from dbos import DBOS, SetWorkflowID

from mailroom.inbound.machines import Machines
from mailroom.inbound.steps import cut, decide, deliver, file, read
from mailroom.jobs import EMAILS, ITEMS, PAGES, WORKER_DEATHS, run_step

Workflow = Callable[[int, int], None]


def register(machines: Machines) -> None:
    """Define the incoming workflows on the engine; call once, before it is launched."""
    email_line = _sending(machines)
    page_line = _reading(machines)
    item_line = _deciding(machines, page_line, email_line)

    @DBOS.workflow(name="batch_line", max_recovery_attempts=WORKER_DEATHS)
    def batch_line(batch_id: int, attempt: int) -> None:
        page_count = run_step(read.open_batch, machines, batch_id)
        pages = []
        for number in range(1, page_count + 1):
            with SetWorkflowID(f"page-{batch_id}-{number}-{attempt}"):
                pages.append(DBOS.enqueue_workflow(PAGES, page_line, batch_id, number))
        for page in pages:
            page.get_result()
        for item_id in run_step(cut.cut_batch, machines, batch_id):
            with SetWorkflowID(f"item-{item_id}-1"):
                DBOS.enqueue_workflow(ITEMS, item_line, item_id, 1)


def _reading(machines: Machines) -> Workflow:
    @DBOS.workflow(name="page_line", max_recovery_attempts=WORKER_DEATHS)
    def page_line(batch_id: int, number: int) -> None:
        run_step(read.read_page, machines, batch_id, number)

    return page_line


def _deciding(machines: Machines, page_line: Workflow, email_line: Workflow) -> Workflow:
    @DBOS.workflow(name="item_line", max_recovery_attempts=WORKER_DEATHS)
    def item_line(item_id: int, version: int) -> None:
        batch_id, turned = run_step(read.turned_pages, item_id, version)
        pages = []
        for number in turned:
            with SetWorkflowID(f"page-{batch_id}-{number}-turned-{item_id}-{version}"):
                pages.append(DBOS.enqueue_workflow(PAGES, page_line, batch_id, number))
        for page in pages:
            page.get_result()
        run_step(decide.decide_item, machines, item_id, version)
        run_step(file.file_item, machines, item_id, version)
        for delivery_id in run_step(deliver.prepare_deliveries, machines, item_id, version):
            with SetWorkflowID(f"email-{delivery_id}-1"):
                DBOS.enqueue_workflow(EMAILS, email_line, delivery_id, 1)

    return item_line


def _sending(machines: Machines) -> Workflow:
    @DBOS.workflow(name="email_line", max_recovery_attempts=WORKER_DEATHS)
    def email_line(delivery_id: int, attempt: int) -> None:
        run_step(deliver.send, machines, delivery_id, attempt)

    return email_line
