from __future__ import annotations

from pathlib import Path

import pytest

from mailroom.config.mail import MailConfig
from mailroom.config.section import load_section
from mailroom.config.store import StoreConfig
from mailroom.errors import Misconfigured

SITE = Path(__file__).parents[2] / "config"


def test_the_shipped_mail_and_store_settings_load() -> None:
    assert load_section(SITE / "mail.toml", MailConfig).mailbox == ()
    load_section(SITE / "store.toml", StoreConfig)


def test_the_mailbox_shown_as_an_example_works_when_its_marks_are_removed(tmp_path: Path) -> None:
    shipped = (SITE / "mail.toml").read_text(encoding="utf-8")
    before, mark, example = shipped.partition("# [[mailbox]]")
    path = tmp_path / "mail.toml"
    path.write_text(before + (mark + example).replace("\n# ", "\n").removeprefix("# "), encoding="utf-8")
    (box,) = load_section(path, MailConfig).mailbox
    assert box.refused == "Mailroom/Refused"


@pytest.mark.parametrize(
    ("file", "kind", "text", "says"),
    [
        ("mail.toml", MailConfig, 'sender = "nobody"', "'sender'"),
        ("mail.toml", MailConfig, 'sender = "a@b"\nfolders = "x"', "unknown key 'folders'. Remove it"),
        ("mail.toml", MailConfig, 'sender = "a@b"\n[smtp]\nport = 99999', r"'smtp\.port'"),
        ("store.toml", StoreConfig, 'kept = "s3"', "needs a bucket; name it"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file_and_remedy(
    tmp_path: Path, file: str, kind: type[MailConfig | StoreConfig], text: str, says: str
) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured, match=says) as wrong:
        load_section(tmp_path / file, kind)
    assert str(tmp_path / file) in str(wrong.value)
