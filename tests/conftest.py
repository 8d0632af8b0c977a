"""What every test shares: a data folder of its own, and the shipped example site."""

from __future__ import annotations

import os
import tempfile

os.environ["MAILROOM_DATA"] = tempfile.mkdtemp(prefix="mailroom-tests-")
os.environ["OMP_THREAD_LIMIT"] = "1"
for name in ("MAILROOM_SITE", "MAILROOM_DATABASE_URL", "MAILROOM_ENGINE_URL"):
    os.environ.pop(name, None)
