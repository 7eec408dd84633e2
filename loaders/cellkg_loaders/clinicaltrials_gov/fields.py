"""The published table from JSON path to property: ``fields.tsv``, as the plan by which a record is walked.

Each leaf and each node of a record has a row: ``path`` (``[]`` marks a list), ``property``, ``form``, ``note``. The
form of a leaf says how its value is written in the graph (``forms.py``, ``meanings.py``), that of a node
(``node:Class``) which class it has; ``ignored`` needs a reason in the note. A path without a row is unknown and is
reported. A caret before a property turns it round: the node below is its subject.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
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
    prop: str
    form: str
    note: str

    @property
    def predicate(self) -> URIRef:
        """The IRI of the property."""
        name = self.prop.removeprefix("^")
        return _FOREIGN.get(name) or URIRef(VOCABULARY + name)

    @property
    def node_class(self) -> str:
        """The name of the class of a node, empty for a leaf."""
        return self.form.partition("node:")[2]


@dataclass(slots=True)
class Plan:
    """A place in a record: its row, where it has one, and the places below it by key."""

    path: str = ""
    row: Field | None = None
    is_list: bool = False
    below: dict[str, Plan] = field(default_factory=dict)

    @property
    def lists_groups(self) -> str:
        """The key under which this part of a record lists its reported groups, or an empty text."""
        found = (key for key, plan in self.below.items() if plan.row and plan.row.node_class == "ReportedGroup")
        return next(found, "")


@cache
def read_fields() -> tuple[Field, ...]:
    """Return every row of the table."""
    table = (files(__package__) / "fields.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(table.splitlines(), delimiter="\t")
    return tuple(Field(path=row["path"], prop=row["property"], form=row["form"], note=row["note"]) for row in rows)


@cache
def load_plan() -> Plan:
    """Return the plan of a whole record."""
    root = Plan()
    for row in read_fields():
        *_, plan = _places(root, row.path)
        plan.row = row
    return root


def _places(plan: Plan, path: str) -> Iterator[Plan]:
    for step in path.split("."):
        key = step.removesuffix("[]")
        plan = plan.below.setdefault(key, Plan(path=f"{plan.path}.{step}".removeprefix(".")))
        plan.is_list = step.endswith("[]")
        yield plan
