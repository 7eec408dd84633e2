"""What is derived: changes, effects, proportions and the references of posted comparisons; or why it is not.

Everything here is derived, never stated: it carries its inputs as nodes with their places, its method and its library.
Nothing is pooled.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .kinds import Reference, Scale, WhyNot
from .records import Analysis, Group, Spot
from .statistics import Estimate, Sample, Table

BEFORE_AFTER = "before–after, no comparator"
NOT_RANDOMISED = "not randomised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Of what a derived number is: study, source, measure, class, category and time, as written."""

    study: str
    source: str
    version: str | None
    measure: str
    rank: str | None
    class_title: str | None
    category: str | None
    time_frame: str | None
    unit: str | None
    population: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change within one group: before–after, no comparator; never an effect."""

    place: Place
    group: str
    statistic: str
    scale: Scale
    estimate: Estimate
    n: int | None
    posted: bool
    sample: Sample | None = None
    interval_why_not: WhyNot | None = None
    notes: tuple[str, ...] = (BEFORE_AFTER,)
    inputs: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """An effect between two concurrent groups of one trial: ``group`` against ``reference``."""

    place: Place
    kind: str
    """MD, SMD, RR, OR or RD, as metafor calls them."""
    group: Group
    reference: Group
    reference_known: Reference
    statistic: str
    scale: Scale | None
    estimate: Estimate
    randomised: bool
    samples: tuple[Sample, Sample] | None = None
    table: Table | None = None
    standardised_by: str | None = None
    interval_why_not: WhyNot | None = None
    notes: tuple[str, ...] = ()
    inputs: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportion:
    """The participants of one group with an event, of those analysed."""

    place: Place
    group: Group
    events: int
    n: int
    estimate: Estimate
    inputs: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A posted analysis as posted, with what is known of its contrast and reference."""

    place: Place
    analysis: Analysis
    contrast: str
    reference: Group | None
    reference_known: Reference
    derivation: str | None = None
    inputs: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotComputed:
    """A number that is not computed, and why."""

    place: Place
    kind: str
    groups: tuple[str, ...]
    why: WhyNot
    detail: str | None = None
    inputs: tuple[Spot, ...] = field(default=())


Derived = Change | Effect | Proportion | Comparison | NotComputed
