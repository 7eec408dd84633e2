"""The range of a scale and its direction, where the text of a measure states them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = r"(-?(?:\d{1,3}(?:,\d{3})+|\d{1,4})(?:\.\d{1,3})?)"
_GLOSS = r"\s*(?:\([^()]{0,60}\)|=[^,;.]{0,40})?\s*(?:points?\s*)?"
_STATED = re.compile(
    rf"\b(?:rang(?:e|es|ed|ing)|scored|scores?|scale|total)\b(?:\s*(?:of|is|are|from|between|go(?:es)?|vary|varies|the|total|scores?|scale|range"
    rf"|can|could|may|will|be|possible|with|a|an)\b|\s*[:=(])*\s*{_NUMBER}{_GLOSS}(?:to|-|–|—|~|and)\s*{_NUMBER}(?!,\d|[\d.]*\s*(?:%|months?|weeks?|days?|years?|mg))",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:each|item|question|subscale|domain|subscore|component|dimension|category|categories|site|area|per)\b[^.;]{0,80}$",
    re.IGNORECASE,
)
_HIGHER = r"\b(?:higher|greater|larger|increas\w+|the higher)\b[^.;:]{0,60}?"
_LOWER = r"\b(?:lower|smaller|decreas\w+|the lower)\b[^.;:]{0,60}?"
_BAD = (
    r"\b(?:wors\w*|more (?:severe|disab\w+|sever\w+|pain|impair\w+|symptom\w*)|severe|poor\w*|impair\w*|deteriorat\w*"
    r"|greater (?:disab\w+|sever\w+|impair\w+|pain))\b"
)
_GOOD = (
    r"\b(?:better|best|improve\w*|good|healthier|less (?:severe|disab\w+|pain)|favou?rabl\w+"
    r"|higher (?:quality|function\w*))\b"
)
_WORSE = re.compile(f"{_HIGHER}{_BAD}|{_LOWER}{_GOOD}", re.IGNORECASE)
_BETTER = re.compile(f"{_HIGHER}{_GOOD}|{_LOWER}{_BAD}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedRange:
    """A range as a text gives it, with its place."""

    low: Decimal
    high: Decimal
    start: int
    end: int


def read_range(text: str) -> StatedRange | None:
    """Return the one range of the whole scale that a text states; ``None`` where it states none, or several.

    >>> found = read_range("scores range from 0 to 90, higher is worse")
    >>> (found.low, found.high) if found else None
    (Decimal('0'), Decimal('90'))
    >>> found = read_range("score range: 0-2,400")
    >>> found.high if found else None
    Decimal('2400')
    """
    found = [match for match in _STATED.finditer(text) if not _PART.search(text, 0, match.start(1))]
    ranges = {(_number(match[1]), _number(match[2])) for match in found}
    if len(ranges) != 1:
        return None
    low, high = ranges.pop()
    return StatedRange(low=low, high=high, start=found[0].start(), end=found[0].end()) if low < high else None


def _number(written: str) -> Decimal:
    return Decimal(written.replace(",", ""))


def read_direction(text: str) -> tuple[str, int, int] | None:
    """Return whether a higher number is *better* or *worse*, and where; ``None`` where a text does not say, or both.

    >>> read_direction("higher scores indicate worse function")
    ('worse', 0, 28)
    """
    worse, better = _WORSE.search(text), _BETTER.search(text)
    if (worse is None) == (better is None):
        return None
    match = worse or better
    assert match is not None
    return ("worse" if worse else "better"), match.start(), match.end()
