"""Repairs of letters' PDFs, for the pages: of a draft, and of a mailing that was refused."""

from __future__ import annotations

from mailroom.config.document_classes import DocumentClass
from mailroom.outbound.steps.repair import NoRepair, apply_repair, offers
from mailroom.records.models import Mailing, MailingStatus
from mailroom.values.repair import RepairKind
from mailroom.web.letters.machines import Draft, RepairOffer
from mailroom.wiring.kept_drafts import codes_of
from mailroom.wiring.letter_drafts import DraftDesk

MENDED_AT_ONCE = 3_000_000
"""Bytes of a PDF whose repairs are tried while the person waits; each is checked whole."""


class RepairDesk(DraftDesk):
    """The repairs behind the pages."""

    def draft_repairs(self, draft: Draft) -> tuple[RepairOffer, ...]:
        """Repairs that would leave less wrong with the draft's PDF."""
        return () if draft.template else self._offers(draft.key, self._kind(draft), codes_of(draft))

    def _offers(self, key: str, kind: DocumentClass, repairs: tuple[str, ...]) -> tuple[RepairOffer, ...]:
        """None for a file too large to wait for: the command does it."""
        with self._machines.store.path_for_reading(key) as path:
            if path.stat().st_size > MENDED_AT_ONCE:
                return ()
        found = offers(self._machines, key, kind, repairs)
        return tuple(
            RepairOffer(o.kind.value, o.words, o.key, o.page, o.page_after, o.problems, o.warnings) for o in found
        )

    def stored_picture(self, key: str, page: int, width: int) -> bytes:
        """A page of a PDF in the store."""
        with self._machines.store.path_for_reading(key) as path:
            return self._picture(path, page, 0, width)

    def repairs(self, mailing: Mailing) -> tuple[RepairOffer, ...]:
        """Repairs that would leave less wrong with a refused mailing's PDF."""
        if mailing.status != MailingStatus.REFUSED or mailing.template:
            return ()
        return self._offers(mailing.pages_from, self._machines.kind(mailing.document_class), mailing.repair_codes)

    def repair(self, mailing: Mailing, code: str, actor: str) -> None:
        """Mend it, and have it checked again."""
        if code not in list(RepairKind):
            raise NoRepair("Choose one of the repairs.")
        apply_repair(self._machines, mailing.pk, RepairKind(code), actor)
