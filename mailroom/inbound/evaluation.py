"""Scoring the stations against letters whose truth is known. Pure: reports and truth in, figures out.

The truth is the corpus format: `scans.jsonl` (what is on each page of each file) and `truth.jsonl` (one line an item).
An item found is compared with the true item whose first page it holds; a true item nobody found scores as wrong.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz.distance import Levenshtein

Report = Mapping[str, Any]
Truth = Mapping[str, Any]


@dataclass
class Tally:
    """Right out of all."""

    right: int = 0
    of: int = 0

    def add(self, is_right: bool) -> None:
        """Count one more."""
        self.right += is_right
        self.of += 1

    @property
    def share(self) -> float:
        """0 to 1; 0 when nothing was counted."""
        return self.right / self.of if self.of else 0.0


@dataclass(frozen=True)
class Pairing:
    """Every true item with the report that found it, or None."""

    pairs: tuple[tuple[Truth, Report | None], ...]
    spurious: int


def pair(truths: Sequence[Truth], reports: Iterable[Report]) -> Pairing:
    """Match reports to true items by file name and first page. In a file that was set aside nothing was found."""
    by_file: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        if report["decision"] != "quarantine":
            by_file[_name(report["file"])].append(report)
    pairs, used = [], set()
    for truth in truths:
        found = next((r for r in by_file[_name(truth["file"])] if _holds(r, truth)), None)
        if found is not None and id(found) in used:
            found = None
        if found is not None:
            used.add(id(found))
        pairs.append((truth, found))
    return Pairing(tuple(pairs), sum(len(found) for found in by_file.values()) - len(used))


def _name(file: str) -> str:
    return file.replace("\\", "/").rsplit("/", 1)[-1]


def _holds(report: Report, truth: Truth) -> bool:
    return bool(report["first_page"] <= truth["first_page"] <= report["last_page"])


@dataclass
class Scores:
    """All figures of one evaluation. Shares are 0 to 1; error rates are edits a true character."""

    items: int = 0
    found_exactly: Tally = field(default_factory=Tally)
    spurious_items: int = 0
    service: Tally = field(default_factory=Tally)
    by_service: dict[str, dict[str, int]] = field(default_factory=dict)
    by_severity: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    coverage: list[tuple[float, float, float]] = field(default_factory=list)
    sent_right: Tally = field(default_factory=Tally)
    sent_share: float = 0.0
    flags: dict[str, dict[str, int]] = field(default_factory=dict)
    also: dict[str, dict[str, int]] = field(default_factory=dict)
    doc_type: Tally = field(default_factory=Tally)
    by_doc_type: dict[str, dict[str, int]] = field(default_factory=dict)
    references: dict[str, int] = field(default_factory=dict)
    attached_right: Tally = field(default_factory=Tally)
    identifiable_attached: Tally = field(default_factory=Tally)
    page_kinds: Tally = field(default_factory=Tally)
    rotation: Tally = field(default_factory=Tally)
    character_errors: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def character_error_rate(self) -> float:
        """Edits a true character over all item pages."""
        errors = sum(e for e, _ in self.character_errors.values())
        return errors / max(sum(n for _, n in self.character_errors.values()), 1)


def score(truths: Sequence[Truth], scans: Sequence[Truth], reports: Sequence[Report]) -> Scores:
    """Everything at once."""
    pairing = pair(truths, reports)
    scores = Scores(items=len(truths), spurious_items=pairing.spurious)
    for truth, report in pairing.pairs:
        exactly = bool(report and _span(report) == _span(truth))
        scores.found_exactly.add(exactly)
        _score_service(scores, truth, report)
        _score_customer(scores, truth, report)
    scores.coverage = coverage_curve(pairing)
    scores.by_service = per_code((t["service"], r["service"]["code"] if r else None) for t, r in pairing.pairs)
    scores.flags = per_set((t["flags"], r["flags"] if r else []) for t, r in pairing.pairs)
    scores.also = per_set((t["also"], r["also"] if r else []) for t, r in pairing.pairs)
    kinds = [(t["doc_type"], r["doc_type"] if r else None) for t, r in pairing.pairs]
    scores.by_doc_type = per_code(kinds)
    for true, said in kinds:
        scores.doc_type.add(true == said)
    scores.references = reference_counts(pairing)
    scores.sent_share = scores.sent_right.of / max(len(truths), 1)
    _score_pages(scores, truths, scans, reports)
    return scores


def _span(thing: Mapping[str, Any]) -> tuple[int, int]:
    return thing["first_page"], thing["last_page"]


def _score_service(scores: Scores, truth: Truth, report: Report | None) -> None:
    right = bool(report and report["service"]["code"] == truth["service"])
    scores.service.add(right)
    scores.by_severity[truth["severity"]].add(right)
    if report and report["decision"] == "send":
        scores.sent_right.add(right)


def _score_customer(scores: Scores, truth: Truth, report: Report | None) -> None:
    attached = report["customer"]["id"] if report else None
    accepted = set(truth["acceptable_customer_ids"] or ()) | {truth["about_customer_id"]}
    if attached:
        scores.attached_right.add(attached in accepted)
    if truth["identifiable"] and truth["severity"] in ("clean", "normal"):
        scores.identifiable_attached.add(attached is not None and attached in accepted)


def coverage_curve(pairing: Pairing) -> list[tuple[float, float, float]]:
    """(share of items covered, precision among them, least probability), for the surest tenth, two tenths, ... all."""
    rated = sorted(
        ((r["service"]["probability"], r["service"]["code"] == t["service"]) for t, r in pairing.pairs if r),
        key=lambda pair_: -pair_[0],
    )
    curve = []
    for tenth in range(1, 11):
        n = max(round(len(rated) * tenth / 10), 1)
        if rated:
            curve.append((tenth / 10, sum(ok for _, ok in rated[:n]) / n, rated[n - 1][0]))
    return curve


def per_code(pairs: Iterable[tuple[str, str | None]]) -> dict[str, dict[str, int]]:
    """For each code: how often it was true, said, and both."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for true, said in pairs:
        counts[true]["true"] += 1
        if said:
            counts[said]["said"] += 1
        if true == said:
            counts[true]["both"] += 1
    return {code: dict(c) for code, c in sorted(counts.items())}


def per_set(pairs: Iterable[tuple[Sequence[str], Sequence[str]]]) -> dict[str, dict[str, int]]:
    """The same for items with any number of codes, such as flags."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for true, said in pairs:
        for code in set(true):
            counts[code]["true"] += 1
        for code in set(said):
            counts[code]["said"] += 1
        for code in set(true) & set(said):
            counts[code]["both"] += 1
    return {code: dict(c) for code, c in sorted(counts.items())}


def total(counts: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """All codes together: how often any was true, said, and both."""
    return {key: sum(c.get(key, 0) for c in counts.values()) for key in ("true", "said", "both")}


def reference_counts(pairing: Pairing) -> dict[str, int]:
    """References of the truth, of ours of the same types, and found with type and value right."""
    true_count = said_count = both = 0
    for truth, report in pairing.pairs:
        true = {(r["type"], r["value"]) for r in truth["refs"]}
        types = {"phone", "email", "nino"}
        said = {(r["type"], r["value"]) for r in (report["references"] if report else ()) if r["type"] not in types}
        true_count, said_count, both = true_count + len(true), said_count + len(said), both + len(true & said)
    return {"true": true_count, "said": said_count, "both": both}


def _score_pages(scores: Scores, truths: Sequence[Truth], scans: Sequence[Truth], reports: Sequence[Report]) -> None:
    read = {(_name(r["file"]), p["page"]): p for r in reports for p in r["pages"]}
    for scan in scans:
        for page in scan["pages"]:
            mine = read.get((_name(scan["file"]), page["page"]))  # None: its file was set aside
            kind = page["kind"] if page["kind"] in ("blank", "separator") else "item"
            scores.page_kinds.add(mine is not None and mine["kind"] == kind)
            if kind == "item":
                scores.rotation.add(mine is not None and mine["rotation"] == page["rotation"])
    for truth in truths:
        for page in truth["pages"]:
            mine = read.get((_name(truth["file"]), page["page"]))
            key = "handwriting" if page["handwritten_share"] > 0.5 else page["severity"]
            errors, length = scores.character_errors.get(key, (0, 0))
            more, n = character_errors(page["text"], mine["text"] if mine else "")
            scores.character_errors[key] = (errors + more, length + n)


def character_errors(true: str, read: str) -> tuple[int, int]:
    """(edits between the two, true characters), white space folded and case kept."""
    true, read = " ".join(true.split()), " ".join(read.split())
    return Levenshtein.distance(true, read), len(true)
