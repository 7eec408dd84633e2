"""Whether a posted value is a change or a value at a time, and whether the time is before treatment.

Read from the titles of measure and class and the unit, nothing else; where only the description speaks of a change the
scale is not clear, and nothing is computed across it.
"""

from __future__ import annotations

import re

from .kinds import Scale

_BASELINE = re.compile(
    r"\bbase ?-?line\b|\bpre-?(treatment|dose|infusion|operative|op|transplant|injection)\b"
    r"|\bscreening\b|\bbefore\b( (treatment|infusion|injection|transplant\w*|surgery)\b)?"
    r"|\b(day|week|month|hour|time|visit) ?(0|zero)\b(?!\.)|\b0 ?(days?|weeks?|months?|hours?)\b"
    r"|\bzero( day| time)?\s*$",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"(?<![a-z])chang(e|es|ed|ing)\b|\bdifference\b|\b(from|to|over|versus|vs\.?) bas(e ?-?line|al)\b|\bdelta\b|Δ"
    r"|\bminus\b",
    re.IGNORECASE,
)
_UNSURE = re.compile(r"\b(improvement|reduction|decrease|increase|decline|gain|loss)\b", re.IGNORECASE)
_FROM_BASELINE = re.compile(
    r"\b(from|to|since|over|versus|vs\.?|between) (the |their )?"
    r"(base ?-?line|basal|screening|enrolment|enrollment|randomi[sz]ation|day (0|1|zero)\b|pre-?\w)",
    re.IGNORECASE,
)
_PERCENT_CHANGE = re.compile(
    r"(\bper ?cent(age)?|%) ((mean|median|relative) )?(of )?"
    r"(change|difference|drop|reduction|improvement|decrease|increase)\b"
    r"|\brelative change\b|\bchange *\((in )?(%|per ?cent)",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\bper ?cent(age)?\b|%", re.IGNORECASE)
_RATIO = re.compile(r"\bfold\b|\bratio to base ?-?line\b", re.IGNORECASE)
_SMALL = re.compile(r"\b(at|after|to|from|in|the)\b", re.IGNORECASE)
_TIME = re.compile(
    r"\b(at |after |up to |in )?((day|week|month|year|visit|hour|cycle|d|w|m|y|wk|mo|yr)s? ?[-+#]?\d+(\.\d+)?"
    r"|\d+(\.\d+)?[ -]?(days?|weeks?|months?|years?|hours?|wks?|mos?|yrs?|[hdwmy])"
    r"|(one|two|three|four|five|six|nine|twelve)[ -](day|week|month|year)s?"
    r"|end of (study|treatment|follow-?up)|follow-?up|final|discharge)\b",
    re.IGNORECASE,
)


def is_baseline(title: str | None) -> bool:
    """Tell whether a class is a time before treatment.

    >>> is_baseline("Baseline: pain"), is_baseline("Change from baseline to week 4"), is_baseline("Week 4")
    (True, False, False)
    """
    words = title or ""
    return bool(_BASELINE.search(words)) and not _CHANGE.search(words)


def is_only_baseline(time_frame: str | None) -> bool:
    """Tell whether a time frame is a time before treatment and nothing else.

    >>> is_only_baseline("baseline"), is_only_baseline("Baseline, week 12"), is_only_baseline("Baseline to week 4")
    (True, False, False)
    """
    words = time_frame or ""
    return is_baseline(words) and not re.search(r"\w", _SMALL.sub("", _BASELINE.sub("", words)))


def read_scale(
    measure: str, class_title: str | None, unit: str | None, description: str | None, *, timed: bool, times: int = 0
) -> Scale:
    """Return the scale of a value.

    ``timed`` says that the measure has a class before treatment: its values are then those at each time, whatever its
    title calls them. ``times`` is the number of classes that name a time: "change" over several times may be a title
    of values, unless something says from when.

    >>> read_scale("Change in pain", "Visit 1", "score", None, timed=False, times=3)
    <Scale.UNCLEAR: 'not clear whether change or value'>
    >>> read_scale("Change in percentage of body involved", None, "%", None, timed=False)
    <Scale.CHANGE: 'change from baseline'>
    >>> read_scale("Change in pain from baseline", None, "score", None, timed=False)
    <Scale.CHANGE: 'change from baseline'>
    >>> read_scale("Change in pain", "Week 4", "score", None, timed=True)
    <Scale.AT_TIME: 'value at a time'>
    >>> read_scale("Pain", None, "percent change", None, timed=False)
    <Scale.PERCENT_CHANGE: 'percentage change from baseline'>
    >>> read_scale("Pain", None, "score", "The change from baseline was computed", timed=False)
    <Scale.UNCLEAR: 'not clear whether change or value'>
    """
    own = f"{class_title or ''} | {unit or ''}"
    if timed and not _CHANGE.search(own) and not _RATIO.search(own):
        return Scale.AT_TIME
    words = f"{measure} | {own}"
    if _RATIO.search(words):
        return Scale.RATIO
    if _CHANGE.search(words):
        if times > 1 and not _CHANGE.search(own) and not _FROM_BASELINE.search(f"{measure} | {description or ''}"):
            return Scale.UNCLEAR
        return Scale.PERCENT_CHANGE if _PERCENT_CHANGE.search(words) else Scale.CHANGE
    if _UNSURE.search(words) or (description and _CHANGE.search(description)):
        return Scale.UNCLEAR
    return Scale.AT_TIME


def without_time(title: str | None) -> str | None:
    """Return what a class title says besides time and scale, or ``None`` when it names no time.

    >>> without_time("Baseline: Pain"), without_time("Pain, Week 12"), without_time("Pain")
    ('pain', 'pain', None)
    >>> without_time("Baseline"), without_time("Fold change at 6 months")
    ('', '')
    """
    words = title or ""
    found = _BASELINE.sub(" ", words) if is_baseline(words) else _TIME.sub(" ", words)
    if found == words:
        return None
    for pattern in (_RATIO, _CHANGE, _PERCENT, _SMALL):
        found = pattern.sub(" ", found)
    return " ".join(re.findall(r"\w+", found.casefold()))


def numbers_said(title: str | None) -> set[int]:
    """Return the numbers of participants that a class title states, which may differ from those of its denominators.

    >>> sorted(numbers_said("Week 24 (N=27, 21)")), numbers_said("Week 24")
    ([21, 27], set())
    """
    found = re.search(r"\bn ?= ?(\d+(?:[ ,;/]+(?:and )?(?:n ?= ?)?\d+)*)", title or "", re.IGNORECASE)
    return {int(number) for number in re.findall(r"\d+", found[1])} if found else set()
