"""Which groups of a trial may be compared, and which of two is the reference."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from .kinds import Reference, WhyNot
from .records import Group, Measure, Posted, Trial

#: Of two arms of different types the one of the higher rank is the reference.
_ARM_TYPES = {
    "EXPERIMENTAL": 0,
    "ACTIVE_COMPARATOR": 1,
    "PLACEBO_COMPARATOR": 2,
    "SHAM_COMPARATOR": 2,
    "NO_INTERVENTION": 2,
}
_CONTROL = re.compile(
    r"\b(placebo|sham|control|vehicle|saline|untreated|no (treatment|intervention|therapy)"
    r"|(standard|usual|best supportive|conventional) (of )?(care|treatment|therapy))\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\b(total|overall|pooled|combined|all[- ](participants|patients|subjects|treated|cohorts|groups|arms|doses|comers)"
    r"|both (arms|groups|cohorts|doses))\b",
    re.IGNORECASE,
)
_ELSEWHEN = re.compile(r"\bhistoric(al)?\b|\bmatched (registry|external)\b|\bexternal control\b", re.IGNORECASE)
_STEP = re.compile(r"\b(phase|part|stage|period|step|cohort) ?([0-9]+|[ivx]+)([a-c]?)\b", re.IGNORECASE)


class Pair(NamedTuple):
    """A group against its reference, and how the reference is known; if it is not, the order is that of the record."""

    group: Group
    reference: Group
    known: Reference
    shares_reference: bool = False


class Refused(NamedTuple):
    """Groups that are not compared, and why."""

    groups: tuple[Group, ...]
    why: WhyNot


def pairs(trial: Trial, measure: Measure) -> tuple[list[Pair], list[Refused]]:
    """Return the pairs of groups that a measure lets compare, and those it does not.

    With more than two groups, pairs are those with a comparator and those that a posted analysis names.
    """
    groups = list(dict.fromkeys(posted.group for posted in measure.results))
    if len(groups) < 2:
        return [], [Refused(tuple(groups), WhyNot.ONE_ARM)] if groups else []
    design = why_not_concurrent(trial)
    if design is not None:
        return [], [Refused(tuple(groups), design)]
    named = [frozenset(each.groups) for each in measure.analyses if len(each.groups) == 2]
    found, refused, unnamed = [], [], False
    for one, other in combinations(groups, 2):
        why = _why_not(one, other, measure)
        pair = _ordered(one, other)
        if why is not None:
            refused.append(Refused((one, other), why))
        elif len(groups) == 2 or pair.known is not Reference.UNKNOWN or frozenset((one, other)) in named:
            found.append(pair)
        else:
            unnamed = True
    if unnamed and not found:
        refused.append(Refused(tuple(groups), WhyNot.CONTRAST))
    references = Counter(pair.reference for pair in found)
    return [pair._replace(shares_reference=references[pair.reference] > 1) for pair in found], refused


def why_not_concurrent(trial: Trial) -> WhyNot | None:
    """Return why the groups of a trial are not taken as concurrent, or ``None`` when its source says that they are."""
    if trial.assignment == "CROSSOVER":
        return WhyNot.CROSSOVER
    if trial.assignment in ("PARALLEL", "FACTORIAL") or (trial.is_randomised and trial.assignment is None):
        return None
    return WhyNot.NOT_CONCURRENT


def _why_not(one: Group, other: Group, measure: Measure) -> WhyNot | None:
    if any(_WHOLE.search(group.name) or _holds_all_others(group, measure) for group in (one, other)):
        return WhyNot.OVERLAP
    if any(_ELSEWHEN.search(group.name) for group in (one, other)):
        return WhyNot.NOT_CONCURRENT
    steps = [{(match[1].lower(), match[2].lower()) for match in _STEP.finditer(each.name)} for each in (one, other)]
    shared = {kind for kind, _ in steps[0]} & {kind for kind, _ in steps[1]}
    if any({n for kind, n in steps[0] if kind == k} != {n for kind, n in steps[1] if kind == k} for k in shared):
        return WhyNot.NOT_CONCURRENT
    return None


def _holds_all_others(group: Group, measure: Measure) -> bool:
    """Tell whether the number analysed of a group is that of all the others together, at least two."""
    analysed = dict(_analysed(measure.results))
    if len(analysed) < 3 or group.node not in analysed:
        return False
    return analysed.pop(group.node) == sum(analysed.values())


def _analysed(results: tuple[Posted, ...]) -> Iterator[tuple[str, int]]:
    return ((posted.group.node, posted.n) for posted in results if posted.n is not None)


def _ordered(one: Group, other: Group) -> Pair:
    ranks = [_ARM_TYPES.get(group.kind or "") for group in (one, other)]
    if ranks[0] is not None and ranks[1] is not None and ranks[0] != ranks[1]:
        return Pair(*((one, other) if ranks[0] < ranks[1] else (other, one)), Reference.ARM_TYPE)
    if one.kind and other.kind:
        # The record gives both the same type: "cells + placebo" is then an arm like the other.
        return Pair(one, other, Reference.UNKNOWN)
    controls = [bool(_CONTROL.search(group.name)) for group in (one, other)]
    if controls == [False, True]:
        return Pair(one, other, Reference.GROUP_NAME)
    if controls == [True, False]:
        return Pair(other, one, Reference.GROUP_NAME)
    return Pair(one, other, Reference.UNKNOWN)
