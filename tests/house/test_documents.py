"""Every setting and every command is explained to the people who use it."""

from __future__ import annotations

import argparse
import importlib
import inspect
import pkgutil
import re
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from mailroom import commands
from mailroom.config.api import ApiConfig
from mailroom.config.costs import Costs
from mailroom.config.customers import CustomersConfig
from mailroom.config.document_classes import DocumentClasses
from mailroom.config.flags import FlagCatalogue
from mailroom.config.mail import MailConfig
from mailroom.config.mailroom import MailroomConfig
from mailroom.config.outgoing import Outgoing
from mailroom.config.postage import Postage
from mailroom.config.printing import Printing
from mailroom.config.reading import ReadingConfig
from mailroom.config.references import ReferenceCatalogue
from mailroom.config.retention import Retention
from mailroom.config.roles import RolesConfig
from mailroom.config.routing import RoutingConfig
from mailroom.config.separation import SeparationConfig
from mailroom.config.services import ServiceKnowledge
from mailroom.config.sheets import SheetsWording
from mailroom.config.store import StoreConfig
from mailroom.config.targets import Targets
from mailroom.config.training import TrainingConfig

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
FILES: dict[str, type[BaseModel]] = {
    "config/mailroom.toml": MailroomConfig,
    "config/reading.toml": ReadingConfig,
    "config/separation.toml": SeparationConfig,
    "config/routing.toml": RoutingConfig,
    "config/mail.toml": MailConfig,
    "config/store.toml": StoreConfig,
    "config/outgoing.toml": Outgoing,
    "config/document_classes.toml": DocumentClasses,
    "config/printing.toml": Printing,
    "config/postage.toml": Postage,
    "config/customers.toml": CustomersConfig,
    "config/roles.toml": RolesConfig,
    "config/retention.toml": Retention,
    "config/costs.toml": Costs,
    "config/targets.toml": Targets,
    "config/api.toml": ApiConfig,
    "classifiers/training.toml": TrainingConfig,
    "classifiers/references.toml": ReferenceCatalogue,
    "classifiers/flags.toml": FlagCatalogue,
    "classifiers/services/": ServiceKnowledge,
    "templates/sheets/sheets.toml": SheetsWording,
}


def keys(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Every key as the document writes it; tables that a council names itself are CODE."""
    for name, field in model.model_fields.items():
        annotation = field.annotation
        named = typing.get_origin(annotation) is dict
        below = [kind for kind in _kinds(annotation) if inspect.isclass(kind) and issubclass(kind, BaseModel)]
        if below:
            yield from keys(below[0], f"{above}{name}.{'CODE.' if named else ''}")
        else:
            yield f"{above}{name}"


def _kinds(annotation: typing.Any) -> Iterator[typing.Any]:
    yield annotation
    for inner in typing.get_args(annotation):
        yield from _kinds(inner)


def section(title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", CONFIGURATION, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def explains(text: str, key: str) -> bool:
    """By its name, or by `table.*` for a table of the same keys as another."""
    parts = key.split(".")
    whole_tables = (".".join(parts[:n]) + ".*" for n in range(1, len(parts)))
    return f"`{key}`" in text or any(f"`{table}`" in text for table in whole_tables)


@pytest.mark.parametrize("file", FILES)
def test_every_key_of_every_file_of_the_site_is_explained(file: str) -> None:
    text = section(file)
    assert [key for key in keys(FILES[file]) if not explains(text, key)] == []


def test_every_file_of_the_site_has_its_section() -> None:
    kept = [*(ROOT / "config").glob("*.toml"), *(ROOT / "classifiers").glob("*.toml")]
    assert [str(p.relative_to(ROOT)) for p in kept if not section(str(p.relative_to(ROOT)))] == []


def test_every_environment_variable_is_explained() -> None:
    named = {
        variable
        for path in (ROOT / "mailroom").rglob("*.py")
        for variable in re.findall(r"\"(MAILROOM_[A-Z_]+)\"", path.read_text(encoding="utf-8"))
    }
    assert sorted(v for v in named if f"`{v}`" not in section("Environment variables")) == []


def test_every_command_is_explained() -> None:
    modules = [
        importlib.import_module(f"{commands.__name__}.{m.name}") for m in pkgutil.iter_modules(commands.__path__)
    ]
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert sorted(m.NAME for m in modules if hasattr(m, "NAME") and f"`mailroom {m.NAME}" not in text) == []


def _unexplained(parser: argparse.ArgumentParser, path: str) -> list[str]:
    """Every argument, action and option without a word of help, of the command and of its actions."""
    found = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            said = {choice.dest for choice in action._choices_actions if choice.help}
            for name, below in action.choices.items():
                found += [] if name in said else [f"{path} {name}"]
                found += _unexplained(below, f"{path} {name}")
        elif not action.help:
            found.append(f"{path} {'/'.join(action.option_strings) or action.dest}")
    return found


def test_every_argument_of_every_command_says_what_it_is_for() -> None:
    modules = [
        importlib.import_module(f"{commands.__name__}.{m.name}") for m in pkgutil.iter_modules(commands.__path__)
    ]
    unexplained = []
    for module in (m for m in modules if hasattr(m, "NAME")):
        parser = argparse.ArgumentParser()
        module.add_arguments(parser)
        unexplained += _unexplained(parser, module.NAME)
    assert unexplained == []
