"""A letter of ours that an item answers, known by the reply code on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnsweredLetter:
    """code: as kept. number: the letter's. service: who sent it. customer_id: '' when it was not surely matched."""

    code: str
    number: str
    service: str
    customer_id: str
