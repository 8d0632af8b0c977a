"""The classification station: one calibrated probability from references, knowledge and the trained text model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

from mailroom.config.services import ServiceCatalogue
from mailroom.inbound.document_types import document_type
from mailroom.inbound.evidence import Evidence, gather_evidence, spoken
from mailroom.inbound.flagging import find_flags
from mailroom.values.confidence import NO_IDEA, Confidence
from mailroom.values.decisions import NONE_OF_OURS, Classification, Flag, ItemPages
from mailroom.values.index_fields import IndexFields
from mailroom.values.told import Told
from mailroom.values.tuning import EvidenceWeights, Tuning

COPY_FROM = 0.03
COPY_PHRASES = 2
"""A second service gets a copy from this probability, if a reference of its own or two of its phrases are in the item.
On unseen letters nearly half of the copies so named were right; at one phrase a quarter, with no more letters found.
"""
COPY_BY_FLAG_FROM = 0.3
"""A flag that the law gives to a service copies to it from this confidence; it may be shown from less. Of 1,258 whole
letters unseen by the models that judged them, 10 of 17 such copies were right; from the thresholds of the flags, which
miss as few as they can, 11 of 28: ten private letters more before a team they are no concern of.
"""
LEAST_WORDS = 4
"""With fewer words nothing was said that could be judged."""


class TextEstimates(Protocol):
    """What the text model makes of one text: scores by service, flag probabilities, the document type."""

    @property
    def services(self) -> Mapping[str, float]:
        """Score by service; higher speaks for it."""

    @property
    def flags(self) -> Mapping[str, float]:
        """Probability by flag."""

    @property
    def doc_type(self) -> str:
        """The likeliest document type."""

    @property
    def told(self) -> Mapping[str, Told]:
        """By flag, the sentence that shows it most."""

    @property
    def words(self) -> Mapping[int, float]:
        """By the model's number, what each of its words weighs."""


class TextModel(Protocol):
    """A trained model of the council's post."""

    @property
    def tuning(self) -> Tuning:
        """Weights and thresholds found in training."""

    def estimate(self, text: str) -> TextEstimates:
        """Judge one text."""

    def telling_words(self, words: Mapping[int, float], service: str) -> tuple[str, ...]:
        """Those of a judged text's words that spoke most for the service, at most four."""


def classify(item: ItemPages, fields: IndexFields, catalogue: ServiceCatalogue, model: TextModel) -> Classification:
    """Decide the service, whom to copy, the document type and the flags.

    Below its service's threshold, and with hardly any words, the result is not sure and says between which services.
    """
    text = item.text
    estimates = model.estimate(text)
    said = spoken(text)
    evidence = gather_evidence(said, fields, catalogue)
    shares = probabilities(estimates.services, evidence, model.tuning.weights)
    ranked = sorted(shares.items(), key=lambda s: (-s[1], s[0]))
    (best, probability), (second, _) = ranked[0], ranked[1] if len(ranked) > 1 else ("", 0.0)
    readable = len(text.split()) >= LEAST_WORDS
    sure = readable and probability >= model.tuning.thresholds.get(best, 1.0)
    by_code = {e.service: e for e in evidence}
    reasons = _reasons(by_code[best], model.telling_words(estimates.words, best))
    if not sure:
        reasons = (_doubt(best, second, by_code, catalogue) if readable else "hardly any words were read", *reasons)
    flags = find_flags(catalogue.flags, said, estimates.flags, estimates.told, model.tuning)
    copies = _copies(best, flags, catalogue)
    return Classification(
        service=best,
        probability=Confidence(probability) if readable else NO_IDEA,
        sure=sure,
        reasons=reasons,
        runner_up=second,
        also=_also(ranked[1:], by_code, copies),
        doc_type=document_type(item, estimates.doc_type),
        flags=(*flags, *_shown_by_copies(flags, copies, catalogue)),
        ranked=tuple((code, Confidence(share)) for code, share in ranked[:5]),
    )


def probabilities(
    text: Mapping[str, float], evidence: Sequence[Evidence], weights: EvidenceWeights
) -> dict[str, float]:
    """Probability by service: the weighted evidence of each, made to sum to one."""
    scores = {
        e.service: sum(
            weight * amount
            for weight, amount in zip(weights.as_row, (text.get(e.service, 0.0), *e.counts), strict=True)
        )
        for e in evidence
    }
    top = max(scores.values())
    raised = {code: math.exp(score - top) for code, score in scores.items()}
    whole = sum(raised.values())
    return {code: share / whole for code, share in raised.items()}


def _reasons(evidence: Evidence, telling: tuple[str, ...]) -> tuple[str, ...]:
    references = tuple(
        f"reference {r.printed} ({r.type.replace('_', ' ')}) on page {r.place.page}" for r in evidence.references[:2]
    )
    phrases = tuple(f"phrase '{p}'" for p in evidence.phrases[:3])
    matters = (f"words {_quoted(evidence.matters[:4])}",) if evidence.matters else ()
    words = (f"wording like {_quoted(telling)}",) if telling and not phrases else ()
    return (*references, *phrases, *matters, *words) or ("nothing in it points to one service",)


def _doubt(best: str, second: str, evidence: Mapping[str, Evidence], catalogue: ServiceCatalogue) -> str:
    sides = [f"{_strongest(evidence[code])} for {catalogue.name(code)}" for code in (best, second) if code]
    return f"unsure between {catalogue.name(best)} and {catalogue.name(second)}, because there is {' and '.join(sides)}"


def _strongest(evidence: Evidence) -> str:
    if evidence.references:
        return f"reference {evidence.references[0].printed}"
    words = (*evidence.phrases, *evidence.others, *evidence.matters)
    return _quoted(words[:2]) if words else "only the general wording"


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"'{w}'" for w in words)


def _also(
    rest: Sequence[tuple[str, float]], evidence: Mapping[str, Evidence], copies: Mapping[str, Confidence]
) -> tuple[str, ...]:
    told = (
        code
        for code, share in rest
        if code != NONE_OF_OURS
        and share >= COPY_FROM
        and (evidence[code].references or len(evidence[code].phrases) >= COPY_PHRASES)
    )
    return tuple(dict.fromkeys((*told, *copies)))


def _copies(best: str, flags: Sequence[Flag], catalogue: ServiceCatalogue) -> dict[str, Confidence]:
    """The services to which the item's flags send a copy, with the surest such flag's confidence."""
    goes_to = {kind.code: kind.copy_to for kind in catalogue.flags if kind.copy_to not in ("", best)}
    copies: dict[str, Confidence] = {}
    for flag in flags:
        if flag.code in goes_to and flag.confidence >= COPY_BY_FLAG_FROM:
            copies.setdefault(goes_to[flag.code], flag.confidence)
    return copies


def _shown_by_copies(
    flags: Sequence[Flag], copies: Mapping[str, Confidence], catalogue: ServiceCatalogue
) -> tuple[Flag, ...]:
    """The flags that follow from the copies, unless they were found already."""
    if not copies:
        return ()
    reason = f"a copy goes to {', '.join(catalogue.name(code) for code in copies)}"
    found = {flag.code for flag in flags}
    kinds = (kind for kind in catalogue.flags if kind.shown_by_copies and kind.code not in found)
    return tuple(Flag(kind.code, max(copies.values()), (reason,)) for kind in kinds)
