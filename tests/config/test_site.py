"""A mistake in the site stops the start with one message that names the file, the key and the remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mailroom.config.site import load_site
from mailroom.errors import Misconfigured
from tests.commands.site import OwnSite, own_site

MISTAKES: dict[str, tuple[Callable[[OwnSite], None], tuple[str, ...]]] = {
    "an unknown key": (
        lambda s: s.change("config/mailroom.toml", "keep_done_days", "keep_done_day"),
        ("mailroom.toml", "unknown key 'intake.keep_done_day'", "Remove it or correct its spelling"),
    ),
    "a value of the wrong kind": (
        lambda s: s.change("config/mailroom.toml", "keep_done_days = 30", "keep_done_days = 'ever'"),
        ("mailroom.toml", "'intake.keep_done_days'", "valid integer"),
    ),
    "a team without an inbox": (
        lambda s: s.change("config/routing.toml", "inbox = ", "# inbox = "),
        ("routing.toml", "inbox", "is missing. Add it."),
    ),
    "watch folders inside one another": (
        lambda s: s.change("config/mailroom.toml", '"watch/reception"', '"watch/scanner-1/reception"'),
        ("mailroom.toml", "'scanner-1'", "'reception'", "overlap; move one of them out of the other"),
    ),
    "a watch folder in the spool": (
        lambda s: s.change("config/mailroom.toml", '"watch/reception"', '"spool/reception"'),
        ("mailroom.toml", "spool", "overlap"),
    ),
    "a print folder of letters inside a watch folder": (
        lambda s: s.change("config/outgoing.toml", 'path = "', 'path = "watch/scanner-1/'),
        ("mailroom.toml", "print_folder", "of outgoing.toml", "overlap; move one of them"),
    ),
    "the folder of returns inside a watch folder": (
        lambda s: s.change("config/mailroom.toml", '"watch/reception"', '"watch/returns"'),
        ("mailroom.toml", "returns of printing.toml", "overlap; move one of them"),
    ),
    "two folders of one name": (
        lambda s: s.change("config/mailroom.toml", 'name = "reception"', 'name = "scanner-1"'),
        ("mailroom.toml", "two folders are named scanner-1"),
    ),
    "a pattern that does not compile": (
        lambda s: s.change("classifiers/references.toml", "pattern = '", "pattern = '(("),
        ("references.toml", "pattern"),
    ),
    "a file that is not TOML": (
        lambda s: s.add("config/store.toml", "\nkept = = disk\n"),
        ("store.toml", "not valid TOML", "Correct the line it names"),
    ),
    "a file that is missing": (
        lambda s: (s.folder / "config" / "mail.toml").unlink(),
        ("mail.toml", "the file is missing", "mailroom init"),
    ),
    "S3 without a bucket": (
        lambda s: s.change("config/store.toml", 'kept = "disk"', 'kept = "s3"'),
        ("store.toml", "needs a bucket"),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_by_file_key_and_remedy(mistake: str, tmp_path: Path) -> None:
    break_it, words = MISTAKES[mistake]
    site = own_site(tmp_path)
    load_site(site.folder)
    break_it(site)
    with pytest.raises(Misconfigured) as told:
        load_site(site.folder)
    for word in words:
        assert word in str(told.value)
