"""Letters as poor scans read them, for setting weights and thresholds."""

from __future__ import annotations

import random

from mailroom.inbound.evaluation import character_errors
from mailroom.wiring.misreading import misread, misread_copies

TEXT = "I am writing about the council tax bill for our house.\nThe discount was left out of it again.\n" * 10


def test_more_damage_misreads_more() -> None:
    rates = [character_errors(TEXT, misread(TEXT, damage, random.Random(1)))[0] for damage in (0.0, 0.05, 0.3)]
    assert rates[0] == 0
    assert 0 < rates[1] < rates[2] / 2


def test_the_same_seed_gives_the_same_copies() -> None:
    texts = {3: TEXT, 1: TEXT + " more"}
    assert misread_copies(texts, 7) == misread_copies(dict(reversed(texts.items())), 7)
    assert misread_copies(texts, 7) != misread_copies(texts, 8)
