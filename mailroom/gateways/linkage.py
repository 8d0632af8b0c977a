"""Splink on DuckDB: matching many people with many records, and finding records of one person in the base.

The comparisons stand here as SQL and in inbound/likeness.py as Python; a test holds the two to one result.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import duckdb
import pyarrow as pa
import splink
from splink.backends.duckdb import DuckDBAPI

from mailroom.config.linkage import LinkageWeights
from mailroom.values.linkage_record import LinkageRecord, customer_of
from mailroom.values.person_match import LEVELS, PairScore

_JW = "jaro_winkler_similarity"
_SHARED_WORDS = "len(list_intersect(words_l, words_r))"
_FEWEST_WORDS = "least(len(words_l), len(words_r))"
_SAME_WORDS = f"({_FEWEST_WORDS} > 0 and {_SHARED_WORDS} >= 0.75 * {_FEWEST_WORDS})"
_SWAPPED = "substr(birth_r, 1, 4) || '-' || substr(birth_r, 9, 2) || '-' || substr(birth_r, 6, 2)"


def _missing(column: str) -> str:
    return f"({column}_l is null or {column}_r is null)"


def _shared(column: str) -> str:
    return f"len(list_intersect({column}_l, {column}_r)) > 0"


_NULL = {
    "family": _missing("family"),
    "given": _missing("given"),
    "middle": _missing("middle"),
    "sex": _missing("sex"),
    "place": "((postcode_l is null and len(words_l) = 0) or (postcode_r is null and len(words_r) = 0))",
    "phone": "(len(phones_l) = 0 or len(phones_r) = 0)",
    "email": "(len(emails_l) = 0 or len(emails_r) = 0)",
    "nino": _missing("nino"),
    "birth": _missing("birth"),
    "references": f"(not {_shared('refs')} and len(list_intersect(ref_types_l, ref_types_r)) = 0)",
}
_SQL = {
    "family": (
        "family_l = family_r",
        "list_contains(former_r, family_l) or list_contains(former_l, family_r)",
        f"{_JW}(family_l, family_r) >= 0.92",
        f"{_JW}(family_l, family_r) >= 0.84",
    ),
    "given": (
        "given_l = given_r and len(given_l) > 1",
        "len(given_l) > 1 and len(given_r) > 1 and len(list_intersect(given_roots_l, given_roots_r)) > 0",
        "(len(given_l) = 1 or len(given_r) = 1) and substr(given_l, 1, 1) = substr(given_r, 1, 1)",
        f"len(given_l) > 1 and len(given_r) > 1 and {_JW}(given_l, given_r) >= 0.88",
    ),
    "middle": ("middle_l = middle_r",),
    "sex": ("sex_l = sex_r",),
    "place": (
        f"house_l = house_r and postcode_l = postcode_r and ({_SHARED_WORDS} > 0 or {_FEWEST_WORDS} = 0)",
        f"house_l = house_r and {_SAME_WORDS} and "
        "(postcode_l is null or postcode_r is null or levenshtein(postcode_l, postcode_r) <= 2)",
        f"postcode_l = postcode_r or {_SAME_WORDS}",
    ),
    "phone": (_shared("phones"),),
    "email": (_shared("emails"),),
    "nino": ("nino_l = nino_r", "levenshtein(nino_l, nino_r) = 1"),
    "birth": ("birth_l = birth_r", f"birth_l = {_SWAPPED} or levenshtein(birth_l, birth_r) = 1"),
    "references": (_shared("refs"),),
}
"""The conditions of every level but the last ("other"), in the order of person_match.LEVELS."""

_BLOCKING: tuple[str | dict[str, Any], ...] = (
    "l.postcode = r.postcode and l.house = r.house",
    "l.postcode = r.postcode and l.family = r.family",
    "l.family = r.family and l.given = r.given and l.house = r.house",
    "l.family = r.family and l.birth = r.birth",
    "l.nino = r.nino",
    {"blocking_rule": "l.emails = r.emails", "arrays_to_explode": ["emails"]},
    {"blocking_rule": "l.phones = r.phones", "arrays_to_explode": ["phones"]},
    {"blocking_rule": "l.refs = r.refs", "arrays_to_explode": ["refs"]},
)
"""Which pairs are compared at all: those that share one of these."""

_LISTS = ("former", "given_roots", "words", "phones", "emails", "refs", "ref_types")
_TEXTS = ("unique_id", "family", "given", "middle", "sex", "postcode", "house", "nino", "birth")
_ARROW = {
    **dict.fromkeys(_TEXTS, pa.string()),
    **dict.fromkeys(_LISTS, pa.list_(pa.string())),
    "tf_family": pa.float64(),
}
_COLUMNS = {**dict.fromkeys(_TEXTS, "varchar"), **dict.fromkeys(_LISTS, "varchar[]"), "tf_family": "double"}
_RENAMED = {"key": "unique_id", "family_share": "tf_family", "references": "refs", "reference_types": "ref_types"}
_CHUNK = 10_000


@dataclasses.dataclass(frozen=True, slots=True)
class MentionMatch:
    """The records most like one mention, the best first. key: the mention's."""

    key: str
    scores: tuple[PairScore, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Duplicate:
    """Two records that may be one person; a proposal for a person to decide, never a merge. bits: how alike."""

    first: str
    second: str
    bits: float
    levels: Mapping[str, str]


def match_in_bulk(
    mentions: Iterable[LinkageRecord],
    records: Iterable[LinkageRecord],
    weights: LinkageWeights,
    least_bits: float = 0.0,
    memory: str = "700MB",
) -> Iterator[MentionMatch]:
    """Compare every mention with every record it shares a block with; mentions like nobody are left out.

    Several mentions of one key prefix ('7/0', '7/1') are different mentions. Keys of records are those of records_of.
    At most five customers a mention, none twice, in no particular order of mentions.
    """
    with _Engine(weights, memory) as engine:
        left = engine.load("mentions", mentions, "m:")
        right = engine.load("records", records, "r:")
        scored = engine.linker([left, right], _BLOCKING).inference.predict_between(
            left, right, threshold_match_weight=least_bits - PRIOR_BITS, warning_mode="never"
        )
        yield from engine.best_by_mention(scored.physical_name)


def score_pairs(
    mentions: Sequence[LinkageRecord], records: Sequence[LinkageRecord], weights: LinkageWeights
) -> dict[tuple[str, str], PairScore]:
    """Splink's score of every mention with every record, by their two keys."""
    with _Engine(weights, "300MB") as engine:
        left = engine.load("mentions", mentions, "m:")
        right = engine.load("records", records, "r:")
        scored = engine.linker([left, right], ()).inference.score_pairs(left, right)
        return {(left[2:], right[2:]): score for left, right, score in engine.pairs(scored.physical_name)}


def find_duplicates(
    records: Iterable[LinkageRecord], weights: LinkageWeights, least_bits: float = 22.0, memory: str = "700MB"
) -> tuple[Duplicate, ...]:
    """Records that may be one person, the likeliest first.

    Relatives share name and address too: pairs whose given name, sex, birthday or National Insurance number differ
    outright are never proposed. least_bits: 22 bits are odds of four million to one for, against the one in 20,000
    pairs a base of that size starts from.
    """
    with _Engine(weights, memory) as engine:
        table = engine.load("records", records, "r:")
        scored = engine.linker([table], _BLOCKING).inference.predict_within(
            table, threshold_match_weight=least_bits - PRIOR_BITS, warning_mode="never"
        )
        best: dict[tuple[str, str], PairScore] = {}
        for left, right, score in engine.pairs(scored.physical_name):
            one, two = sorted((customer_of(left[2:]), customer_of(right[2:])))
            if (one != two and (one, two) not in best) or best.get((one, two), score).weight < score.weight:
                best[one, two] = score
    alike = (Duplicate(a, b, s.weight, s.levels) for (a, b), s in best.items() if not _apart(s))
    return tuple(sorted(alike, key=lambda d: (-d.bits, d.first, d.second)))


def _apart(score: PairScore) -> bool:
    never = ("given", "sex", "birth", "nino")
    return any(score.levels.get(part) == "other" for part in never)


PRIOR_BITS = 0.0
"""Splink adds the prior's bits to every weight; a prior of one half adds none, and callers weigh their own in."""


class _Engine:
    """A DuckDB in memory with Splink's model on it; one thread a core, closed with the block."""

    def __init__(self, weights: LinkageWeights, memory: str) -> None:
        self._weights = weights
        self._connection = duckdb.connect(
            ":memory:", config={"memory_limit": memory, "preserve_insertion_order": False}
        )
        self._connection.execute("create table shares (family varchar, tf_family double)")
        self._api = DuckDBAPI(self._connection)

    def __enter__(self) -> _Engine:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Free the memory."""
        self._connection.close()

    def load(self, name: str, records: Iterable[LinkageRecord], prefix: str) -> Any:
        """A table of the records, their keys behind the prefix so that both sides' keys differ."""
        columns = ", ".join(f"{column} {kind}" for column, kind in _COLUMNS.items())
        self._connection.execute(f"create table {name} ({columns})")
        for chunk in _chunks(records, _CHUNK):
            batch = _arrow(chunk, prefix)
            self._connection.register("chunk", batch)
            self._connection.execute(f"insert into {name} select * from chunk")
            self._connection.unregister("chunk")
        self._connection.execute(f"insert into shares select family, tf_family from {name} where tf_family is not null")
        self._connection.execute(f"create view {name}_compared as select * exclude (tf_family) from {name}")
        return self._api.register(f"{name}_compared")

    def linker(self, tables: list[Any], blocking: Sequence[str | dict[str, Any]]) -> Any:
        """Splink with the weights, and with the shares of family names in the one form that it takes them."""
        self._connection.execute(
            "create table family_shares as select family, max(tf_family) as tf_family from shares group by family"
        )
        linker = splink.Linker(tables[0], settings(self._weights, blocking), log_level="ERROR")
        linker.table_management.register_term_frequency_lookup(self._api.register("family_shares"), "family")
        return linker

    def pairs(self, table: str) -> Iterator[tuple[str, str, PairScore]]:
        """Every scored pair: its two keys and the score, the right one's customer in it."""
        gammas = ", ".join(f'"gamma_{name}"' for name in LEVELS)
        rows = self._connection.execute(f"select unique_id_l, unique_id_r, match_weight, {gammas} from {table}")
        while chunk := rows.fetchmany(_CHUNK):
            for left, right, weight, *values in chunk:
                a, b = (left, right) if right.startswith("r:") else (right, left)
                yield a, b, PairScore(customer_of(b[2:]), weight, _levels(values))

    def best_by_mention(self, table: str) -> Iterator[MentionMatch]:
        """The best five customers of every mention."""
        by_mention: dict[str, dict[str, PairScore]] = defaultdict(dict)
        for mention, _, score in self.pairs(table):
            known = by_mention[mention[2:]].get(score.customer_id)
            if known is None or known.weight < score.weight:
                by_mention[mention[2:]][score.customer_id] = score
        for key, scores in by_mention.items():
            yield MentionMatch(key, tuple(sorted(scores.values(), key=lambda s: -s.weight)[:5]))


def settings(weights: LinkageWeights, blocking: Sequence[str | dict[str, Any]]) -> dict[str, Any]:
    """The model in Splink's own form."""
    return {
        "link_type": "dedupe_only",
        "probability_two_random_records_match": 0.5,
        "unique_id_column_name": "unique_id",
        "blocking_rules_to_generate_predictions": [*blocking] or ["1 = 1"],
        "comparisons": [_comparison(name, weights) for name in LEVELS],
        "retain_matching_columns": True,  # without them Splink leaves the levels out too
        "retain_intermediate_calculation_columns": False,
    }


def _comparison(name: str, weights: LinkageWeights) -> dict[str, Any]:
    conditions = (*_SQL[name], "ELSE")
    levels = [{"sql_condition": _NULL[name], "label_for_charts": "not known", "is_null_level": True}]
    for (level, weight), condition in zip(weights.comparisons[name].items(), conditions, strict=True):
        shown = {"sql_condition": condition, "label_for_charts": level}
        rare = (name, level) == ("family", "same")
        by_name = {
            "tf_adjustment_column": "family",
            "tf_minimum_u_value": weights.least_share,
            "tf_adjustment_weight": 1.0,
        }
        levels.append({**shown, "m_probability": weight.m, "u_probability": weight.u, **(by_name if rare else {})})
    return {"output_column_name": name, "comparison_levels": levels}


def _levels(values: Sequence[int]) -> dict[str, str]:
    """Splink numbers the levels of a comparison from the last, 0, upwards; -1 is "not known"."""
    pairs = zip(LEVELS.items(), values, strict=True)
    return {name: levels[len(levels) - 1 - value] for (name, levels), value in pairs if value >= 0}


def _arrow(records: Sequence[LinkageRecord], prefix: str) -> pa.Table:
    rows = [_row(record, prefix) for record in records]
    return pa.table({column: pa.array([r[column] for r in rows], kind) for column, kind in _ARROW.items()})


def _row(record: LinkageRecord, prefix: str) -> dict[str, Any]:
    """Its columns; empty text and a share of nought are null."""
    plain = {_RENAMED.get(f.name, f.name): getattr(record, f.name) for f in dataclasses.fields(record)}
    known = {k: list(v) if isinstance(v, tuple) else (v or None) for k, v in plain.items()}
    return {**known, "unique_id": f"{prefix}{record.key}"}


def _chunks(records: Iterable[LinkageRecord], size: int) -> Iterator[list[LinkageRecord]]:
    iterator = iter(records)
    while chunk := list(islice(iterator, size)):
        yield chunk
