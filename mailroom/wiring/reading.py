"""Reading wired up: the reader the line uses, and what its child processes run."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from mailroom.config.reading import Reading, ReadingConfig
from mailroom.errors import MailroomError, Reject
from mailroom.gateways.ocr.rapid import Rapid
from mailroom.gateways.ocr.shared import AskingReader, Door, SharedReader
from mailroom.gateways.sandbox import Sandbox
from mailroom.inbound.imaging import is_too_unsure, read_page
from mailroom.inbound.page_tools import PageTools
from mailroom.inbound.recognition import Recogniser
from mailroom.values.page import PageKind, PageReading

if TYPE_CHECKING:
    from mailroom.gateways.email_pdf import EmailAsScan
    from mailroom.gateways.scan_file import Scan

_A4_POINTS = (595.0, 842.0)

# What every reading process needs; it is loaded once and shared. Not zxing, which writes on the error output when a
# process that holds it ends without its modules taken down.
_BEFOREHAND = (
    "mailroom.wiring.reading",
    "mailroom.gateways.image",
    "mailroom.gateways.ocr.libtesseract",
    "mailroom.gateways.scan_pdf",
)


class PageReader:
    """Opens and reads scans in child processes. Many threads may use one; a bad page never raises, it is UNREAD."""

    def __init__(
        self,
        config: ReadingConfig,
        separator_patterns: tuple[str, ...],
        typeface: Path,
        models: Path,
        children: int = 0,
    ) -> None:
        self._config, self._typeface = config, typeface
        reading = config.reading
        self._sandbox = Sandbox(
            children or os.cpu_count() or 1,
            reading.memory_megabytes,
            partial(_prepare, config.model_dump_json(), separator_patterns),
            _BEFOREHAND,
        )
        self._second = SharedReader(partial(Rapid, models), reading.memory_megabytes, *_second_readers_time(config))

    def page_count(self, path: Path) -> int:
        """Check the file to its last page and return how many there are.

        Raises:
            Reject: Incomplete, NotAScan, Locked, TooLarge or Active, with a clerk's reason.
        """
        try:
            return self._sandbox.run(self._config.reading.seconds_a_page, _count, path)
        except Reject:
            raise
        except MailroomError as stopped:
            raise Unopenable(f"The file could not be opened safely. {stopped} Scan the paper again.") from stopped
        except OSError:
            raise  # the disk, not the file
        except Exception as odd:
            raise Unopenable(f"The file is damaged ({type(odd).__name__}). Scan the paper again.") from odd

    def read(self, path: Path, number: int, rotation: int | None = None) -> PageReading:
        """Read one page; whatever goes wrong with it comes back as an unread page with the reason."""
        try:
            seconds = self._config.reading.seconds_a_page
            return self._sandbox.run(seconds, _read, path, number, self._second.door(), rotation)
        except MailroomError as trouble:
            return _unread(number, f"Page {number} could not be read. {trouble} Look at the picture of it.")
        except Exception as broken:
            return _unread(number, f"Page {number} could not be read ({type(broken).__name__}). Look at the picture.")

    def picture(self, path: Path, number: int, rotation: int, width: int) -> bytes:
        """One page turned upright as a PNG so many pixels wide. Raises Review when it cannot be drawn."""
        return self._sandbox.run(self._config.reading.seconds_a_page, _picture, path, number, rotation, width)

    def filing_copy(
        self, source: Path, pages: Sequence[PageReading], title: str, created: dt.datetime, output: Path
    ) -> None:
        """Write the searchable PDF/A of these pages to `output`. Raises Review when that cannot be done."""
        seconds = self._config.reading.seconds_a_page + 5.0 * len(pages)
        self._sandbox.run(seconds, _file, source, tuple(pages), title, created, self._typeface, output)

    def lay_out_email(self, raw: bytes) -> EmailAsScan:
        """An email as pages. Raises Review when that takes too long or too much memory."""
        return self._sandbox.run(self._config.reading.seconds_a_page, _lay_out, raw, self._typeface)

    def __enter__(self) -> PageReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._sandbox.close()
        self._second.close()


class Unopenable(Reject):
    """Opening the file took too long, too much memory, or brought the process down."""


def _unread(number: int, problem: str) -> PageReading:
    return PageReading(number, PageKind.UNREAD, *_A4_POINTS, problem=problem)


_CHILD: dict[str, object] = {}


def _prepare(config: str, patterns: tuple[str, ...]) -> None:
    """Runs once in each child."""
    _CHILD["config"], _CHILD["patterns"] = config, patterns


@cache
def _config() -> ReadingConfig:
    return ReadingConfig.model_validate_json(str(_CHILD["config"]))


def _second_readers_time(config: ReadingConfig) -> tuple[float, float]:
    """Seconds of the processor for a page at the second reader, and by the clock with the wait for its turn.

    Pages take it two to four. A page asks twice in vain at most, and has ten times its seconds by the clock: what the
    second reader leaves of that is for everything else.
    """
    return config.reading.seconds_a_page / 6, config.reading.seconds_a_page * 2.5


@cache
def _tools(second_reader: Door) -> PageTools:
    from mailroom.gateways import barcode, image
    from mailroom.gateways.ocr.libtesseract import first_reader

    reading = _config().reading
    patterns = _CHILD["patterns"]
    assert isinstance(patterns, tuple)
    return PageTools(
        pictures=image,
        codes=barcode,
        first_reader=first_reader(reading.languages, reading.seconds_a_page * 0.6),
        second_readers=(
            AskingReader(Rapid.source, second_reader, _second_readers_time(_config())[1]),
            *_textract(reading),
        ),
        separates=separator_test(patterns),
        settings=reading,
    )


def _textract(reading: Reading) -> tuple[Recogniser, ...]:
    if not reading.textract:
        return ()
    from mailroom.gateways.ocr.textract import Textract  # boto3 takes 30 MB in every reading process

    return (Textract(reading.textract_region),)


def separator_test(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """A test of a code's content against the separators this site knows."""
    known = [re.compile(pattern) for pattern in patterns]
    return lambda content: any(pattern.match(content) for pattern in known)


def _count(path: Path) -> int:
    return _opened(path).page_count


def _opened(path: Path) -> Scan:
    """The file, checked whole. Checking all pages again for each of them would cost a long batch 20 ms a page."""
    state = path.lstat()
    return _checked(path, state.st_ino, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=8)
def _checked(path: Path, inode: int, size: int, written: int) -> Scan:
    """Remembered for as long as the file stays the same one, unwritten."""
    from mailroom.gateways.scan_file import open_scan

    return open_scan(path, _config().limits)


def _read(path: Path, number: int, second_reader: Door, rotation: int | None = None) -> PageReading:
    raster = _opened(path).page(number, _config().reading.dpi)
    reading = read_page(number, raster, _tools(second_reader), rotation)
    if raster.is_spoilt and reading.kind is not PageKind.SEPARATOR:
        problem = f"Page {number} is not all there: what draws it in the PDF is damaged or cut off. Scan it again."
        return replace(reading, kind=PageKind.UNREAD, problem=problem)
    if is_too_unsure(reading, _config().reading):
        return PageReading(
            number,
            PageKind.UNREAD,
            reading.width_pt,
            reading.height_pt,
            rotation=reading.rotation,
            words=reading.words,
            confidence=reading.confidence,
            fingerprint=reading.fingerprint,
            ink=reading.ink,
            problem=f"Page {number} could not be made out ({reading.confidence:.0%} sure). Read it from the picture."
            + (f" {reading.problem}" if reading.problem else ""),
        )
    return reading


def _picture(path: Path, number: int, rotation: int, width: int) -> bytes:
    from mailroom.gateways.page_picture import page_picture

    return page_picture(path, number, rotation, width, _config().limits)


def _file(
    source: Path, pages: tuple[PageReading, ...], title: str, created: dt.datetime, typeface: Path, output: Path
) -> None:
    from mailroom.gateways.filing_pdf import filing_copy

    filing_copy(source, pages, title, created, typeface, output)


def _lay_out(raw: bytes, typeface: Path) -> EmailAsScan:
    from mailroom.gateways.email_pdf import lay_out

    return lay_out(raw, typeface, _config().limits)
