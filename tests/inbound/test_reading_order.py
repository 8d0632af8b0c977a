"""Lines come in the order a person reads them: rows, and down the columns of a page that has two."""

from __future__ import annotations

from mailroom.inbound.reading_order import in_reading_order
from mailroom.values.confidence import Confidence
from mailroom.values.geometry import Box
from mailroom.values.page import Word


def line(number: int, text: str, x0: float, x1: float, y: float, height: float = 0.012) -> list[Word]:
    words = text.split()
    step = (x1 - x0) / len(words)
    return [
        Word(word, Box(x0 + n * step, y, x0 + (n + 0.9) * step, y + height), Confidence(0.9), number)
        for n, word in enumerate(words)
    ]


def as_text(words: tuple[Word, ...]) -> list[str]:
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    return [" ".join(found) for _, found in sorted(lines.items())]


def test_a_table_read_column_by_column_comes_out_row_by_row() -> None:
    names = [line(n, name, 0.1, 0.25, 0.1 + 0.03 * n) for n, name in enumerate(["Name", "R Watkins", "B Ilic"])]
    flats = [line(3 + n, flat, 0.5, 0.55, 0.1 + 0.03 * n) for n, flat in enumerate(["Flat", "3", "4"])]
    words = [word for found in (*names, *flats) for word in found]
    assert as_text(in_reading_order(words)) == ["Name Flat", "R Watkins 3", "B Ilic 4"]


def test_a_block_the_recogniser_put_first_goes_to_its_place_on_the_page() -> None:
    words = [*line(0, "Yours faithfully", 0.1, 0.3, 0.8), *line(1, "Dear Sir or Madam", 0.1, 0.4, 0.2)]
    assert as_text(in_reading_order(words)) == ["Dear Sir or Madam", "Yours faithfully"]


def test_handwriting_that_climbs_across_the_page_stays_on_its_own_row() -> None:
    words = [
        *line(0, "line one begins", 0.1, 0.4, 0.200, 0.02),
        *line(1, "and goes on here", 0.42, 0.65, 0.193, 0.02),
        *line(2, "to its end", 0.67, 0.9, 0.186, 0.02),
        *line(3, "line two begins", 0.1, 0.4, 0.222, 0.02),
        *line(4, "and goes on too", 0.42, 0.65, 0.215, 0.02),
        *line(5, "to the margin", 0.67, 0.9, 0.208, 0.02),
    ]
    shuffled = [w for number in (5, 0, 3, 2, 4, 1) for w in words if w.line == number]
    assert as_text(in_reading_order(shuffled)) == [
        "line one begins and goes on here to its end",
        "line two begins and goes on too to the margin",
    ]


def test_two_columns_of_prose_are_read_one_after_the_other_between_heading_and_foot() -> None:
    words = line(0, "A heading that runs across the whole page", 0.1, 0.9, 0.1)
    for n in range(10):
        words += line(1 + n, f"left column prose of row {n}", 0.08, 0.46, 0.2 + 0.02 * n)
        words += line(20 + n, f"right column prose of row {n}", 0.54, 0.92, 0.2 + 0.02 * n)
    words += line(40, "A foot that runs across the whole page", 0.1, 0.9, 0.9)
    read = as_text(in_reading_order(words))
    assert read[0].startswith("A heading")
    assert [text[:4] for text in read[1:11]] == ["left"] * 10
    assert [text[:5] for text in read[11:21]] == ["right"] * 10
    assert read[21].startswith("A foot")


def test_a_table_of_descriptions_and_figures_is_no_page_in_two_columns() -> None:
    words = line(0, "Details of the work done Debit Credit Balance", 0.1, 0.9, 0.15)
    for n in range(8):
        words += line(1 + n, f"0{n} Mar 7206{n} Quarterly maintenance of the lift", 0.08, 0.46, 0.2 + 0.02 * n)
        words += line(20 + n, f"1,944.0{n} 12,256.0{n} 312,118.0{n}", 0.6, 0.92, 0.2 + 0.02 * n)
    read = as_text(in_reading_order(words))
    assert read[3] == "02 Mar 72062 Quarterly maintenance of the lift 1,944.02 12,256.02 312,118.02"


def test_no_word_is_lost_or_doubled() -> None:
    words = [w for n in range(12) for w in line(n, f"some words of line {n}", 0.1 + 0.03 * (n % 4), 0.9, 0.05 * n)]
    assert sorted(w.text for w in in_reading_order(words)) == sorted(w.text for w in words)
