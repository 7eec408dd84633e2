"""How far a posted value spreads, as its source says: an interval, quartiles, a standard deviation …, or nothing."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple

from cellkg.effects import Proportion

from .records import Row

LINES = {
    "confidence interval": "-",
    "exact interval, derived": "-",
    "quartiles": (0, (5, 2)),
    "range": (0, (1, 2)),
    "standard deviation": (0, (4, 2, 1, 2)),
    "standard error": (0, (2, 1)),
    "dispersion of a kind not stated": (0, (1, 4)),
}
"""The line of each kind of spread, told apart without colour."""

_OFF = 4
_FAR = 20
_MANY = 5
_MANY_TIMES = 1000


class Span(NamedTuple):
    """Both ends of a spread and its kind, a key of ``LINES``."""

    low: float
    high: float
    kind: str


class Limits(NamedTuple):
    """What an axis shows, and whether it is one of logarithms."""

    low: float
    high: float
    is_log: bool = False


def point_of(row: Row) -> float:
    """Return where a value is drawn: a count of participants at its share of those analysed."""
    if isinstance(row.derived, Proportion):
        return row.derived.estimate.value
    assert row.value.value is not None
    return float(row.value.value)


def span_of(row: Row) -> Span | None:
    """Return the spread of a value as its source reports it, of a share its exact interval; else ``None``."""
    if isinstance(row.derived, Proportion):
        estimate = row.derived.estimate
        assert estimate.lower is not None
        assert estimate.upper is not None
        return Span(estimate.lower, estimate.upper, "exact interval, derived")
    kind = _kind(row.dispersion.casefold())
    if row.lower.value is not None and row.upper.value is not None:
        return Span(float(row.lower.value), float(row.upper.value), kind)
    if row.spread.value is None or row.value.value is None:
        return None
    value, spread = float(row.value.value), float(row.spread.value)
    return Span(value - spread, value + spread, kind)


def _kind(written: str) -> str:
    if "confidence" in written:
        return "confidence interval"
    if "quartile" in written:
        return "quartiles"
    return next((kind for kind in LINES if kind in written), "dispersion of a kind not stated")


def limits(values: Sequence[float], spans: Sequence[tuple[float, float]]) -> Limits:
    """Return what an axis shows: values, and spreads, unless a few of them would hide all else; those are cut.

    Positive values over three powers of ten or more get an axis of logarithms.

    >>> limits([1, 2], [(0, 4)])
    Limits(low=-0.2, high=4.2, is_log=False)
    >>> limits([1, 5000], [])[2]
    True
    """
    if min(values) > 0 and max(values) / min(values) >= _MANY_TIMES:
        return Limits(min(values) / 2, max(values) * 2, is_log=True)
    half = statistics.median((end - start) / 2 for start, end in spans) if spans else 0.0
    near = _near(values, half)
    low, high = min(near), max(near)
    if spans:
        room = max(high - low, 2 * half) * _OFF
        low = max(min(low, *(start for start, _ in spans)), low - room)
        high = min(max(high, *(end for _, end in spans)), high + room)
    pad = (high - low) * 0.05 or abs(high) * 0.1 or 1.0
    return Limits(low - pad, high + pad)


def _near(values: Sequence[float], half: float) -> Sequence[float]:
    """Return the values without those that lie so far from the many that an axis with both would show neither.

    >>> _near([-3, -2, -1, 0, 1, -90000], 2.5)
    [-3, -2, -1, 0, 1]
    """
    if len(values) < _MANY:
        return values
    low, middle, high = statistics.quantiles(values, method="inclusive")
    reach = max(high - low, 2 * half) * _FAR
    return [value for value in values if abs(value - middle) <= reach]
