"""Reading one TOML file into a checked, frozen object, with messages a council's officer can act on."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from mailroom.errors import Misconfigured
from mailroom.values.email_address import is_email_address

Named = TypeVar("Named", bound=Hashable)


def repeated(names: Iterable[Named]) -> set[Named]:
    """Those that stand there more than once."""
    return {name for name, times in Counter(names).items() if times > 1}


class Section(BaseModel):
    """A table of a TOML file. Unknown keys are errors; values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as wrong:
        raise ValueError(f"'{pattern}' is not a regular expression ({wrong}); correct it") from None
    return pattern


RegularExpression = Annotated[str, AfterValidator(_compiles)]
"""A pattern that compiles."""


def _could_be_written_to(address: str) -> str:
    if not is_email_address(address):
        raise ValueError(f"'{address}' is not an email address; correct it")
    return address


EmailAddress = Annotated[str, AfterValidator(_could_be_written_to)]
"""An address that mail servers take."""

S = TypeVar("S", bound=Section)


def read_toml(path: Path) -> dict[str, object]:
    """The file's tables.

    Raises:
        Misconfigured: the file is missing or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Misconfigured(
            f"{path}: the file is missing. Copy it from the example site with `mailroom init FOLDER`, or correct "
            "MAILROOM_SITE."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise Misconfigured(f"{path}: not valid TOML ({broken}). Correct the line it names.") from None


def load_section(path: Path, kind: type[S]) -> S:
    """Read and check one file.

    Raises:
        Misconfigured: naming the file, the key and what to do about it; every wrong key is listed.
    """
    try:
        return kind.model_validate(read_toml(path))
    except ValidationError as wrong:
        raise Misconfigured("\n".join(_problem(path, e["loc"], e["type"], e["msg"]) for e in wrong.errors())) from None


def _problem(path: Path, where: tuple[int | str, ...], kind: str, message: str) -> str:
    key = ".".join(str(part) for part in where) or "(whole file)"
    if kind == "extra_forbidden":
        return f"{path}: unknown key '{key}'. Remove it or correct its spelling."
    if kind == "missing":
        return f"{path}: '{key}' is missing. Add it."
    return f"{path}: '{key}': {message.removeprefix('Value error, ')}."
