"""config/api.toml: limits of the HTTP interface, and template ids that systems bring with them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from uuid import UUID

from pydantic import Field, field_validator

from mailroom.config.section import Section, load_section


class TemplateId(Section):
    """The id under which a system knows a template, as a letter or as an email."""

    id: UUID
    code: str
    type: Literal["letter", "email"]


class ApiConfig(Section):
    """The whole of api.toml."""

    requests_a_minute: int = Field(default=3000, ge=1)
    emails_a_day: int = Field(default=250_000, ge=0)
    letters_a_day: int = Field(default=20_000, ge=0)
    most_megabytes: int = Field(default=12, ge=1)
    scan_megabytes: int = Field(default=500, ge=1)
    scans_a_minute: int = Field(default=60, ge=1)
    file_weeks: int = Field(default=26, ge=1, le=78)
    test_days: int = Field(default=7, ge=1)
    template: tuple[TemplateId, ...] = ()

    @field_validator("template")
    @classmethod
    def _one_each(cls, ids: tuple[TemplateId, ...]) -> tuple[TemplateId, ...]:
        for name, given in (("id", [t.id for t in ids]), ("template and type", [(t.code, t.type) for t in ids])):
            if len(given) != len(set(given)):
                raise ValueError(f"two tables have the same {name}; keep one of them")
        return ids


def load_api(site: Path) -> ApiConfig:
    """Read it. Raises Misconfigured naming file and key."""
    return load_section(site / "config" / "api.toml", ApiConfig)
