"""What is read out of the free text of one record: values with their spot, rule and confidence."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

Kind = Literal["stated", "normalised", "derived", "ambiguous"]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """All that the reader found in one record."""

    study: str
    administrations: tuple[Administration, ...] = ()
    decisions: tuple[Decision, ...] = ()
    besides: tuple[Beside, ...] = ()


class Spot(msgspec.Struct, frozen=True):
    """The characters of one field: ``start`` and ``end`` count code points of its text, end exclusive."""

    pointer: str
    """JSON Pointer of the field in the record (RFC 6901)."""
    start: int
    end: int
    text: str


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One value and the words that say it; the first spot is the one that decided."""

    value: str
    spots: tuple[Spot, ...]
    rule: str
    confidence: float
    kind: Kind = "normalised"


class CellDose(msgspec.Struct, frozen=True, kw_only=True):
    """An amount per administration, ``least`` to ``most``, in base units (1E6, not "1 million")."""

    least: Decimal
    most: Decimal
    basis: str
    """``cells``, ``cells/kg``, ``cells/m2``, ``ml`` or, of a concentration, ``cells/ml``."""
    spot: Spot
    rule: str
    confidence: float
    counted: tuple[Fact, ...] = ()
    """What each counted cell is, as words of the list ``counted_cells``: viable, CD34-positive, …"""
    inputs: tuple[CellDose, ...] = ()
    """The concentration and the volume in ml that were multiplied, where the amount is derived from both."""
    open: bool = False
    """Whether it is only where an escalation starts, so that the most is not known."""
    literal: Decimal | None = None
    """What the digits say literally, where that differs from what is read: 10E6 is read as 10^6."""


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """How many times one participant is given the product."""

    least: int
    most: int
    spot: Spot
    rule: str
    confidence: float


class Administration(msgspec.Struct, frozen=True, kw_only=True):
    """One cell product and the regimen in which it is given; a tuple is empty where the record says nothing."""

    role: str
    product: Fact
    cell: str = ""
    """The Cell Ontology class that product and tissue come to, or nothing where there is none."""
    word: str = ""
    """The word of the list ``product`` that the name itself calls for, such as regenerative cells."""
    tissues: tuple[Fact, ...] = ()
    donors: tuple[Fact, ...] = ()
    manipulations: tuple[Fact, ...] = ()
    targets: tuple[Fact, ...] = ()
    routes: tuple[Fact, ...] = ()
    sites: tuple[Fact, ...] = ()
    doses: tuple[CellDose, ...] = ()
    concentrations: tuple[CellDose, ...] = ()
    """Cells per millilitre of what is given."""
    times: tuple[Times, ...] = ()
    arms: tuple[str, ...] = ()
    """Pointers of the arms that are given it, as far as the record ties them."""
    interventions: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    """The conditions of the record that its dose is for, where other doses are for others."""


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What arms are given that is no cells."""

    kind: Literal["comparator", "co-intervention", "device"]
    type: Fact
    """A word of the list ``comparator`` or ``co_intervention``; of a device its name."""
    name: Fact | None = None
    arms: tuple[str, ...] = ()
    """Pointers of the arms."""
    intervention: str = ""
    """Pointer of the intervention; nothing where only the arm says what it gets."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an intervention of the record is a cell therapy, and the written rule that decided."""

    pointer: str
    name: str
    is_cells: bool
    rule: str
    spot: Spot | None = None
