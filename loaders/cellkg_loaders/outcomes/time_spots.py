"""Where a text names times: numbers with their unit, in lists and ranges, and the baseline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_NUMBER_WORDS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
}  # fmt: skip
_UNITS = {
    **dict.fromkeys(("minute", "min"), "TM"),
    **dict.fromkeys(("hour", "hr", "h"), "TH"),
    **dict.fromkeys(("day", "d"), "D"),
    **dict.fromkeys(("week", "wk", "w"), "W"),
    **dict.fromkeys(("month", "mon", "mo", "mth"), "M"),
    **dict.fromkeys(("year", "yr", "y"), "Y"),
}
_NUM = r"(?:\d{1,4}(?:\.\d{1,3})?|" + "|".join(_NUMBER_WORDS) + r")(?![\d.]*\d)"
UNIT = r"(?:minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mons?|mths?|mo|mos|years?|yrs?|y)\b(?!')"
_TO = r"\s*(?:to|through|-|–|—|~)\s*"
_AND = r"\s*(?:,\s*and|,\s*&|,|，|、|;|&|/|\band\b|\bor\b)\s*"
_NTH = r"(?:st|nd|rd|th)?"
_NOT_OF_ANOTHER = rf"(?!{_NTH}[\s-]*{UNIT})(?!\s*(?:%|mg|ml))"
_NUMBERED = "".join(f"(?<!{word} )" for word in ("cohort", "cohorts", "arm", "part", "phase", "group", "visit"))
_GIVEN_AGAIN = r"(?:\s*\([^()]{1,20}\)|\s*(?:±|\+/-)\s*\d{1,3})?"
_AFTER_NUMBER = re.compile(
    rf"(?<![\w.+±-]){_NUMBERED}(?P<nums>{_NUM}{_NTH}(?:(?:{_AND}|{_TO}){_NUM}{_NTH})*){_GIVEN_AGAIN}[\s-]*(?P<unit>{UNIT})",
    re.IGNORECASE,
)
_COUNTED = rf"\d{{1,4}}(?:\.\d)?{_NOT_OF_ANOTHER}"
_BEFORE_NUMBER = re.compile(
    r"\b(?P<unit>hours?|days?|weeks?|wks?|months?|years?)\"?\s*[#+]?\s*"
    rf"(?P<nums>{_COUNTED}(?:(?:{_AND}|{_TO})(?:and\s+)?[#+]?{_COUNTED})*)",
    re.IGNORECASE,
)
_SHORT = re.compile(r"(?<![\w.-])(?P<unit>[DWMY])(?P<nums>\d{1,3})\b")
_BASELINE = re.compile(r"\bbas(?:e[ -]?)?line\b", re.IGNORECASE)
_PATTERNS = (_BASELINE, _BEFORE_NUMBER, _SHORT, _AFTER_NUMBER)
_RANGE = re.compile(rf"({_NUM}){_NTH}{_TO}({_NUM}){_NTH}", re.IGNORECASE)
_ONE = re.compile(_NUM, re.IGNORECASE)
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)\b", re.IGNORECASE)

_EARLIER = re.compile(
    r"\s*-?\s*(?:long\s+)?(?:screening|run[ -]?in|wash[ -]?out|prior|before|pre\b|pre-)", re.IGNORECASE
)
_NOT_THEN = re.compile(r"(?:\bbefore|\bprior to|\bolder than|\baged?)\s*(?:the\s+)?$", re.IGNORECASE)
_TOLERANCE = re.compile(r"(?:±|\+/-|\+/−|\+\s*-|\+|plus or minus|plus/minus|plus-minus|\(-)\s*$", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+(?:the\s+)?$", re.IGNORECASE)
_CYCLES = re.compile(r"(?i:\bcycles?\b)|\bC\d")
_OF_A_CYCLE = re.compile(
    r"\bcycles?\b(?:\s*\([^)]*\))?(?:\s+(?:length|duration))?\s*(?:is|was|are|were|of|=|:|equals|lasts)?\s*(?:approximately\s*)?$"
    r"|(?:each|one|1)\s+(?:treatment\s+)?(?:cycle|course)\b[^.;]{0,12}$",
    re.IGNORECASE,
)
_ANCHOR = re.compile(rf"(?:{UNIT}[\s,-]*(?:post|after|from|since|of)|\d\s*post)[\s-]*$", re.IGNORECASE)


@dataclass(slots=True)
class Spot:
    """A run of numbers with their unit, or a baseline (an empty duration), while its kind is being found."""

    start: int
    end: int
    durations: list[str]
    named: bool = False
    """Whether the words name points (Week 12, the 4th week, 3 and 6 months) and no mere length."""
    span: tuple[str, str] | None = None
    kind: str = ""


def find_spots(text: str) -> Iterator[Spot]:
    """Yield what names a time, in order, without tolerances, lengths of cycles and what lies before.

    Days that are counted within treatment cycles are left out: they are no days since anything that is known.
    """
    in_cycles = _CYCLES.search(text) is not None
    for match in _matches(text):
        before = text[: match.start()]
        if any(rule.search(before) for rule in (_TOLERANCE, _NOT_THEN, _OF_A_CYCLE)):
            continue
        if match.re is _BASELINE:
            if not _ANCHOR.search(before):
                yield Spot(match.start(), match.end(), [""], named=True)
        elif not (_EARLIER.match(text, match.end()) or (in_cycles and match.re is not _AFTER_NUMBER)):
            yield _spot(match, _BETWEEN.search(before) is not None)


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


def _spot(match: re.Match[str], between: bool) -> Spot:
    unit = match["unit"].lower()
    code = _UNITS[unit if unit in _UNITS else unit.rstrip("s")]
    numbers = match["nums"]
    span = _RANGE.fullmatch(numbers)
    named = match.re is not _AFTER_NUMBER or _ORDINAL.search(numbers) is not None
    durations = [_duration(one[0], code) for one in _ONE.finditer(numbers)]
    spot = Spot(match.start(), match.end(), durations, named=named or len(durations) > 1)
    if span:
        spot.span = (_duration(span[1], code), _duration(span[2], code))
    elif between and len(durations) == 2:
        spot.span = (durations[0], durations[1])
    return spot


def _duration(number: str, code: str) -> str:
    written = _NUMBER_WORDS.get(number.lower(), number)
    plain = f"{Decimal(written).normalize():f}"
    return f"P{code[:-1]}{plain}{code[-1]}"
