"""Doses that are fixed by what is treated: rows of their own, where each dose goes with other conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

import msgspec

from .passages import Passage
from .readings import Administration, CellDose
from .study import Arm, Record

_WORD = re.compile(r"[^\W\d_]+|\d+")
_SMALL = frozenset({"a", "an", "and", "after", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "vs"})
_COMMON = _SMALL | frozenset(
    {"disease", "diseases", "disorder", "disorders", "syndrome", "cell", "cells", "acute", "chronic", "severe", "low"}
)
_MOST_OF = 0.6
_SHORTEST_INITIALS = 3
_AGES = {
    "age: children": re.compile(r"\b(?:p(?:a)?ediatric|children|child|infants?|adolescents?)\b", re.IGNORECASE),
    "age: adults": re.compile(r"\badults?\b", re.IGNORECASE),
}

#: What a text says is treated: registered conditions by their number, ages by their name.
Treated: TypeAlias = frozenset[str]
Amount: TypeAlias = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class _Part:
    """One dose with all that is treated with it and the arms that give it."""

    amount: Amount
    treated: Treated
    arms: tuple[str, ...]


def by_indication(record: Record, given: Administration) -> Iterator[Administration]:
    """Yield an administration for each dose that is fixed by the condition or age treated; else the one given.

    Doses are told apart only where each text that gives one names something treated that no other dose goes with. Arms
    that give the same dose stay together, and so do dose levels, which are for the same patients.
    """
    parts = _parts(record, given)
    if len(parts) < 2:
        yield given
        return
    for part in parts:
        doses = tuple(dose for dose in given.doses if (dose.least, dose.most) == part.amount)
        treated = tuple(one.text for i, one in enumerate(record.conditions) if f"condition: {i}" in part.treated)
        yield msgspec.structs.replace(given, doses=doses, arms=part.arms, conditions=treated)


def _parts(record: Record, given: Administration) -> list[_Part]:
    amounts = list(dict.fromkeys((dose.least, dose.most) for dose in given.doses))
    if len(amounts) < 2 or any(least != most for least, most in amounts):
        return []
    treated: dict[Amount, set[str]] = {amount: set() for amount in amounts}
    for dose, said in _treated_by_dose(record, given):
        if not said:
            return []
        treated[dose.least, dose.most] |= said
    if any(treated[one] & treated[other] for one in amounts for other in amounts if one != other):
        return []
    arms = [arm for arm in record.arms if arm.pointer in given.arms]
    parts = [_Part(one, frozenset(treated[one]), _arms_of(record, arms, treated[one])) for one in amounts]
    shared = len(arms) < 2 or not any(part.arms for part in parts)
    if shared:
        return [_Part(part.amount, part.treated, given.arms) for part in parts]
    placed = sorted(pointer for part in parts for pointer in part.arms)
    return parts if placed == sorted(given.arms) else []


def _arms_of(record: Record, arms: list[Arm], treated: set[str]) -> tuple[str, ...]:
    return tuple(arm.pointer for arm in arms if _named(record, (p.text for p in arm.passages)) & treated)


def _treated_by_dose(record: Record, given: Administration) -> Iterator[tuple[CellDose, Treated]]:
    """Yield each dose with what is treated: by its arm or intervention, or beside it where its text has several."""
    texts = {passage.pointer: passage for passage in record.passages()}
    for pointer in dict.fromkeys(dose.spot.pointer for dose in given.doses):
        doses = [dose for dose in given.doses if dose.spot.pointer == pointer]
        if len({(dose.least, dose.most) for dose in doses}) > 1:
            yield from zip(doses, _beside(record, texts[pointer], doses), strict=True)
        else:
            said = _named(record, (p.text for p in _same_owner(record, texts[pointer])))
            yield from ((dose, said) for dose in doses)


def _same_owner(record: Record, passage: Passage) -> Sequence[Passage]:
    owners = (*(arm.passages for arm in record.arms), *(one.passages for one in record.interventions))
    return next((passages for passages in owners if passage in passages), (passage,))


def _beside(record: Record, passage: Passage, doses: list[CellDose]) -> list[Treated]:
    """Return what stands after each dose, up to the next; or else before each, if that says something of all."""
    starts, ends = [dose.spot.start for dose in doses], [dose.spot.end for dose in doses]
    after = [passage.text[end:start] for end, start in zip(ends, [*starts[1:], len(passage.text)], strict=True)]
    before = [passage.text[end:start] for end, start in zip([0, *ends[:-1]], starts, strict=True)]
    for pieces in (after, before):
        said = [_named(record, [piece]) for piece in pieces]
        if all(said):
            return said
    return [frozenset()] * len(doses)


def _named(record: Record, texts: Iterable[str]) -> Treated:
    """Return what texts say is treated: conditions of the record by their words or initials, and ages."""
    joined = "\n".join(texts)
    words = {word.lower() for word in _WORD.findall(joined)}
    found = {f"condition: {i}" for i, one in enumerate(record.conditions) if _is_named(one.text, joined, words)}
    return frozenset(found | {age for age, pattern in _AGES.items() if pattern.search(joined)})


def _is_named(condition: str, text: str, words: set[str]) -> bool:
    parts = _WORD.findall(condition)
    telling = {part.lower() for part in parts if len(part) > 2} - _COMMON
    initials = "".join(part[0] for part in parts if part.lower() not in _SMALL - {"vs"}).upper()
    named = len(initials) >= _SHORTEST_INITIALS and bool(re.search(rf"\b{initials}\b", text))
    return named or bool(telling and len(telling & words) / len(telling) >= _MOST_OF)
