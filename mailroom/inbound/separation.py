"""The separation station: a batch cut into items, every page accounted for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mailroom.config.mailroom import CuttingPolicy
from mailroom.config.separation import SeparationConfig
from mailroom.inbound.first_page_signs import may_be_enclosed, probability, shares_only_a_name, signs
from mailroom.inbound.page_look import PageLook
from mailroom.inbound.separator_code import SheetCode, SheetKind, decode
from mailroom.values.confidence import CERTAIN, Confidence
from mailroom.values.decisions import ItemPages, Separation
from mailroom.values.page import PageKind, PageReading

_SURELY_READ, _FEWEST_READ, _LEAST_SHARE = 0.6, 3, 1 / 3
"""Bars and words that shine through from the front come out as no words, as words nobody is sure of, or as a jumble
of letters and figures with a word among them by chance: 3 of 21 on such a back, half and more on 15 poor pages of post.
"""
_ENOUGH_TO_SHOW = 4
"""Sides: a letter with one blank page behind it does not show that both sides were scanned."""
_A_WORD = re.compile(r"[\W_]*[^\W\d_]{3,}[\W_]*")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A separator page understood. ours: what our own code says. number: the sheet's number, if it has one."""

    ours: SheetCode | None = None
    number: int | None = None
    is_header: bool = False


def separate(
    pages: Sequence[PageReading],
    policy: CuttingPolicy,
    config: SeparationConfig,
    council: str,
    both_sides: bool | None = None,
) -> Separation:
    """Cut the pages of one batch into items. both_sides: what was scanned, where that is told; None works it out.

    A separator starts an item and is not kept in it; the blank back of a separator is kept apart with it, and what can
    be read there is no back and asked about. A blank inside an item stays with the item. No item is ever empty, and
    every page is in exactly one place. Where a letter should be and all is blank, one may have been fed face down: that
    is an item of unread pages.
    """
    sheets = {p.number: sheet for p in pages if (sheet := sheet_on(p, config, council))}
    pages = [_as_kind(p, p.number in sheets) for p in pages]
    if policy is CuttingPolicy.ONE_ITEM:
        doubt = "Its folder takes each file as one item, but there are separator sheets in this one. Is it one letter?"
        several = sheets and len(_at_sheets(pages, sheets, both_sides).items) > 1
        return replace(_one_item(pages), doubts=(doubt,)) if several else _one_item(pages)
    if sheets:
        return _at_sheets(pages, sheets, both_sides)
    if policy is CuttingPolicy.SHEETS:
        doubts = ("No separator sheet was found in this batch. Is it one item, or were the sheets forgotten?",)
        return replace(_one_item(pages), doubts=doubts if _written(pages) > 1 else ())
    return _by_signs(pages, config, council, both_sides)


def sheet_on(page: PageReading, config: SeparationConfig, council: str) -> Sheet | None:
    """The separator sheet this page is, or None. Codes that are neither ours nor named in the site never count."""
    for code in page.barcodes:
        ours = decode(code.content, council)
        if ours:
            return Sheet(ours, ours.number, ours.kind is SheetKind.HEADER)
    for code in page.barcodes:
        for foreign in config.foreign:
            found = re.match(foreign.pattern, code.content)
            if found:
                number = found.groupdict().get("n")
                return Sheet(number=int(number) if number else None)
    return Sheet() if page.patch == "T" and config.patch_t else None


def _as_kind(page: PageReading, is_sheet: bool) -> PageReading:
    """The reader marks what could be a separator; only the sheets of this site stay one."""
    if is_sheet:
        return replace(page, kind=PageKind.SEPARATOR)
    if page.kind is PageKind.SEPARATOR:
        return replace(page, kind=PageKind.UNREAD, problem="Looks like a separator sheet of another kind.")
    return page


def _written(pages: Sequence[PageReading]) -> int:
    return sum(p.kind in (PageKind.ITEM, PageKind.UNREAD) for p in pages)


def _one_item(pages: Sequence[PageReading]) -> Separation:
    kept = [p for p in pages if p.kind is not PageKind.SEPARATOR]
    apart = tuple(p for p in pages if p.kind is PageKind.SEPARATOR)
    if not kept:
        return Separation((), apart)
    return Separation((ItemPages(1, _to_look_at(kept), CERTAIN, ("the whole file is one item",)),), apart)


def _to_look_at(pages: Sequence[PageReading]) -> tuple[PageReading, ...]:
    """The pages of an item; where all of them are blank, somebody has to look at them, so they count as unread."""
    if _written(pages):
        return tuple(pages)
    problem = "It looks blank, and so do all pages of this item. Was a letter fed face down, or is it very faint?"
    return tuple(replace(page, kind=PageKind.UNREAD, problem=problem) for page in pages)


def _at_sheets(pages: Sequence[PageReading], sheets: dict[int, Sheet], both_sides: bool | None = None) -> Separation:
    groups: list[tuple[Sheet, list[PageReading]]] = [(Sheet(), [])]
    apart: list[PageReading] = []
    after_sheet = False
    duplex, doubts = _sides(pages, both_sides)
    behind = [page for page in pages if page.number - 1 in sheets and page.number not in sheets]
    # A folder set wrongly must not lose a letter: that sheets have backs here is believed of the pages alone.
    shows_backs = duplex and (_is_duplex(pages) or _most_are_blank(behind))
    # Where writing follows straight on a sheet, sheets have no backs here, and a blank behind one is something else.
    has_backs = shows_backs or (both_sides is not False and not _written(behind))
    for page in pages:
        sheet = sheets.get(page.number)
        if sheet:
            apart.append(page)
            groups.append((sheet, []))
        elif after_sheet and has_backs and _is_a_back(page, shows_backs):
            apart.append(replace(page, kind=PageKind.BLANK))  # the sheet's own back, its bars shining through or not
        else:
            groups[-1][1].append(page)
            if after_sheet and duplex and page.number % 2 == 0:
                doubts.append(
                    f"Page {page.number} lies where the back of a separator sheet should be, but there is writing on "
                    "it. Did the scanner leave a side out? Check the cuts."
                )
        after_sheet = sheet is not None
    header = next((s.ours for s in sheets.values() if s.ours and s.is_header), None)
    items: list[ItemPages] = []
    for sheet, group in groups:
        if group:
            items.append(_item(len(items) + 1, _to_look_at(group), sheet.ours, header))
    doubts += _sheet_doubts(groups, items, list(sheets.values()))
    kept_apart = tuple(sorted(apart, key=lambda p: p.number))
    return Separation(tuple(items), kept_apart, tuple(doubts), header.expected if header else None)


def _is_a_back(page: PageReading, shows_backs: bool) -> bool:
    """Whether the page behind a sheet is its own back: blank, or what nobody can read where sheets show their backs.

    What can be read came out of an envelope: the scanner left a blank side out, and sides are out of step.
    """
    if page.kind is PageKind.BLANK:
        return True
    read = sum(word.confidence >= _SURELY_READ and bool(_A_WORD.fullmatch(word.text)) for word in page.words)
    is_read = read >= max(_FEWEST_READ, _LEAST_SHARE * len(page.words))
    return shows_backs and page.number % 2 == 0 and not is_read


def _item(position: int, pages: tuple[PageReading, ...], own: SheetCode | None, header: SheetCode | None) -> ItemPages:
    """What the item's own sheet says goes before what the batch's header says."""
    said = [code for code in (own, header) if code]
    return ItemPages(
        position=position,
        pages=pages,
        confidence=CERTAIN,
        reasons=("starts after a separator sheet",),
        service=next((code.service for code in said if code.service), ""),
        received=next((code.received for code in said if code.received), None),
    )


def _sheet_doubts(
    groups: list[tuple[Sheet, list[PageReading]]], items: list[ItemPages], sheets: list[Sheet]
) -> tuple[str, ...]:
    doubts = []
    if _written(groups[0][1]):
        doubts.append(
            "There are pages before the first separator sheet. Do they belong to the batch before? Was a sheet missed?"
        )
    header = next((s.ours for s in sheets if s.ours and s.is_header), None)
    if header and header.expected is not None and header.expected != len(items):
        doubts.append(f"The batch header says {header.expected} items; {len(items)} were found. Count the sheets.")
    missing = [n for job in _numbers_by_job(sheets) for n in range(min(job), max(job) + 1) if n not in job]
    if missing:
        said = ", ".join(str(n) for n in missing)
        doubts.append(f"Separator sheet {said} was not found, so two items may have become one. Check the cuts.")
    return tuple(doubts)


def _numbers_by_job(sheets: list[Sheet]) -> list[set[int]]:
    """The numbers found of each printing; sheets of two printings in one batch are no gap in either."""
    jobs: dict[str, set[int]] = {}
    for sheet in sheets:
        if sheet.number is not None and not sheet.is_header:
            jobs.setdefault(sheet.ours.job if sheet.ours else "", set()).add(sheet.number)
    return list(jobs.values())


def counted(separation: Separation, expected: int | None) -> Separation:
    """The separation held against a count somebody entered; a count on the batch's own header goes before it."""
    if expected is None or separation.expected_items is not None:
        return separation
    found = len(separation.items)
    if found == expected:
        return replace(separation, expected_items=expected)
    doubt = f"{expected} items were counted by hand; {found} were found. Count the letters and check the cuts."
    return replace(separation, expected_items=expected, doubts=(*separation.doubts, doubt))


def without_days_ahead(separation: Separation, latest: dt.date) -> Separation:
    """The separation without days of receipt after `latest`, as of sheets printed for a day to come; each a doubt."""
    ahead = sorted({cut.received for cut in separation.items if cut.received and cut.received > latest})
    items = tuple(replace(cut, received=None) if cut.received in ahead else cut for cut in separation.items)
    doubts = (
        f"A separator sheet says that post came on {day.day} {day:%B %Y}, which lay ahead. When was it received?"
        for day in ahead
    )
    return replace(separation, items=items, doubts=(*separation.doubts, *doubts))


def _by_signs(
    pages: Sequence[PageReading], config: SeparationConfig, council: str, both_sides: bool | None
) -> Separation:
    """Propose cuts where a page looks like the first of an item. In a duplex batch a back never starts one."""
    if not _written(pages):
        return _one_item(pages)
    duplex, doubts = _sides(pages, both_sides)
    groups: list[list[PageReading]] = [[]]
    chances: list[float] = [1.0]
    so_far: list[PageLook] = []
    for page in pages:
        if page.kind is PageKind.BLANK:
            groups[-1].append(page)
            continue
        look = PageLook(page)
        if so_far:
            chance = _chance_of_a_start(look, so_far, duplex, config, council)
            if config.sure_below < chance < config.sure_from:
                doubts.append(_doubt(page, chance, config))
            if chance >= config.cut_from:
                groups.append([])
                chances.append(chance)
                so_far = []
        groups[-1].append(page)
        so_far.append(look)
    items = [
        ItemPages(n, tuple(group), Confidence(chance), (_because(n, chance),))
        for n, (group, chance) in enumerate(zip(groups, chances, strict=True), start=1)
    ]
    return Separation(tuple(items), (), tuple(doubts))


def _chance_of_a_start(
    page: PageLook, so_far: Sequence[PageLook], duplex: bool, config: SeparationConfig, council: str
) -> float:
    """A back never starts an item; one that looks like it is asked about, for the sheets may be out of step.

    A front that nobody could read may start one, and so may any front behind a page that nobody could read, or one tied
    to the pages before by nothing but a name. What may be an enclosure is never surely a start.
    """
    unread = page.page.kind is PageKind.UNREAD
    back = duplex and page.page.number % 2 == 0
    if unread:
        return 0.0 if back else 0.5
    found = signs(page, so_far, council)
    chance = probability(found, config.signs, config.start)
    if so_far[-1].page.kind is PageKind.UNREAD or shares_only_a_name(found):
        chance = max(chance, config.sure_below + 0.01)
    if so_far[-1].page.kind is PageKind.UNREAD or may_be_enclosed(found):
        chance = min(chance, config.sure_from - 0.01)
    return min(chance, config.cut_from - 0.01) if back else chance


def _sides(pages: Sequence[PageReading], both_sides: bool | None) -> tuple[bool, list[str]]:
    """Whether both sides were scanned: as it was told, else by the pages; and a doubt where they contradict it."""
    shown = _is_duplex(pages)
    if both_sides and len(pages) % 2:
        doubt = (
            f"Both sides were scanned, it is said, but there are {len(pages)} sides, an odd number. Did the scanner "
            "leave one out? Check the cuts, and 'duplex' of its folder."
        )
        return shown, [doubt] if _written(pages) > 1 else []
    if both_sides is False and shown and len(pages) >= _ENOUGH_TO_SHOW:
        doubt = (
            "One side was scanned, it is said, but every other page is blank, as if both sides were. Check the cuts, "
            "and 'duplex' of its folder."
        )
        return False, [doubt]
    return shown if both_sides is None else both_sides, []


def _most_are_blank(pages: Sequence[PageReading]) -> bool:
    return sum(page.kind is PageKind.BLANK for page in pages) > 0.5 * len(pages)


def _is_duplex(pages: Sequence[PageReading]) -> bool:
    """Most even pages blank and most odd ones not: both sides were scanned."""
    backs = [p.kind is PageKind.BLANK for p in pages if p.number % 2 == 0]
    fronts = [p.kind is PageKind.BLANK for p in pages if p.number % 2]
    return len(pages) % 2 == 0 and len(backs) > 0 and sum(backs) > 0.5 * len(backs) and sum(fronts) < 0.3 * len(fronts)


def _doubt(page: PageReading, chance: float, config: SeparationConfig) -> str:
    does = "seems to start" if chance >= config.cut_from else "may start"
    return (
        f"Page {page.number} {does} a new item ({chance:.0%} sure; no separator sheet). Check the cuts of this batch."
    )


def _because(position: int, chance: float) -> str:
    return (
        "first page of the file" if position == 1 else f"its first page looks like the start of a letter ({chance:.0%})"
    )
