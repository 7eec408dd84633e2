"""What kind of number a measure is by its own words: a change, a share of participants, a time to an event ..."""

from __future__ import annotations

import re

_PERCENT_CHANGE = re.compile(
    r"\b(?:per ?cent(?:age)?|%|relative)\s+(?:of\s+)?(?:change|reduction|increase|decrease|improvement)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:(?:mean|absolute|net)\s+)?changes?\s+(?:in|of|from|for|at|on|compared|vs|over|versus)\b"
    r"|\bchange from (?:the )?baseline\b|\bΔ",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\b(?:proportion|percent(?:age)?|%|rate)\s+of\s+(?:\w+\s+){0,2}?(?:participants?|patients?|subjects?|responders?)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\b(?:number|count|no\.)\s+of\s+(?:\w+\s+){0,2}?(?:participants?|patients?|subjects?|responders?)\b", re.IGNORECASE
)
_TIME = re.compile(r"\btime\s+(?:to|until|from)\b|\bdays? to\b|\bduration of (?:response|remission)\b", re.IGNORECASE)

#: The forms with their rules, the most telling first.
_RULES = (
    ("percentage of change", _PERCENT_CHANGE),
    ("share of participants", _SHARE),
    ("count of participants", _COUNT),
    ("time to event", _TIME),
    ("change from baseline", _CHANGE),
)


def read_form(title: str) -> tuple[str, int, int] | None:
    """Return what kind of number a title says, and where; ``None`` where it does not.

    >>> read_form("Change from baseline in LVEF"), read_form("LVEF at month 6")
    (('change from baseline', 0, 11), None)
    """
    for form, rule in _RULES:
        match = rule.search(title)
        if match:
            return form, match.start(), match.end()
    return None
