"""Whether the site is right, and whether it would be with one file changed: the same look as `mailroom check` takes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from mailroom.config.site import Site, load_site
from mailroom.errors import Misconfigured, Review
from mailroom.gateways.typesetter import Typesetter
from mailroom.outbound.letter_template import TemplateProblem, read_template
from mailroom.outbound.template_check import check_template, sign_problems

_PARTS = ("classifiers", "config", "templates")


class WouldBeWrong(Review):
    """With this change the site would be wrong; the message names the key. Nothing was written."""


def template_problems(site: Site) -> Iterator[str]:
    """What keeps a letter template or the letterhead from being used; advice on its words is no problem."""
    signs = Typesetter(site.printing, site.folder).signs
    head = site.printing.letterhead
    for key in ("council", "strapline", "foot", "reply_page"):
        yield from (f"config/printing.toml: letterhead.{key}: {p}" for p in sign_problems([getattr(head, key)], signs))
    for code, source in site.letter_templates.items():
        try:
            report = check_template(read_template(source), site.document_classes, signs)
        except TemplateProblem as problem:
            yield str(problem)
        else:
            yield from (f"templates/letters/{code}.md: {problem}" for problem in report.problems)


def refuse_if_wrong(site: Path, file: str, content: bytes) -> None:
    """Read the site as it would be with this content in that file. Raises WouldBeWrong."""
    with tempfile.TemporaryDirectory(prefix="mailroom-site-") as folder:
        trial = Path(folder)
        _lay_out(site, trial, Path(file), content)
        try:
            problems = list(template_problems(load_site(trial)))
        except Misconfigured as wrong:
            problems = [str(wrong)]
        if problems:
            raise WouldBeWrong(" ".join(problems).replace(f"{trial}/", ""))


def _lay_out(site: Path, trial: Path, file: Path, content: bytes) -> None:
    """The site in another folder: links to all of it but the one file."""
    for part in _PARTS:
        (trial / part).symlink_to(site / part)
    for above in reversed(file.parents[:-1]):
        (trial / above).unlink()
        (trial / above).mkdir()
        for beside in (site / above).iterdir():
            (trial / above / beside.name).symlink_to(beside)
    (trial / file).unlink(missing_ok=True)
    (trial / file).write_bytes(content)
