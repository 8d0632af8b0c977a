"""One child holds the dear reader for all; real processes that misbehave cost a page its second reading, no more."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from mailroom.gateways.ocr.shared import AskingReader, NoSecondReading, Reader, SharedReader
from mailroom.values.confidence import CERTAIN
from mailroom.values.geometry import Box
from mailroom.values.page import TextSource, Word

PAGE = np.full((20, 10), 255, np.uint8)
DIES, HANGS, BREAKS, TOILS = 66, 77, 88, 99


class Scribe:
    """Reads the resolution and the process it runs in; some resolutions are the end of it."""

    def __init__(self, mark: Path) -> None:
        with mark.open("a") as handle:
            handle.write("loaded\n")

    def recognise(self, page: np.ndarray, dpi: int) -> tuple[Word, ...]:
        if dpi == DIES:
            os._exit(3)
        if dpi == HANGS:
            time.sleep(60)
        if dpi == BREAKS:
            raise ValueError("no such picture")
        end = time.process_time() + 60
        while dpi == TOILS and time.process_time() < end:
            sum(range(1000))
        return tuple(Word(text, Box(0, 0, 1, 1), CERTAIN, 0) for text in (f"{page.shape}", str(dpi), str(os.getpid())))


class Sealed:
    """A resolution that breaks whoever opens it in the process that sealed it."""

    def __reduce__(self) -> tuple[Callable[[int], int], tuple[int]]:
        return _unsealed, (os.getpid(),)


def _unsealed(sealer: int) -> int:
    if os.getpid() == sealer:
        raise ValueError("opened on the way")
    return 200


@contextmanager
def shared(
    make: Callable[[], Reader], seconds: float = 20, patience: float = 20, rest_after: float = 60
) -> Iterator[SharedReader]:
    reader = SharedReader(make, 2_000, seconds, patience, rest_after)
    try:
        yield reader
    finally:
        reader.close()


def asking(reader: SharedReader, patience: float = 20) -> AskingReader:
    return AskingReader(TextSource.RAPIDOCR, reader.door(), patience)


@pytest.fixture
def make(tmp_path: Path) -> Callable[[], Reader]:
    return partial(Scribe, tmp_path / "mark")


def texts(words: tuple[Word, ...]) -> list[str]:
    return [word.text for word in words]


def test_all_who_ask_are_answered_by_one_process_that_loads_at_the_first_question(
    make: Callable[[], Reader], tmp_path: Path
) -> None:
    with shared(make) as reader:
        one, other = asking(reader), asking(reader)
        assert not (tmp_path / "mark").exists()
        first, second = texts(one.recognise(PAGE, 200)), texts(other.recognise(PAGE, 150))
        assert first[:2] == ["(20, 10)", "200"]
        assert second[:2] == ["(20, 10)", "150"]
        assert first[2] == second[2] != str(os.getpid())
        assert (tmp_path / "mark").read_text() == "loaded\n"


@pytest.mark.parametrize(
    ("trouble", "why"),
    [(DIES, "it failed (Crashed)"), (BREAKS, "it failed (ValueError)"), (HANGS, "it did not finish within"),
     (TOILS, "it did not finish within 1 seconds of the processor")],
)  # fmt: skip
def test_a_page_that_brings_it_down_is_said_to_have_no_second_reading_and_the_next_page_is_read(
    make: Callable[[], Reader], trouble: int, why: str
) -> None:
    with shared(make, seconds=1 if trouble == TOILS else 20, patience=3 if trouble == HANGS else 40) as reader:
        asks = asking(reader, 40)
        with pytest.raises(NoSecondReading, match=re.escape(why)):
            asks.recognise(PAGE, trouble)
        assert texts(asks.recognise(PAGE, 200))[1] == "200"


def test_a_page_that_waits_too_long_for_its_turn_goes_without(make: Callable[[], Reader]) -> None:
    with shared(make, patience=2) as reader:
        hurried = asking(reader, patience=-4)
        with pytest.raises(NoSecondReading, match="did not answer in time"):
            hurried.recognise(PAGE, HANGS)


def test_it_is_freed_when_nobody_asks_and_loaded_again_for_the_next(make: Callable[[], Reader], tmp_path: Path) -> None:
    with shared(make, rest_after=0.5) as reader:
        asks = asking(reader)
        child = int(texts(asks.recognise(PAGE, 200))[2])
        end = time.monotonic() + 20
        while Path(f"/proc/{child}").exists() and time.monotonic() < end:
            time.sleep(0.1)
        assert not Path(f"/proc/{child}").exists()
        assert texts(asks.recognise(PAGE, 200))[1] == "200"
        assert (tmp_path / "mark").read_text() == "loaded\nloaded\n"


def test_who_asks_after_it_closed_gets_no_words(make: Callable[[], Reader]) -> None:
    with shared(make) as reader:
        asks, asking_again = asking(reader), asking(reader)
        assert asks.recognise(PAGE, 200)
    for closed in (asks, asking_again):
        with pytest.raises(NoSecondReading):
            closed.recognise(PAGE, 200)


def test_a_page_goes_through_the_parent_unopened(make: Callable[[], Reader]) -> None:
    with shared(make) as reader:
        assert texts(asking(reader).recognise(PAGE, Sealed()))[1] == "200"  # type: ignore[arg-type]


def test_closing_it_waits_for_nobody_when_the_door_was_left_with_the_last_caller(
    make: Callable[[], Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SharedReader, "_receive", lambda reader, listener: None)
    reader = SharedReader(make, 2_000, 20, 20)
    reader.door()
    closing = Thread(target=reader.close, daemon=True)
    closing.start()
    closing.join(timeout=30)
    assert not closing.is_alive()
