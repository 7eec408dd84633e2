"""What a source says of studies, as frozen records.

The curated YAML files hold these records field by field, and every other loader makes them. A field that the
source says nothing about is left out: ``None`` or an empty tuple never reach the graph.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A record: frozen, closed, and keyword-only (which msgspec wants said again in each class)."""


# ---- where a statement stands


class Span(NamedTuple):
    """Characters of a text document: line from 1, offsets from 0, end exclusive."""

    line: int
    start: int
    end: int


SPOT = r"^([1-9][0-9]{0,8}:[0-9]{1,9}-[0-9]{1,9}|/.*)$"

Words = Annotated[str, Meta(min_length=1)]


def word(name: str) -> Meta:
    """Mark a field as a word of the list ``name`` (a label of ``ontology/values.ttl``) or a CURIE."""
    return Meta(extra={"list": name}, description=f"a word of the list {name}, or a CURIE")


class Place(Record, frozen=True, kw_only=True):
    """A further place where the same is said."""

    as_written: Words = msgspec.field(name="as")
    at: Annotated[str, Meta(pattern=SPOT, description="line:start-end in a text, or a JSON Pointer")]
    section: Annotated[str | None, word("stated_in")] = msgspec.field(name="in", default=None)

    @property
    def span(self) -> Span | None:
        """The spot in a text document, or ``None`` where ``at`` is a JSON Pointer.

        >>> Place(as_written="25%", at="2:10-13").span
        Span(line=2, start=10, end=13)
        """
        return None if self.at.startswith("/") else Span(*map(int, re.split("[:-]", self.at)))


class Claim(Place, frozen=True, kw_only=True):
    """One statement: as written, where, in which part of the document, and of which kind.

    Without ``kind`` a statement is *stated* where its value is what is written, and *normalised* elsewhere.
    """

    kind: Annotated[str | None, word("statement_kind")] = None
    also: tuple[Place, ...] = ()


class Text(Claim, frozen=True, kw_only=True):
    """A text; ``is`` where its form in the graph is not the one that is written."""

    value: Words | None = msgspec.field(name="is", default=None)

    @property
    def word(self) -> str:
        """The value: ``is``, or else what is written."""
        return self.as_written if self.value is None else self.value


class Count(Claim, frozen=True, kw_only=True):
    """A whole number of people, times or events."""

    value: Annotated[int, Meta(ge=0)] = msgspec.field(name="is")


class Number(Claim, frozen=True, kw_only=True):
    """A decimal number."""

    value: Decimal = msgspec.field(name="is")


class Date(Claim, frozen=True, kw_only=True):
    """An ISO date with the precision of the source: ``2025-12``."""

    value: str = msgspec.field(name="is")


class Duration(Claim, frozen=True, kw_only=True):
    """An ISO 8601 duration in the unit of the source: ``P12W``, ``P15.6M``, ``PT10M``."""

    value: str = msgspec.field(name="is")
    timing: Annotated[str | None, word("time_kind")] = None


class Range(Claim, frozen=True, kw_only=True):
    """A number with those printed around it; ``plus_minus`` is what follows a plus-minus sign."""

    value: Decimal | None = msgspec.field(name="is", default=None)
    plus_minus: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


Route = Annotated[Text, word("route")]
Direction = Annotated[Text, word("stated_direction")]

# ---- products and how they are given


class Processing(Record, frozen=True, kw_only=True):
    """What makes a product: a device or a culture procedure, and the time it takes."""

    by: Annotated[Text, word("processing")]
    time: DurationRange | None = None


class DurationRange(Claim, frozen=True, kw_only=True):
    """A length of time and those printed around it, each an ISO 8601 duration."""

    value: str | None = msgspec.field(name="is", default=None)
    plus_minus: str | None = None
    low: str | None = None
    high: str | None = None


class Fraction(Number, frozen=True, kw_only=True):
    """A part of the cells of a product and its share in percent."""

    cells: Annotated[Text, word("cells")]


class Product(Record, frozen=True, kw_only=True):
    """A cell product under one of the names that its source gives it."""

    type: Annotated[Text, word("product")]
    label: Text | None = None
    donor: Annotated[Text, word("donor_relation")] | None = None
    tissue: Annotated[Text, word("tissue")] | None = None
    processing: tuple[Processing, ...] = ()
    fractions: tuple[Fraction, ...] = ()


class Dose(Range, frozen=True, kw_only=True):
    """An amount per administration: ``unit`` says what is counted, ``per`` where one such amount goes."""

    unit: Annotated[str, word("amount_unit")]
    per: Annotated[Text, word("dose_per")] | None = None


class Times(Claim, frozen=True, kw_only=True):
    """How many times one participant is given a product."""

    least: Annotated[int, Meta(ge=0)]
    most: Annotated[int, Meta(ge=0)]


class Occasion(Claim, frozen=True, kw_only=True):
    """When a product is given, counted in days or months of the study."""

    day: int | None = None
    month: int | None = None


class Administration(Record, frozen=True, kw_only=True):
    """Giving one product, or one comparator, or one co-intervention, to a group."""

    role: Annotated[str, word("route_role")] = "study intervention"
    products: tuple[Product, ...] = ()
    comparator: Annotated[Text, word("comparator")] | None = None
    co_intervention: Annotated[Text, word("co_intervention")] | None = None
    route: Route | None = None
    sites: tuple[Annotated[Text, word("administration_site")], ...] = ()
    technique: Text | None = None
    doses: tuple[Dose, ...] = ()
    times: Times | None = None
    occasions: tuple[Occasion, ...] = ()


class Procedure(Range, frozen=True, kw_only=True):
    """Something done besides, such as a harvest; the number is the amount it takes."""

    type: Annotated[str, word("procedure")]
    unit: Annotated[str, word("amount_unit")] | None = None
    route: Route | None = None
    agent: Text | None = None
    lasting: Duration | None = None


class Arm(Record, frozen=True, kw_only=True):
    """A group of a study, or the patients of a report."""

    name: Text | None = None
    role: Annotated[str, word("group_role")]
    species: Annotated[Text, word("recipients")] | None = None
    given: tuple[Administration, ...] = ()
    procedures: tuple[Procedure, ...] = ()


# ---- who takes part


class Participants(Count, frozen=True, kw_only=True):
    """A number of participants; ``counted`` only where the source tells which number it is (NCIT:C37948)."""

    counted: Annotated[str | None, word("n_kind")] = None
    who: Annotated[str, word("population")] = "patients"


class Subgroup(Count, frozen=True, kw_only=True):
    """A number of participants who share a finding."""

    finding: Text


class Sex(Claim, frozen=True, kw_only=True):
    """Numbers by sex that are printed together."""

    male: Annotated[int, Meta(ge=0)]
    female: Annotated[int, Meta(ge=0)]


class Summary(Range, frozen=True, kw_only=True):
    """An observed number of a group, with the statistics that the source names for it."""

    statistic: Annotated[Text, word("statistic")] | None = None
    dispersion: Annotated[Text, word("dispersion_kind")] | None = None


class FollowUp(DurationRange, frozen=True, kw_only=True):
    """A printed follow-up: fixed, one of several visits, or a mean."""

    printed: Annotated[str, word("follow_up_kind")]
    statistic: Annotated[Text, word("statistic")] | None = None
    dispersion: Annotated[Text, word("dispersion_kind")] | None = None


class Limit(Number, frozen=True, kw_only=True):
    """A limit to a number: a score (``outcome``), a laboratory value (``analyte``) or another ``measure``."""

    outcome: Annotated[str | None, word("outcome")] = None
    analyte: str | None = None
    measure: Annotated[str | None, word("limit_measure")] = None
    comparison: Annotated[str, word("comparison")]
    unit: str | None = None
    scale_maximum: Number | None = None


class PriorTherapy(Record, frozen=True, kw_only=True):
    """An earlier treatment with cells, and how far back it counts."""

    therapy: Annotated[Text, word("prior_therapy")]
    within: Duration | None = None


class Criterion(Record, frozen=True, kw_only=True):
    """One criterion of eligibility, by its number in printed order where the source prints a list."""

    kind: Annotated[str, word("criterion")]
    number: Annotated[int, Meta(ge=1)] | None = None
    about: tuple[Text, ...] = ()
    conditions: tuple[Annotated[Text, word("indication")], ...] = ()
    limits: tuple[Limit, ...] = ()
    prior: tuple[PriorTherapy, ...] = ()
    within: Duration | None = None


# ---- what is planned and what is found


class PlannedOutcome(Record, frozen=True, kw_only=True):
    """An outcome measure (NCIT:C98772 primary, NCIT:C98781 secondary)."""

    outcome: Annotated[Text, word("outcome")]
    rank: Annotated[Text, word("rank")] | None = None
    time: Duration | None = None
    target: Number | None = None


class Change(Record, frozen=True, kw_only=True):
    """A reported result: what is said of the change, and the values printed before and after."""

    outcome: Annotated[Text, word("outcome")]
    direction: Direction | None = None
    percent: Number | None = None
    baseline: Summary | None = None
    final: Summary | None = None
    time_from: Duration | None = None
    time_to: Duration | None = None
    significance: Annotated[Text, word("significance")] | None = None
    durability: Annotated[Text, word("durability")] | None = None


class AdverseEvent(Record, frozen=True, kw_only=True):
    """An adverse event and how many participants had it."""

    event: Annotated[Text, word("adverse_event")]
    affected: Count
    resolved_within: Duration | None = None


class Safety(Record, frozen=True, kw_only=True):
    """What a source says on adverse events: one of four states, its scope, and the events it lists."""

    state: Annotated[Text, word("ae_state")]
    scope: Annotated[Text, word("safety_scope")] | None = None
    time: Duration | None = None
    events: tuple[AdverseEvent, ...] = ()


# ---- the study


class Sponsor(Text, frozen=True, kw_only=True):
    """An organisation and the words that introduce it."""

    printed: Annotated[str, word("sponsor_label")]


class Site(Record, frozen=True, kw_only=True):
    """A place of a study."""

    facility: Text | None = None
    city: Text | None = None
    country: Text | None = None


class Report(Record, frozen=True, kw_only=True):
    """A publication or registry entry about the study, as the source cites it."""

    citation: Text
    published: Date | None = None
    accessed: Date | None = None


class Study(Record, frozen=True, kw_only=True):
    """What one source says of one study.

    A study has a registry ``id``, or a ``label`` under which it is known here, or only a title. ``key`` names a study
    without registry id in IRIs.
    """

    id: Text | None = None
    key: Words | None = None
    label: Words | None = None
    type: Annotated[Text, word("study_type")] | None = None
    titles: tuple[Text, ...] = ()
    conditions: tuple[Annotated[Text, word("indication")], ...] = ()
    status: Annotated[Text, word("status")] | None = None
    phase: Annotated[Text, word("phase")] | None = None
    start: Date | None = None
    completion: Date | None = None
    unlabelled_date: Date | None = None
    allocation: Annotated[Text, word("allocation")] | None = None
    assignment: Annotated[Text, word("assignment")] | None = None
    masking: Annotated[Text, word("masking")] | None = None
    sponsors: tuple[Sponsor, ...] = ()
    sites: tuple[Site, ...] = ()
    participants: tuple[Participants, ...] = ()
    subgroups: tuple[Subgroup, ...] = ()
    sex: Sex | None = None
    age: Summary | None = None
    arms: tuple[Arm, ...] = ()
    makes: tuple[Product, ...] = ()
    intended_use: tuple[Administration, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    therapy_named: Annotated[Text, word("listed_therapy")] | None = None
    follow_up: tuple[FollowUp, ...] = ()
    outcomes: tuple[PlannedOutcome, ...] = ()
    results: tuple[Change, ...] = ()
    safety: tuple[Safety, ...] = ()
    eligibility: tuple[Criterion, ...] = ()
    reports: tuple[Report, ...] = ()


# ---- the document


class Source(Record, frozen=True, kw_only=True):
    """A document: its key, kind, name and checksum, and where it comes from."""

    key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    kind: Annotated[str, word("source_kind")]
    title: Words
    file: Words
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    url: str | None = None
    doi: str | None = None
    published: str | None = None
    repeats: str | None = None


class BackgroundRate(Number, frozen=True, kw_only=True):
    """A rate that is given as context: what percentage of what, within which time."""

    event: Annotated[str, word("background_event")]
    of: Annotated[Text, word("background_denominator")]
    time: Duration | None = None


class StudyList(Record, frozen=True, kw_only=True):
    """A list of studies that a document prints without describing them."""

    name: Text
    studies: tuple[Study, ...]


class Document(Record, frozen=True, kw_only=True):
    """A curated document: the source, and all that it says."""

    source: Source
    studies: tuple[Study, ...] = ()
    lists: tuple[StudyList, ...] = ()
    background: tuple[BackgroundRate, ...] = ()
