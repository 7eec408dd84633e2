"""The kinds of posted numbers, and the reasons for which a number is not computed.

A kind is read from the controlled words of a registry (parameter type, dispersion type) or of a curated document; a
word that is not known stays ``OTHER`` and nothing is computed from it.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Statistic(StrEnum):
    """Which statistic a posted value is."""

    MEAN = "mean"
    LEAST_SQUARES_MEAN = "least squares mean"
    GEOMETRIC_MEAN = "geometric mean"
    MEDIAN = "median"
    COUNT_OF_PARTICIPANTS = "count of participants"
    COUNT_OF_UNITS = "count of units"
    NUMBER = "number"
    OTHER = "other"
    NOT_STATED = "not stated"


class Dispersion(StrEnum):
    """Which measure of dispersion stands beside a posted value."""

    SD = "standard deviation"
    SE = "standard error"
    INTERVAL = "confidence interval"
    QUARTILES = "inter-quartile range"
    RANGE = "full range"
    OTHER = "other"
    NONE = "none"
    NOT_STATED = "not stated"


class Scale(StrEnum):
    """What a value is measured against: values of two scales are never compared."""

    AT_TIME = "value at a time"
    CHANGE = "change from baseline"
    PERCENT_CHANGE = "percentage change from baseline"
    RATIO = "ratio to baseline"
    UNCLEAR = "not clear whether change or value"


class WhyNot(StrEnum):
    """Why a number is not computed."""

    ONE_ARM = "one group: no comparator has a value in this measure"
    NOT_CONCURRENT = "the record does not say that the groups ran side by side"
    CROSSOVER = "crossover: the same participants are in both groups"
    CONTRAST = "more than two groups: the record does not say which are compared"
    OVERLAP = "one group holds participants of the other"
    BASELINE = "value before treatment"
    MEDIAN = "median: a median is no mean"
    GEOMETRIC_MEAN = "geometric mean: not on the scale of a mean"
    NO_MEAN = "a rate of the whole group: not a mean over participants"
    ADJUSTED = "least squares mean: its adjustment cannot be taken along"
    STATISTIC = "the source does not say that the value is a mean or a count of participants"
    PERCENTAGE = "percentage: the number of participants with the event is not posted"
    NOT_PARTICIPANTS = "the unit counted is not participants"
    NO_VALUE = "the value is not a number"
    NO_N = "the number of participants is not stated, or stated in two ways"
    TOO_FEW = "too few participants"
    COUNT = "the count is no whole number from 0 to the number of participants"
    NO_DISPERSION = "no dispersion is posted"
    OTHER_DISPERSION = "the dispersion posted gives no standard deviation"
    ASYMMETRIC = "the interval is not symmetric about the mean"
    NO_SPREAD = "no spread: the standard deviation is zero"
    CHANGE_DISPERSION = "no dispersion of the change is posted; baseline and final dispersion do not give it"
    OTHER_SCALE = "other scale: change and value are not mixed"
    SCALE = "not clear whether the value is a change or a value at a time"
    OTHER_TIME = "other time or anchor"
    OTHER_POPULATION = "other population: the numbers analysed differ"
    NO_EVENTS = "no participant of either group had the event"
    ALL_EVENTS = "every participant of both groups had the event"


class Reference(StrEnum):
    """How the reference group of a comparison is known."""

    STATED = "stated"
    INFERRED = "inferred from the arm values"
    ARM_TYPE = "type of the arm of the same name"
    GROUP_NAME = "inferred from the name of the group"
    UNKNOWN = "not stated"


_STATISTICS = {
    "MEAN": Statistic.MEAN,
    "LEAST_SQUARES_MEAN": Statistic.LEAST_SQUARES_MEAN,
    "LOG_MEAN": Statistic.OTHER,
    "GEOMETRIC_MEAN": Statistic.GEOMETRIC_MEAN,
    "GEOMETRIC_LEAST_SQUARES_MEAN": Statistic.GEOMETRIC_MEAN,
    "MEDIAN": Statistic.MEDIAN,
    "COUNT_OF_PARTICIPANTS": Statistic.COUNT_OF_PARTICIPANTS,
    "COUNT_OF_UNITS": Statistic.COUNT_OF_UNITS,
    "NUMBER": Statistic.NUMBER,
}
_DISPERSIONS = {
    "standard deviation": Dispersion.SD,
    "standard error": Dispersion.SE,
    "inter-quartile range": Dispersion.QUARTILES,
    "full range": Dispersion.RANGE,
}
_LEVEL = re.compile(r"(\d+(?:\.\d+)?)\s*% confidence interval")


def read_statistic(written: str | None) -> Statistic:
    """Return the statistic of a registry's parameter type or of a curated word.

    >>> str(read_statistic("LEAST_SQUARES_MEAN")), str(read_statistic("mean")), str(read_statistic(None))
    ('least squares mean', 'mean', 'not stated')
    """
    if not written:
        return Statistic.NOT_STATED
    return _STATISTICS.get(written.upper().replace(" ", "_"), Statistic.OTHER)


def read_dispersion(written: str | None) -> tuple[Dispersion, float | None]:
    """Return the kind of a dispersion, and the level of an interval in per cent.

    >>> read_dispersion("95% Confidence Interval")
    (<Dispersion.INTERVAL: 'confidence interval'>, 95.0)
    >>> read_dispersion("Geometric Coefficient of Variation")[0]
    <Dispersion.OTHER: 'other'>
    """
    words = (written or "").strip().lower()
    if not words:
        return Dispersion.NONE, None
    level = _LEVEL.fullmatch(words)
    if level:
        return Dispersion.INTERVAL, float(level[1])
    return _DISPERSIONS.get(words, Dispersion.OTHER), None


_PARTICIPANTS = re.compile(
    r"(number of |count of )?(study )?(participants?|patients?|subjects?|persons?|people)\b(?! *[-–/])"
)
_PERCENTAGE = re.compile(r"%|\bper ?cent|\bproportion\b|\bprobability\b|\brate\b")


_RATE_UNIT = re.compile(
    r"^ *(rates?|probability|proportion|odds|hazard)\b"
    r"|(%|\bper ?cent(age)?|\bproportion|\bfraction|\brate) *(of|in) *(the |all |study )*(participant|patient|subject)",
    re.IGNORECASE,
)
_RATE_TITLE = re.compile(
    r"\bbayesian\b|\bkaplan\b|\bposterior (mean|median|probability|estimate|distribution)"
    r"|\b(response|survival|success|event|incidence|cure|relapse|mortality) rate\b",
    re.IGNORECASE,
)


def is_rate_of_group(unit: str | None, title: str) -> bool:
    """Tell whether a value is a rate of a whole group, so that no participant has one.

    >>> is_rate_of_group("rate", "Success"), is_rate_of_group("percentage of participants", "Remission")
    (True, True)
    >>> is_rate_of_group("percentage of graft volume", "Persistency"), is_rate_of_group("beats/minute", "Heart rate")
    (False, False)
    """
    return bool(_RATE_UNIT.search(unit or "") or _RATE_TITLE.search(title))


def counts_participants(unit: str | None) -> bool:
    """Tell whether a unit counts participants, each once.

    >>> counts_participants("Participants"), counts_participants("percentage of participants")
    (True, False)
    >>> counts_participants("participant-years"), counts_participants("events")
    (False, False)
    """
    words = (unit or "").strip().lower()
    return bool(_PARTICIPANTS.match(words)) and not is_percentage(words)


def is_percentage(unit: str | None) -> bool:
    """Tell whether a unit is a share and not a count."""
    return bool(_PERCENTAGE.search((unit or "").lower()))
