"""Separator sheets: the station's words and codes handed to the machine that draws them."""

from __future__ import annotations

import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mailroom.config.mailroom import MailroomConfig
from mailroom.config.section import load_section
from mailroom.config.services import load_services
from mailroom.config.sheets import load_sheets
from mailroom.errors import Misconfigured
from mailroom.gateways.sheet_pdf import write_sheets
from mailroom.inbound.sheets import SheetOrder, sheets_for
from mailroom.values.check_character import ALPHABET


@dataclass(frozen=True)
class SheetPrinter:
    """Makes the PDF of an order, in the words of a site."""

    site: Path

    def order(self, count: int, service: str = "", **said: object) -> SheetOrder:
        """An order under a fresh job code. Raises Misconfigured for a service the site does not have."""
        catalogue = load_services(self.site / "classifiers")
        if service and service not in catalogue.codes:
            raise Misconfigured(f"No service '{service}'. Services: {', '.join(catalogue.codes)}.")
        job = "".join(secrets.choice(ALPHABET) for _ in range(6))
        name = catalogue.name(service) if service else ""
        return SheetOrder(job, count, service, name, **said)  # type: ignore[arg-type]

    def write(self, order: SheetOrder, to: Path, both_sides: bool = True) -> int:
        """Write the PDF; returns its sides."""
        council = load_section(self.site / "config" / "mailroom.toml", MailroomConfig).council
        sheets = sheets_for(order, council.code, load_sheets(self.site))
        return write_sheets(sheets, self.site / "templates" / "letters" / "fonts", to, both_sides)

    def pdf(self, order: SheetOrder, both_sides: bool = True) -> bytes:
        """The PDF's bytes, for a browser."""
        with tempfile.TemporaryDirectory(prefix="mailroom-sheets-") as folder:
            to = Path(folder) / "sheets.pdf"
            self.write(order, to, both_sides)
            return to.read_bytes()
