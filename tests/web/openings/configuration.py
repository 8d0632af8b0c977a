"""The administrators' desk."""

from __future__ import annotations

OPEN_TO = {
    name: {"administrator"}
    for name in (
        "configuration",
        "configuration_history",
        "configuration_part",
        "configuration_change",
        "letter_words",
        "letter_words_png",
        "accounts",
        "account_new",
        "account",
    )
}
TO_ANYBODY = {"choose_password", "change_password"}
SAMPLES = {"part": "teams", "thing": "waste", "account": "1"}
