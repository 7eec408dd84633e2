"""What makes a responder by the words of a measure: by how much a number has to change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_KINDS = (
    ("improvement", r"improve\w*"),
    ("reduction", r"reduc\w+|decreas\w+|declin\w+|drop\w*"),
    ("increase", r"increas\w+|gain\w*"),
)
_WORDS = "|".join(words for _, words in _KINDS)
_AMOUNT = (
    r"(?P<sign{n}>≥|>=|=>|≧|at least|>|more than|greater than(?: or equal to)?|minimum of)\s*(?:a\s+)?"
    r"(?P<value{n}>\d{{1,3}}(?:\.\d{{1,2}})?)\s*-?\s*(?P<unit{n}>%|percent|points?|units?|grades?|letters?)(?![A-Za-z])"
)
_PATTERN = re.compile(
    rf"{_AMOUNT.format(n=1)}\s*(?:of\s+|or more\s+)?(?P<word1>{_WORDS})\b"
    rf"|(?P<word2>{_WORDS})\b[^.;,()\d]{{0,40}}?{_AMOUNT.format(n=2)}",
    re.IGNORECASE,
)
_AT_LEAST = ("≥", ">=", "=>", "≧", "at least", "minimum of", "greater than or equal to")
_UNITS = {
    "%": "percent",
    "percent": "percent",
    "point": "points",
    "unit": "points",
    "grade": "grades",
    "letter": "letters",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Responder:
    """The change that makes a responder, with its place in the text."""

    kind: str
    """``improvement``, ``reduction`` or ``increase``: as written, not as good or bad."""
    threshold: Decimal
    at_least: bool
    """Whether the threshold itself counts."""
    unit: str
    """``percent``, ``points``, ``grades`` or ``letters``; without a unit a number is not read."""
    start: int
    end: int


def read_responder(text: str) -> Responder | None:
    """Return the one change that a text asks of a responder; ``None`` where it asks none, or several.

    >>> found = read_responder("Participants with at least 50% improvement in the score")
    >>> (found.kind, found.threshold, found.at_least, found.unit) if found else None
    ('improvement', Decimal('50'), True, 'percent')
    """
    found = [_responder(match) for match in _PATTERN.finditer(text)]
    same = {(one.kind, one.threshold, one.at_least, one.unit) for one in found}
    return found[0] if len(same) == 1 else None


def _responder(match: re.Match[str]) -> Responder:
    n = "1" if match["word1"] else "2"
    word, unit = match[f"word{n}"].lower(), match[f"unit{n}"].lower()
    kind = next(kind for kind, words in _KINDS if re.fullmatch(words, word))
    return Responder(
        kind=kind,
        threshold=Decimal(match[f"value{n}"]),
        at_least=match[f"sign{n}"].lower() in _AT_LEAST,
        unit=_UNITS[unit if unit in _UNITS else unit.rstrip("s")],
        start=match.start(),
        end=match.end(),
    )
