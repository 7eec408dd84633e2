"""Posted analyses: what was compared with what, and which group is the reference: stated, inferred or unknown.

The registry has no field for the reference. It is stated where the words of an analysis name both groups with a
direction ("A minus B"); it is inferred where the posted values of the arms give the posted estimate in one direction
only, rounding allowed; else it is unknown, and the sign of the estimate says nothing about benefit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from .between import place
from .derived import Comparison
from .inputs import counts_events, half_unit, read_events
from .kinds import Reference, Statistic, WhyNot, is_percentage
from .records import Analysis, Group, Measure, Number, Posted, Spot, Trial

TWO_GROUPS = "two groups"
NOT_STATED = "contrast not stated"
_STATED_IN = ("groupDescription", "estimateComment", "statisticalComment", "otherAnalysisDescription", "pValueComment")
_OVER = r"(?:minus|[-−–]|relative to|compared (?:to|with)|over|divided by|/)"
_TAIL = r"(?: (?:arm|group|cohort)s?)?"
_DIFFERENCE = re.compile(r"\bdifference\b|\(rd\)", re.IGNORECASE)
_LOG = re.compile(r"\blog\b", re.IGNORECASE)
_RATIOS = (
    ("odds ratio", re.compile(r"\bodds ratio\b", re.IGNORECASE)),
    ("risk ratio", re.compile(r"\b(risk ratio|relative risk|ratio of \w+ rates?)\b", re.IGNORECASE)),
    ("ratio", re.compile(r"\b(mean ratio|ratio of means)\b", re.IGNORECASE)),
)
_MEANS = (Statistic.MEAN, Statistic.LEAST_SQUARES_MEAN)

Range = tuple[Decimal, Decimal]


def comparisons(trial: Trial, measure: Measure) -> Iterator[Comparison]:
    """Yield every posted analysis of a measure, as posted, with what is known of its reference."""
    for analysis in measure.analyses:
        reference, known, derivation, spots = _reference(measure, analysis)
        yield Comparison(
            place=place(trial, measure),
            analysis=analysis,
            contrast=contrast(analysis),
            reference=reference,
            reference_known=known,
            derivation=derivation,
            inputs=(analysis.spot, *spots),
        )


def contrast(analysis: Analysis) -> str:
    """Return what an analysis compares: two groups, or that its contrast is not stated."""
    number = len(analysis.groups)
    if number == 2:
        return TWO_GROUPS
    return f"{NOT_STATED} ({'no group' if number == 0 else 'one group' if number == 1 else f'{number} groups'})"


def _reference(measure: Measure, analysis: Analysis) -> tuple[Group | None, Reference, str | None, tuple[Spot, ...]]:
    if len(analysis.groups) == 2:
        words = _stated(analysis)
        if words is not None:
            return words[0], Reference.STATED, words[1], ()
        inferred = _inferred(measure, analysis)
        if inferred is not None:
            return inferred[0], Reference.INFERRED, inferred[1], inferred[2]
    return None, Reference.UNKNOWN, None, ()


def _stated(analysis: Analysis) -> tuple[Group, str] | None:
    """Return the reference that the words of an analysis name, with those words; both groups must stand there whole."""
    found = []
    for name, words in analysis.words:
        if name in _STATED_IN:
            for group, reference in (analysis.groups, analysis.groups[::-1]):
                match = _direction(group.name, reference.name).search(words)
                if match:
                    found.append((reference, match[0]))
    return found[0] if len({reference for reference, _ in found}) == 1 else None


def _direction(group: str, reference: str) -> re.Pattern[str]:
    one, other = (rf"(?<!\w){re.escape(name.strip())}(?!\w){_TAIL}" for name in (group, reference))
    forms = (rf"{one} ?{_OVER} ?(?:the )?{other}", rf"compar(?:ing|es) (?:the )?{one} (?:to|with) (?:the )?{other}")
    return re.compile("|".join(forms), re.IGNORECASE)


def _inferred(measure: Measure, analysis: Analysis) -> tuple[Group, str, tuple[Spot, ...]] | None:
    """Return the reference that makes the posted values of the arms give the posted estimate, and no other does.

    Only where a measure has one class and category, or the analysis names one class: an analysis does not say which
    of several it is about.
    """
    if analysis.estimate.value is None or not analysis.estimate_type:
        return None
    row = _row(measure, analysis)
    both = [row.get(group.node) for group in analysis.groups]
    if both[0] is None or both[1] is None:
        return None
    forward = _matches(measure, analysis, both[0], both[1])
    backward = _matches(measure, analysis, both[1], both[0])
    if forward is None or backward is None or forward == backward:
        return None
    one, reference = (both[0], both[1]) if forward else (both[1], both[0])
    derivation = (
        f"the posted values give {analysis.estimate.written} as {one.group.name} against {reference.group.name}"
    )
    return reference.group, derivation, (*one.inputs, *reference.inputs)


def _row(measure: Measure, analysis: Analysis) -> dict[str, Posted]:
    rows: dict[str, dict[str, Posted]] = {}
    for posted in measure.results:
        rows.setdefault(posted.row, {})[posted.group.node] = posted
    if len(rows) == 1:
        return next(iter(rows.values()))
    said = " ".join(words for name, words in analysis.words if name in _STATED_IN)
    named = [row for row in rows.values() if _names(said, next(iter(row.values())))]
    return named[0] if len(named) == 1 else {}


def _names(said: str, posted: Posted) -> bool:
    title = (posted.class_title or "").strip()
    return bool(title) and bool(re.search(rf"(?<!\w){re.escape(title)}(?!\w)", said, re.IGNORECASE))


def _matches(measure: Measure, analysis: Analysis, one: Posted, other: Posted) -> bool | None:
    """Tell whether one against other gives the estimate; ``None`` when arms do not give an estimate of its kind."""
    kind, posted = analysis.estimate_type or "", _around(analysis.estimate)
    ranges = _difference(measure, one, other) if _DIFFERENCE.search(kind) else _ratio(kind, measure, one, other)
    if ranges is None or _LOG.search(kind):
        return None
    return any(low <= posted[1] and posted[0] <= high for low, high in ranges)


def _difference(measure: Measure, one: Posted, other: Posted) -> list[Range] | None:
    if counts_events(measure):
        risks = _risks(measure, one, other)
        if risks is None:
            return None
        difference = risks[0] - risks[1]
        return [(difference, difference), (100 * difference, 100 * difference)]
    if not _comparable(measure) or not one.value or not other.value:
        return None
    left, right = _around(one.value), _around(other.value)
    return [(left[0] - right[1], left[1] - right[0])]


def _ratio(kind: str, measure: Measure, one: Posted, other: Posted) -> list[Range] | None:
    name = next((name for name, pattern in _RATIOS if pattern.search(kind)), None)
    if name is None:
        return None
    if counts_events(measure) and name != "ratio":
        risks = _risks(measure, one, other)
        if risks is None or risks[1] == 0 or (name == "odds ratio" and (risks[0] == 1 or risks[1] == 1)):
            return None
        risk = risks[0] / risks[1]
        ratio = risk if name == "risk ratio" else risk * (1 - risks[1]) / (1 - risks[0])
        return [(ratio, ratio)]
    if name == "odds ratio" or not _comparable(measure) or not one.value or not other.value:
        return None
    left, right = _around(one.value), _around(other.value)
    if left[0] < 0 or right[0] <= 0:
        return None
    return [(left[0] / right[1], left[1] / right[0])]


def _comparable(measure: Measure) -> bool:
    share = measure.statistic is Statistic.NUMBER and is_percentage(measure.unit)
    return measure.statistic in _MEANS or share


def _risks(measure: Measure, one: Posted, other: Posted) -> tuple[Decimal, Decimal] | None:
    counts = read_events(measure, one), read_events(measure, other)
    if isinstance(counts[0], WhyNot) or isinstance(counts[1], WhyNot):
        return None
    return Decimal(counts[0][0]) / counts[0][1], Decimal(counts[1][0]) / counts[1][1]


def _around(number: Number) -> Range:
    """Return the numbers that are written so when rounded."""
    assert number.value is not None
    half = half_unit(number)
    return number.value - half, number.value + half
