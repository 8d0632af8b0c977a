"""The mix-up guard: whether any page of a mailing carries another customer's name, postcode or reference.

A person's name is known in every form a letter prints it: 'Mr David Howard', 'Mr D Howard', 'David Howard',
'Howard, David', 'D J Howard', all of these in capitals or broken over two lines, and 'Dear Mr Howard'. What it lets
pass on purpose stands in docs/outgoing.md; each reason has its function below.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from mailroom.outbound.names_called import called, is_a_place, is_of_the_council, span_of_name
from mailroom.outbound.names_printed import (
    Gap,
    PrintedName,
    Word,
    families_greeted,
    is_a_firm,
    name_words,
    people_in,
    titles_agree,
    words_with_capitals,
)
from mailroom.values.letter_page import LetterPage, PdfFinding, PdfProblem

Span = tuple[int, int]
"""Where words begin and end in the text of a page."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one customer of a mailing from the others: name as addressed, postcode, reference.

    lines: the rest of the address: others whom the letter is for ('c/o Mrs Bell'), and who lives in the same house.
    """

    name: str
    postcode: str
    reference: str
    lines: tuple[str, ...] = ()


class MixUpGuard:
    """Finds pages carrying another customer's name, postcode or reference.

    It is told of every customer of the mailing first, then asked page by page. One look-up a word, so its cost grows
    with the pages, not with pages times customers.
    """

    def __init__(
        self,
        customers: Mapping[int, Identity],
        innocent: Iterable[str] = (),
        own_names: Iterable[str] = (),
        *,
        names_others: bool = False,
    ) -> None:
        """customers: by the letter's position in the mailing.

        innocent: postcodes that stand on most letters, the council's own. own_names: people of the council whom
        letters name. names_others: letters of this class speak of people beside their reader, such as a household.
        """
        self._customers = customers
        self._innocent = {_squeezed(i) for i in innocent}
        self._own_names = frozenset((p.given, p.family) for name in own_names for p in people_in(name))
        self._names_others = names_others
        self._postcodes = frozenset(_squeezed(c.postcode) for c in customers.values() if c.postcode)
        self._references: dict[str, int] = {}
        self._full: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._initial: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._initial_only: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._firms: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        self._families: dict[str, set[str]] = defaultdict(set)
        for position, customer in customers.items():
            self._learn(position, customer.name)
            if customer.reference:
                self._references.setdefault(_squeezed(customer.reference), position)

    def _learn(self, position: int, name: str) -> None:
        if is_a_firm(name) and len(words := name_words(name)) > 1:
            self._firms[words[-1]].add(words)
        for person in people_in(name):
            self._families[person.family].add(person.title)
            if person.given:
                self._initial[f"{person.given[0]} {person.family}"].append((position, person.title))
                table = self._full if len(person.given) > 1 else self._initial_only
                table[f"{person.given} {person.family}"].append((position, person.title))

    def check(self, position: int, pages: Iterable[LetterPage]) -> tuple[PdfFinding, ...]:
        """A finding for every page of letter `position` that carries what belongs to another letter only."""
        return self._findings(pages, _Reader(self._customers[position], position))

    def check_shared(self, pages: Iterable[LetterPage]) -> tuple[PdfFinding, ...]:
        """A finding for every page that carries any customer's marks: of what several readers get."""
        return self._findings(pages, _Reader(Identity("", "", "")))

    def names_reader(self, position: int, pages: Iterable[LetterPage]) -> bool:
        """Whether any page carries a mark of letter `position`'s own customer, by which it is seen to be theirs."""
        reader = _Reader(self._customers[position])
        return any(reader.is_marked_on(page.text, words_with_capitals(page.text)) for page in pages)

    def _findings(self, pages: Iterable[LetterPage], reader: _Reader) -> tuple[PdfFinding, ...]:
        return tuple(
            PdfFinding(PdfProblem.OTHER_PERSON, page.number, None, kind, words, self._owner_of(kind, page.text, words))
            for page in pages
            for kind, words in self._foreign(page.text, reader)
        )

    def _owner_of(self, kind: str, text: str, words: Span) -> int:
        """The letter whose reference it is; a postcode or a name may be several customers'."""
        return self._references[_squeezed(text[slice(*words)])] if kind == "reference" else 0

    def _foreign(self, text: str, reader: _Reader) -> Iterator[tuple[str, Span]]:
        """The kinds of foreign marks on a page, and where the first of each stands.

        Kinds: 'postcode', 'reference', 'name', 'salutation'.
        """
        mine = reader.codes | self._innocent
        codes: tuple[tuple[str, re.Pattern[str], Container[str]], ...] = (
            ("postcode", _POSTCODE, self._postcodes),
            ("reference", _REFERENCE, self._references),
        )
        for kind, shape, known in codes:
            found = (m.span() for m in shape.finditer(text) if (c := _squeezed(m[0])) not in mine and c in known)
            if span := next(found, None):
                yield kind, span
        words = words_with_capitals(text)
        at = self._names_another(text, words, reader)
        if at is not None:
            yield "name", span_of_name(words, at)
        for person, start in families_greeted(words, text):
            if self._greets_another(person, reader):
                greeted = (w.end for w in words if w.start > start and w.folded == person.family)
                yield "salutation", (start, next(greeted, start))
                return

    def _names_another(self, text: str, words: Sequence[Word], reader: _Reader) -> int | None:
        """The word at which another customer's name ends (or begins, where the family name comes first)."""
        hits = [at for at, word in enumerate(words) if word.folded in self._families or word.folded in self._firms]
        if not hits:
            return None
        taken = reader.words_taken(words)
        marked: bool | None = None
        for at in hits:
            if at in taken:
                continue
            who = self._who(words, at, taken, reader)
            if who is None or is_of_the_council(text, words, at):
                continue
            if not (self._names_others or self._is_near(who, reader, words[at].folded)):
                return at
            if marked is None:
                marked = reader.is_marked_on(text, words)
            if not marked:
                return at
        return None

    def _who(self, words: Sequence[Word], at: int, taken: frozenset[int], reader: _Reader) -> list[int] | None:
        """Positions of the customers whose name ends (or, 'Howard, David', begins) here; None if nobody's does."""
        word = words[at]
        for firm in self._firms.get(word.folded, ()):
            first = at - len(firm) + 1
            if first >= 0 and firm != reader.firm and tuple(w.folded for w in words[first : at + 1]) == firm:
                return []
        if word.folded not in self._families or is_a_place(words, at):
            return None
        found: list[int] = []
        for title, given in called(words, at, taken):
            if (given, word.folded) in self._own_names or reader.may_be(title, given, word.folded):
                return None
            found += self._looked_up(title, given, word.folded, reader)
        return found or None

    def _looked_up(self, title: str, given: str, family: str, reader: _Reader) -> Iterator[int]:
        """Customers so called. By an initial only those whose title agrees; a whole name may have a wrong title."""
        if not given:
            return
        yield from (position for position, _ in self._full.get(f"{given} {family}", ()))
        table = self._initial if len(given) == 1 else self._initial_only
        for position, titled in table.get(f"{given[0]} {family}", ()):
            sure = len(given) == 1 or title or reader.is_next_to(position)
            if sure and titles_agree(title, titled):
                yield position

    def _is_near(self, who: Sequence[int], reader: _Reader, family: str) -> bool:
        """Whether they may be of the reader's family or house: then a letter to the reader may speak of them."""
        return family in reader.words or any(reader.lives_with(self._customers[position]) for position in who)

    def _greets_another(self, person: PrintedName, reader: _Reader) -> bool:
        """Whether a salutation is for somebody whose name is not on the letter's address.

        A firm's or nobody's letter may greet anybody but a customer of the mailing. The reader's own family greeted
        with a title of the other sex is another's only if the mailing has such a customer.
        """
        titles = self._families.get(person.family, set())
        customer = any(t == person.title or (t and titles_agree(t, person.title)) for t in titles)
        if reader.has_family(person.family):
            return customer and not reader.may_be(person.title, "", person.family) and reader.is_titled
        return customer or bool(reader.people)


class _Reader:
    """Whose letter a page is, and what may therefore stand on it."""

    def __init__(self, own: Identity, position: int = 0) -> None:
        self._own = own
        self._position = position
        self.codes = {_squeezed(own.postcode), _squeezed(own.reference)} - {""}
        also = [line for line in own.lines if _FOR_ANOTHER.match(line)]
        self.people = (*people_in(own.name), *(p for line in also for p in people_in(_FOR_ANOTHER.sub(r"\1", line))))
        self.words = frozenset(w for line in (own.name, *also) for w in name_words(line))
        self.firm = name_words(own.name)

    @cached_property
    def _squeezed_name(self) -> str:
        return "".join(self.firm)

    @property
    def is_titled(self) -> bool:
        """Whether the address tells a man's or a woman's name."""
        return any(person.title for person in self.people)

    def may_be(self, title: str, given: str, family: str) -> bool:
        """Whether a name on the page may be the reader's."""
        if given and {given, family} <= self.words:
            return True
        return any(p.family == family and p.may_be(title, given) for p in self.people)

    def has_family(self, family: str) -> bool:
        """Whether it is on the address: whole, printed in two words ('Mc Donald'), or cut short to fit the line."""
        if family in self.words or (len(family) > 3 and family in self._squeezed_name):
            return True
        return any(len(w) > 7 and (family.startswith(w) or w.startswith(family)) for w in self.words)

    def is_next_to(self, position: int) -> bool:
        """Whether the other letter lies so near in the file that their pages may have been taken for one another's."""
        return not self._position or abs(position - self._position) <= _NEIGHBOURS

    def lives_with(self, other: Identity) -> bool:
        """Whether the other customer has the same address."""
        mine, theirs = self._own.lines, other.lines
        same_house = bool(mine and theirs) and mine[0].lower() == theirs[0].lower()
        return same_house and self._own.postcode == other.postcode

    def words_taken(self, words: Sequence[Word]) -> frozenset[int]:
        """The words of the page that make up the reader's own name wherever it stands."""
        if not self.words:
            return frozenset()
        families = {person.family for person in self.people}
        taken = {
            at - 1
            for at in range(1, len(words))
            if words[at].gap == Gap.LINE_END and words[at - 1].folded in families  # 'Anna James' above 'Thomas James'
        }
        for at in range(1, len(words)):
            if words[at].folded in self.words and words[at - 1].folded in self.words and words[at].gap != Gap.BREAK:
                taken |= {at - 1, at}
        return frozenset(taken)

    def is_marked_on(self, text: str, words: Sequence[Word]) -> bool:
        """Whether a page carries the reader's name, postcode or reference."""
        squeezed = _squeezed(text)
        if any(len(code) > 4 and code in squeezed for code in self.codes):
            return True
        if len(self.firm) > 1 and not self.people and " ".join(self.firm) in " ".join(w.folded for w in words):
            return True
        families = {p.family for p in self.people}
        return any(
            word.folded in families and any(self.may_be(t, g, word.folded) for t, g in called(words, at, frozenset()))
            for at, word in enumerate(words)
        )


_NEIGHBOURS = 3
"""Letters before and after, among whose readers 'David Howard' may be the 'Mr D Howard' of an address. In the whole of
a large mailing some D Howard is always found, whoever the page speaks of."""
_FOR_ANOTHER = re.compile(
    r"^(?:c/o|care of|for the attention of|fao|attn)\W+(.+)$|^((?:mr|mrs|miss|ms|mx|dr)\b.+)$", re.IGNORECASE
)
_POSTCODE = re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]?\s?\d[A-Za-z]{2}\b")
_REFERENCE = re.compile(r"\b(?=[A-Za-z0-9/-]*\d)[A-Za-z0-9][A-Za-z0-9/-]{4,}\b")


def _squeezed(text: str) -> str:
    return re.sub(r"[\s/-]", "", text).upper()
