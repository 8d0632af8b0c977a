from __future__ import annotations

from pathlib import Path

import pytest

from mailroom.config.letter_templates import load_letter_templates, parse_source
from mailroom.errors import Misconfigured
from mailroom.outbound.letter_template import LetterTemplate, TemplateProblem, read_template
from mailroom.outbound.plain_english import readability
from mailroom.values.letter_body import BlockKind

SITE = Path(__file__).parents[2]
HEAD = '+++\nname = "N"\ndocument_class = "general_letter"\nsubject = "About ((thing))"\n+++\n'


def _template(words: str) -> LetterTemplate:
    return read_template(parse_source("test", HEAD + words, "test.md"))


def test_fields_are_filled_in_whatever_their_case_and_spacing() -> None:
    (body,) = _template("Dear ((First Name)), it is **((amount))**.").fill({"first_name": "Ann", "AMOUNT": "£3"})
    assert body.blocks[0].text == "Dear Ann, it is £3."
    assert [r.bold for r in body.blocks[0].runs] == [False, False, False, True, False]


def test_a_fields_value_is_never_read_as_marks_fields_or_conditions() -> None:
    (body,) = _template("Hello ((name))").fill(
        {"name": "**x** ((amount)) [a](https://b.example) [[if c]]", "amount": "9"}
    )
    assert body.text == "Hello **x** ((amount)) [a](https://b.example) [[if c]]"
    assert not any(r.bold or r.link for r in body.blocks[0].runs)


def test_conditions_choose_blocks_and_words() -> None:
    template = _template("[[if arrears]]\nYou owe.\n[[else]]\nThank you.\n[[end]]\n\nA((late?? late)) letter.")
    assert template.fill({"arrears": "12.00"})[0].blocks[0].text == "You owe."
    assert template.fill({"arrears": "no", "late": "yes"})[0].text == "Thank you.\n\nA late letter."
    assert template.needed == {"thing"}
    assert template.asked == {"arrears", "late"}


def test_a_field_is_missing_only_where_its_block_is_printed() -> None:
    template = _template("Dear ((name))\n\n[[if late]]\nSince ((since))\n[[end]]")
    assert template.missing({"name": "A", "thing": "b"}) == ()
    assert template.missing({"name": " ", "thing": "b", "late": "yes"}) == ("name", "since")


def test_a_condition_may_ask_for_one_value() -> None:
    template = _template("[[if band = B]]\nBand B.\n[[end]]\nEnd.")
    assert template.fill({"band": "b"})[0].text == "Band B.\n\nEnd."
    assert template.fill({"band": "C"})[0].text == "End."


def test_lines_of_a_table_become_one_table_even_around_a_condition() -> None:
    template = _template("| Item | Amount |\n[[if discount]]\n| Less | ((discount)) |\n[[end]]\n| Sum | ((sum)) |")
    (table,) = template.fill({"discount": "1", "sum": "2"})[0].blocks
    assert table.kind is BlockKind.TABLE
    assert table.text == "Item | Amount\nLess | 1\nSum | 2"


def test_only_blocks_without_fields_are_fixed() -> None:
    blocks = _template("Same in all.\n\nDear ((name))").fill({"name": "A"})[0].blocks
    assert [b.fixed for b in blocks] == [True, False]


def test_welsh_comes_first_and_only_for_those_who_ask() -> None:
    template = _template("Dear ((name))\n\n=== cymraeg ===\nAnnwyl ((name))")
    assert [b.language for b in template.fill({"name": "Sian"}, bilingual=True)] == ["cy", "en"]
    assert [b.language for b in template.fill({"name": "Sian"})] == ["en"]


@pytest.mark.parametrize("words", ["[[if a]]\nx", "[[end]]", "[[for x in y]]\nz\n[[end]]", "[[else]]"])
def test_conditions_that_do_not_close_or_do_not_exist_are_named(words: str) -> None:
    with pytest.raises(TemplateProblem, match="template test"):
        _template(words)


def test_a_head_with_an_unknown_key_is_refused_with_the_key() -> None:
    with pytest.raises(Misconfigured, match="colour"):
        parse_source("x", HEAD.replace("+++\nname", '+++\ncolour = "red"\nname') + "Hi", "x.md")


def test_every_template_of_the_example_council_is_read_and_is_plain_english() -> None:
    for source in load_letter_templates(SITE).values():
        template = read_template(source)
        (body, *_) = template.fill({f: "12.34" for f in template.needed})
        assert readability(body.text).reading_age <= source.head.reading_age_limit, source.code


def test_reading_age_rises_with_longer_words_and_sentences() -> None:
    plain = readability("Please pay now. You can pay by phone. We will help you.")
    legal = readability(
        "Notwithstanding any representations previously communicated, the authority hereby requires remittance of the "
        "outstanding liability forthwith, without prejudice to any enforcement proceedings subsequently commenced."
    )
    assert plain.reading_age < 9 < legal.reading_age
    assert len(legal.long_sentences) == 0 or legal.long_sentences[0].startswith("Notwithstanding")
