"""The arms that an old record describes only in its text: "Arm I: … Arm II: …"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from .heads import heads
from .levels import fact_at
from .passages import Passage
from .readings import Fact
from .regimens import GRAFTS, Regimen
from .study import Record

_LABEL = r"\b(?:I{1,3}|IV|VI{0,3}|[1-8]|[A-H])\b"
_MARK = re.compile(
    r"(?:^|(?<=[\n.;:)]))[ \t]*(?:[-*•][ \t]*)?(?:Arms?|Groups?)\s+"
    rf"(?P<labels>{_LABEL}(?:\s*(?:,|and|or|&|/)\s*{_LABEL})*)"
    r"(?:\s*\([^()\n]{0,60}\))?\s*:",
)
_INFUSED = re.compile(r"\s+(?:is|are|will be)\s+(?:re-?)?(?:infused|transplanted|given)", re.IGNORECASE)
_END = re.compile(
    r"\n[ \t]*\n(?![ \t]{4,}[-*•])|\b(?:All patients|Patients in both|Patients in all|Patients on both|Both arms|"
    r"Patients are followed)\b|\b[A-Z]{4,}(?:[ /][A-Z]{4,})*:|PROJECTED ACCRUAL"
)


@dataclass(frozen=True, slots=True)
class OutlinedArm:
    """An arm of the text: its label, and where its own words stand in the passage."""

    label: str
    passage: Passage
    start: int
    end: int
    group: int
    """Arms that follow each other without other text between them are of one randomisation."""


def outlined_arms(record: Record) -> tuple[OutlinedArm, ...]:
    """Return the arms of the first text that describes at least two, each once; none where a label comes again.

    A label that comes twice belongs to two randomisations, and which arm goes with which is not said.
    """
    for passage in (*record.description, *record.summary):
        marks = list(_MARK.finditer(passage.text))
        arms: list[OutlinedArm] = []
        group = 0
        for i, mark in enumerate(marks):
            end = marks[i + 1].start() if i + 1 < len(marks) else len(passage.text)
            stop = _END.search(passage.text, mark.end())
            stop = stop if stop and stop.end() < end else None
            for label in re.findall(_LABEL, mark["labels"]):
                arms.append(OutlinedArm(label, passage, mark.end(), stop.start() if stop else end, group))
            group += bool(stop)
        labels = [arm.label for arm in arms]
        if len(labels) > 1:
            return tuple(arms) if len(set(labels)) == len(labels) else ()
    return ()


def is_in_some_only(record: Record, product_class: str) -> bool:
    """Tell whether some arms of the text name a product, others do not, and no other part gives it to all.

    An arm has it in whatever words: "before the transplant" is said of one that is transplanted.
    """
    arms = outlined_arms(record)
    if not arms:
        return False
    named = _places(arms[0].passage, product_class, given=False)
    with_it = {arm.label for arm in arms if any(arm.start <= place < arm.end for place in named)}
    mixed = any(
        (one.label in with_it) != (other.label in with_it) for one, other in pairwise(arms) if one.group == other.group
    )
    told = _places(arms[0].passage, product_class, given=True)
    outside = [p for p in told if p >= arms[0].start and not any(arm.start <= p < arm.end for arm in arms)]
    return mixed and not outside


def by_outline(record: Record, regimen: Regimen) -> Iterator[Regimen]:
    """Split a graft whose randomised arms, told in the text alone, each give it from another tissue."""
    arms = outlined_arms(record) if regimen.product_class in GRAFTS and record.randomised and not record.arms else ()
    told = [_tissues_of(arm, regimen.product_class) for arm in arms]
    values = {fact.value for facts in told for fact in facts}
    if len(values) < 2 or any(len({fact.value for fact in facts}) != 1 for facts in told):
        yield regimen
        return
    for value in sorted(values):
        fact = next(fact for facts in told for fact in facts if fact.value == value)
        yield replace(regimen, tissues=(fact,))


def _tissues_of(arm: OutlinedArm, product_class: str) -> list[Fact]:
    named = [
        h for h in heads(arm.passage) if h.product_class == product_class and arm.start <= h.mention.start < arm.end
    ]
    known = [
        fact_at(arm.passage, h.mention, h.entry["tissue"], "tissue of an arm", 0.8)
        for h in named
        if h.entry.get("tissue") and "|" not in h.entry["tissue"]
    ]
    infused = (
        fact_at(arm.passage, m, m.entry["tissue"], "tissue of an arm", 0.8)
        for m in arm.passage.mentions
        if m.kind == "tissues" and not m.entry["harvest"] and arm.start <= m.start < arm.end
        if _INFUSED.match(arm.passage.text, m.end)
    )
    return [*known, *infused]


def _places(passage: Passage, product_class: str, *, given: bool) -> list[int]:
    found = heads(passage, given=given)
    return [head.mention.start for head in found if head.may_be(product_class) and not head.generic]
