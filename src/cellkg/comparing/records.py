"""A comparison as typed records: a row for each value of an arm at a time, and what is to be said of all of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from cellkg.effects import Change, Effect, NotComputed, Proportion
from cellkg.effects import Comparison as Analysis
from cellkg.effects.records import Number, Spot
from cellkg.ntriples import plain

from .asked import Asked

PlotKind = Literal["forest", "slope", "effects"]
NOT_STATED = "not stated"
NO_INTERVAL = "no interval reported"


class Direction(StrEnum):
    """Which end of a scale is good health."""

    BETTER = "higher is better"
    WORSE = "higher is worse"
    DIFFER = "sources differ in direction"
    NOT_STATED = "direction not stated"


class Reads(StrEnum):
    """How a number of change reads on its scale; before–after is no effect."""

    BETTER = "better than before"
    WORSE = "worse than before"
    SAME = "as before"
    UNTOLD = "not told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """What is compared: an outcome or instrument, with all outcomes that belong to it, by CURIE."""

    name: str
    named: tuple[str, ...]
    """The labels of the broadest outcomes that the name means."""
    outcomes: dict[str, Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An outcome as the ontology knows it; direction and range only where a text gives them."""

    curie: str
    label: str
    names: tuple[str, ...] = ()
    instrument: str | None = None
    broader: frozenset[str] = frozenset()
    direction: Direction = Direction.NOT_STATED
    low: str | None = None
    high: str | None = None
    reporter: str | None = None
    text: str | None = None
    """The address of the text that gives direction and range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """When a value was taken: in the words of the source, and in its normal form where the words have one."""

    written: str
    duration: str | None = None
    days: Decimal | None = None
    kind: str | None = None
    anchor: str | None = None
    from_baseline: bool = False
    is_baseline: bool = False

    def __str__(self) -> str:
        """Say it: the baseline, the duration, or that it is not stated."""
        if self.is_baseline:
            return "baseline"
        if self.duration is None:
            return f"{NOT_STATED} ({self.written})" if self.written else NOT_STATED
        if self.from_baseline:
            return f"baseline to {self.duration}"
        kind = f"{self.kind} " if self.kind and self.kind != "at" else ""
        return f"{kind}{self.duration}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmGets:
    """An arm: its part in the trial, and what sources say that it gets, each as ``value (source)``."""

    name: str
    role: str = NOT_STATED
    products: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    donors: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """What is given besides cells."""
    comparators: tuple[str, ...] = ()
    of_study: tuple[str, ...] = ()
    """The products of the study, where its source does not say which of them a group gets."""

    @property
    def kind(self) -> str:
        """Tell what it is: ``cells``, ``control``, or that it is not stated."""
        return "cells" if self.products else "control" if self.role == "comparator" else NOT_STATED

    @property
    def given(self) -> str:
        """Say which products it gets, or that this is not stated, with those of the study."""
        if self.products:
            return "; ".join(self.products)
        if self.role == "comparator":
            return "; ".join(("no cells stated", *(self.comparators or self.others)))
        of_study = f" for this group; the study gives {', '.join(self.of_study)}" if self.of_study else ""
        return f"{NOT_STATED}{of_study}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A value of one arm at one time, as its source posts or prints it.

    ``value`` keeps the words of the source. ``derived`` is computed from posted numbers or is the reason why not.
    """

    study: str
    source: str
    record: str
    """The address or identifier of the record or document."""
    version: str | None
    outcome: Outcome
    reading: str
    """``stated``, ``normalised`` with the words read, or ``ambiguous`` with them."""
    measure: str
    rank: str | None
    arm: ArmGets
    row: str
    """The class and category that the value stands in, where there are such."""
    when: When
    form: str
    statistic: str
    value: Number
    dispersion: str
    spread: Number
    lower: Number
    upper: Number
    unit: str | None
    n: int | None
    n_unit: str | None
    population: str | None
    scale_range: tuple[Decimal, Decimal] | None
    """Both ends of the scale, where the record states them for this measure."""
    direction: Direction
    reads: Reads
    said: str
    """What the source says of the result in words."""
    analyses: tuple[Analysis, ...]
    derived: Change | Proportion | NotComputed | None
    disputed: bool
    risks: tuple[str, ...]
    gaps: tuple[str, ...]
    spots: tuple[Spot, ...]

    @property
    def page(self) -> str:
        """The address of the record or document, or the empty text where it has none."""
        if self.record.startswith("doi:"):
            return f"https://doi.org/{self.record.removeprefix('doi:')}"
        return self.record if self.record.startswith("https://") else ""

    @property
    def range_text(self) -> str:
        """Say the range of the scale and who states it, or that it is not stated."""
        if self.scale_range is not None:
            return f"{plain(self.scale_range[0])} to {plain(self.scale_range[1])} (record)"
        if self.outcome.low is None or self.outcome.high is None:
            return NOT_STATED
        return f"usually {self.outcome.low} to {self.outcome.high}, record does not say"

    @property
    def has_other_range(self) -> bool:
        """Tell whether the record states another range than the one by which the instrument is known."""
        known = self.outcome.low, self.outcome.high
        if self.scale_range is None or known[0] is None or known[1] is None:
            return False
        return self.scale_range != (Decimal(known[0]), Decimal(known[1]))

    @property
    def spot(self) -> Spot:
        """The node of the value itself and its place in the source."""
        return self.spots[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The rows of a comparison, the effects between concurrent arms, and what is to be said of all of it."""

    asked: Asked
    title: str
    rows: tuple[Row, ...]
    effects: tuple[Effect, ...]
    analyses: tuple[Analysis, ...]
    not_computed: tuple[NotComputed, ...]
    data_day: date | None
    disputed: tuple[str, ...] = ()
    """Studies whose sources name different products."""
    remarks: tuple[str, ...] = field(default=())
    of_studies: int = 0
    """How many studies have measures or reports that may be of it: a part of a comparison has rows of some of them."""

    @property
    def studies(self) -> tuple[str, ...]:
        """The studies that have a row, in order."""
        return tuple(dict.fromkeys(row.study for row in self.rows))

    @property
    def footers(self) -> tuple[str, ...]:
        """What every answer carries: the day of the data, what it is not, and the view of disputed products."""
        day = self.data_day or "a day that no source states"
        return (f"data to {day}; not medical advice; not a pooled estimate", self.view, *self.remarks)

    @property
    def view(self) -> str:
        """Say which view of disputed products was used."""
        told = f"disputed, marked and found by each: {', '.join(self.disputed) or 'none'}"
        return f"products as each source states them, no decision of a curator used; {told}"
