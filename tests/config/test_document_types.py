from __future__ import annotations

from pathlib import Path

import pytest

from mailroom.config.document_types import load_document_kinds
from mailroom.config.environment import example_site
from mailroom.config.services import load_services
from mailroom.errors import Misconfigured


def test_two_kinds_of_one_code_are_refused_with_file_and_remedy(tmp_path: Path) -> None:
    file = tmp_path / "document_types.toml"
    file.write_text('[[kind]]\ncode = "flyer"\nname = "One"\n[[kind]]\ncode = "flyer"\nname = "Two"\n')
    with pytest.raises(Misconfigured, match=r"document_types.toml.*flyer.*remove one"):
        load_document_kinds(file)


def test_a_site_without_the_file_has_no_kinds_with_words(tmp_path: Path) -> None:
    assert load_document_kinds(tmp_path / "document_types.toml") == ()


def test_the_example_site_knows_the_words_of_invoices() -> None:
    kinds = {k.code: k.phrases for k in load_services(example_site() / "classifiers").document_kinds}
    assert "invoice no" in kinds["invoice"]
