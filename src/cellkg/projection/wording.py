"""Values in words: each text comes with the statements it is made of, so that it can show where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from cellkg.ntriples import plain
from cellkg.vocabulary import CELLKG as C

from .statements import Said, Statements

Parts = tuple[str, list[Said]]
"""A text and the statements it is made of."""

_ENUMERATED = {str(each) for each in (C.status, C.phase, C.allocation, C.assignment, C.masking)}
_SIGNS = {">=": "≥", "<=": "≤"}
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day", "TH": "hour", "TM": "minute", "TS": "second"}
_DURATION = re.compile(r"P(T?)([\d.]+)([YMWDHS])")


def in_words(told: Statements, said: Said) -> str:
    """Return the value of a statement; the enumerations of ClinicalTrials.gov are spelled out."""
    word = told.word(said)
    if said.property not in _ENUMERATED:
        return word
    spelled = word.replace("PHASE", "phase ").replace("_", " ").replace("|", "/").lower()
    return "not applicable" if word == "NA" else " ".join(spelled.split())


def dose_of(told: Statements, node: str) -> Parts:
    """Return a dose, such as 3,760,000 ± 1,850,000 cells (1,190,000–7,070,000) per finger."""
    units, per = told.of(node, C.doseUnit), told.of(node, C.dosePer)
    text, parts = amount_of(told, node, " ".join(map(told.word, units)))
    return " ".join([text, *(f"per {told.word(said)}" for said in per)]), [*parts, *units, *per]


def change_of(told: Statements, node: str) -> Parts:
    """Return a reported change: direction, size, values, statistic, time, significance, durability."""
    values = (_move(told, node), amount_of(told, node), _statistic_of_values(told, node))
    return _together(
        _together(*values, sign=" "),
        _period(told, node),
        _named(told, node, C.significance, C.durability),
    )


def event_of(told: Statements, node: str) -> Parts:
    """Return how many had an adverse event, which events are meant, and when it was over."""
    affected = told.of(node, C.affected)
    people = joined(*(f"{number(said.value)} affected" for said in affected))
    ended, times = time_of(told, node, C.resolvedWithin)
    resolved = f"resolved {ended}" if ended else ""
    return _together((people, affected), _named(told, node, C.safetyScope), (resolved, times))


def amount_of(told: Statements, node: str, unit: str = "") -> Parts:
    """Return a number with what is printed around it."""
    value, low, high = told.of(node, C.value, C.plusMinus), told.of(node, C.low), told.of(node, C.high)
    centre = " ± ".join(number(said.value) for said in value)
    limits = "–".join(number(said.value) for said in low + high)
    if limits and not (low and high):
        limits = f"{'at least' if low else 'at most'} {limits}"
    return _around(centre, limits, unit), value + low + high


def lengths_of(told: Statements, node: str) -> Parts:
    """Return a length of time with what is printed around it."""
    value, limits = told.of(node, C.duration, C.plusMinusDuration), told.of(node, C.shortest, C.longest)
    ends = ((" ± ", value), ("–", limits))
    centre, around = (sign.join(_length(said.value) for said in parts) for sign, parts in ends)
    return _around(centre, around), value + limits


def statistic_of(told: Statements, node: str) -> Parts:
    """Return the statistics that a number and the one beside it are."""
    return _named(told, node, C.statistic, C.dispersionKind)


def time_of(told: Statements, node: str, predicate: str) -> Parts:
    """Return when, such as at 12 weeks or up to 2 months; nothing where the source does not say."""
    lengths = list(told.along(node, predicate, C.duration))
    kinds = list(told.along(node, predicate, C.timeKind))
    text = " ".join([*map(told.word, kinds), *(_length(said.value) for said in lengths)])
    return text, [*lengths, *kinds]


def criterion_of(told: Statements, node: str) -> Parts:
    """Return what a criterion of eligibility asks."""
    mentions = told.of(node, C.mentions, C.criterionCondition)
    limits = [_limit(told, said.value) for said in told.of(node, C.hasLimit)]
    earlier = [_earlier(told, said.value) for said in told.of(node, C.hasPriorTherapy)]
    named = [(told.word(said), [said]) for said in mentions]
    return _together(*named, *limits, *earlier, _look_back(told, node), sign="; ")


def number(written: str) -> str:
    """Return a decimal with its thousands apart.

    >>> number("3760000"), number("17.80")
    ('3,760,000', '17.8')
    """
    return f"{Decimal(plain(Decimal(written))):,f}"


def joined(*texts: str) -> str:
    """Return the texts that are not empty, with commas."""
    return _joining(", ", texts)


def unique(texts: Iterable[str]) -> list[str]:
    """Return each text once, in order."""
    return list(dict.fromkeys(texts))


def _move(told: Statements, node: str) -> Parts:
    """Where a value went: improved by 25 %, decreased from 7 to 4."""
    direction, percent = told.of(node, C.statedDirection), told.of(node, C.percentChange)
    words = [*map(told.word, direction), *(f"by {number(said.value)} %" for said in percent)]
    parts = direction + percent
    for preposition, predicate in (("from", C.hasBaseline), ("to", C.hasFinal)):
        for each in told.of(node, predicate):
            text, more = amount_of(told, each.value)
            words.append(f"{preposition} {text}")
            parts += more
    return " ".join(words), parts


def _statistic_of_values(told: Statements, node: str) -> Parts:
    nodes = [node, *(said.value for said in told.of(node, C.hasBaseline, C.hasFinal))]
    parts = [said for each in nodes for said in statistic_of(told, each)[1]]
    return f"({joined(*unique(map(told.word, parts)))})" if parts else "", parts


def _period(told: Statements, node: str) -> Parts:
    return _together(time_of(told, node, C.timeFrom), time_of(told, node, C.timeTo), sign=" to ")


def _limit(told: Statements, node: str) -> Parts:
    subjects, value = told.of(node, C.limitOf, C.analyte), told.of(node, C.limitValue)
    signs, units = told.of(node, C.comparison), told.of(node, C.limitUnit)
    most = told.of(node, C.scaleMaximum)
    words = [
        *map(told.word, subjects),
        *(_SIGNS.get(told.word(said), told.word(said)) for said in signs),
        *(number(said.value) for said in value),
        *map(told.word, units),
        *(f"on a scale to {number(said.value)}" for said in most),
    ]
    return " ".join(words), [*subjects, *signs, *value, *units, *most]


def _earlier(told: Statements, node: str) -> Parts:
    therapy, parts = _named(told, node, C.priorTherapy)
    return _together((f"earlier treatment: {therapy}", parts), _look_back(told, node))


def _look_back(told: Statements, node: str) -> Parts:
    when, times = time_of(told, node, C.hasLookBack)
    return f"looking back {when}" if when else "", times


def _named(told: Statements, node: str, *properties: str) -> Parts:
    parts = told.of(node, *properties)
    return joined(*map(told.word, parts)), parts


def _together(*many: Parts, sign: str = ", ") -> Parts:
    return _joining(sign, (text for text, _ in many)), [said for _, parts in many for said in parts]


def _around(centre: str, limits: str, unit: str = "") -> str:
    """The limits in brackets after the centre, or alone.

    >>> _around("5 ± 2", "1–9", "cells"), _around("", "1–9", "cells"), _around("", "")
    ('5 ± 2 cells (1–9)', '1–9 cells', '')
    """
    first = f"{centre or limits} {unit}".strip() if centre or limits else ""
    return f"{first} ({limits})" if centre and limits else first


def _length(written: str) -> str:
    """An ISO 8601 duration of one unit in words; any other as it is.

    >>> _length("P12W"), _length("P1Y"), _length("PT20M"), _length("P1Y2M")
    ('12 weeks', '1 year', '20 minutes', 'P1Y2M')
    """
    match = _DURATION.fullmatch(written)
    unit = match and _UNITS.get(match[1] + match[3])
    if not match or not unit:
        return written
    return f"{number(match[2])} {unit}" + ("" if match[2] == "1" else "s")


def _joining(sign: str, texts: Iterable[str]) -> str:
    return sign.join(text for text in texts if text)
