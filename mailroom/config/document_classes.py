"""config/document_classes.toml: what each kind of letter may and must do."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from pydantic import Field, field_validator, model_validator

from mailroom.config.section import Section, load_section, repeated


class EmailCarries(StrEnum):
    """How the letter travels with its email."""

    BODY = "body"
    ATTACHMENT = "attachment"
    LINK = "link"


class CutBy(StrEnum):
    """How one PDF with many letters is cut."""

    ADDRESS = "address"
    PAGE_NUMBERS = "page_numbers"
    MARKER = "marker"
    FIXED = "fixed"


class AttachmentsOn(StrEnum):
    """Where attachments of a printed letter begin."""

    NEW_SHEET = "new_sheet"
    NEXT_PAGE = "next_page"
    NEVER = "never"


class Cut(Section):
    """Where a new letter begins in a PDF with many. marker: text on a first page; pages: with `fixed`."""

    by: CutBy = CutBy.ADDRESS
    marker: str = ""
    pages: int = Field(default=1, ge=1, le=50)

    @model_validator(mode="after")
    def _marker_given(self) -> Cut:
        if self.by is CutBy.MARKER and not self.marker:
            raise ValueError("cut.by is 'marker' but no marker is given; add cut.marker with the words to look for")
        return self


class DocumentClass(Section):
    """One kind of letter. Everything the preference rules, the print unit and the emails need to know of it.

    may_email: the law lets it go to an address the person notified. law: what that rests on, quoted in reasons.
    needs_proof: proof of posting is wanted, so it prints. paper_for_vulnerable: someone marked vulnerable keeps
    paper. shared_mailbox_is_fine: may go to an address that is also on another customer's record.
    share_envelope: may go in one envelope with other letters to the same person on the same day.
    arrive_within: working days from submission by which it must arrive; 0 means no date.
    attachments: on which paper they begin; `never` for a class that takes none.
    names_others: its letters speak of people beside their reader (a household, a landlord), who may be customers too.
    picture_pages: its letters may have pages without words, on which nobody can tell by words whose they are.
    to_newcomers: its letters go to people who may not be on record at their address yet, such as those who moved in.
    reference: a regular expression with one group, looked for in the address window's page of a precompiled letter.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    service: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    may_email: bool
    law: str = Field(min_length=3)
    needs_proof: bool = False
    email_carries: EmailCarries = EmailCarries.LINK
    unsubscribe: bool = False
    paper_for_vulnerable: bool = True
    shared_mailbox_is_fine: bool = False
    share_envelope: bool = True
    needs_approval: bool = False
    arrive_within: int = Field(default=0, ge=0, le=60)
    duplex: bool = True
    stock: str = "white-90"
    insert: str = ""
    opt_in_prompt: bool = True
    reply_code: bool = True
    most_sheets: int = Field(default=5, ge=1, le=60)
    attachments: AttachmentsOn = AttachmentsOn.NEW_SHEET
    names_others: bool = False
    picture_pages: bool = False
    to_newcomers: bool = False
    reference: str = ""
    cut: Cut = Cut()

    @field_validator("reference")
    @classmethod
    def _one_group(cls, pattern: str) -> str:
        try:
            groups = re.compile(pattern).groups if pattern else 1
        except re.error as wrong:
            raise ValueError(f"not a regular expression: {wrong}") from None
        if groups != 1:
            raise ValueError("needs exactly one group in brackets, the reference itself")
        return pattern


class DocumentClasses(Section):
    """The whole file."""

    document_class: tuple[DocumentClass, ...]

    @model_validator(mode="after")
    def _codes_differ(self) -> DocumentClasses:
        twice = sorted(repeated(c.code for c in self.document_class))
        if twice:
            raise ValueError(f"document class {', '.join(twice)} appears twice; give each its own code")
        return self

    def find(self, code: str) -> DocumentClass | None:
        """The class of that code, or None."""
        return next((c for c in self.document_class if c.code == code), None)


def load_document_classes(site: Path) -> DocumentClasses:
    """Read the site's document classes. Raises Misconfigured."""
    return load_section(site / "config" / "document_classes.toml", DocumentClasses)
