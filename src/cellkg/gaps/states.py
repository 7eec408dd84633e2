"""Where a study stands towards an endpoint: reported, or by the status that its sources state."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

NOTE = "not medical advice; not a pooled estimate"

UNREAD = "no endpoint read"
"""The endpoint of a study whose outcomes are not known by name."""

_DAYS_OF_A_YEAR = 365.25


class State(StrEnum):
    """Where a study stands towards an endpoint, in the order in which a map shows it."""

    REPORTED = "reported"
    OTHER_RESULTS = "completed, results without this endpoint"
    UNREAD_RESULTS = "results posted, endpoints not read"
    COMPLETED = "completed without results"
    ONGOING = "ongoing"
    NOT_YET = "not yet recruiting"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "status unknown"
    EXPANDED_ACCESS = "expanded access"
    WITHHELD = "status withheld"
    DIFFER = "sources differ in status"
    NOT_STATED = "status not stated"


MAY_REPORT = (State.ONGOING, State.NOT_YET)
"""The states in which a study may still bring a result."""

STOPPED = (State.SUSPENDED, State.TERMINATED, State.WITHDRAWN)

_OF_STATUS = {
    "RECRUITING": State.ONGOING,
    "ENROLLING_BY_INVITATION": State.ONGOING,
    "ACTIVE_NOT_RECRUITING": State.ONGOING,
    "NOT_YET_RECRUITING": State.NOT_YET,
    "COMPLETED": State.COMPLETED,
    "SUSPENDED": State.SUSPENDED,
    "TERMINATED": State.TERMINATED,
    "WITHDRAWN": State.WITHDRAWN,
    "UNKNOWN": State.UNKNOWN,
    "WITHHELD": State.WITHHELD,
    "AVAILABLE": State.EXPANDED_ACCESS,
    "NO_LONGER_AVAILABLE": State.EXPANDED_ACCESS,
    "TEMPORARILY_NOT_AVAILABLE": State.EXPANDED_ACCESS,
    "APPROVED_FOR_MARKETING": State.EXPANDED_ACCESS,
    "not stated": State.NOT_STATED,
}


@dataclass(slots=True)
class Study:
    """What the sources state of a study, and by which values it enters a map."""

    name: str
    statuses: set[str] = field(default_factory=set)
    primary_completion: str | None = None
    """A day or a month, as its source states it."""
    completion_is_actual: bool = False
    reason: str | None = None
    has_results: bool = False
    record_day: str | None = None
    """The day up to which its registry record tells of it."""
    count_to: date | None = None
    """The day to which the time since its primary completion is counted."""
    participants: dict[str, set[int]] = field(default_factory=dict)
    """Numbers of the whole study by kind: enrolled, planned, kind not stated."""
    values: set[str] = field(default_factory=set)
    """The product classes, tissues, donors or routes."""
    claims: set[str] = field(default_factory=set)
    """The product classes that its sources name, where they name different ones for the same."""
    planned: set[str] = field(default_factory=set)
    reported: set[str] = field(default_factory=set)
    conditions: set[str] = field(default_factory=set)

    @property
    def disputed(self) -> bool:
        """Whether its sources name products of different classes for the same."""
        return bool(self.claims)

    @property
    def endpoints(self) -> set[str]:
        """The endpoints that it plans or reports."""
        return self.planned | self.reported

    def state(self, endpoint: str) -> State:
        """Return where it stands towards an endpoint; what it reports counts before its status."""
        if endpoint in self.reported:
            return State.REPORTED
        if endpoint == UNREAD and self.has_results:
            return State.UNREAD_RESULTS
        own = self.own_state
        return State.OTHER_RESULTS if own is State.COMPLETED and self.has_results else own

    @property
    def own_state(self) -> State:
        """Where it stands by its status alone."""
        states = {_OF_STATUS.get(status, State.NOT_STATED) for status in self.statuses}
        if len(states) > 1:
            return State.DIFFER
        return states.pop() if states else State.NOT_STATED

    def number(self) -> tuple[str, int] | None:
        """Return its participants with their kind, or ``None`` without a number or where sources differ.

        Enrolled comes before planned, planned before a number whose kind is not stated. They are those of all arms.
        """
        for kind in ("enrolled", "planned", "kind not stated"):
            numbers = self.participants.get(kind, set())
            if numbers:
                return (kind, min(numbers)) if len(numbers) == 1 else None
        return None

    def why(self, state: State) -> str:
        """Return what is to be said of its state: the reason of a stop, or the time since primary completion.

        Without results means up to the day of the record, which is told beside it.
        """
        if state in STOPPED:
            return self.reason or "reason not stated"
        if state not in (State.COMPLETED, State.OTHER_RESULTS, State.UNREAD_RESULTS, State.UNKNOWN):
            return ""
        record = f", record of {self.record_day}" if self.record_day else ""
        if self.primary_completion is None:
            return f"primary completion not stated{record}"
        if not self.completion_is_actual or self.count_to is None:
            return f"primary completion {self.primary_completion}, not said to be actual{record}"
        years = years_between(self.primary_completion, self.count_to)
        return f"primary completion {self.primary_completion}, {years:.1f} years before {self.count_to}{record}"


def years_between(day: str, as_of: date) -> float:
    """Return the years from a day or month to a day; a month counts from its last day, a year from its end.

    >>> round(years_between("2019-05", date(2024, 5, 31)), 2)
    5.0
    """
    return (as_of - last_day(day)).days / _DAYS_OF_A_YEAR


def last_day(day: str) -> date:
    """Return a day, or the last day of a month or year.

    >>> last_day("2024-02"), last_day("2023")
    (datetime.date(2024, 2, 29), datetime.date(2023, 12, 31))
    """
    year, month, number = (*map(int, day.split("-")), 0, 0)[:3]
    month = month or 12
    return date(year, month, number or calendar.monthrange(year, month)[1])
