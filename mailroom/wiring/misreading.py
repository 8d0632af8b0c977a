"""A text as a poor scan is read: letters taken for others, words split, joined and lost, marks that are none.

Weights and thresholds are set on letters as written and as misread, since the post comes read by a machine. The models
themselves learnt nothing from such copies: their runs of characters stand up to it, measured on real scans.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

_TAKEN_FOR = {
    "rn": ("m",), "m": ("rn",), "cl": ("d",), "d": ("cl",), "w": ("vv",), "ii": ("u",), "u": ("ii", "n"), "li": ("h",),
    "ri": ("n",), "l": ("1", "I", "i", "|"), "i": ("l", "1", "j"), "I": ("l", "1"), "o": ("0", "e", "c"),
    "e": ("c", "o"), "c": ("e",), "h": ("b", "n"), "b": ("h",), "S": ("5",), "s": ("5", "a"), "t": ("f", "r"),
    "f": ("t",), "n": ("r", "u"), "a": ("o",), "g": ("q", "y"), "y": ("v",), "v": ("y",), "B": ("8",), "O": ("0",),
    "k": ("h",), ".": (",",), ",": (".",), "z": ("2",), "E": ("F",),
}  # fmt: skip
_MARKS = ("|", "~", "_", "=", "—", "*", "«", "ee", "i", "Ss")


_DAMAGES = (0.02, 0.05, 0.1, 0.2)
"""Of pages from clean to poor: about the share of characters read wrongly."""


def misread_copies(texts: Mapping[int, str], seed: int) -> dict[int, str]:
    """Each text as a page from clean to poor would be read, by the same numbers."""
    chance = random.Random(seed)
    return {n: misread(text, chance.choice(_DAMAGES), chance) for n, text in sorted(texts.items())}


def misread(text: str, damage: float, chance: random.Random) -> str:
    """damage: 0.05 for a fair scan, 0.3 for one that can hardly be read. The same chance gives the same text."""
    lines = (line for line in text.split("\n") if not line.strip() or chance.random() >= damage * 0.5)
    return "\n".join(_line(line, damage, chance) for line in lines)


def _line(line: str, damage: float, chance: random.Random) -> str:
    words: list[str] = []
    for word in line.split(" "):
        lot = chance.random()
        if lot < damage * 0.25:
            continue
        if lot < damage * 0.35:
            words.append(chance.choice(_MARKS))
        read = _word(word, damage, chance)
        if len(read) > 5 and chance.random() < damage * 0.4:
            cut = chance.randrange(2, len(read) - 1)
            read = f"{read[:cut]} {read[cut:]}"
        if words and chance.random() < damage * 0.25:
            words[-1] += read
        else:
            words.append(read)
    return " ".join(words)


def _word(word: str, damage: float, chance: random.Random) -> str:
    read, n = "", 0
    while n < len(word):
        pair = word[n : n + 2]
        if chance.random() >= damage * 0.45:
            read, n = read + word[n], n + 1
        elif pair in _TAKEN_FOR:
            read, n = read + chance.choice(_TAKEN_FOR[pair]), n + 2
        elif chance.random() < 0.15:
            n += 1
        else:
            read, n = read + chance.choice(_TAKEN_FOR.get(word[n], (word[n],))), n + 1
    return read
