"""The pages of a print run's letters: set in one file where the words are ours, else those of the PDF they came in."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from mailroom.errors import MailroomError
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.print_machines import Composed
from mailroom.outbound.steps.attached import parts_to_print
from mailroom.outbound.steps.compose import is_set_here, set_letters
from mailroom.records.models import Letter, Mailing
from mailroom.values.channel import LetterFormat
from mailroom.values.print_sheet import PagesToPrint


def compose_run(machines: OutboundMachines, letters: Sequence[Letter], folder: Path) -> Composed:
    """Where each letter's pages are, or why it cannot be made; one bad letter does not hold up the others."""
    ours = [x for x in letters if is_set_here(x)]
    own = {**_set(machines, ours, folder), **_cut(machines, [x for x in letters if not is_set_here(x)], folder)}
    behind = parts_to_print(machines, [x for x in letters if x.format != LetterFormat.LARGE_PRINT], folder)
    return {key: page if isinstance(page, str) else (page, *behind.get(key, ())) for key, page in own.items()}


def _set(machines: OutboundMachines, letters: Sequence[Letter], folder: Path) -> dict[int, PagesToPrint | str]:
    if not letters:
        return {}
    path = folder / f"set-{letters[0].pk}-{len(letters)}.pdf"
    try:
        places = set_letters(machines, letters, path)
    except MailroomError as problem:
        if len(letters) == 1:
            return {letters[0].pk: str(problem)}
        half = len(letters) // 2
        return {**_set(machines, letters[:half], folder), **_set(machines, letters[half:], folder)}
    return {
        letter.pk: PagesToPrint(path, place.first_page, place.page_count)
        for letter, place in zip(letters, places, strict=True)
    }


def _cut(machines: OutboundMachines, letters: Sequence[Letter], folder: Path) -> dict[int, PagesToPrint | str]:
    found: dict[int, PagesToPrint | str] = {}
    for letter in letters:
        try:
            original = _original(machines, letter.mailing, folder.parent)
        except MailroomError as problem:
            found[letter.pk] = str(problem)
        else:
            found[letter.pk] = PagesToPrint(original, letter.first_page, letter.page_count)
    return found


def _original(machines: OutboundMachines, mailing: Mailing, folder: Path) -> Path:
    """The PDF the letters came in, fetched once a run."""
    path = folder / f"original-{mailing.pages_from}.pdf"
    if not path.exists():
        with machines.store.path_for_reading(mailing.pages_from) as kept:
            shutil.copyfile(kept, path)
    return path
