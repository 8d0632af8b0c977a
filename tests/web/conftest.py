from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from mailroom.config.environment import example_site
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.print_machines import PrintMachines
from mailroom.records.accounts import make_account
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
from tests.outbound import print_floor as floor
from tests.outbound.machines import make_machines
from tests.web.machines import RememberingMachines
from tests.web.notices import RememberingNotices
from tests.web.pictures import pdf_picture
from tests.web.preferences import RememberingPreferences
from tests.web.print_unit import PrintUnitOnRecord

PASSWORD = "a long pass phrase 9"


@pytest.fixture(autouse=True, scope="session")
def figures_desk() -> None:
    introduce_figures()


@pytest.fixture(autouse=True)
def quick_hashes(settings: Settings) -> None:
    """A slow hash of the password is for attackers; these tests make a hundred accounts."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def machines() -> RememberingMachines:
    made = RememberingMachines()
    web_machines.use(made)
    return made


@pytest.fixture(autouse=True)
def preferences() -> RememberingPreferences:
    made = RememberingPreferences()
    web_preferences.use(made)
    return made


@pytest.fixture(autouse=True)
def print_unit() -> PrintUnitOnRecord:
    made = PrintUnitOnRecord()
    web_print_unit.use(made)
    return made


@pytest.fixture(autouse=True)
def site_files() -> None:
    """The shipped example, which these pages show and never write to."""
    web_configuration.use(SiteEditor(example_site(), pdf_picture))


@pytest.fixture(autouse=True)
def notices() -> RememberingNotices:
    made = RememberingNotices()
    web_notices.use(made)
    return made


def use_outgoing(machines: OutboundMachines) -> None:
    web_letters.use(LetterDesk(machines, pdf_picture))


@pytest.fixture(autouse=True)
def outgoing(tmp_path: Path) -> OutboundMachines:
    """The real outgoing steps on a store of their own, behind the pages."""
    made = make_machines(tmp_path, clock=timezone.now)
    use_outgoing(made)
    return made


@pytest.fixture
def print_floor(tmp_path: Path) -> PrintMachines:
    """The real steps of print runs and returns on a store and a hot folder of their own, behind the pages."""
    made = floor.machines(tmp_path)
    web_print_runs.use(PrintRunDesk(made))
    web_returns.use(ReturnsDesk(made))
    return made


@pytest.fixture
def person() -> Callable[..., User]:
    def make(role: str, *services: str, name: str = "") -> User:
        return make_account(name or role, PASSWORD, role, services)

    return make


@pytest.fixture
def signed_in(person: Callable[..., User]) -> Callable[..., Client]:
    def sign_in(role: str, *services: str, name: str = "") -> Client:
        client = Client()
        client.force_login(person(role, *services, name=name))
        return client

    return sign_in
