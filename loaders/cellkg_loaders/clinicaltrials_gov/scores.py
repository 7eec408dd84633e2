"""Limits to a score in the words of a criterion: a known instrument, a comparison and a number right after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from rdflib import URIRef

from cellkg_loaders.outcomes.recognising import recognise
from cellkg_loaders.outcomes.words import load_words

from .limits import SIGN, VALUE, comparison_of

_NUMBERED = re.compile(rf"{SIGN}\s*\d", re.IGNORECASE)
# "20/90" is 20 of at most 90; "2-4" is no limit to one side.
_LIMIT = re.compile(
    rf"[ \t]*(?:\([^()\d]{{1,20}}\))?[ \t]*(?:(?:total )?scores?|of|is|was|must be|:)?[ \t]*{SIGN}\s*{VALUE}"
    r"(?:\s*/\s*(?P<most>\d{1,3}))?(?P<unit>\s?%)?(?!\s*(?:-|–|to|and|or)\s*[<>≤≥]?\s*\d)",
    re.IGNORECASE,
)
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreLimit:
    """A limit to a score, and where it stands in the words of the criterion."""

    outcome: URIRef
    comparison: str
    value: Decimal
    most: Decimal | None
    unit: str | None
    start: int
    end: int


def read_score_limits(words: str) -> Iterator[ScoreLimit]:
    """Yield the limits that a criterion sets to scores that are recognised beyond doubt.

    >>> [(each.comparison, str(each.value)) for each in read_score_limits("Cochin Hand Function Scale > 20/90")]
    [('>', '20')]
    >>> list(read_score_limits("Cochin Hand Function Scale between 20 and 40"))
    []
    """
    if len(words) > _LONGEST or not _NUMBERED.search(words):
        return
    known = load_words()
    for reading in recognise(words, "", (), known):
        found = _LIMIT.match(words, reading.end)
        if found and not reading.ambiguous and _is_of_scale(found["most"], known.ranges.get(reading.outcomes[0])):
            yield ScoreLimit(
                outcome=reading.outcomes[0],
                comparison=comparison_of(found["sign"]),
                value=Decimal(found["value"]),
                most=Decimal(found["most"]) if found["most"] else None,
                unit="%" if found["unit"] else None,
                start=reading.start,
                end=found.end(),
            )


def _is_of_scale(most: str | None, known: tuple[str, str] | None) -> bool:
    """Tell whether a number after a slash is the end of the scale; "6/60" of an acuity is another number."""
    return most is None or (known is not None and Decimal(known[1]) == Decimal(most))
