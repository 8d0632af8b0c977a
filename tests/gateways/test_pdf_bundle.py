"""ZIP files of attachments: what is in them, and what they cannot do to us."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from mailroom.gateways.pdf_bundle import BadBundle, pdfs_in

PDF = b"%PDF-1.7\nnot much\n%%EOF\n"


def bundle(folder: Path, **entries: bytes) -> Path:
    path = folder / "files.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in entries.items():
            opened.writestr(name.replace("__", "/"), content)
    return path


def names(path: Path, folder: Path, most: int = 1_000_000) -> list[tuple[str, bytes]]:
    return [(name, taken.read_bytes()) for name, taken in pdfs_in(path, folder, most)]


def test_the_pdfs_are_taken_out_by_their_names_whatever_folder_they_claim(tmp_path: Path) -> None:
    path = bundle(
        tmp_path, **{"a.pdf": PDF, "..__..__etc__b.pdf": PDF + b"b", "x__.hidden": b"?", "x__Thumbs.db": b"?"}
    )
    out = tmp_path / "out"
    out.mkdir()
    assert names(path, out) == [("a.pdf", PDF), ("b.pdf", PDF + b"b")]
    assert list(out.iterdir()) == []
    assert not (tmp_path.parent / "etc").exists()


@pytest.mark.parametrize(
    ("content", "most"), [(b"MZ no PDF", 1000), (PDF + b"0" * 5_000_000, 1_000_000)], ids=["no pdf", "a bomb"]
)
def test_what_is_no_pdf_or_larger_than_it_may_be_stops_it(tmp_path: Path, content: bytes, most: int) -> None:
    with pytest.raises(BadBundle):
        names(bundle(tmp_path, **{"a.pdf": content}), tmp_path, most)


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "files.zip").write_bytes(b"no zip")
    with pytest.raises(BadBundle):
        names(tmp_path / "files.zip", tmp_path)
