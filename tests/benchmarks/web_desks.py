"""The desks of bench_web: the pages' machines, and which records its addresses name."""

from __future__ import annotations

from pathlib import Path

from django.contrib.auth.models import User
from django.utils import timezone

from mailroom.config.environment import example_site
from mailroom.records.models import Batch, Item, Letter, LetterStatus, Mailing, PrintRun, PrintRunStatus, Valuable
from mailroom.web import machines as web_machines
from mailroom.web import preferences as web_preferences
from mailroom.web.configuration import machines as web_configuration
from mailroom.web.customers import notices as web_notices
from mailroom.web.letters import machines as web_letters
from mailroom.web.print_runs import machines as web_print_runs
from mailroom.web.print_unit import machines as web_print_unit
from mailroom.web.returns import machines as web_returns
from mailroom.wiring.web_configuration import SiteEditor
from mailroom.wiring.web_letters import LetterDesk
from mailroom.wiring.web_print_runs import PrintRunDesk
from mailroom.wiring.web_returns import ReturnsDesk
from mailroom.wiring.web_targets import introduce_figures
from tests.benchmarks.web_addresses import Newest
from tests.outbound import print_floor
from tests.outbound.machines import make_machines
from tests.web.machines import RememberingMachines
from tests.web.notices import RememberingNotices
from tests.web.pictures import pdf_picture
from tests.web.preferences import RememberingPreferences
from tests.web.print_unit import PrintUnitOnRecord


def introduce(folder: Path) -> None:
    """Set every desk going, on real steps where a page asks them. Printers and engine are stand-ins."""
    web_machines.use(RememberingMachines())
    web_preferences.use(RememberingPreferences())
    web_notices.use(RememberingNotices())
    web_print_unit.use(PrintUnitOnRecord())
    web_configuration.use(SiteEditor(example_site(), pdf_picture))
    web_letters.use(LetterDesk(make_machines(folder, clock=timezone.now), pdf_picture))
    floor = print_floor.machines(folder)
    web_print_runs.use(PrintRunDesk(floor))
    web_returns.use(ReturnsDesk(floor))
    introduce_figures()


def newest() -> Newest:
    """The newest record of each kind that fits."""
    items = Item.objects.order_by("-pk").filter(private=False, service="council_tax")
    mailings = Mailing.objects.filter(service="council_tax")
    posted = Letter.objects.filter(mailing__in=mailings, status=LetterStatus.POSTED)
    return Newest(
        item=items.filter(status="sent")[0].number,
        waiting=items.filter(status="review")[0].number,
        day=Batch.objects.filter(status="cut").order_by("-pk")[0].received.isoformat(),
        run=PrintRun.objects.order_by("-pk")[0].number,
        closed_run=PrintRun.objects.filter(status=PrintRunStatus.POSTED).order_by("-pk")[0].number,
        mailing=mailings.order_by("-pk")[0].number,
        big_mailing=mailings.order_by("-letter_count", "-pk")[0].number,
        letter=posted.order_by("-pk")[0].number,
        valuable=Valuable.objects.order_by("-pk")[0].pk,
        account=User.objects.order_by("pk")[0].pk,
    )
