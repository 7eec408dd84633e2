"""Time frames read: the time points and windows that a text names, each with its kind and its place.

What is not said stays unsaid: a bare "12 weeks" has no kind, and times inside treatment cycles are not turned into days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from .anchors import read_anchor

_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
}  # fmt: skip
_UNITS = {"minute": "TM", "min": "TM", "hour": "TH", "hr": "TH", "h": "TH", "day": "D", "d": "D", "week": "W", "wk": "W", "w": "W",
          "month": "M", "mon": "M", "mo": "M", "mth": "M", "year": "Y", "yr": "Y", "y": "Y"}  # fmt: skip
_NUM = r"(?:\d{1,4}(?:\.\d{1,3})?|" + "|".join(_NUMBER_WORDS) + r")(?![\d.]*\d)"
_UNIT = r"(?:minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mons?|mths?|mo|mos|years?|yrs?|y)\b(?!')"
_TO = r"\s*(?:to|through|-|–|—|~)\s*"
_AND = r"\s*(?:,\s*and|,\s*&|,|，|、|;|&|/|\band\b|\bor\b)\s*"
_NTH = r"(?:st|nd|rd|th)?"
_NOT_OF_ANOTHER = rf"(?!{_NTH}[\s-]*{_UNIT})(?!\s*(?:%|mg|ml))"
_AFTER_NUMBER = re.compile(
    rf"(?<![\w.+±-])(?<!cohort )(?<!cohorts )(?<!arm )(?<!part )(?<!phase )(?<!group )(?<!visit )(?P<nums>{_NUM}{_NTH}(?:(?:{_AND}|{_TO}){_NUM}{_NTH})*)(?:\s*\([^()]{{1,20}}\)|\s*(?:±|\+/-)\s*\d{{1,3}})?[\s-]*(?P<unit>{_UNIT})",
    re.IGNORECASE,
)
_BEFORE_NUMBER = re.compile(
    r"\b(?P<unit>hours?|days?|weeks?|wks?|months?|years?)\"?\s*[#+]?\s*"
    rf"(?P<nums>\d{{1,4}}(?:\.\d)?{_NOT_OF_ANOTHER}(?:(?:{_AND}|{_TO})(?:and\s+)?[#+]?\d{{1,4}}(?:\.\d)?{_NOT_OF_ANOTHER})*)",
    re.IGNORECASE,
)
_SHORT = re.compile(r"(?<![\w.-])(?P<unit>[DWMY])(?P<nums>\d{1,3})\b")
_BASELINE = re.compile(r"\bbas(?:e[ -]?)?line\b", re.IGNORECASE)
_RANGE = re.compile(rf"({_NUM}){_NTH}{_TO}({_NUM}){_NTH}", re.IGNORECASE)
_ONE = re.compile(_NUM, re.IGNORECASE)

_FILLER = r"(?:\W|\b(?:approximately|about|approx|around|a|an|the|to|of|study|end|expected|estimated|planned|total|first|next|following|last|post|at|treatment)\b|~)*$"
_KINDS = tuple(
    (kind, re.compile(rf"(?:{words}){_FILLER}", re.IGNORECASE))
    for kind, words in (
        (
            "up to",
            r"\bup ?to\b|\buntil\b|\btill\b|\bthrough(?! study completion)\b|\bthru\b|\bmax(?:imum)?(?: duration)?(?: of)?\b|\bno later than\b",
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
    r"\s*(?:\([^)]*\)\s*)?[,-]?\s*(?:post\b|post-|after|following(?! day)|later|since|from|of age|subsequent|corrected|postmenstrual|pma\b)",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"\s*-?\s*(?:long\s+)?(?:screening|run[ -]?in|wash[ -]?out|prior|before|pre\b|pre-)", re.IGNORECASE
)
_NOT_THEN = re.compile(r"(?:\bbefore|\bprior to|\bolder than|\baged?)\s*(?:the\s+)?$", re.IGNORECASE)
_TOLERANCE = re.compile(r"(?:±|\+/-|\+/−|\+\s*-|\+|plus or minus|plus/minus|plus-minus|\(-)\s*$", re.IGNORECASE)
_OF_A_CYCLE = re.compile(
    r"\bcycles?\b(?:\s*\([^)]*\))?(?:\s+(?:length|duration))?\s*(?:is|was|are|were|of|=|:|equals|lasts)?\s*(?:approximately\s*)?$|(?:each|one|1)\s+(?:treatment\s+)?(?:cycle|course)\b[^.;]{0,12}$",
    re.IGNORECASE,
)
_JOINS = re.compile(
    r"^\s*[)\"”.]?\s*(?:\([^)]*\)\s*)?(?:to|through|until|till|up to|[-–—]|and)\s*(?:the\s+)?(?:(?:end\s+of|study|approximately|about|maximum|a|treatment|end|completion)\s+)*[(\"“]?\s*$",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"\bchanges?\b[^.;]{0,30}$", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+(?:the\s+)?$", re.IGNORECASE)


_PATTERNS = (_BASELINE, _BEFORE_NUMBER, _SHORT, _AFTER_NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeReading:
    """A time that a text names. Durations are ISO 8601 in the unit of the text; without one it is the baseline."""

    kind: str
    """``at``, ``window``, ``within``, ``up to``, ``during``, ``every``, ``on average``, ``at least``; empty: not stated."""
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


@dataclass(slots=True)
class _Spot:
    """A run of numbers with their unit, or a baseline, while its kind is being found."""

    start: int
    end: int
    durations: list[str]
    named: bool = False
    span: tuple[str, str] | None = None
    kind: str = ""


@lru_cache(maxsize=4096)
def read_times(text: str) -> TimeFrame:
    """Return the times that a time frame names, in its order.

    >>> [(time.kind, time.duration) for time in read_times("Baseline, Week 12 and Month 6").times]
    [('at', ''), ('at', 'P12W'), ('at', 'P6M')]
    >>> [(time.kind, time.duration) for time in read_times("up to 2 years").times], read_times("12 weeks").times[0].kind
    ([('up to', 'P2Y')], '')
    """
    spots = _unique(_with_kinds(text, list(_spots(text))))
    return TimeFrame(tuple(_readings(spots)), read_anchor(text))


def _spots(text: str) -> Iterator[_Spot]:
    """Yield what looks like a time, in order, without tolerances, lengths of cycles and restatements."""
    in_cycles = re.search(r"\bcycles?\b|\bC\d", text) is not None or re.search(r"\bcycles?\b", text, re.IGNORECASE)
    end = 0
    for match in _matches(text):
        before = text[: match.start()]
        if match.start() < end or _TOLERANCE.search(before) or _NOT_THEN.search(before) or _OF_A_CYCLE.search(before):
            continue
        if "nums" not in match.groupdict():
            if not re.search(r"(?:\bpost|\bafter|\bfrom|\bsince|\bof)[\s-]*$", before, re.I) or not _follows_a_time(
                before
            ):
                yield _Spot(match.start(), match.end(), [""], named=True)
        elif not (_EARLIER.match(text, match.end()) or (in_cycles and match.re is not _AFTER_NUMBER)):
            end = match.end()
            yield _spot(match)


def _follows_a_time(before: str) -> bool:
    return (
        re.search(rf"{_UNIT}[\s,-]*(?:post|after|from|since|of)[\s-]*$|\d\s*post[\s-]*$", before, re.IGNORECASE)
        is not None
    )


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Yield what looks like a time, the first of what begins at one place, none inside another."""
    found = {pattern: pattern.search(text) for pattern in _PATTERNS}
    position = 0
    while True:
        for pattern, match in found.items():
            if match is not None and match.start() < position:
                found[pattern] = pattern.search(text, position)
        first = min((match for match in found.values() if match), key=lambda match: match.start(), default=None)
        if first is None:
            return
        yield first
        position = first.end()


def _spot(match: re.Match[str]) -> _Spot:
    unit = match["unit"].lower()
    code = _UNITS[unit if unit in _UNITS else unit.rstrip("s")]
    numbers = match["nums"]
    span = _RANGE.fullmatch(numbers)
    named = match.re is not _AFTER_NUMBER or re.search(r"\d(?:st|nd|rd|th)\b", numbers) is not None
    durations = [_duration(one[0], code) for one in _ONE.finditer(numbers)]
    spot = _Spot(match.start(), match.end(), durations, named=named or len(durations) > 1)
    if span:
        spot.span = (_duration(span[1], code), _duration(span[2], code))
    return spot


def _duration(number: str, code: str) -> str:
    written = _NUMBER_WORDS.get(number.lower(), number)
    plain = f"{Decimal(written).normalize():f}"
    return f"P{code[:-1]}{plain}{code[-1]}"


def _with_kinds(text: str, spots: list[_Spot]) -> list[_Spot]:
    kept: list[_Spot] = []
    for i, spot in enumerate(spots):
        before = text[spots[i - 1].end if i else 0 : spot.start]
        if kept and kept[-1].end == (spots[i - 1].end if i else -1) and _joined(text, kept, spot, before, spots, i):
            continue
        spot.kind = _kind(text, spot, before, kept[-1] if kept else None, len(spots))
        kept.append(spot)
    return kept


def _joined(text: str, kept: list[_Spot], spot: _Spot, between: str, spots: list[_Spot], i: int) -> bool:
    """Join a spot to the one before: years and months, a restatement in brackets, or the two ends of a window."""
    last = kept[-1]
    if _is_sum(last, spot, between):
        last.durations, last.end = [f"P{int(last.durations[0][1:-1]) * 12 + int(spot.durations[0][1:-1])}M"], spot.end
        return True
    if re.fullmatch(r"\s*[\[(]\s*(?:=|i\.e\.,?|approx\w*)?\s*", between) and not spot.named and last.durations:
        last.end = spot.end
        return True
    if not (_JOINS.match(between) and len(last.durations) == 1 and len(spot.durations) == 1) or last.kind not in (
        "at",
        "",
        "window",
    ):
        return False
    if between.strip().lower() == "and" and not _BETWEEN.search(text, 0, last.start):
        return False
    follows = text[spot.end : spots[i + 1].start] if i + 1 < len(spots) else "."
    if _CHANGE.search(text, 0, last.start) or re.fullmatch(r"\s*(?:,|and|&|,\s*and)?\s*(?:and\s+)?", follows):
        return False
    if re.search(r"\bup ?to\b|\buntil\b|\btill\b", between, re.IGNORECASE):
        if not last.durations[0] or last.named:
            kept.pop()
        return False
    begin = last.durations[0] or "baseline"
    last.span, last.end, last.kind = (begin, spot.durations[0]), spot.end, "window"
    return True


def _is_sum(last: _Spot, spot: _Spot, between: str) -> bool:
    if between.strip(" ,").lower() not in ("", "and") or "," in between or not (last.durations and spot.durations):
        return False
    years, months = last.durations[-1], spot.durations[0]
    whole = len(last.durations) == len(spot.durations) == 1 and between.strip() == ""
    return whole and years.endswith("Y") and months.endswith("M") and "T" not in months and "." not in years + months


def _kind(text: str, spot: _Spot, before: str, last: _Spot | None, count: int) -> str:
    if spot.span:
        return "window"
    if not spot.durations[0]:
        return "at"
    for kind, pattern in _KINDS:
        if pattern.search(before):
            return kind
    if last and last.kind in ("on average", "every") and re.search(r"\band\b\s*$|,\s*$", before):
        return last.kind
    if spot.named or _AT.search(before) or _AFTERWARDS.match(text, spot.end):
        return "at"
    return "at" if count > 1 and _in_a_list(text, spot, before, last) else ""


def _in_a_list(text: str, spot: _Spot, before: str, last: _Spot | None) -> bool:
    listed = re.compile(r"[^.;]{0,25}?(?:,|\band\b|&|/|;|\bto\b)\s*[^.;]{0,12}$", re.IGNORECASE)
    return (
        bool(last and listed.match(before))
        or re.match(r"\s*(?:,|and\b|&|/)\s*\S{0,12}\s*\d", text[spot.end :]) is not None
    )


def _unique(spots: list[_Spot]) -> list[_Spot]:
    """Drop what a text names twice."""
    seen: dict[tuple[str, tuple[str, ...], tuple[str, str] | None], _Spot] = {}
    for spot in spots:
        seen.setdefault((spot.kind, tuple(spot.durations), spot.span), spot)
    return list(seen.values())


def _readings(spots: list[_Spot]) -> Iterator[TimeReading]:
    for spot in spots:
        if spot.span:
            begin, end = spot.span
            yield TimeReading(kind="window", duration=end, begin=begin, start=spot.start, end=spot.end)
            continue
        for duration in spot.durations:
            yield TimeReading(kind=spot.kind, duration=duration, start=spot.start, end=spot.end)
