"""Printers: a hot folder that a print controller empties, or any IPP printer or CUPS queue."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from mailroom.config.printing import Printer as PrinterConfig
from mailroom.config.printing import PrinterKind
from mailroom.gateways.printer.faults import PrinterAway, PrinterRefuses
from mailroom.gateways.printer.hot_folder import HotFolder
from mailroom.gateways.printer.ipp import IppPrinter
from mailroom.values.print_progress import PrintProgress

__all__ = ["HotFolder", "IppPrinter", "Printer", "PrinterAway", "PrinterRefuses", "open_printer"]


class Printer(Protocol):
    """What every printer does. The name of a job never changes between tries, so a repeat is recognised."""

    def find(self, name: str) -> str:
        """The ticket of a job of that name which the printer has already; '' if it has none. Raises PrinterAway."""

    def send(self, name: str, document: Path, duplex: bool) -> str:
        """Hand a file over; returns the ticket. Raises PrinterAway or PrinterRefuses."""

    def progress(self, ticket: str) -> PrintProgress:
        """How far a job is. Raises PrinterAway."""


def open_printer(config: PrinterConfig, data: Path) -> Printer:
    """The printer of that table of printing.toml; a relative folder is below `data`."""
    if config.kind is PrinterKind.IPP:
        return IppPrinter(config.uri, counts=config.counts)
    return HotFolder(data / config.path)
