"""Drafts of large files as they are kept on record while a worker checks them, and back again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from mailroom.records.models import DraftCheck
from mailroom.values.attachment import GivenFile
from mailroom.web.letters.machines import Checked, Draft, FieldMatch, Progress


def record_of(draft: Draft, actor: str) -> DraftCheck:
    """The draft as it is kept, not saved."""
    what = (draft.once, draft.key, draft.template, draft.document_class, draft.files, draft.repairs, actor)
    return DraftCheck(
        draft_key=hashlib.sha256(json.dumps(what).encode()).hexdigest(),
        once=draft.once,
        file=draft.key,
        filename=draft.filename[-255:],
        document_class=draft.document_class,
        template=draft.template,
        files=draft.files,
        came_as=draft.came_as,
        repairs=[list(done) for done in draft.repairs],
        asked_by=actor,
    )


def draft_from(check: DraftCheck) -> Draft:
    """The draft again."""
    repairs = tuple((code, words) for code, words in check.repairs)
    return Draft(
        check.file,
        check.filename,
        check.template,
        check.document_class,
        check.files,
        check.came_as,
        repairs,
        check.once,
    )


def progress_of(check: DraftCheck) -> Progress | None:
    """How far it is; None once it is done."""
    return Progress(check.stage, check.done, check.total) if check.found is None else None


def checked_from(check: DraftCheck, files: Sequence[GivenFile]) -> Checked:
    """What the worker found, or how far it is."""
    if check.found is None:
        return Checked(0, 0, progress=progress_of(check))
    found = check.found
    return Checked(
        found["letters"],
        found["count"],
        tuple(found["problems"]),
        tuple(FieldMatch(*match) for match in found["fields"]),
        tuple(found["unused"]),
        None,
        *named_of(files),
    )


def named_of(files: Sequence[GivenFile]) -> tuple[tuple[str, ...], int]:
    """Names of the attachments of every letter, and how many others there are."""
    everybody = tuple(file.name for file in files if file.everybody)
    return everybody, len(files) - len(everybody)


def codes_of(draft: Draft) -> tuple[str, ...]:
    """What was done to the draft's PDF."""
    return tuple(code for code, _ in draft.repairs)
