"""How a letter reaches its reader: the channel, the format, and the decision that chose them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """The one way a letter leaves, or does not leave.

    hand_off: the print unit's list for formats we do not make ourselves (braille, audio); no ordinary copy goes.
    withheld: nothing is sent; the service is told why.
    """

    EMAIL = "email"
    PRINT = "print"
    HAND_OFF = "hand_off"
    WITHHELD = "withheld"


class LetterFormat(StrEnum):
    """The form of the words."""

    STANDARD = "standard"
    LARGE_PRINT = "large_print"
    BRAILLE = "braille"
    AUDIO = "audio"
    EASY_READ = "easy_read"
    BSL_VIDEO = "bsl_video"
    TRANSLATION = "translation"

    @property
    def is_made_elsewhere(self) -> bool:
        """Whether somebody outside the print unit has to make it."""
        return self not in (LetterFormat.STANDARD, LetterFormat.LARGE_PRINT)


class Rule(StrEnum):
    """The rule that settled the channel, in the order in which they are asked.

    stopped: the person said no to letters that no law makes us send. asked: the service sends an email, not a letter,
    to an address the person gave it for this matter.
    """

    DECEASED = "deceased"
    STOPPED = "stopped"
    LAW = "law"
    PROOF = "proof"
    GONE_AWAY = "gone_away"
    NO_FIXED_ABODE = "no_fixed_abode"
    FORMAT = "format"
    DOUBTFUL_MATCH = "doubtful_match"
    NO_CONSENT = "no_consent"
    UNVERIFIED_ADDRESS = "unverified_address"
    BOUNCES = "bounces"
    HOUSEHOLD = "household"
    VULNERABLE = "vulnerable"
    CONSENT = "consent"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class ChannelDecision:
    """How one letter goes, and why.

    reasons: one sentence a rule asked, the settling one last, without personal data, for the manager who has to
    defend it. email_key: the contact point to use, '' unless channel is EMAIL. bilingual: Welsh beside English.
    """

    channel: Channel
    format: LetterFormat
    rule: Rule
    rule_version: int
    reasons: tuple[str, ...]
    email_key: str = ""
    bilingual: bool = False

    def __post_init__(self) -> None:
        """Refuse decisions that contradict themselves."""
        if (self.channel is Channel.EMAIL) != bool(self.email_key):
            raise ValueError("an email needs its contact point, and nothing else has one")
        if self.channel is Channel.PRINT and self.format.is_made_elsewhere:
            raise ValueError(f"{self.format} is not printed here")
        if not self.reasons:
            raise ValueError("a decision carries its reasons")
