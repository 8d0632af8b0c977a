"""Signs that the shipped typefaces of letters have no glyph for, and those that pass."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailroom.gateways.letter_pdf import read_letters
from mailroom.values.letter_body import Block, BlockKind, LetterBody, Run
from mailroom.values.letter_signs import composed
from tests.gateways.letters import PRINTING, letter, set_all, typesetter


@pytest.mark.parametrize(
    "text",
    [
        "Siân Ŵyn Ŷstrad ŵ ŷ ẁ ẃ ẅ ỳ",
        "Łukasz Żółć, Ñuñez, Çelik, Ştefan Țurcanu, Øster, Ægir, Straße, Đorđević, Nguyễn Thị Hạnh",
        "Ελένη, Иван Петренко",
        "“It’s” ‘so’ – and — £12 €5 … ½ ° • § © ™ ¾ × − 10² N° №",
        "non\u2011breaking, no\u00a0break, fi\ufb01, broad Ａ１",
        "soft\u00adhyphen, zero\u200bwidth, joined\u200d, mark\ufeff, chosen\ufe0f, left\u200e",
        "two\nlines\tand a tab",
    ],
)
def test_ordinary_european_letters_and_harmless_hidden_signs_can_be_printed(text: str) -> None:
    assert typesetter().signs.lacking(composed(text)) == ()


@pytest.mark.parametrize("sign", ["王", "ا", "א", "\U0001f600", "✓", "☎", "म", "\x92", "\x07", "\ue000", "⅒"])
def test_what_would_print_as_an_empty_box_or_backwards_is_named(sign: str) -> None:
    assert typesetter().signs.lacking(f"Mr {sign} Hill {sign}") == (sign,)


@pytest.mark.parametrize("large", [False, True])
def test_every_sign_that_passes_is_drawn_and_hidden_ones_leave_no_trace(tmp_path: Path, large: bool) -> None:
    words = "Re\u00adpay\u200b the non\u2011profit ŵ \ufe0f€5"
    body = LetterBody("", (Block(BlockKind.PARAGRAPH, (Run(words), Run(words, bold=True))),))
    set_all(tmp_path / "a.pdf", replace(letter(large=large), bodies=(body,)))
    (page, *_) = read_letters(tmp_path / "a.pdf", PRINTING.window)
    said = " ".join(page.text.split())
    assert said.count("Repay the non‐profit ŵ €5") == 2
