"""The records of the views of terms and of the evidence map."""

from __future__ import annotations

import msgspec

from .comparison_records import ComparedView
from .parts import Fact, Link, Source


class StudyRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A study in a list: its name, title, last update, and labels of its values by facet."""

    key: str
    name: str
    title: str = ""
    updated: str = ""
    values: dict[str, list[str]] = {}


class Said(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the vocabulary says of a term."""

    name: str
    value: str
    iri: str = ""


class Wording(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Words that stand for a condition: linked as exact, close or broad, by which rule, how sure (0 to 1)."""

    words: str
    match: str
    rule: str
    confidence: str = ""


class EndpointValue(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A value that a record posts for an outcome, in the signs of the record."""

    study: str
    measure: str
    group: str
    value: str
    time_frame: str = ""
    statistic: str = ""
    dispersion: str = ""
    spread: str = ""
    lower: str = ""
    upper: str = ""
    unit: str = ""
    row: str = ""
    place: str = ""


class ReportedChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change that a document reports for an outcome."""

    study: str
    fact: Fact


class TermView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A product type, condition or endpoint: what the vocabulary says, and the studies that have it.

    ``number`` counts all studies with it or with a narrower term; ``studies`` is one page of them. ``beside`` counts
    what these studies have else, by facet. Values are there for endpoints: of exactly this outcome, none narrower;
    ``compared`` lines up those of studies that give cells, of narrower outcomes too.
    """

    kind: str
    iri: str
    key: str
    label: str
    data_date: str
    number: int
    page: int
    pages: int
    note: str
    said: tuple[Said, ...] = ()
    wider: tuple[Link, ...] = ()
    narrower: tuple[Link, ...] = ()
    wordings: tuple[Wording, ...] = ()
    studies: tuple[StudyRow, ...] = ()
    beside: dict[str, tuple[Link, ...]] = {}
    values: tuple[EndpointValue, ...] = ()
    values_cut: bool = False
    changes: tuple[ReportedChange, ...] = ()
    compared: ComparedView | None = None
    sources: tuple[Source, ...] = ()


class MapCell(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A cell of the evidence map: how many studies are in which state, which they are, and what may fill it."""

    value: str
    endpoint: str
    states: dict[str, int] = {}
    studies: tuple[Link, ...] = ()
    reading: str = ""
    detail: str = ""
    may_fill: str = ""


class MapView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An evidence map of one condition and all under it; it shows what exists, not what it says.

    ``keys`` are the keys of values and endpoints in a search, where it knows them.
    """

    by: str
    level: str
    condition: str
    condition_key: str
    data_date: str
    searched: str
    studies: int
    note: str
    values: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    cells: tuple[MapCell, ...] = ()
    disputed: tuple[Link, ...] = ()
    keys: dict[str, str] = {}
