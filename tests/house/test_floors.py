"""What import-linter cannot say of single modules: a station knows no machine, and the engine has few doors.

A station is a module of a line beside its `steps/`; `line.py` and the steps join stations, records and machines.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "mailroom"
ENGINE_MAY_BE_NAMED_BY = {"inbound/line.py", "outbound/line.py", "jobs.py"}
NOT_FOR_STATIONS = ("django", "dbos", "mailroom.records", "mailroom.gateways", "mailroom.jobs", "mailroom.wiring")
SHAPES = {"outbound/print_machines.py"}
"""Protocols that steps hand records to; they name the record's type and nothing of it."""


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def named_by(path: Path, modules: tuple[str, ...]) -> set[str]:
    return {name for name in imported(path) for module in modules if name == module or name.startswith(f"{module}.")}


def test_stations_know_no_framework_no_records_and_no_machines() -> None:
    stations = [p for line in ("inbound", "outbound") for p in (PACKAGE / line).glob("*.py") if p.name != "line.py"]
    assert len(stations) > 60
    found = {str(p.relative_to(PACKAGE)): named_by(p, NOT_FOR_STATIONS) for p in stations}
    assert {name for name, what in found.items() if what} <= SHAPES


def test_the_engine_is_named_by_the_lines_wiring_and_jobs_only() -> None:
    modules = [p for p in PACKAGE.rglob("*.py") if p.relative_to(PACKAGE).parts[0] != "wiring"]
    naming = {str(p.relative_to(PACKAGE)) for p in modules if named_by(p, ("dbos",))}
    assert naming <= ENGINE_MAY_BE_NAMED_BY
