"""The council tax bill of the benchmark as a template for LibreOffice's mail merge, with its rows."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Iterator
from html import escape
from pathlib import Path

from mailroom.config.letter_templates import load_letter_templates
from mailroom.outbound.letter_template import read_template
from mailroom.values.letter_body import Block

SITE = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("merge_in_office.py")
_FIELD = re.compile("⟦([a-z0-9 ]+)⟧")
_VALUES = {"year": "2026/27", "band": "D"}
_MONEY = "1834.12"

_DISPLAY = (
    '<text:database-display text:table-name="rows" text:table-type="table" text:column-name="{0}" '
    'text:database-name="Bench">{0}</text:database-display>'
)
_FODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"
 office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>%s</office:text></office:body>
</office:document>"""


def office_python() -> str:
    """A Python that can talk to an installed LibreOffice; '' when there is none."""
    if not (shutil.which("soffice") or shutil.which("libreoffice")):
        return ""
    for candidate in ("/usr/bin/python3", "python3"):
        asked = subprocess.run([candidate, "-c", "import uno"], capture_output=True, check=False)
        if asked.returncode == 0:
            return candidate
    return ""


def prepare(folder: Path, count: int) -> list[str]:
    """Write the template and the rows. Returns the columns."""
    names = ["name", "line", *sorted(_fields() - {"name"})]
    with (folder / "rows.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(names)
        for number in range(count):
            row = {"name": f"Ms A Thornbury {number}", "line": f"{number} Mill Lane", **_VALUES}
            writer.writerow([row.get(name, _MONEY) for name in names])
    (folder / "template.fodt").write_text(_FODT % "".join(_paragraphs()), encoding="utf-8")
    return names


def _fields() -> set[str]:
    template = read_template(load_letter_templates(SITE)["council_tax_bill"])
    return set(template.needed | template.asked)


def _blocks() -> tuple[Block, ...]:
    template = read_template(load_letter_templates(SITE)["council_tax_bill"])
    return template.fill({name: f"⟦{name}⟧" for name in _fields()})[-1].blocks


def _paragraphs() -> Iterator[str]:
    for line in ("Wexmere District Council", "⟦name⟧", "⟦line⟧", "WX10 9WU", ""):
        yield _paragraph(line)
    for block in _blocks():
        if block.rows:
            for row in block.rows:
                yield "<text:tab/>".join(_marked("".join(r.text for r in cell)) for cell in row).join(
                    ("<text:p>", "</text:p>")
                )
        else:
            yield _paragraph(block.text)


def _paragraph(words: str) -> str:
    return f"<text:p>{_marked(words)}</text:p>"


def _marked(words: str) -> str:
    """The words with database fields where values go."""
    return _FIELD.sub(lambda found: _DISPLAY.format(found[1]), escape(words))
