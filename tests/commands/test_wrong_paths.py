"""A path that cannot be used is named with what is wrong, never shown as a fault of the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailroom.__main__ import main
from tests.commands.site import OwnSite


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (("sheets", "--output", "{no}/sheets.pdf"), "sheets.pdf"),
        (("backup", "{no}/copy.tar"), "no such folder"),
        (("backup", "{folder}"), "folder"),
        (("restore", "{folder}"), "folder"),
        (("bounces", "{folder}"), "folder"),
        (("train", "--output", "{file}/model"), "model"),
    ],
)
def test_a_path_that_cannot_be_used_is_named_with_what_to_check(
    site: OwnSite, tmp_path: Path, command: tuple[str, ...], named: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("a file")
    places = {"no": tmp_path / "no such folder", "folder": tmp_path / "folder", "file": tmp_path / "file"}
    refused = site.run(*(word.format(**places) for word in command))
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    assert named in refused.stderr and "Check the path" in refused.stderr


def test_a_folder_to_inspect_is_named_before_anything_is_loaded(site: OwnSite, tmp_path: Path) -> None:
    told = site.run("inspect", str(tmp_path), str(tmp_path / "gone.pdf"))
    assert told.returncode == 1
    assert told.stderr.splitlines() == [f"{tmp_path}: not a file.", f"{tmp_path / 'gone.pdf'}: no such file."]
    assert not told.stdout


def test_a_fault_about_a_file_nobody_named_stays_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> int:
        raise FileNotFoundError(2, "No such file or directory", "/elsewhere/of/the/program")

    monkeypatch.setattr("mailroom.commands.sheets.run", lost)
    with pytest.raises(FileNotFoundError):
        main(["sheets", "--output", str(tmp_path / "sheets.pdf")])
