"""Why a letter came back, as the postman's sticker or the new occupant's pen says."""

from __future__ import annotations

from enum import StrEnum


class ReturnReason(StrEnum):
    """The reasons on Royal Mail's return label, and 'deceased' as people write it on envelopes."""

    GONE_AWAY = "gone_away"
    ADDRESSEE_UNKNOWN = "addressee_unknown"
    DECEASED = "deceased"
    REFUSED = "refused"
    INCOMPLETE_ADDRESS = "incomplete_address"
    NO_SUCH_ADDRESS = "no_such_address"
    NOT_CALLED_FOR = "not_called_for"
    INACCESSIBLE = "inaccessible"
    OTHER = "other"

    @property
    def words(self) -> str:
        """For screens and emails."""
        return self.value.replace("_", " ")

    @property
    def stops_post(self) -> bool:
        """Whether post to the same address would come back again."""
        return self in (
            ReturnReason.GONE_AWAY,
            ReturnReason.ADDRESSEE_UNKNOWN,
            ReturnReason.DECEASED,
            ReturnReason.INCOMPLETE_ADDRESS,
            ReturnReason.NO_SUCH_ADDRESS,
        )

    @property
    def may_be_emailed(self) -> bool:
        """Whether the person may still want to read the letter: not one said to have died, or who refused it."""
        return self not in (ReturnReason.DECEASED, ReturnReason.REFUSED)

    @property
    def advice(self) -> str:
        """What the service has to do."""
        match self:
            case ReturnReason.DECEASED:
                return "Somebody wrote that the person has died. Confirm it before you record a death."
            case ReturnReason.GONE_AWAY:
                return "They have moved. Find the new address; no post goes to the old one."
            case ReturnReason.ADDRESSEE_UNKNOWN:
                return "Nobody of that name is known there. Find the right address; no post goes to this one."
            case ReturnReason.INCOMPLETE_ADDRESS | ReturnReason.NO_SUCH_ADDRESS:
                return "Correct the address; no post goes to it as it is."
            case ReturnReason.REFUSED:
                return "The letter was refused at the door."
            case _:
                return "Look whether the letter should go again."
