from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.site import OwnSite, own_site
from tests.fresh_records import lay_records


@pytest.fixture
def site(tmp_path: Path) -> OwnSite:
    site = own_site(tmp_path)
    lay_records(site.data)
    return site
