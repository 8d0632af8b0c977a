from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.site import OwnSite, own_site


@pytest.fixture
def site(tmp_path: Path) -> OwnSite:
    return own_site(tmp_path)
