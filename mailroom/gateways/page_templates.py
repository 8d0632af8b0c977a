"""The site's templates for emails, rendered in a sandbox: a template can format facts, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailroom.errors import Misconfigured


class SiteTemplates:
    """Templates below one folder. HTML ones escape what they are given; an unknown name in one is an error."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = ImmutableSandboxedEnvironment(
            loader=jinja2.FileSystemLoader(folder),
            autoescape=jinja2.select_autoescape(("html",)),
            undefined=jinja2.StrictUndefined,
            keep_trailing_newline=True,
        )

    def render(self, name: str, words: Mapping[str, object]) -> str:
        """Fill in one template. Raises Misconfigured, naming the file and what is wrong in it."""
        try:
            return self._environment.get_template(name).render(words)
        except jinja2.TemplateNotFound:
            raise Misconfigured(
                f"{self._folder / name}: the template is missing. Copy it from the example site."
            ) from None
        except jinja2.TemplateError as wrong:
            raise Misconfigured(f"{self._folder / name}: {wrong}. Correct the template.") from wrong
