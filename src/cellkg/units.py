"""Lengths of time: ISO 8601 durations in the unit of their source, and their days."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = r"([0-9]{1,9}(?:\.[0-9]{1,9})?)"
_DURATION = re.compile(f"P(?:{_NUMBER}([YMWD])|T{_NUMBER}([HMS]))")
_DAYS = {"Y": Decimal(360), "M": Decimal(30), "W": Decimal(7), "D": Decimal(1)}
_PER_DAY = {"H": Decimal(24), "M": Decimal(1440), "S": Decimal(86400)}
# A store may compute with no more than 18 digits after the point: a longer decimal makes a FILTER drop its row.
_DIGITS = 10


def read_duration(written: str) -> Decimal:
    """Return the days of a duration of one unit; a week is 7 days, a month 30, a year 360, parts of a day are rounded.

    Raises:
        ValueError: not an ISO 8601 duration of one unit.

    >>> read_duration("P12W"), read_duration("P15.6M"), read_duration("PT12H")
    (Decimal('84'), Decimal('468.0'), Decimal('0.5000000000'))
    """
    match = _DURATION.fullmatch(written)
    if not match:
        raise ValueError(f"not an ISO 8601 duration of one unit: {written!r}")
    if match[1]:
        return Decimal(match[1]) * _DAYS[match[2]]
    return round(Decimal(match[3]) / _PER_DAY[match[4]], _DIGITS)
