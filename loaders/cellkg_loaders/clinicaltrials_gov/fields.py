"""The published table from JSON path to property: ``fields.tsv``, as the plan by which a record is walked.

Each leaf and each node of a record has a row: ``path`` (``[]`` marks a list), ``property``, ``form``, ``note``. The form
of a leaf says how its value is written in the graph, that of a node (``node:Class``) which class it has; ``ignored``
needs a reason in the note. A path without a row is unknown and is reported.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from rdflib import DCTERMS, RDF, URIRef

from cellkg.identifiers import VOCABULARY

_FOREIGN = {"dcterms:title": DCTERMS.title, "rdf:type": RDF.type}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A row of the table."""

    path: str
    property: str
    form: str
    note: str


@dataclass(slots=True)
class Plan:
    """What to do at one place of a record, and the plans of the keys below it."""

    row: Field | None = None
    predicate: URIRef | None = None
    inverse: bool = False
    is_list: bool = False
    node_class: URIRef | None = None
    constant: tuple[str, str] | None = None
    below: dict[str, Plan] = field(default_factory=dict)


def read_fields() -> list[Field]:
    """Return every row of the table."""
    with (files(__package__) / "fields.tsv").open(encoding="utf-8", newline="") as table:
        return [Field(**row) for row in csv.DictReader(table, delimiter="\t")]


@cache
def load_fields() -> Plan:
    """Return the plan of a whole record."""
    root = Plan()
    for row in read_fields():
        plan = root
        for step in row.path.split("."):
            key = step.removesuffix("[]")
            plan = plan.below.setdefault(key, Plan())
            plan.is_list = plan.is_list or step.endswith("[]")
        _fill(plan, row)
    return root


def _fill(plan: Plan, row: Field) -> None:
    plan.row = row
    name = row.property.removeprefix("^")
    plan.inverse = row.property.startswith("^")
    if name:
        plan.predicate = _FOREIGN.get(name) or URIRef(VOCABULARY + name)
    if row.form.startswith("node:"):
        plan.node_class = URIRef(VOCABULARY + row.form.removeprefix("node:"))
        if row.note:
            key, _, value = row.note.partition("=")
            plan.constant = (key, value)
