"""Folders that lie in one another are refused, however their paths are written."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from mailroom.config.mailroom import refuse_overlaps


@pytest.mark.parametrize("path", ["spool", "spool/in", "watch/../spool", "./spool", "watch/../spool/in", "a/../../x"])
def test_a_watch_folder_that_is_or_holds_or_lies_in_the_spool_is_refused(path: str) -> None:
    spool = "../x/spool" if path.startswith("a/") else "spool"
    with pytest.raises(ValueError, match="overlap"):
        refuse_overlaps({"watch folder 'a'": PurePosixPath(path), "spool": PurePosixPath(spool)})


def test_folders_beside_one_another_are_allowed() -> None:
    refuse_overlaps({"watch folder 'a'": PurePosixPath("spool-2"), "spool": PurePosixPath("spool")})
