"""What every test shares: a data folder of its own, and the shipped example site."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
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


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The tests' SQLite database is a file, as the product's is; each process of the run has its own.

    One in memory is one connection that every thread of a server under test shares: a page still being fetched
    then fails a test's own change with "table is locked", where threads with a file each wait their turn.
    """
    records = django_settings.DATABASES["default"]
    if records["ENGINE"] == "django.db.backends.sqlite3":
        records["TEST"] = {**records.get("TEST", {}), "NAME": tmp_path_factory.mktemp("records") / "test.sqlite3"}


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
