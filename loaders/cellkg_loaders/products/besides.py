"""What arms are given that is no cells: comparators, co-interventions, devices; each with the words that say it.

In an arm without cells an intervention is a comparator of the kind that its own name says (placebo, vehicle, sham,
standard care); else, where the registry types the arm as one that is compared, another treatment, unless the arms with
cells have it as well. In an arm with cells every other intervention is a co-intervention. Tests are neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from .heads import acellular_reason
from .judged import Judged
from .passages import Passage
from .readings import Administration, Beside, Fact, Spot
from .study import Arm, Intervention, Record
from .wording import rows

_COMPARED = ("ACTIVE_COMPARATOR", "PLACEBO_COMPARATOR", "SHAM_COMPARATOR", "NO_INTERVENTION", "OTHER")
_BY_ARM_TYPE = {"PLACEBO_COMPARATOR": "placebo", "SHAM_COMPARATOR": "sham", "NO_INTERVENTION": "no treatment"}
_CONTROL = re.compile(r"\W*controls?(?:\s+(?:group|arm|intervention|treatment|\d))?\W*", re.IGNORECASE)
_DEVICE, _TEST = "DEVICE", "DIAGNOSTIC_TEST"


def read_besides(record: Record, judged: tuple[Judged, ...], given: tuple[Administration, ...]) -> tuple[Beside, ...]:
    """Return what the arms of a record are given besides cells, where the record ties its cells to arms.

    Without that tie nobody can say which arm is compared, and nothing is returned.
    """
    if not given or any(not one.arms for one in given):
        return ()
    with_cells = {pointer for one in given for pointer in one.arms}
    cells = {one.intervention.number for one in judged if one.heads}
    also = {n for arm in record.arms if arm.pointer in with_cells for n in arm.interventions}
    found: dict[tuple[str, str, str], Beside] = {}
    for arm in record.arms:
        others = [one for one in record.interventions if one.number in arm.interventions - cells]
        if arm.pointer in with_cells:
            made = [one for each in others if (one := _with_cells(each))]
        elif arm.kind in _BY_ARM_TYPE or not arm.interventions & cells:
            made = list(_in_place(arm, others, also))
        else:
            continue
        for one in made:
            key = (one.kind, one.type.value, one.intervention or arm.pointer)
            known = found.get(key, one)
            found[key] = Beside(
                kind=one.kind,
                type=known.type,
                name=known.name,
                arms=(*(known.arms if key in found else ()), arm.pointer),
                intervention=one.intervention,
            )
    return tuple(found.values())


def _with_cells(one: Intervention) -> Beside | None:
    if one.kind == _TEST or _is_assay(one):
        return None
    if one.kind == _DEVICE:
        return _device(one)
    return Beside(kind="co-intervention", type=_kind_of(one), name=_name(one), intervention=one.pointer)


def _in_place(arm: Arm, others: list[Intervention], also: set[int]) -> Iterator[Beside]:
    """Yield the comparators of an arm without cells, and what it has in common with the arms that get them."""
    compared = False
    for one in others:
        said = _said_comparator([p for p in one.passages if p.section == "name"])
        if said:
            compared = True
            yield Beside(kind="comparator", type=said, name=_name(one), intervention=one.pointer)
        elif one.kind == _TEST or _is_assay(one) or _CONTROL.fullmatch(one.name):
            continue
        elif one.number in also and (beside := _with_cells(one)):
            yield beside
        elif arm.kind in _COMPARED:
            compared = True
            other = Fact(value="other treatment", spots=_name(one).spots, rule="in place of cells", confidence=0.7)
            yield Beside(kind="comparator", type=other, name=_name(one), intervention=one.pointer)
    if not compared and (typed := _of_arm(arm)):
        yield Beside(kind="comparator", type=typed)


def _of_arm(arm: Arm) -> Fact | None:
    """Return the comparator that label or description name, or the type that the registry gives the arm."""
    if said := _said_comparator(arm.passages):
        return said
    value = _BY_ARM_TYPE.get(arm.kind)
    spot = Spot(f"{arm.pointer}/type", 0, len(arm.kind), arm.kind)
    return Fact(value=value, spots=(spot,), rule="type of the arm", confidence=0.8, kind="stated") if value else None


def _said_comparator(passages: Iterable[Passage]) -> Fact | None:
    for passage in passages:
        for m in passage.mentions:
            if m.kind == "others" and m.entry["comparator"]:
                spot = passage.spot(m.start, m.end)
                return Fact(value=m.entry["comparator"], spots=(spot,), rule="comparator by its name", confidence=0.9)
    return None


def _kind_of(one: Intervention) -> Fact:
    """Return what a co-intervention is: by a word of its name, else by the type that the registry gives."""
    by_reason, by_type = _kinds()
    named = [p for p in one.passages if p.section == "name"]
    reason = _reason(one) or _said_comparator(named)
    if reason and reason.value in by_reason:
        return Fact(value=by_reason[reason.value], spots=reason.spots, rule=reason.rule, confidence=0.8)
    spot = Spot(f"{one.pointer}/type", 0, len(one.kind), one.kind)
    value = by_type.get(one.kind, "other intervention")
    return Fact(value=value, spots=(spot,), rule="type of the intervention", confidence=0.8, kind="normalised")


def _device(one: Intervention) -> Beside:
    return Beside(kind="device", type=_name(one), name=_name(one), intervention=one.pointer)


def _is_assay(one: Intervention) -> bool:
    reason = _reason(one)
    return reason is not None and reason.value == "assay"


def _reason(one: Intervention) -> Fact | None:
    for passage in (p for p in one.passages if p.section == "name"):
        if found := acellular_reason(passage):
            mention, reason = found
            spot = passage.spot(mention.start, mention.end)
            return Fact(value=reason, spots=(spot,), rule="word of its name", confidence=0.8)
    return None


def _name(one: Intervention) -> Fact:
    spot = Spot(f"{one.pointer}/name", 0, len(one.name), one.name)
    return Fact(value=one.name, spots=(spot,), rule="name of the intervention", confidence=1.0, kind="stated")


@cache
def _kinds() -> tuple[dict[str, str], dict[str, str]]:
    listed = rows("co_interventions")
    by_reason = {row["reason"]: row["co_intervention"] for row in listed if row["reason"]}
    return by_reason, {row["kind"]: row["co_intervention"] for row in listed if row["kind"]}
