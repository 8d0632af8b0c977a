"""`mailroom templates check [CODE]`: whether the letter templates can be used, and how easy they are to read."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

NAME = "templates"
HELP = "Check the letter templates: their fields, document class, reading age and long sentences."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """check [CODE...]."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    checking = actions.add_parser("check", help="all templates, or those named")
    checking.add_argument("codes", nargs="*", metavar="CODE", help="of a template (default: all)")


def run(args: argparse.Namespace) -> int:
    """0 when all can be used, 1 otherwise; advice alone is no failure."""
    from mailroom.config.document_classes import load_document_classes
    from mailroom.config.environment import read_environment
    from mailroom.config.letter_templates import load_letter_templates
    from mailroom.config.printing import load_printing
    from mailroom.errors import Misconfigured
    from mailroom.gateways.typesetter import Typesetter
    from mailroom.outbound.letter_template import TemplateProblem, read_template
    from mailroom.outbound.template_check import check_template

    site = read_environment().site
    sources, classes = load_letter_templates(site), load_document_classes(site)
    signs = Typesetter(load_printing(site), site).signs
    unknown = [code for code in args.codes if code not in sources]
    if unknown:
        raise Misconfigured(f"templates/letters has no {', '.join(unknown)}. It has {', '.join(sources)}.")
    failed = False
    for code in args.codes or sources:
        try:
            report = check_template(read_template(sources[code]), classes, signs)
        except TemplateProblem as problem:
            print(f"{code}: {problem}")
            failed = True
            continue
        problems = (*report.problems, *_attachment_problems(site, sources[code].head.attachments))
        failed = failed or bool(problems)
        languages = "English and Welsh" if report.has_welsh else "English"
        print(f"{code}: {report.name}, {languages}, reading age {report.reading_age}")
        print(f"  needs {', '.join(report.needed) or 'no field'}")
        if report.sometimes:
            print(f"  sometimes {', '.join(report.sometimes)}")
        for line in (*problems, *report.advice):
            print(f"  ! {line}")
    return int(failed)


def _attachment_problems(site: Path, names: Sequence[str]) -> Iterator[str]:
    """What keeps the PDFs that a template brings from being printed behind its letters."""
    from mailroom.config.printing import load_printing
    from mailroom.errors import Reject
    from mailroom.gateways.preflight_pdf import measure_letters
    from mailroom.outbound.preflight import LATER_PAGES, check_pages

    printing = load_printing(site)
    for name in names:
        path = site / "templates" / "letters" / "attachments" / name
        if not path.is_file():
            yield f"templates/letters/attachments/{name} is missing. Put it there, or take the name out."
            continue
        try:
            pages = tuple(measure_letters(path, printing.window, LATER_PAGES, LATER_PAGES, ()))
        except Reject as refused:
            yield f"attachment {name}: {refused}"
            continue
        for finding in check_pages(pages, printing.preflight):
            yield f"attachment {name}, page {finding.page}: {finding.problem}"
