"""What a comparison is asked for: an instrument or a study, and which studies and times are let in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from cellkg.errors import UsageError

_DAYS = {"d": 1, "w": 7, "m": 30, "y": 360}
_TIME = r"(\d+(?:\.\d+)?)\s*([dwmy])"
_AT = re.compile(rf"{_TIME}(?:\s*(?:±|\+-|\+/-)\s*{_TIME})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Window:
    """A span of days after the start, both ends in it."""

    first: Decimal
    last: Decimal
    written: str

    def holds(self, days: Decimal | None) -> bool:
        """Tell whether a time lies in it; a time that is not stated does not."""
        return days is not None and self.first <= days <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a comparison is asked for.

    ``instrument`` is an outcome or instrument by one of its names; without it all outcomes of ``study`` are compared.
    Several conditions, types of cells, routes or donors are alternatives. A condition takes in all that lies under it.
    """

    instrument: str | None = None
    study: str | None = None
    conditions: tuple[str, ...] = ()
    cell_types: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    donors: tuple[str, ...] = ()
    at: Window | None = None


def read_window(written: str) -> Window:
    """Return the window of days that a text such as ``6m±1m`` names; a month counts 30 days, a year 360.

    Raises:
        UsageError: the text is no time.

    >>> window = read_window("6m±1m")
    >>> int(window.first), int(window.last)
    (150, 210)
    >>> read_window("100d").holds(Decimal(100)), read_window("24w").holds(None)
    (True, False)
    """
    match = _AT.fullmatch(written.strip())
    if match is None:
        raise UsageError(f"--at takes a time with its tolerance, such as 6m±1m, 24w±2w or 100d; found {written!r}")
    middle = _days(match[1], match[2])
    width = _days(match[3], match[4]) if match[3] else Decimal(0)
    return Window(middle - width, middle + width, written.strip())


def _days(number: str, unit: str) -> Decimal:
    return Decimal(number) * _DAYS[unit.lower()]
