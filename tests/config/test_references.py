from __future__ import annotations

from pathlib import Path

import pytest

from mailroom.config.references import load_references
from mailroom.errors import Misconfigured


def test_a_pattern_that_does_not_compile_names_file_key_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "references.toml"
    path.write_text('[[reference]]\ntype = "rent"\nname = "Rent"\nshapes = ["7####"]\npattern = "(7"\n')
    with pytest.raises(Misconfigured, match=r"references.toml.*pattern.*not a regular expression.*correct it"):
        load_references(path)


def test_a_shape_with_other_signs_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "references.toml"
    path.write_text('[[reference]]\ntype = "rent"\nname = "Rent"\nshapes = ["7\\\\d+"]\n')
    with pytest.raises(Misconfigured, match="is no shape"):
        load_references(path)
