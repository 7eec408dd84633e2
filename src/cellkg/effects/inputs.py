"""From a posted value to what statistics take, mean with standard deviation or a count of participants; or why not."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import NamedTuple

from .kinds import Dispersion, Statistic, WhyNot, counts_participants, is_percentage, is_rate_of_group
from .records import Measure, Number, Posted
from .statistics import Sample, error_of_interval

_NO_MEAN = {
    Statistic.MEDIAN: WhyNot.MEDIAN,
    Statistic.GEOMETRIC_MEAN: WhyNot.GEOMETRIC_MEAN,
    Statistic.LEAST_SQUARES_MEAN: WhyNot.ADJUSTED,
}


class Spread(NamedTuple):
    """The standard error of a posted value, where it comes from, and its degrees of freedom."""

    error: float
    note: str | None
    degrees: float


def read_mean(measure: Measure, posted: Posted) -> float | WhyNot:
    """Return a posted mean as a number; a median, a geometric or an adjusted mean is none."""
    if measure.statistic is not Statistic.MEAN:
        return _NO_MEAN.get(measure.statistic) or _no_statistic(measure)
    if is_rate_of_group(measure.unit, measure.title):
        return WhyNot.NO_MEAN
    return WhyNot.NO_VALUE if posted.value.value is None else float(posted.value.value)


def read_sample(measure: Measure, posted: Posted) -> tuple[Sample, str | None] | WhyNot:
    """Return mean, standard deviation and number of a group, with a note when the standard deviation is computed."""
    mean = read_mean(measure, posted)
    if isinstance(mean, WhyNot):
        return mean
    n = read_n(posted)
    if isinstance(n, WhyNot):
        return n
    if n < 2:
        return WhyNot.TOO_FEW
    spread = read_spread(measure, posted, n)
    if isinstance(spread, WhyNot):
        return spread
    if measure.dispersion is Dispersion.SD:
        # The posted number itself, not its way through the standard error and back.
        return Sample(mean, float(posted.spread.value or 0), n), spread.note
    return Sample(mean, spread.error * math.sqrt(n), n), spread.note


def read_n(posted: Posted) -> int | WhyNot:
    """Return the number of participants analysed."""
    if posted.n is None:
        return WhyNot.NO_N
    if not counts_participants(posted.n_unit):
        return WhyNot.NOT_PARTICIPANTS
    return posted.n


def why_no_participants(measure: Measure, posted: Posted) -> WhyNot | None:
    """Return why a posted mean is not one over participants, or ``None`` when it is."""
    if is_rate_of_group(measure.unit, measure.title):
        return WhyNot.NO_MEAN
    return WhyNot.NOT_PARTICIPANTS if read_n(posted) is WhyNot.NOT_PARTICIPANTS else None


def read_spread(measure: Measure, posted: Posted, n: int) -> Spread | WhyNot:
    """Return the standard error of a mean from the posted standard deviation, standard error or interval.

    A standard error is never taken for a standard deviation, and a range or quartiles give neither.
    """
    if measure.dispersion in (Dispersion.SD, Dispersion.SE):
        if posted.spread.value is None or posted.spread.value < 0:
            return WhyNot.NO_DISPERSION
        spread = float(posted.spread.value)
        if measure.dispersion is Dispersion.SD:
            return Spread(spread / math.sqrt(n), None, n - 1)
        return Spread(spread, "SD = posted standard error × √n", n - 1)
    if measure.dispersion is Dispersion.INTERVAL:
        return _from_interval(measure, posted, n)
    return WhyNot.NO_DISPERSION if measure.dispersion is Dispersion.NONE else WhyNot.OTHER_DISPERSION


def _from_interval(measure: Measure, posted: Posted, n: int) -> Spread | WhyNot:
    value, lower, upper = posted.value, posted.lower, posted.upper
    if value.value is None or lower.value is None or upper.value is None or measure.level is None:
        return WhyNot.NO_DISPERSION
    if not 0 < measure.level < 100 or lower.value > upper.value:
        return WhyNot.OTHER_DISPERSION
    off_centre = abs((lower.value + upper.value) / 2 - value.value)
    if off_centre > half_unit(value) + (half_unit(lower) + half_unit(upper)) / 2:
        return WhyNot.ASYMMETRIC
    error = error_of_interval(float(lower.value), float(upper.value), n - 1, measure.level / 100)
    return Spread(error, f"SD from the posted {measure.level:g} % interval, taken as a t interval", n - 1)


def read_events(measure: Measure, posted: Posted) -> tuple[int, int] | WhyNot:
    """Return participants with an event and all analysed; events, eyes, knees and percentages are no participants."""
    if measure.statistic is not Statistic.COUNT_OF_PARTICIPANTS:
        if measure.statistic is not Statistic.NUMBER:
            return _no_statistic(measure)
        if is_percentage(measure.unit):
            return WhyNot.PERCENTAGE
        if not counts_participants(measure.unit):
            return WhyNot.NOT_PARTICIPANTS
    if posted.value.value is None:
        return WhyNot.NO_VALUE
    n = read_n(posted)
    if isinstance(n, WhyNot):
        return n
    if n == 0:
        return WhyNot.TOO_FEW
    events = posted.value.value
    if events != events.to_integral_value() or not 0 <= events <= n:
        return WhyNot.COUNT
    return int(events), n


def half_unit(number: Number) -> Decimal:
    """Return half a unit of the last digit that is written: how far a rounded number may be off.

    >>> half_unit(Number(value=Decimal("2.5"), written="2.50"))
    Decimal('0.005')
    """
    _, _, decimals = (number.written or "").strip().partition(".")
    places = len(decimals) if decimals.isdigit() else 0
    return Decimal(5) * Decimal(10) ** -(places + 1)


def counts_events(measure: Measure) -> bool:
    """Tell whether a measure counts participants, so that risks are what it is about."""
    by_unit = measure.statistic is Statistic.NUMBER and counts_participants(measure.unit)
    return measure.statistic is Statistic.COUNT_OF_PARTICIPANTS or by_unit


def _no_statistic(measure: Measure) -> WhyNot:
    if measure.statistic is Statistic.NUMBER and is_percentage(measure.unit):
        return WhyNot.PERCENTAGE
    if measure.statistic is Statistic.COUNT_OF_UNITS:
        return WhyNot.NOT_PARTICIPANTS
    return _NO_MEAN.get(measure.statistic) or WhyNot.STATISTIC
