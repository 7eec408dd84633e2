"""The records of the view of a study."""

from __future__ import annotations

import msgspec

from .parts import Fact, Link, Source, Spot


class Given(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One administration: products with their facts, then route, site, dose and times."""

    products: tuple[Product, ...] = ()
    facts: tuple[Fact, ...] = ()


class Product(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A cell product as its source names it."""

    type: str
    key: str = ""
    facts: tuple[Fact, ...] = ()


class Arm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An arm as one source describes it."""

    iri: str
    name: str
    source: str
    role: str = ""
    description: str = ""
    given: tuple[Given, ...] = ()
    interventions: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


class Planned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An outcome that a source says is to be measured."""

    source: str
    rank: str = ""
    title: str = ""
    time_frame: str = ""
    description: str = ""
    outcomes: tuple[Link, ...] = ()
    possible: tuple[Link, ...] = ()
    spots: tuple[Spot, ...] = ()


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A posted value of one group, in the signs of the record."""

    group: str
    value: str
    spread: str = ""
    lower: str = ""
    upper: str = ""
    n: int | None = None
    n_unit: str = ""
    comment: str = ""
    place: str = ""


class ValueRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The values of all groups for one class and category of a measure."""

    class_title: str = ""
    category: str = ""
    values: tuple[Value, ...] = ()


class PostedAnalysis(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A posted analysis in the words of the record."""

    groups: tuple[str, ...] = ()
    text: str = ""
    place: str = ""


class Posted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A posted measure with its groups, rows and analyses."""

    source: str
    title: str
    rank: str = ""
    time_frame: str = ""
    statistic: str = ""
    dispersion: str = ""
    unit: str = ""
    population: str = ""
    place: str = ""
    outcomes: tuple[Link, ...] = ()
    groups: tuple[str, ...] = ()
    rows: tuple[ValueRow, ...] = ()
    analyses: tuple[PostedAnalysis, ...] = ()


class EventGroup(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A group of posted adverse events: participants with events and deaths, each of its own number at risk."""

    group: str
    serious: int | None = None
    serious_at_risk: int | None = None
    other: int | None = None
    other_at_risk: int | None = None
    deaths: int | None = None
    deaths_at_risk: int | None = None
    place: str = ""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A posted adverse event in one group."""

    event: str
    organ_system: str
    seriousness: str
    group: str
    affected: int | None = None
    at_risk: int | None = None
    events: int | None = None
    special_interest: str = ""
    place: str = ""


class Attribution(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a source says caused adverse events: of which kind of node, what that is about, the cause, and the spot.

    Of a planned measure it says what will be counted, and not what happened.
    """

    said_of: str
    about: str
    cause: str
    spot: Spot


class Safety(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What sources say of safety; an event that is not listed may lie below the threshold: it is not zero.

    ``attributions`` are those that are said; of the others nothing is known.
    """

    statements: tuple[Fact, ...] = ()
    groups: tuple[EventGroup, ...] = ()
    time_frame: str = ""
    threshold_percent: str = ""
    events: tuple[Event, ...] = ()
    attributions: tuple[Attribution, ...] = ()


class FlowRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A milestone or a reason of withdrawal in a period: participants of each group."""

    period: str
    what: str
    is_withdrawal: bool = False
    numbers: tuple[tuple[str, int], ...] = ()
    place: str = ""


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What changed between two held versions of a record."""

    version: str
    previous: str
    field: str
    before: str = ""
    after: str = ""
    when: str = ""


class Difference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A field in which sources differ, with what each of them says."""

    field: str
    values: tuple[Fact, ...]


class Publication(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A report of a study, as a source cites it."""

    source: str
    citation: str = ""
    pmid: str = ""
    kind: str = ""
    origin: str = ""


class Side(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One side of a conflict: what the value is, the value, the key and day of its source, and where it stands.

    The value is ``not reported`` where a source was searched and says nothing.
    """

    said: str
    value: str
    source: str
    date: str = ""
    spot: Spot


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What a curator decided; ``holds`` tells whether the chosen source still says that value."""

    chosen: str
    value: str
    reason: str
    curator: str
    date: str
    holds: bool


class Conflict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A contradiction, change over time, reporting gap or design concern, by the rule that finds it."""

    kind: str
    rule: str
    question: str
    about: str
    sides: tuple[Side, ...]
    decision: Decided | None = None


class StudyView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A study as all sources together tell it; nothing is resolved, and what no source says is not there."""

    iri: str
    key: str
    name: str
    title: str
    data_date: str
    sources: tuple[Source, ...]
    note: str
    facts: tuple[Fact, ...] = ()
    dates: tuple[Fact, ...] = ()
    people: tuple[Fact, ...] = ()
    arms: tuple[Arm, ...] = ()
    planned: tuple[Planned, ...] = ()
    changes_reported: tuple[Fact, ...] = ()
    posted: tuple[Posted, ...] = ()
    safety: Safety = msgspec.field(default_factory=Safety)
    flow: tuple[FlowRow, ...] = ()
    versions: tuple[str, ...] = ()
    earlier_versions_not_held: bool = False
    version_changes: tuple[Change, ...] = ()
    publications: tuple[Publication, ...] = ()
    disputed: tuple[Fact, ...] = ()
    differences: tuple[Difference, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    links: tuple[Link, ...] = ()


class StudyConflicts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What does not fit together in a study, with its sources; nothing is resolved."""

    iri: str
    key: str
    name: str
    data_date: str
    note: str
    sources: tuple[Source, ...]
    disputed: tuple[Fact, ...] = ()
    differences: tuple[Difference, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
