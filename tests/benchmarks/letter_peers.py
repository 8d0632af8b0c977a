"""The council tax bill of the benchmark, made in two other ways people make such letters."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pypdfium2 as pdfium

from mailroom.config.letter_templates import load_letter_templates
from mailroom.outbound.letter_template import read_template
from mailroom.values.letter_body import Block, BlockKind, Run
from tests.benchmarks.office_merge import SCRIPT, office_python, prepare

SITE = Path(__file__).parents[2]
_STYLE = """@page{size:A4;margin:15mm 25mm 20mm}body{font:11.5pt/1.35 "Liberation Sans",sans-serif}
section{break-after:page}address{position:relative;height:55mm;padding-top:25mm;font-style:normal}
h1{font-size:15pt}h2{font-size:12.5pt}table{width:100%;border-collapse:collapse}td{border-bottom:1px solid #aaa}
td+td{text-align:right}header{font-size:19pt;font-weight:bold;color:#1d4f5f}"""
_RUN = """import sys, weasyprint
weasyprint.HTML(filename=sys.argv[1]).write_pdf(sys.argv[2])"""


def by_weasyprint(folder: Path, count: int) -> float | None:
    """All letters as one page of HTML. BENCH_WEASYPRINT: a Python that has WeasyPrint; None without one."""
    python = os.environ.get("BENCH_WEASYPRINT", "")
    if not python:
        return None
    page = folder / "letters.html"
    sections = "".join(f"<section>{_address(n)}{''.join(_html(b) for b in _blocks(n))}</section>" for n in range(count))
    page.write_text(f'<html lang="en"><head><style>{_STYLE}</style></head><body>{sections}</body></html>')
    return _timed(count, [python, "-c", _RUN, str(page), str(folder / "weasyprint.pdf")], folder / "weasyprint.pdf")


def by_libreoffice(folder: Path, count: int) -> float | None:
    """Letters already merged into one document, then made a PDF: less work than its mail merge does. None without."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return None
    source = folder / "letters.fodt"
    source.write_text(_FODT % "".join(_odt(n) for n in range(count)), encoding="utf-8")
    home = f"-env:UserInstallation=file://{folder / 'office'}"
    command = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(source)]
    return _timed(count, command, folder / "letters.pdf")


def by_mail_merge(folder: Path, count: int) -> float | None:
    """LibreOffice's own mail merge from a table to one PDF, its start included. None where it or python3-uno is not."""
    python = office_python()
    if not python:
        return None
    place = folder / "merge"
    place.mkdir()
    prepare(place, count)
    made = place / "merged0.pdf"
    rate = _timed(count, [python, str(SCRIPT), str(place)], made)
    with pdfium.PdfDocument(made) as pdf:
        if len(pdf) < count:
            raise RuntimeError(f"the mail merge made {len(pdf)} pages for {count} letters")
    return rate


def _timed(count: int, command: list[str], made: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if not made.exists():
        raise RuntimeError(f"{command[0]} made no PDF")
    return count / took


def _blocks(number: int) -> tuple[Block, ...]:
    template = read_template(load_letter_templates(SITE)["council_tax_bill"])
    values = {f: "1834.12" for f in template.needed | template.asked}
    return template.fill(values | {"name": f"Ms A Thornbury {number}", "year": "2026/27", "band": "D"})[-1].blocks


def _address(number: int) -> str:
    return (
        f"<header>Wexmere District Council</header><address>Ms A Thornbury<br>{number} Mill Lane<br>WX10 9WU</address>"
    )


def _html(block: Block) -> str:
    if block.rows:
        rows = "".join(f"<tr>{''.join(f'<td>{_runs(c)}</td>' for c in row)}</tr>" for row in block.rows)
        return f"<table>{rows}</table>"
    tag = {BlockKind.HEADING: "h1", BlockKind.SUBHEADING: "h2"}.get(block.kind, "p")
    return f"<{tag}>{_runs(block.runs)}</{tag}>"


def _runs(runs: tuple[Run, ...]) -> str:
    return "".join(f"<b>{escape(r.text)}</b>" if r.bold else escape(r.text) for r in runs)


def _odt(number: int) -> str:
    return "".join(_paragraphs(number))


def _paragraphs(number: int) -> Iterator[str]:
    yield '<text:p text:style-name="Break">Wexmere District Council</text:p>'
    for line in ("Ms A Thornbury", f"{number} Mill Lane", "WX10 9WU", ""):
        yield f"<text:p>{line}</text:p>"
    for block in _blocks(number):
        if block.rows:
            for row in block.rows:
                cells = "<text:tab/>".join(escape("".join(r.text for r in cell)) for cell in row)
                yield f"<text:p>{cells}</text:p>"
        else:
            yield f"<text:p>{escape(block.text)}</text:p>"


_FODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"
 office:mimetype="application/vnd.oasis.opendocument.text">
<office:automatic-styles><style:style style:name="Break" style:family="paragraph">
<style:paragraph-properties fo:break-before="page"/></style:style></office:automatic-styles>
<office:body><office:text>%s</office:text></office:body></office:document>"""
