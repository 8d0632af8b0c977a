"""One contract for every printer; then what only IPP printers and hot folders can do."""

from __future__ import annotations

import http.server
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailroom.config.printing import Printer as PrinterConfig
from mailroom.gateways.printer import HotFolder, IppPrinter, Printer, PrinterAway, PrinterRefuses, open_printer
from mailroom.gateways.printer.ipp_message import BadMessage, Operation, read_answer, request
from mailroom.values.print_progress import PrintProgress, PrintState
from tests.gateways.letters import letter, set_all
from tests.ipp_server import IppServer, ipp_server
from tests.outbound.fake_printer import FakePrinter


@dataclass
class Floor:
    """A printer and what a person can do to it."""

    printer: Printer
    received: Callable[[], list[bytes]]
    print_all: Callable[[], None]
    take_away: Callable[[], None]


@pytest.fixture
def document(tmp_path: Path) -> Path:
    set_all(tmp_path / "letters.pdf", letter(0), letter(1))
    return tmp_path / "letters.pdf"


@pytest.fixture(params=["hot folder", "ipp", "fake"])
def floor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Floor]:
    folder = tmp_path / "printer"
    match request.param:
        case "hot folder":
            yield _hot_folder(folder)
        case "ipp":
            with ipp_server(folder) as server:
                yield Floor(
                    IppPrinter(server.uri, 10),
                    lambda: [p.read_bytes() for p in server.received],
                    lambda: None,
                    server.switch_off,
                )
        case _:
            fake = FakePrinter(folder)
            yield Floor(
                fake,
                lambda: [p.read_bytes() for p in folder.glob("*.pdf")],
                lambda: None,
                lambda: setattr(fake, "away", True),
            )


def _hot_folder(folder: Path) -> Floor:
    taken: list[bytes] = []

    def take() -> None:
        for file in folder.glob("*.pdf"):
            taken.append(file.read_bytes())
            file.unlink()

    def away() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.write_text("the share is not mounted")

    return Floor(HotFolder(folder), lambda: taken or [p.read_bytes() for p in folder.glob("*.pdf")], take, away)


def _until(printer: Printer, ticket: str, state: PrintState) -> PrintProgress:
    for _ in range(100):
        progress = printer.progress(ticket)
        if progress.state is state:
            return progress
        time.sleep(0.1)
    raise AssertionError(f"the job is still {progress.state}")


def test_a_file_arrives_byte_for_byte_and_is_known_by_its_name_ever_after(floor: Floor, document: Path) -> None:
    assert floor.printer.find("R000042-DL-01-1") == ""
    ticket = floor.printer.send("R000042-DL-01-1", document, True)
    assert floor.printer.find("R000042-DL-01-1") == ticket
    floor.print_all()
    _until(floor.printer, ticket, PrintState.DONE)
    assert floor.received() == [document.read_bytes()]
    assert floor.printer.find("R000042-DL-01-1") == ticket
    assert floor.printer.find("R000042-DL-01-2") == ""


def test_a_printer_that_is_away_says_so_and_has_nothing(floor: Floor, document: Path) -> None:
    floor.take_away()
    with pytest.raises(PrinterAway):
        floor.printer.send("R000042-DL-01-1", document, True)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IppServer]:
    with ipp_server(tmp_path / "ipp") as server:
        yield server


def test_an_ipp_printer_that_jams_says_how_many_sheets_it_did(server: IppServer, document: Path) -> None:
    server.jam_after(6)
    printer = IppPrinter(server.uri, 10)
    duplex = printer.send("duplex", document, True)
    assert _until(printer, duplex, PrintState.STOPPED).sheets == 3
    simplex = printer.send("simplex", document, False)
    assert _until(printer, simplex, PrintState.STOPPED).sheets == 6


def test_a_job_the_ipp_printer_forgot_is_stopped_and_its_sheets_are_unknown(server: IppServer) -> None:
    progress = IppPrinter(server.uri, 10).progress("99")
    assert (progress.state, progress.sheets) == (PrintState.STOPPED, None)


def test_an_ipp_printer_that_takes_no_pdf_refuses(tmp_path: Path, document: Path) -> None:
    with ipp_server(tmp_path / "raster", formats="image/pwg-raster") as server, pytest.raises(PrinterRefuses):
        IppPrinter(server.uri, 10).send("job", document, True)


class _Web(http.server.BaseHTTPRequestHandler):
    status = 200

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(b"<html>Welcome to the router</html>")

    def log_message(self, *args: object) -> None:
        pass


@pytest.mark.parametrize(("status", "error"), [(200, PrinterAway), (403, PrinterRefuses), (500, PrinterAway)])
def test_something_else_answering_at_the_address_is_no_printer(
    status: int, error: type[Exception], document: Path
) -> None:
    web = http.server.HTTPServer(("localhost", 0), type("Web", (_Web,), {"status": status}))
    thread = threading.Thread(target=web.serve_forever)
    thread.start()
    try:
        with pytest.raises(error):
            IppPrinter(f"ipp://localhost:{web.server_port}/ipp/print", 5).send("job", document, True)
    finally:
        web.shutdown()
        thread.join()
        web.server_close()


def test_a_broken_answer_is_never_taken_for_a_good_one() -> None:
    whole = request(Operation.GET_JOBS, [])
    assert read_answer(whole).groups == ()
    for cut in range(len(whole)):
        with pytest.raises(BadMessage):
            read_answer(whole[:cut])


def test_a_hot_folder_knows_after_a_crash_at_any_moment_whether_it_handed_the_file_over(
    tmp_path: Path, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = HotFolder(tmp_path / "hot")
    monkeypatch.setattr(Path, "rename", _power_cut)
    with pytest.raises(KeyboardInterrupt):
        folder.send("job", document, True)
    monkeypatch.undo()
    assert folder.find("job") == ""
    assert not list((tmp_path / "hot").glob("*.pdf"))
    folder.send("job", document, True)
    (tmp_path / "hot" / "job.pdf").unlink()
    assert folder.find("job") == "job"


def _power_cut(self: Path, target: Path) -> Path:
    raise KeyboardInterrupt


def test_the_site_chooses_the_kind_of_printer(tmp_path: Path) -> None:
    assert isinstance(open_printer(PrinterConfig(name="a", kind="ipp", uri="ipp://x/p"), tmp_path), IppPrinter)  # type: ignore[arg-type]
    assert isinstance(open_printer(PrinterConfig(name="a", kind="hot_folder"), tmp_path), HotFolder)  # type: ignore[arg-type]


def _counting(state: int, impressions: int) -> bytes:
    """A printer's answer about a job, as RFC 8011 writes it."""

    def attribute(tag: int, name: str, value: bytes) -> bytes:
        return bytes([tag]) + len(name).to_bytes(2, "big") + name.encode() + len(value).to_bytes(2, "big") + value

    job = attribute(0x23, "job-state", state.to_bytes(4, "big"))
    job += attribute(0x21, "job-impressions-completed", impressions.to_bytes(4, "big"))
    job += attribute(0x44, "sides", b"two-sided-long-edge")
    return b"\x02\x00\x00\x00" + (1).to_bytes(4, "big") + b"\x01\x02" + job + b"\x03"


@pytest.mark.parametrize(
    ("path", "counts", "state", "sides", "sheets"),
    [
        ("/ipp/print", True, 8, 6, 3),
        ("/ipp/print", True, 9, 0, None),
        ("/ipp/print", False, 8, 6, None),
        ("/printers/unit", True, 5, 6, None),
        ("/printers/unit", True, 7, 6, None),
        ("/printers/unit", True, 9, 6, 3),
        ("/printers/unit", True, 9, 0, 0),
        ("/classes/unit", True, 8, 6, None),
    ],
)
def test_a_count_is_believed_of_a_printer_and_of_a_queue_only_at_its_end(
    path: str, counts: bool, state: int, sides: int, sheets: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = IppPrinter(f"ipp://localhost{path}", 5, counts=counts)
    monkeypatch.setattr(printer, "_answered", lambda head, document: read_answer(_counting(state, sides)))
    assert printer.progress("1").sheets == sheets
