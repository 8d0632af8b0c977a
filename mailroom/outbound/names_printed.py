"""People's names as letters print them: taken apart from an address line, and found among the words of a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_MEN, _WOMEN = frozenset({"mr", "sir", "lord", "master"}), frozenset({"mrs", "miss", "ms", "lady", "dame"})
_EITHER = frozenset(
    "mx dr rev revd reverend parch prof professor cllr councillor messrs capt captain major col colonel".split()  # noqa: SIM905
)
TITLES = _MEN | _WOMEN | _EITHER
_W_NOBODY_NAMED = (
    "occupier occupiers owner owners resident residents householder householders tenant tenants executor executors "
    "personal representative representatives estate customer customers sir sirs madam parent parents guardian "
    "guardians late"
)
NOBODY_NAMED = frozenset(_W_NOBODY_NAMED.split())
_W_OF_A_FIRM = (
    "ltd limited plc llp lp cic cio inc council trust trustees association society school academy college "
    "university church chapel parish charity company co sons solicitors estates lettings properties property homes "
    "housing group holdings services partners partnership bank club centre foundation office department agency "
    "hotel stores"
)
_OF_A_FIRM = frozenset(_W_OF_A_FIRM.split())
_HYPHEN = "-\u00ad\u2010\u2011\x02\ufffe"
_CAPITAL = r"A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u017f"
_WORD = re.compile(
    rf"(?<![^\W_])[{_CAPITAL}](?:[^\W\d_]|['’`](?=[^\W\d_])|[{_HYPHEN}]\s?(?=[^\W\d_]))*(?![^\W_])", re.UNICODE
)
_POSSESSIVE = re.compile(r"['’`]s$", re.IGNORECASE)
_PARTICLES = r"(?:van|von|der|den|de|la|le|du|da|di|dos|do|el|al|bin|ben|ibn|ap|ab|ferch|st|y)"
_BETWEEN = re.compile(rf"[.]?(\s*)(?:{_PARTICLES}(\s+))*")
_AND = re.compile(r"\s*(?:&|\+|\b(?:and|ac)\b)\s*", re.IGNORECASE)


class Gap:
    """What stands between two words with capitals: space, the end of a line, or something no name holds."""

    SPACE, LINE_END, BREAK = 0, 1, 2


@dataclass(frozen=True, slots=True)
class PrintedName:
    """One person of an address line or a page. title and given are '' where not printed; given: first name or initial.

    All in small letters without accents, hyphens and apostrophes, so that every way of printing it is the same.
    """

    family: str
    given: str = ""
    title: str = ""

    def may_be(self, title: str, given: str) -> bool:
        """Whether a person of the same family, so titled and so called, may be this one."""
        if len(given) > 1 and given == self.given:
            return True
        return titles_agree(self.title, title) and (not given or not self.given or _initial_of(given, self.given))


@dataclass(frozen=True, slots=True)
class Word:
    """A word that begins with a capital: folded, where it stands, and what stands between it and the one before."""

    folded: str
    start: int
    end: int
    gap: int
    capitals: bool


def titles_agree(one: str, other: str) -> bool:
    """False only where one is a man's title and the other a woman's."""
    return not ((one in _MEN and other in _WOMEN) or (one in _WOMEN and other in _MEN))


def _initial_of(one: str, other: str) -> bool:
    """Whether one is the other's first letter."""
    return (len(one) == 1 or len(other) == 1) and one[0] == other[0]


@lru_cache(maxsize=65_536)
def folded(word: str) -> str:
    """A word as names are compared: small letters without accents, marks and the s of possession."""
    word = _POSSESSIVE.sub("", word)
    if not word.isascii():
        word = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return "".join(c for c in word if c.isalpha()).lower()


def words_with_capitals(text: str) -> list[Word]:
    """In the order of the page."""
    found: list[Word] = []
    end, owned = 0, False
    for match in _WORD.finditer(text):
        start = match.start()
        gap = _gap(text[end:start]) if found and start - end < 24 and not owned else Gap.BREAK
        end = match.end()
        word = match[0]
        owned = _POSSESSIVE.search(word) is not None
        found.append(Word(folded(word), start, end, gap, word.isupper()))
    return found


def _gap(between: str) -> int:
    if between == " ":
        return Gap.SPACE
    if not (found := _BETWEEN.fullmatch(between)):
        return Gap.BREAK
    lines = between.count("\n")
    return Gap.BREAK if lines > 1 else Gap.LINE_END if lines and found else Gap.SPACE


def people_in(line: str) -> tuple[PrintedName, ...]:
    """The people an address line names: 'Mr D & Mrs J Howard' two, 'The Occupier' and 'Howard & Sons Ltd' none.

    The name in 'Mr & Mrs P Howard' may be either's, so it is given to both.
    """
    if is_a_firm(line) or NOBODY_NAMED.issuperset(_named(line)):
        return ()
    parts = [_part(part) for part in _AND.split(line)]
    _, family, name = next((part for part in reversed(parts) if part[1]), ("", "", ""))
    return tuple(
        PrintedName(own or family, given or ("" if own else name), title)
        for title, own, given in parts
        if (own or family) and (own or title)
    )


def _named(line: str) -> list[str]:
    return [w for part in line.split() if (w := folded(part)) and w not in {"the", "to", "of", "or", "all", "legal"}]


def is_a_firm(line: str) -> bool:
    """Whether it is an organisation's name rather than a person's."""
    return any(folded(word) in _OF_A_FIRM for word in line.replace(",", " ").split())


def name_words(line: str) -> tuple[str, ...]:
    """All its words, folded, without titles."""
    words = (folded(word) for word in re.split(r"[\s,.&+()/]+", line))
    return tuple(word for word in words if word and word not in TITLES and word != "and")


def _part(part: str) -> tuple[str, str, str]:
    """(title, family, given) of one person; no family where only a title or an initial is given."""
    words = [w for piece in re.split(r"[\s.,]+", re.sub(r"\(.*?\)", "", part)) if (w := folded(piece))]
    title = words.pop(0) if words and words[0] in TITLES else ""
    while words and words[0] in TITLES | NOBODY_NAMED | {"the", "of", "co"}:
        words.pop(0)
    if not words or len(words[-1]) < 2:
        return title, "", words[0] if words else ""
    return title, words[-1], words[0] if len(words) > 1 else ""


def families_greeted(words: Sequence[Word], text: str) -> Iterator[tuple[PrintedName, int]]:
    """Everybody a salutation names by title and family name, and where: 'Dear Mr and Mrs Howard' gives two."""
    for at, word in enumerate(words):
        if word.folded in {"dear", "annwyl"}:
            line = _greeting(words[at + 1 : at + 9], text, word.end)
            for person in people_in(line) if line else ():
                if person.title:
                    yield person, word.start


def _greeting(words: Iterable[Word], text: str, end: int) -> str:
    """The words greeted: to the comma, or the end of the line unless only titles came yet."""
    said: list[str] = []
    for word in words:
        between = text[end : word.start]
        if not re.fullmatch(r"[.\s]*(?:&|and|a|ac)?\s*", between) or (
            "\n" in between and said and said[-1] not in TITLES
        ):
            break
        if re.search(r"&|\w", between):
            said.append("&")
        said.append(word.folded)
        end = word.end
    return " ".join(said) if said and said[0] in TITLES else ""
