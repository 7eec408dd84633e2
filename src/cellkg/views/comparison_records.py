"""The records of a comparison on a page; each is also a schema of the API."""

from __future__ import annotations

import msgspec

from .spots import Spot

Cell = str | int | float | bool | None


class ComparedRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A value of one arm at one time in the signs of its source; ``iri`` is its node, ``spot`` where it stands.

    ``reads`` tells how a derived change reads on the scale; ``derived`` is computed from posted numbers, and
    ``why_not`` says why nothing is. ``risks`` make the number less sure, ``gaps`` are what its source leaves out.
    """

    study: str
    study_key: str
    source: str
    record: str
    products: str
    disputed: bool
    arm: str
    arm_kind: str
    outcome: str
    measure: str
    time: str
    form: str
    value: str
    direction: str
    iri: str
    spot: Spot
    rank: str = ""
    row: str = ""
    unit: str = ""
    n: int | None = None
    n_unit: str = ""
    scale_range: str = ""
    reads: str = ""
    said: str = ""
    analyses: tuple[str, ...] = ()
    derived: str = ""
    why_not: str = ""
    risks: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


class ComparedView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What records and documents report of an endpoint and of all that is narrower, side by side; nothing is pooled.

    ``product_view`` says how disputed products were taken. ``of_studies`` counts the studies with measures or reports
    that may be of it; a page has rows of a part of them. ``effects`` are between concurrent arms of one trial,
    derived; ``not_computed`` are numbers that are not computed, each with why not.
    """

    title: str
    data_date: str
    note: str
    product_view: str
    of_studies: int = 0
    remarks: tuple[str, ...] = ()
    rows: tuple[ComparedRow, ...] = ()
    effects: tuple[dict[str, Cell], ...] = ()
    not_computed: tuple[dict[str, Cell], ...] = ()
