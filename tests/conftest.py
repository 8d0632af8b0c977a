"""What every test shares: a data folder of its own, and the shipped example site."""

from __future__ import annotations

import logging
import os
import tempfile

from hypothesis import HealthCheck, settings

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
