"""The email that asks a person whether an address is theirs: the second half of choosing email. Pure."""

from __future__ import annotations

import datetime as dt

from mailroom.outbound.emailing import EmailFrom, page_of_words, plain_words
from mailroom.values.letter_body import Block, BlockKind, LetterBody, Run
from mailroom.values.outgoing_email import OutgoingEmail

_SUBJECT = "Please confirm your email address"


def confirmation_email(
    sent_by: EmailFrom, recipient: str, class_name: str, link: str, message_id: str, date: dt.datetime
) -> OutgoingEmail:
    """class_name: the kind of letter chosen, '' for all. Nothing in it tells a stranger whose letters they are."""
    what = f"letters like “{class_name}”" if class_name else "letters"
    blocks = (
        Block(BlockKind.HEADING, (Run(_SUBJECT),)),
        Block(BlockKind.PARAGRAPH, (Run(f"Somebody gave us this address to get {what} by email."),)),
        Block(BlockKind.PARAGRAPH, (Run("If that was you, confirm it. Nothing changes until you do."),)),
        Block(BlockKind.PARAGRAPH, (Run("Confirm my address", link=link),)),
        Block(BlockKind.PARAGRAPH, (Run("You can go back to post any time, with the same link."),)),
        Block(BlockKind.PARAGRAPH, (Run("If it was not you, you need do nothing: we will not write again."),)),
    )
    body = (LetterBody(_SUBJECT, blocks),)
    foot = ("We will never ask for your password or card number by email.",)
    return OutgoingEmail(
        message_id, sent_by.sender, sent_by.sender_name, recipient, _SUBJECT,
        plain_words(body, (), foot), page_of_words(body, (), foot, _SUBJECT, sent_by), date,
        (("Auto-Submitted", "auto-generated"),),
    )  # fmt: skip
