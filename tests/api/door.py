"""The interface with real machines behind it, and systems with keys that use it."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.test import Client

from mailroom.api.keys import make_key, make_service
from mailroom.config.environment import read_environment
from mailroom.config.letter_templates import load_letter_templates
from mailroom.config.site import load_site
from mailroom.outbound.letter_template import read_template
from mailroom.records.models import ApiService, KeyKind
from mailroom.wiring.api import ApiDoor
from tests.outbound.machines import SITE, Clock, make_machines

CLASSES = ("general_letter", "council_tax_reminder")

NOTIFY_FLOW = """+++
name = "Integration"
document_class = "general_letter"
subject = "For ((name))"
from_lines = ["Customer Services", "Civic Offices", "Wexmere WX1 1AA"]
+++
# Hello

This is for **((name))**.
"""

FLOW_LETTER = NOTIFY_FLOW.replace("((name))", "((address line 1))")


def make_door(data: Path, clock: Clock | None = None, **limits: Any) -> ApiDoor:
    """The shipped site with two more templates, those of Notify's own integration flow."""
    folder = data / "site"
    shutil.copytree(SITE / "templates" / "letters", folder / "templates" / "letters", ignore=_no_fonts)
    (folder / "templates" / "letters" / "integration.md").write_text(NOTIFY_FLOW, encoding="utf-8")
    (folder / "templates" / "letters" / "integration_letter.md").write_text(FLOW_LETTER, encoding="utf-8")
    sources = load_letter_templates(folder)
    templates = {code: read_template(source) for code, source in sources.items()}
    now = clock or Clock(dt.datetime.now(dt.UTC))
    outbound = make_machines(data, clock=now, templates=templates)
    site = load_site(SITE)
    site = replace(site, api=site.api.model_copy(update=limits))
    return ApiDoor(outbound, site, read_environment())


def _no_fonts(folder: str, names: list[str]) -> set[str]:
    return {n for n in names if n == "fonts"}


@dataclass(frozen=True)
class System:
    """A system with a key."""

    service: ApiService
    key: str

    @property
    def secret(self) -> str:
        return self.key[-36:]


def make_system(
    door: ApiDoor, kind: KeyKind = KeyKind.NORMAL, name: str = "housing", precompiled: str = "legacy_print"
) -> System:
    service = make_service(name, "housing", CLASSES, precompiled, "test")
    return System(service, make_key(service, f"{kind} key", kind, door.seal, "test"))


@dataclass
class Caller:
    """Asks without the client, to see what clients never send."""

    system: System
    at: dt.datetime | None = None

    def headers(self, **claims: object) -> dict[str, str]:
        import jwt

        issued = int((self.at or dt.datetime.now(dt.UTC)).timestamp())
        claims = {"iss": str(self.system.service.key), "iat": issued, **claims}
        token = jwt.encode(claims, self.system.secret, "HS256")
        return {"Authorization": f"Bearer {token}"}

    def post(self, path: str, body: object, **headers: str) -> Any:
        return Client().post(path, body, "application/json", headers={**self.headers(), **headers})

    def get(self, path: str) -> Any:
        return Client().get(path, headers=self.headers())
