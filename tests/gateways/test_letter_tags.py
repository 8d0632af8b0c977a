"""Letters for screens, as reading programs meet them (PDF/UA-1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from mailroom.values.letter_body import LetterToSet
from tests.gateways.letters import letter, set_all, typesetter
from tests.gateways.verapdf import needs_verapdf, verdict


def tagged(folder: Path, of: LetterToSet) -> Path:
    typesetter().write_tagged(of, folder / "tagged.pdf", "Your council tax bill")
    return folder / "tagged.pdf"


def names(element: Any) -> list[str]:
    return [str(kid.S)[1:] for kid in element.K if "/S" in kid]


def elements(above: Any) -> Iterator[Any]:
    for kid in above.K:
        if "/S" in kid:
            yield kid
            yield from elements(kid)


def test_a_letter_for_a_screen_says_what_is_a_heading_a_list_a_table_and_a_picture(tmp_path: Path) -> None:
    with pikepdf.open(tagged(tmp_path, letter())) as pdf:
        document = pdf.Root.StructTreeRoot.K[0]
        kinds = names(document)
        assert kinds[:3] == ["P", "P", "P"]
        assert "H1" in kinds and "Table" in kinds
        table = next(e for e in document.K if e.S == "/Table")
        head, *rows = table.K
        assert set(names(head)) == {"TH"} and all(cell.A.Scope == "/Column" for cell in head.K)
        assert rows and all(set(names(row)) == {"TD"} and len(row.K) == len(head.K) for row in rows)
        (picture,) = [e for e in document.K if e.S == "/Figure"]
        assert str(picture.Alt) and len(picture.A.BBox) == 4
        assert pdf.Root.MarkInfo.Marked and str(pdf.Root.Lang) == "en-GB"
        with pdf.open_metadata() as about:
            assert about["pdfuaid:part"] == "1" and about["dc:title"] == "Your council tax bill"


@pytest.mark.parametrize("large", [False, True])
def test_every_mark_of_a_letter_belongs_to_one_element_and_all_else_is_decoration(tmp_path: Path, large: bool) -> None:
    with pikepdf.open(tagged(tmp_path, letter(large=large))) as pdf:
        for page, parents in zip(pdf.pages, list(pdf.Root.StructTreeRoot.ParentTree.Nums)[1::2], strict=True):
            depth, marks = 0, []
            for instruction in pikepdf.parse_content_stream(page):
                operator = str(instruction.operator)
                depth += operator in ("BDC", "BMC")
                depth -= operator == "EMC"
                assert depth in (0, 1)
                assert depth or operator not in ("Tj", "TJ", "Do", "f", "S"), operator
                if operator == "BDC":
                    marks.append(int(instruction.operands[1].MCID))
            assert marks == list(range(len(parents)))


def test_a_letter_for_a_screen_looks_and_reads_like_the_one_on_paper(tmp_path: Path) -> None:
    set_all(tmp_path / "paper.pdf", letter())
    paper = pypdfium2.PdfDocument(tmp_path / "paper.pdf")
    screen = pypdfium2.PdfDocument(tagged(tmp_path, letter()))
    assert len(paper) == len(screen)
    for one, other in zip(paper, screen, strict=True):
        assert one.render().to_numpy().tobytes() == other.render().to_numpy().tobytes()


def test_welsh_words_are_read_out_in_welsh(tmp_path: Path) -> None:
    with pikepdf.open(tagged(tmp_path, letter(welsh=True))) as pdf:
        languages = {str(e.get("/Lang", "en-GB")) for e in elements(pdf.Root.StructTreeRoot.K[0])}
    assert languages == {"cy", "en-GB"}


@needs_verapdf
def test_letters_for_screens_pass_verapdf_as_pdf_ua_1(tmp_path: Path) -> None:
    for large in (False, True):
        said = verdict(tagged(tmp_path, letter(large=large, welsh=True)), "ua1")
        assert said.startswith("PASS"), said
