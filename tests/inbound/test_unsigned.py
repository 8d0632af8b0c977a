"""What nobody signed is heard from an empty line for the signature or a sentence that says so."""

from __future__ import annotations

import pytest

from mailroom.inbound.evidence import found, spoken
from mailroom.inbound.unsigned import UNSIGNED, is_unsigned


@pytest.mark.parametrize(
    "text",
    [
        "Declaration: this is true.\nSigned: ....................\nDate: 3/4/26",
        "Your signature (keep within the box):\n\nDate of application: 12/03/2026",
        "Sign in the box: [empty]",
        "SIGNED ON BEHALF OF THE SOCIETY ______________________",
        "Signed (keeper or driver) . . . . . . . . . .",
        "Landlord's signature ..................   Date ............",
        "The applicant did not put his name to the declaration on page 6.",
        "He hasn't done his own mark yet because the pen ran out.",
        "It is coming back to you still unsigned.",
        "I will not put my name. I am not brave.",
    ],
)
def test_what_nobody_signed_is_heard(text: str) -> None:
    assert is_unsigned(text)
    assert found((UNSIGNED,), spoken(text))


@pytest.mark.parametrize(
    "text",
    [
        "Signature: O. Trant\nDate: 9/2/26",
        "Signed ______ Olive Trant ______",
        "Signed (keeper or driver) .... O Trant .......  Date 9/2/26",
        "You have not signed your own letter.",
        "The fitter won't sign off the stove.",
        "I have never signed an agreement with you.",
        "Please don't put my name on anything.",
    ],
)
def test_what_is_signed_or_was_for_others_to_sign_is_not(text: str) -> None:
    assert not is_unsigned(text)
