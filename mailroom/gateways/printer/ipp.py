"""An IPP printer or a CUPS queue (RFC 8011). The file is streamed from disk."""

from __future__ import annotations

import http.client
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from mailroom.gateways.printer.faults import PrinterAway, PrinterRefuses
from mailroom.gateways.printer.ipp_message import (
    INTEGER,
    KEYWORD,
    MIME_TYPE,
    NAME,
    URI,
    Answer,
    Attribute,
    BadMessage,
    Operation,
    read_answer,
    request,
)
from mailroom.values.print_progress import PrintProgress, PrintState

_USER = "mailroom"
_BUSY = frozenset({0x0502, 0x0503, 0x0504, 0x0505, 0x0506, 0x0507, 0x0508})
"""Server errors that pass: not available, away, busy, temporary, not taking jobs (RFC 8011, appendix B)."""
_NOT_FOUND = 0x0406
_STATES = {3: PrintState.WAITING, 4: PrintState.WAITING, 5: PrintState.PRINTING, 6: PrintState.STOPPED,
           7: PrintState.STOPPED, 8: PrintState.STOPPED, 9: PrintState.DONE}  # fmt: skip
_TELL = ("job-id", "job-name", "job-state", "job-state-reasons", "job-media-sheets-completed",
         "job-impressions-completed", "sides")  # fmt: skip


class IppPrinter:
    """One printer, by its uri: ipp://host:631/printers/name, or ipps:// with encryption.

    counts: whether its count of sheets is to be believed.
    """

    def __init__(self, uri: str, timeout_seconds: float = 60.0, *, counts: bool = True) -> None:
        self._uri, self._timeout, self._counts = uri, timeout_seconds, counts
        self._at = urlsplit(uri)

    def find(self, name: str) -> str:
        """The number of our job of that name, waiting, printing or ended. Raises PrinterAway.

        One that was cut off while it was sent counts too: its progress then says how much of it was printed.
        """
        for which in ("not-completed", "completed"):
            answer = self._ask(
                Operation.GET_JOBS,
                [Attribute("which-jobs", KEYWORD, (which,)), Attribute("requested-attributes", KEYWORD, _TELL)],
            )
            for job in answer.groups:
                if job.get("job-name", ("",))[0] == name and job.get("job-id"):
                    return str(job["job-id"][0])
        return ""

    def send(self, name: str, document: Path, duplex: bool) -> str:
        """Print-Job; returns the job's number. Raises PrinterAway or PrinterRefuses."""
        sides = "two-sided-long-edge" if duplex else "one-sided"
        about = [
            Attribute("job-name", NAME, (name,)),
            Attribute("ipp-attribute-fidelity", 0x22, (False,)),
            Attribute("document-format", MIME_TYPE, ("application/pdf",)),
        ]
        job = [Attribute("sides", KEYWORD, (sides,)), Attribute("media", KEYWORD, ("iso_a4_210x297mm",))]
        answer = self._ask(Operation.PRINT_JOB, about, job, document)
        number = answer.value("job-id")
        if number is None:
            raise PrinterRefuses("The printer took the file but gave no job number. Look at its display.")
        return str(number)

    def progress(self, ticket: str) -> PrintProgress:
        """Get-Job-Attributes. A job the printer has forgotten is stopped, with nothing known of its sheets.

        A CUPS queue counts what its filters have read, not what was printed, until the printer's own count comes at the
        end; and it may call a job done that the printer behind it gave up. So its count is only looked at when it says
        done. A printer of its own that ends at a count of 0 does not count.
        """
        about = [Attribute("job-id", INTEGER, (int(ticket),)), Attribute("requested-attributes", KEYWORD, _TELL)]
        answer = self._ask(Operation.GET_JOB_ATTRIBUTES, about, forgotten_is_fine=True)
        if answer.status == _NOT_FOUND:
            return PrintProgress(PrintState.STOPPED, None, "The printer does not know the job any more.")
        state = _STATES.get(int(answer.value("job-state") or 0), PrintState.WAITING)
        reasons = next((g["job-state-reasons"] for g in answer.groups if "job-state-reasons" in g), ())
        words = ", ".join(str(r).replace("-", " ") for r in reasons if r != "none")
        sheets = _sheets(answer) if self._counts else None
        is_done = state is PrintState.DONE
        if (self._is_a_queue and not is_done) or (not self._is_a_queue and is_done and sheets == 0):
            sheets = None
        return PrintProgress(state, sheets, words)

    @property
    def _is_a_queue(self) -> bool:
        """Whether a print server stands between us and the printer; by the paths CUPS gives its queues."""
        return self._at.path.startswith(("/printers/", "/classes/"))

    def _ask(
        self,
        operation: Operation,
        about: list[Attribute],
        job: list[Attribute] | None = None,
        document: Path | None = None,
        forgotten_is_fine: bool = False,
    ) -> Answer:
        target = [Attribute("printer-uri", URI, (self._uri,))]
        who = [Attribute("requesting-user-name", NAME, (_USER,))]
        head = request(operation, [*target, *_job_first(about), *who, *_rest(about)], job or ())
        answer = self._answered(head, document)
        if answer.is_good or (forgotten_is_fine and answer.status == _NOT_FOUND):
            return answer
        said = f"{answer.message or 'no reason given'} (status 0x{answer.status:04x})"
        if answer.status in _BUSY:
            raise PrinterAway(f"The printer is not taking jobs at the moment: {said}. It is tried again.")
        raise PrinterRefuses(f"The printer refuses: {said}. Look at the printer, then resume the run.")

    def _answered(self, head: bytes, document: Path | None) -> Answer:
        """One HTTP request. Raises PrinterAway for every trouble on the way."""
        secure = self._at.scheme == "ipps"
        host, port = self._at.hostname or "localhost", self._at.port or 631
        line = (
            http.client.HTTPSConnection(host, port, timeout=self._timeout, context=ssl.create_default_context())
            if secure
            else http.client.HTTPConnection(host, port, timeout=self._timeout)
        )
        size = len(head) + (document.stat().st_size if document else 0)
        headers = {"Content-Type": "application/ipp", "Content-Length": str(size)}
        try:
            line.putrequest("POST", self._at.path or "/ipp/print")
            for name, value in headers.items():
                line.putheader(name, value)
            line.endheaders()
            line.send(head)
            if document:
                with document.open("rb") as file:
                    line.send(file)
            response = line.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as away:
            raise PrinterAway(
                f"The printer does not answer ({type(away).__name__}). Look whether it is on; resume the run."
            ) from away
        finally:
            line.close()
        return _understood(response.status, body)


def _understood(http_status: int, body: bytes) -> Answer:
    if http_status in (401, 403, 426):
        raise PrinterRefuses(f"The print server refuses us (HTTP {http_status}). Allow this machine in its settings.")
    if http_status != 200:
        raise PrinterAway(f"The print server answered HTTP {http_status}. It is tried again.")
    try:
        return read_answer(body)
    except BadMessage as wrong:
        raise PrinterAway("The printer's answer was no IPP message. It is tried again.") from wrong


def _job_first(about: list[Attribute]) -> list[Attribute]:
    """job-id has to follow printer-uri (RFC 8011, 4.1.5)."""
    return [a for a in about if a.name == "job-id"]


def _rest(about: list[Attribute]) -> list[Attribute]:
    return [a for a in about if a.name != "job-id"]


def _sheets(answer: Answer) -> int | None:
    """Whole sheets known to be printed: as the printer counts them, or from its sides."""
    sheets = answer.value("job-media-sheets-completed")
    if isinstance(sheets, int):
        return sheets
    sides = answer.value("job-impressions-completed")
    if not isinstance(sides, int):
        return None
    return sides // 2 if str(answer.value("sides") or "").startswith("two-sided") else sides
