"""Time frames read: the time points and windows that a text names, each with its kind and its place.

What is not said stays unsaid: a bare "12 weeks" has no kind. No library that was tried reads such lists, see
docs/decisions/0014-instruments.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .anchors import read_anchor
from .time_spots import Spot, find_spots

_FILLER = (
    r"(?:\W|~|\b(?:approximately|about|approx|around|a|an|the|to|of|study|end|expected|estimated|planned|total|first|next"
    r"|following|last|post|at|treatment)\b)*$"
)
_KINDS = tuple(
    (kind, re.compile(rf"(?:{words}){_FILLER}", re.IGNORECASE))
    for kind, words in (
        (
            "up to",
            r"\bup ?to\b|\buntil\b|\btill\b|\bthrough(?! study completion)\b|\bthru\b|\bno later than\b"
            r"|\bmax(?:imum)?(?: duration)?(?: of)?\b",
        ),
        ("within", r"\bwithin\b|\bin less than\b"),
        ("at least", r"\bat least\b|\bminimum(?: of)?\b|\b(?:more|longer) than\b|>=?|≥"),
        ("on average", r"\b(?:average|mean|median)\b[^,;.]{0,50}?"),
        ("every", r"\bevery\b|\beach\b(?! of)"),
        (
            "during",
            r"\bduring\b|\bover\b|\bthroughout\b|\bfor(?: up to)?(?: the)?\b|\bfirst\b|\bcourse of\b|\bperiod of\b",
        ),
    )
)
_AT = re.compile(
    r"(?:\bat|\bafter|\bin|\bon|\bpost|\bfollowing|@)[\s:]*(?:the\s+)?(?:approximately\s+|about\s+)?$", re.IGNORECASE
)
_AFTERWARDS = re.compile(
    r"\s*(?:\([^)]*\)\s*)?[,-]?\s*(?:post\b|post-|after|following(?! day)|later|since|from|of age|subsequent|corrected"
    r"|postmenstrual|pma\b)",
    re.IGNORECASE,
)
_JOINS = re.compile(
    r"^\s*[)\"”.]?\s*(?:\([^)]*\)\s*)?(?:to|through|until|till|up to|[-–—]|and)\s*(?:the\s+)?"
    r"(?:(?:end\s+of|study|approximately|about|maximum|a|treatment|end|completion)\s+)*[(\"“]?\s*$",
    re.IGNORECASE,
)
_AND = re.compile(r"\band\b", re.IGNORECASE)
_UNTIL = re.compile(r"\bup ?to\b|\buntil\b|\btill\b", re.IGNORECASE)
_CHANGE = re.compile(r"\bchanges?\b[^.;]{0,30}$", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+(?:the\s+)?$", re.IGNORECASE)
_RESTATED = re.compile(r"\s*[\[(]\s*(?:=|i\.e\.,?|approx\w*)?\s*", re.IGNORECASE)
_LISTED = re.compile(r"[^.;]{0,25}?(?:,|\band\b|&|/|;|\bto\b)\s*[^.;]{0,12}$", re.IGNORECASE)
_LISTED_ON = re.compile(r"\s*(?:,|and|&|,\s*and)?\s*(?:and\s+)?", re.IGNORECASE)
_LIST_GOES_ON = re.compile(r"\s*(?:,|and\b|&|/)\s*\S{0,12}\s*\d", re.IGNORECASE)
_ALIKE = re.compile(r"\band\b\s*$|,\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeReading:
    """A time that a text names. Durations are ISO 8601 in the unit of the text; without one it is the baseline."""

    kind: str
    """A word of the list ``time_kind``: ``at``, ``window``, ``up to`` and others; empty where it is not stated."""
    duration: str
    begin: str = ""
    """Of a window: the duration at which it begins, or ``baseline``."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TimeFrame:
    """The times of a text and the event that it counts from, which is empty where none is stated."""

    times: tuple[TimeReading, ...]
    anchor: str


@lru_cache(maxsize=2048)
def read_times(text: str) -> TimeFrame:
    """Return the times that a time frame names, in its order.

    >>> [(time.kind, time.duration) for time in read_times("Baseline, Week 12 and Month 6").times]
    [('at', ''), ('at', 'P12W'), ('at', 'P6M')]
    >>> [(time.kind, time.duration) for time in read_times("up to 2 years").times], read_times("12 weeks").times[0].kind
    ([('up to', 'P2Y')], '')
    """
    spots = _unique(_with_kinds(text, list(find_spots(text))))
    return TimeFrame(tuple(_readings(spots)), read_anchor(text))


def _with_kinds(text: str, spots: list[Spot]) -> list[Spot]:
    kept: list[Spot] = []
    for i, spot in enumerate(spots):
        before = text[spots[i - 1].end if i else 0 : spot.start]
        if kept and kept[-1].end == (spots[i - 1].end if i else -1) and _joined(text, kept, spot, before, spots, i):
            continue
        spot.kind = _kind(text, spot, before, kept[-1] if kept else None, len(spots))
        kept.append(spot)
    return kept


def _joined(text: str, kept: list[Spot], spot: Spot, between: str, spots: list[Spot], i: int) -> bool:
    """Join a spot to the one before: years and months, a restatement in brackets, or the two ends of a window."""
    last = kept[-1]
    if _is_sum(last, spot, between):
        last.durations, last.end = [f"P{int(last.durations[0][1:-1]) * 12 + int(spot.durations[0][1:-1])}M"], spot.end
        return True
    if _RESTATED.fullmatch(between) and not spot.named and last.durations:
        last.end = spot.end
        return True
    follows = text[spot.end : spots[i + 1].start] if i + 1 < len(spots) else "."
    if not _may_be_a_window(text, last, spot, between) or _LISTED_ON.fullmatch(follows):
        return False
    if _UNTIL.search(between):
        if last.named:
            kept.pop()
        return False
    last.span, last.end, last.kind = (last.durations[0] or "baseline", spot.durations[0]), spot.end, "window"
    return True


def _may_be_a_window(text: str, last: Spot, spot: Spot, between: str) -> bool:
    single = len(last.durations) == len(spot.durations) == 1 and last.kind in ("at", "", "window")
    if not single or not _JOINS.match(between) or _CHANGE.search(text, 0, last.start):
        return False
    return not _AND.search(between) or _BETWEEN.search(text, 0, last.start) is not None


def _is_sum(last: Spot, spot: Spot, between: str) -> bool:
    if between.strip() or len(last.durations) != 1 or len(spot.durations) != 1:
        return False
    years, months = last.durations[0], spot.durations[0]
    return years.endswith("Y") and months.endswith("M") and "T" not in months and "." not in years + months


def _kind(text: str, spot: Spot, before: str, last: Spot | None, count: int) -> str:
    if spot.span:
        return "window"
    if not spot.durations[0]:
        return "at"
    for kind, pattern in _KINDS:
        if pattern.search(before):
            return kind
    if last and last.kind in ("on average", "every") and _ALIKE.search(before):
        return last.kind
    if spot.named or _AT.search(before) or _AFTERWARDS.match(text, spot.end):
        return "at"
    return "at" if count > 1 and _in_a_list(text, spot, before, last) else ""


def _in_a_list(text: str, spot: Spot, before: str, last: Spot | None) -> bool:
    return (last is not None and _LISTED.match(before) is not None) or _LIST_GOES_ON.match(text, spot.end) is not None


def _unique(spots: list[Spot]) -> list[Spot]:
    """Drop what a text names twice."""
    seen: dict[tuple[str, tuple[str, ...], tuple[str, str] | None], Spot] = {}
    for spot in spots:
        seen.setdefault((spot.kind, tuple(spot.durations), spot.span), spot)
    return list(seen.values())


def _readings(spots: list[Spot]) -> Iterator[TimeReading]:
    for spot in spots:
        if spot.span:
            begin, end = spot.span
            yield TimeReading(kind="window", duration=end, begin=begin, start=spot.start, end=spot.end)
            continue
        for duration in spot.durations:
            yield TimeReading(kind=spot.kind, duration=duration, start=spot.start, end=spot.end)
