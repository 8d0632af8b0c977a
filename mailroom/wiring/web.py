"""The machines behind the screens, and the web server."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from mailroom.api import scan_machines as scan_intake
from mailroom.config.environment import read_environment
from mailroom.config.routing import fresh_routing
from mailroom.config.site import load_site
from mailroom.errors import Retry
from mailroom.inbound.machines import Machines
from mailroom.inbound.steps.again import retry
from mailroom.inbound.steps.take_in import Provenance, take_in
from mailroom.jobs import Jobs
from mailroom.records.models import Batch, Item, Page
from mailroom.web import machines as screens
from mailroom.web import preferences as web_preferences
from mailroom.web import replies as web_replies
from mailroom.web.configuration import machines as configuration_desk
from mailroom.web.customers import notices as web_notices
from mailroom.web.letters import machines as letters_desk
from mailroom.web.print_runs import machines as print_runs_desk
from mailroom.web.print_unit import machines as print_unit_desk
from mailroom.web.returns import machines as returns_desk
from mailroom.wiring.api import introduce_api
from mailroom.wiring.delivery_notices import introduce_delivery_notices
from mailroom.wiring.outbound import outbound_machines
from mailroom.wiring.printing import print_machines
from mailroom.wiring.reading import PageReader
from mailroom.wiring.scan_intake import ScanIntakeOfLine
from mailroom.wiring.web_configuration import SiteEditor
from mailroom.wiring.web_letters import LetterDesk
from mailroom.wiring.web_notices import ServiceNotices
from mailroom.wiring.web_preferences import OutgoingPreferences
from mailroom.wiring.web_print_runs import PrintRunDesk
from mailroom.wiring.web_print_unit import PrintUnitMachines
from mailroom.wiring.web_replies import HoldingReplies
from mailroom.wiring.web_returns import ReturnsDesk
from mailroom.wiring.web_targets import introduce_figures


class NotFiledYet(Retry):
    """The item's filing copy is not made yet; it will be in a moment."""


class ScreenMachines:
    """What the screens ask for, answered by the incoming line's machines."""

    def __init__(self, machines: Machines, reader: PageReader) -> None:
        self._machines, self._reader = machines, reader
        self._jobs = Jobs(read_environment().engine_url)

    def page_picture(self, page: Page, width: int) -> bytes:
        """The page upright as a PNG so many pixels wide, made anew from the original."""
        with self._machines.store.path_for_reading(page.batch.original) as path:
            return self._reader.picture(path, page.number, page.rotation, width)

    def filed_pdf(self, item: Item) -> bytes:
        """The filed PDF/A."""
        if not item.filed_as:
            raise NotFiledYet(f"{item.number} is not filed yet. Try again in a minute.")
        return self._machines.store.get(item.filed_as)

    def put_on_line(self, item_id: int, version: int) -> None:
        """Queue the item after a person's decision; it waits a little, so that the decision can be taken back."""
        self._machines.queues.put_item(item_id, version, settings.ROLES.sign_in.undo_seconds)

    def try_batch_again(self, batch_id: int, actor: str) -> str:
        """Put a quarantined batch on the line again."""
        return retry(Batch.objects.get(pk=batch_id).number, self._machines, actor).message

    def take_in(self, content: Iterable[bytes], upload: screens.Upload) -> Batch:
        """Store the uploaded file, record its batch and queue it."""
        with tempfile.NamedTemporaryFile(prefix="mailroom-upload-", suffix=Path(upload.filename).suffix) as file:
            file.writelines(content)
            file.flush()
            batch = take_in(Path(file.name), _provenance(upload), self._machines)
        if upload.expected_items is not None:
            Batch.objects.filter(pk=batch.pk).update(expected_items=upload.expected_items)
        return batch

    def jobs_waiting(self) -> dict[str, float]:
        """Pieces of work on each queue, waiting or running."""
        return self._jobs.waiting()


def _provenance(upload: screens.Upload) -> Provenance:
    return Provenance(
        filename=upload.filename,
        source="upload",
        received=upload.received,
        received_from="told",
        policy=upload.policy,
        duplex=upload.duplex,
        service=upload.service,
        actor=upload.actor,
    )


def introduce_offices(machines: Machines) -> None:
    """What the back offices' desks and the public pages need of the outgoing side."""
    site, environment = load_site(), read_environment()
    web_preferences.use(OutgoingPreferences())
    web_replies.use(HoldingReplies())
    web_notices.use(ServiceNotices(site.mail, fresh_routing(site.folder), machines.mail, environment.public_url))


@contextmanager
def web_server(machines: Machines, reader: PageReader, host: str, port: int) -> Iterator[None]:
    """Answer requests for as long as the block lasts."""
    from mailroom.web.server import serving

    screens.use(ScreenMachines(machines, reader))
    introduce_offices(machines)
    introduce_figures()
    introduce_api()
    introduce_delivery_notices()
    configuration_desk.use(SiteEditor(read_environment().site, reader.picture))
    scan_intake.use(ScanIntakeOfLine(machines, load_site().api))
    print_unit_desk.use(PrintUnitMachines(machines, reader, read_environment().site))
    letters_desk.use(LetterDesk(outbound_machines(), reader.picture))
    printing = print_machines()
    print_runs_desk.use(PrintRunDesk(printing))
    returns_desk.use(ReturnsDesk(printing))
    with serving(host, port):
        yield
