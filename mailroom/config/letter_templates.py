"""templates/letters/*.md: letter templates as files, a TOML head between +++ lines and the words below it."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError

from mailroom.config.section import Section
from mailroom.errors import Misconfigured

FENCE = "+++"


class TemplateHead(Section):
    """The head of a template. from_lines: the sender's block at the top right. sign_off: printed below the text.

    attachments: PDFs of templates/letters/attachments that go with every letter.
    reading_age_limit: a warning above it; 9 is GOV.UK's advice for writing to everyone.
    """

    name: str
    document_class: str
    subject: str
    subject_welsh: str = ""
    from_lines: tuple[str, ...] = Field(default=(), max_length=8)
    sign_off: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    reading_age_limit: int = Field(default=12, ge=6, le=18)


@dataclass(frozen=True, slots=True)
class TemplateSource:
    """A template as its file has it. version: the first 12 hex digits of the file's SHA-256."""

    code: str
    head: TemplateHead
    words: str
    version: str


def parse_source(code: str, text: str, where: str) -> TemplateSource:
    """Part a template file into head and words.

    Raises:
        Misconfigured: no head, or a wrong key in it, named with its remedy.
    """
    parts = text.split(FENCE, 2)
    if len(parts) != 3 or parts[0].strip():
        raise Misconfigured(f"{where}: has no head. Begin the file with a line +++, the keys, and another line +++.")
    try:
        head = TemplateHead.model_validate(tomllib.loads(parts[1]))
    except tomllib.TOMLDecodeError as broken:
        raise Misconfigured(f"{where}: the head is not valid TOML ({broken}). Correct the line it names.") from None
    except ValidationError as wrong:
        named = "; ".join(f"'{'.'.join(map(str, e['loc']))}': {e['msg']}" for e in wrong.errors())
        raise Misconfigured(f"{where}: the head is wrong: {named}. Correct these keys.") from None
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    return TemplateSource(code, head, parts[2].strip("\n"), version)


def load_letter_templates(site: Path) -> dict[str, TemplateSource]:
    """Every template of the site by its code, the file's name. Raises Misconfigured."""
    found = sorted((site / "templates" / "letters").glob("*.md"))
    return {f.stem: parse_source(f.stem, f.read_text(encoding="utf-8"), str(f)) for f in found}
