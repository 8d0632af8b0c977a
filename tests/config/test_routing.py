from __future__ import annotations

from pathlib import Path

import pytest

from mailroom.config.routing import RoutingConfig, UnknownService
from mailroom.config.section import load_section
from mailroom.errors import Misconfigured

SITE = Path(__file__).parents[2]
SHIPPED = (SITE / "config" / "routing.toml").read_text(encoding="utf-8")


def load(tmp_path: Path, text: str) -> RoutingConfig:
    path = tmp_path / "routing.toml"
    path.write_text(text, encoding="utf-8")
    return load_section(path, RoutingConfig)


def test_every_service_of_the_shipped_site_has_a_route() -> None:
    table = load_section(SITE / "config" / "routing.toml", RoutingConfig)
    codes = {path.stem for path in (SITE / "classifiers" / "services").glob("*.toml")}
    assert codes
    table.check_services(codes)
    with pytest.raises(UnknownService, match="cemeteries"):
        table.check_services({"cemeteries"})


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('[teams.legal]\nname = "Legal Services"\ninbox = "legal@wexmere.example"', "", r"add \[teams\.legal\]"),
        ('inbox = "legal@wexmere.example"', "", r"'teams\.legal\.inbox' is missing\. Add it"),
        ("legal@wexmere.example", "legal@wexmere.exmaple", r"teams\.legal\.inbox is at wexmere\.exmaple.*allow it"),
        ('copy_to = "customer_feedback"', 'copy_to = "complaints"', r"flags\.complaint\.copy_to 'complaints'"),
        ("needs_customer = true", "need_customer = true", r"unknown key 'services\.council_tax\.need_customer'"),
        ("clock = { days = 20,", "clock = { days = 20, one_month = true,", "give either days or one_month"),
        ('mark = "CASH"', 'mark = "cash\\r\\nBcc: x"', r"flags\.cash_enclosed\.mark"),
    ],
)
def test_a_wrong_table_is_refused_naming_the_file_the_key_and_the_remedy(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in SHIPPED
    with pytest.raises(Misconfigured, match=says) as refused:
        load(tmp_path, SHIPPED.replace(old, new, 1))
    assert str(tmp_path / "routing.toml") in str(refused.value)
