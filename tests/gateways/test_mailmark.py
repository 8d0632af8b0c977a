from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
import zint
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from mailroom.config.printing import Area, MailmarkKind, MailmarkSettings
from mailroom.gateways.marks import BAR_PITCH, mailmark_bars
from mailroom.gateways.print_check import check_print_file, picture_of
from mailroom.gateways.printer_file import PrintFileMaker
from mailroom.values.mailmark import Mailmark, item_number
from mailroom.values.print_sheet import PagesToPrint, PieceToPrint
from mailroom.values.sheet_mark import SheetMark
from tests.gateways.letters import PRINTING, SITE, letter, set_all

FACE = SITE / "templates" / "letters" / "fonts" / "LiberationSans-Regular.ttf"
POSTCODES = st.from_regex(r"\A(WX|M|SW)[1-9]{1,2} [1-9][ABDEFGHJLNP]{2}\Z")
FOUR_STATE = MailmarkSettings(kind=MailmarkKind.FOUR_STATE, supply_chain="95")
TWO_D = MailmarkSettings(kind=MailmarkKind.TWO_D, supply_chain="1234567", left=96.0, top=41.5)


def _written(folder: Path, settings: MailmarkSettings, text: str) -> tuple[Path, frozenset[int]]:
    set_all(folder / "letter.pdf", letter(0))
    piece = PieceToPrint(
        (PagesToPrint(folder / "letter.pdf", 1, 1),), (SheetMark("WDC", 42, 7, 1, 1),), duplex=True, mailmark=text
    )
    written = PrintFileMaker(PRINTING.marks, FACE, settings).write([piece], folder / "run.pdf")
    check_print_file(folder / "run.pdf", [[*piece.marks, None]], PRINTING.marks, written.no_window_mark)
    return folder / "run.pdf", written.no_mailmark


@given(POSTCODES, st.integers(1, 99_999), st.integers(1, 999_999), st.sampled_from("12358"))
def test_every_inland_address_has_data_that_royal_mails_encoder_takes(
    postcode: str, run: int, piece: int, mail_class: str
) -> None:
    item = item_number(run, piece)
    assert mailmark_bars(Mailmark(mail_class, "95", item, postcode).four_state, MailmarkKind.FOUR_STATE)
    assert mailmark_bars(Mailmark(mail_class, "123456", item, postcode).four_state, MailmarkKind.FOUR_STATE)
    assert mailmark_bars(Mailmark(mail_class, "1234567", item, postcode).two_d, MailmarkKind.TWO_D)


@pytest.mark.parametrize("postcode", ["", "BFPO 15", "75001", "WX1 1CC"])
def test_addresses_outside_the_scheme_go_without(postcode: str) -> None:
    mark = Mailmark("2", "95", 1, postcode)
    assert (mark.four_state, mark.two_d) == ("", "")


def test_item_numbers_do_not_come_again_for_a_hundred_runs() -> None:
    assert len({item_number(run, piece) for run in range(100, 200) for piece in (1, 70_000)}) == 200


def test_the_2d_barcode_on_the_sheet_says_what_it_should(tmp_path: Path) -> None:
    text = Mailmark("2", "1234567", item_number(42, 7), "WX10 9WU").two_d
    path, without = _written(tmp_path, TWO_D, text)
    with pdfium.PdfDocument(path) as pdf:
        codes = zxingcpp.read_barcodes(
            picture_of(pdf, 1, PRINTING.window, 300), formats=zxingcpp.BarcodeFormat.DataMatrix
        )
    assert not without
    assert text in {code.text for code in codes}


def test_the_4_state_barcode_has_its_bars_where_royal_mail_looks_for_them(tmp_path: Path) -> None:
    text = Mailmark("2", "95", item_number(42, 7), "WX10 9WU").four_state
    path, without = _written(tmp_path, FOUR_STATE, text)
    area = Area(left=27, top=41.5, right=27 + 131 * BAR_PITCH, bottom=41.5 + 5.1)
    with pdfium.PdfDocument(path) as pdf:
        dark = picture_of(pdf, 1, area, 600) < 128
    columns = np.linspace(0, dark.shape[1], 131, endpoint=False) + dark.shape[1] / 262
    height = dark.shape[0]
    seen = [(bool(dark[round(height * 0.15), int(x)]), bool(dark[round(height * 0.85), int(x)])) for x in columns[::2]]
    assert not without
    assert len(seen) == 66
    assert seen == _ascenders_and_descenders(text)


def _ascenders_and_descenders(text: str) -> list[tuple[bool, bool]]:
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.MAILMARK_4S
    symbol.encode(text)
    rows = np.frombuffer(symbol.encoded_data, dtype=np.uint8).reshape(200, 144)
    bits = np.unpackbits(rows[:3], axis=1, bitorder="little").astype(bool)
    return [(bool(bits[0, x]), bool(bits[2, x])) for x in range(0, 131, 2)]


def test_a_long_address_goes_without_rather_than_be_overprinted(tmp_path: Path) -> None:
    import dataclasses

    tall = dataclasses.replace(letter(0), address=("Name", "Flat 1", "House", "Street", "Village", "Town", "WX10 9WU"))
    set_all(tmp_path / "tall.pdf", tall)
    piece = PieceToPrint(
        (PagesToPrint(tmp_path / "tall.pdf", 1, 1),), (SheetMark("WDC", 42, 7, 1, 1),), duplex=True,
        mailmark=Mailmark("2", "95", 7, "WX10 9WU").four_state,
    )  # fmt: skip
    written = PrintFileMaker(PRINTING.marks, FACE, FOUR_STATE).write([piece], tmp_path / "run.pdf")
    assert written.no_mailmark == {7}


def test_a_supply_chain_of_the_wrong_length_is_a_config_error() -> None:
    with pytest.raises(ValueError, match="2 or 6 digits"):
        MailmarkSettings(kind=MailmarkKind.FOUR_STATE, supply_chain="1234567")


@pytest.mark.parametrize(("supply_chain", "bars"), [("95", 66), ("123456", 78)])
def test_4_state_bars_keep_to_royal_mails_measures(supply_chain: str, bars: int) -> None:
    drawn = sorted(mailmark_bars(Mailmark("2", supply_chain, 7, "WX10 9WU").four_state, MailmarkKind.FOUR_STATE))
    tops, bottoms = [y for _, y, _, _ in drawn], [y + height for _, y, _, height in drawn]
    heights = {round(height, 1) for _, _, _, height in drawn}
    assert len(drawn) == bars
    assert all(0.38 <= width <= 0.63 for _, _, width, _ in drawn)
    assert 39 <= 2 * 25.4 / (drawn[1][0] - drawn[0][0]) <= 47
    assert heights == {1.3, 3.2, 5.1}
    assert 4.22 <= max(bottoms) - min(tops) <= 5.84


@pytest.mark.parametrize(("large", "side", "four_state"), [(False, 12.0, "11"), (True, 16.0, "21")])
def test_a_large_letter_has_its_own_format_and_the_larger_2d_barcode(large: bool, side: float, four_state: str) -> None:
    mark = Mailmark("2", "1234567", 7, "WX10 9WU", large)
    drawn = mailmark_bars(mark.two_d, MailmarkKind.TWO_D, large)
    assert max(x + width for x, _, width, _ in drawn) == pytest.approx(side)
    assert max(y + height for _, y, _, height in drawn) == pytest.approx(side)
    assert len(mark.two_d) == 45
    assert mark.four_state.startswith(four_state)


def test_a_long_barcode_never_stands_on_our_own_mark(tmp_path: Path) -> None:
    long = MailmarkSettings(kind=MailmarkKind.FOUR_STATE, supply_chain="123456")
    text = Mailmark("2", "123456", 7, "WX10 9WU").four_state
    assert _written(tmp_path, long, text)[1] == {7}
