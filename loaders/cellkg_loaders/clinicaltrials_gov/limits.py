"""Numeric limits in the words of a criterion: age, body mass index and haemoglobin, where they are plain.

Anything less plain than a name, a comparison and a number stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_COMPARISONS = (
    (
        r"\\?>\s?\\?=|=\s?\\?>|≥|⩾|at least|greater than or equal to|more than or equal to|not less than|no less than",
        ">=",
    ),
    (r"\\?<\s?\\?=|=\s?\\?<|≤|⩽|at most|less than or equal to|not more than|no more than|no greater than", "<="),
    (r"\\?>|greater than|more than|higher than|older than", ">"),
    (r"\\?<|less than|lower than|younger than|below", "<"),
)
SIGN = "(?P<sign>" + "|".join(pattern for pattern, _ in _COMPARISONS) + ")"
VALUE = r"(?P<value>\d{1,3}(?:\.\d{1,2})?)(?![\d.,]*\d)"
_YEARS = r"(?P<unit>years?|yrs?\b|months?)"
_BETWEEN = r"[^.;\n\d<>≤≥=\\]{0,20}?"
# An age further on in a criterion, or that of someone or something else, is rarely a limit for the participant.
_OPENING = 80
_OTHER_AGE = re.compile(
    r"gestation|correct|bone age|mental|develop|partner|parent|mother|father|donor|sibling|child of|infant|consent"
    r"|assent|onset|diagnos|history|since|duration|for at least|within|prior|\bweeks?\b|\bdays?\b"
)
_AGE_WORD, _NUMBER_OF_YEARS = re.compile(r"\bage[sd]?\b"), re.compile(r"\d\s*(?:year|yr|month)")
_AGE_SIGN = re.compile(rf"\bages?d?\b{_BETWEEN}{SIGN}\s*{VALUE}(?:\s*{_YEARS})?", re.IGNORECASE)
_SIGN_AGE = re.compile(rf"{SIGN}\s*{VALUE}\s*{_YEARS}\s*(?:of age|old)\b", re.IGNORECASE)
_OR_OLDER = re.compile(
    rf"(?<![\d.–-]){VALUE}\s*{_YEARS}(?:\s*of\s*age|\s*old)?,?\s*(?:or|and)\s*(?P<side>older|above|younger|below)\b",
    re.I,
)
_RANGE = re.compile(
    rf"\bage[ds]?\b\s*(?:between|from|of|:)?\s*(?P<low>\d{{1,3}})(?:\s*years?)?\s*(?:-|–|to|and)\s*{VALUE}\s*{_YEARS}",
    re.I,
)
_PER_AREA = r"(?P<unit>kg\s?/\s?m\s?(?:\^|\\\^)?[2²])"
_BMI = re.compile(
    rf"\b(?:BMI|body[ -]mass index)\b(?:\s*\(BMI\))?{_BETWEEN}{SIGN}\s*{VALUE}(?:\s*{_PER_AREA})?",
    re.IGNORECASE,
)
_PER_VOLUME = r"(?P<unit>g/dl|g/l|mmol/l)\b"
_HAEMOGLOBIN = re.compile(
    rf"\b(?P<printed>ha?emoglobin|hgb|hb)\b(?!\s*A1)(?:\s*\(\w+\))?{_BETWEEN}{SIGN}\s*{VALUE}\s*{_PER_VOLUME}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A number that a criterion sets, and where it stands in the words of the criterion."""

    measure: str | None
    printed: str
    comparison: str
    value: Decimal
    unit: str | None
    start: int
    end: int


def read_limits(words: str) -> list[Limit]:
    r"""Return the plain limits of a criterion, in the order of their spots.

    >>> [(limit.measure, limit.comparison, str(limit.value), limit.unit) for limit in read_limits("Age ≥ 18 years")]
    [('age', '>=', '18', 'years')]
    >>> [(limit.comparison, str(limit.value)) for limit in read_limits("aged 18 to 75 years")]
    [('>=', '18'), ('<=', '75')]
    >>> [(limit.printed, limit.comparison, str(limit.value), limit.unit) for limit in read_limits("Hb \\< 9.0 g/dL")]
    [('Hb', '<', '9.0', 'g/dL')]
    """
    kept: list[Limit] = []
    for limit in sorted(_found(words), key=lambda limit: (limit.start, -limit.end, limit.comparison != ">=")):
        if not any(_overlap(limit, other) for other in kept):
            kept.append(limit)
    return kept


def _found(words: str) -> Iterator[Limit]:
    lower = words.lower()
    if _NUMBER_OF_YEARS.search(lower) or ("age" in lower and _AGE_WORD.search(lower)):
        yield from (limit for limit in _age_limits(words[:_OPENING]) if not _OTHER_AGE.search(lower[:_OPENING]))
    if "bmi" in lower or "mass index" in lower:
        yield from _signed(_BMI, "body mass index", words)
    if "globin" in lower or "hgb" in lower or "hb" in lower:
        yield from _signed(_HAEMOGLOBIN, None, words)


def _age_limits(words: str) -> Iterator[Limit]:
    for match in _RANGE.finditer(words):
        yield _limit(match, "age", ">=", match["low"])
        yield _limit(match, "age", "<=", match["value"])
    for match in _OR_OLDER.finditer(words):
        yield _limit(match, "age", ">=" if match["side"].lower() in ("older", "above") else "<=", match["value"])
    yield from _signed(_AGE_SIGN, "age", words)
    yield from _signed(_SIGN_AGE, "age", words)


def _signed(pattern: re.Pattern[str], measure: str | None, words: str) -> Iterator[Limit]:
    for match in pattern.finditer(words):
        yield _limit(match, measure, comparison_of(match["sign"]), match["value"])


def _limit(match: re.Match[str], measure: str | None, comparison: str, value: str) -> Limit:
    return Limit(
        measure=measure,
        printed="" if measure else match["printed"],
        comparison=comparison,
        value=Decimal(value),
        unit=match["unit"],
        start=match.start(),
        end=match.end(),
    )


def comparison_of(sign: str) -> str:
    """Return the word of the vocabulary for a sign of comparison, or for the words that stand for one."""
    return next(word for pattern, word in _COMPARISONS if re.fullmatch(pattern, sign, re.IGNORECASE))


def _overlap(one: Limit, other: Limit) -> bool:
    """Tell whether two limits are read from the same words; the two ends of a range are meant to be."""
    if (one.start, one.end) == (other.start, other.end):
        return one.comparison == other.comparison
    return one.start < other.end and other.start < one.end
