"""What a trial posted, as typed records: one row for each arm, measure, class and category."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from .kinds import Dispersion, Scale, Statistic


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A node of the graph and its place in the source: a JSON Pointer, or the lines of a document."""

    node: str
    place: str
    what: str
    as_written: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A posted number: its decimal if it has one, else why not, and the words of the source."""

    value: Decimal | None = None
    written: str | None = None
    state: str | None = None

    def __bool__(self) -> bool:
        """Tell whether there is a decimal to compute with."""
        return self.value is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """A time that the words of a source name: an ISO 8601 duration with its days, or the baseline, which has neither.

    ``kind`` is *at*, *up to*, *window* and the like; ``anchor`` the event from which it counts; both where stated.
    ``from_baseline`` says that it is a span that begins before treatment.
    """

    node: str
    duration: str | None = None
    days: Decimal | None = None
    kind: str | None = None
    anchor: str | None = None
    from_baseline: bool = False

    @property
    def is_baseline(self) -> bool:
        """Tell whether it is the time before treatment."""
        return self.duration is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of posted results; its kind is the type of the arm of the same name, where there is one."""

    node: str
    name: str
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A posted value of one group: a row of a measure.

    ``row`` is the node of its class and category, which the values of other groups share; ``n`` is the number
    analysed, of ``n_unit``, as the class or else the measure says.
    """

    spot: Spot
    row: str
    group: Group
    class_title: str | None
    category: str | None
    scale: Scale
    is_baseline: bool
    value: Number
    spread: Number
    lower: Number
    upper: Number
    n: int | None = None
    n_unit: str | None = None
    n_spot: Spot | None = None
    comment: str | None = None
    times: tuple[Time, ...] = ()
    """The times that the title of its class names, in their order."""

    @property
    def inputs(self) -> tuple[Spot, ...]:
        """The value and its denominator, with their places."""
        return (self.spot,) if self.n_spot is None else (self.spot, self.n_spot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """A posted analysis, in the words of the record."""

    spot: Spot
    groups: tuple[Group, ...]
    method: str | None
    estimate_type: str | None
    estimate: Number
    lower: Number
    upper: Number
    level: Number
    sides: str | None
    p: Number
    p_comparator: str | None
    dispersion: str | None
    dispersion_value: Number
    hypothesis: str | None
    words: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A posted measure with its values and analyses."""

    spot: Spot
    title: str
    rank: str | None
    time_frame: str | None
    statistic: Statistic
    statistic_as_written: str | None
    dispersion: Dispersion
    dispersion_as_written: str | None
    level: float | None
    unit: str | None
    population: str | None
    unit_of_analysis: str | None
    description: str | None = None
    times: tuple[Time, ...] = ()
    """The times that the time frame names, in their order."""
    higher_means: str | None = None
    """The direction that the record states for this measure, as an IRI."""
    scale_range: tuple[Decimal, Decimal] | None = None
    """Both ends of the scale, where the record states them for this measure."""
    results: tuple[Posted, ...] = ()
    analyses: tuple[Analysis, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A study as one source tells it, with what it posted."""

    node: str
    label: str
    source: str
    version: str | None = None
    kind: str | None = None
    title: str | None = None
    allocation: str | None = None
    assignment: str | None = None
    masking: str | None = None
    phase: str | None = None
    status: str | None = None
    enrolment: str | None = None
    start_date: str | None = None
    conditions: tuple[str, ...] = ()
    arms: tuple[Arm, ...] = ()
    measures: tuple[Measure, ...] = ()

    @property
    def is_randomised(self) -> bool:
        """Tell whether the source says that participants were allocated at random."""
        return self.allocation == "RANDOMIZED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """An arm of the protocol: its type and what it gets."""

    name: str
    kind: str | None = None
    gets: tuple[str, ...] = field(default=())
