"""What every test shares: a data folder of its own, and the shipped example site."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import HealthCheck, settings

from mailroom.records import append_only

os.environ["MAILROOM_DATA"] = tempfile.mkdtemp(prefix="mailroom-tests-")
os.environ["OMP_THREAD_LIMIT"] = "1"
for name in ("MAILROOM_SITE", "MAILROOM_DATABASE_URL", "MAILROOM_ENGINE_URL"):
    os.environ.pop(name, None)
# The same tests on PostgreSQL: tests/test_on_postgresql.py names its database here.
if "MAILROOM_TEST_DATABASE_URL" in os.environ:
    os.environ["MAILROOM_DATABASE_URL"] = os.environ["MAILROOM_TEST_DATABASE_URL"]
# The mail servers of the tests outlive the test whose output they would write their goodbyes to.
logging.getLogger("mail.log").setLevel(logging.WARNING)
# How long a machine with other work takes to make examples says nothing of the product.
settings.register_profile("mailroom", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mailroom")


@pytest.fixture(autouse=True, scope="session")
def consents_emptied_between_tests() -> Iterator[None]:
    """Tests with real commits empty every table behind them; the database lets go of consents only without triggers."""
    plain = BaseDatabaseOperations.execute_sql_flush

    def emptied(operations: Any, statements: list[str]) -> None:
        append_only.drop(operations.connection)
        plain(operations, statements)
        append_only.create(operations.connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", emptied)
        yield
