"""Requests for terms that no public ontology has, ready to be sent: with definition, parent and use in the graph."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from cellkg.answers import Table
from cellkg.catalogue import Column
from cellkg.errors import InputError
from cellkg.identifiers import is_curie
from cellkg.resources import shipped
from cellkg.store import Store
from cellkg.terms.spelling import words

_COLUMNS = ["subject", "ontology", "label", "definition", "parent", "parent_label", "synonyms", "source"]
_FILE = "requests.tsv"
#: Statements of sources about a value: of a product, an outcome with the instrument, or a device.
_USES = """PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
SELECT ?value (COUNT(*) AS ?n) (COUNT(DISTINCT ?graph) AS ?sources) WHERE {
  { SELECT ?graph WHERE { ?graph a cellkg:Source } }
  { GRAPH ?graph { ?s a ?value } FILTER (?value = cellkg:StromalVascularFraction) }
  UNION { GRAPH ?graph { ?s cellkg:outcome ?outcome } ?outcome cellkg:instrument ?value }
  UNION { GRAPH ?graph { ?s cellkg:processing ?value } }
} GROUP BY ?value"""
_WRITTEN = """PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
SELECT ?value (COUNT(*) AS ?n) (COUNT(DISTINCT ?graph) AS ?sources) WHERE {
  { SELECT ?graph WHERE { ?graph a cellkg:Source } }
  GRAPH ?graph { ?s cellkg:conditionAsWritten ?value }
} GROUP BY ?value"""


@dataclass(frozen=True, slots=True)
class Request:
    """A new term that is asked for, and how often the sources of a graph use it."""

    subject: str
    ontology: str
    label: str
    definition: str
    parent: str
    parent_label: str
    synonyms: tuple[str, ...]
    source: str
    occurrences: int
    sources: int


def requests(store: Store) -> list[Request]:
    """Return the requests with the use that a graph makes of each, most used first.

    Raises:
        InputError: the list of requests has not its columns.
    """
    uses = _uses(store)
    found = [_request(row, uses) for row in listed_requests()]
    return sorted(found, key=lambda each: (-each.occurrences, each.label))


def as_table(found: list[Request]) -> Table:
    """Return the requests as a table."""
    names = ("ontology", "label", "definition", "parent", "parent label", "synonyms", "source", "subject")
    numbers = (Column(name="occurrences", type="int"), Column(name="sources", type="int"))
    columns = (*(Column(name=name, type="string") for name in names), *numbers)
    return Table(columns, [
        (r.ontology, r.label, r.definition, r.parent or None, r.parent_label or None, "|".join(r.synonyms) or None,
         r.source or None, r.subject, r.occurrences, r.sources)
        for r in found
    ])  # fmt: skip


def as_markdown(found: list[Request]) -> Iterator[str]:
    """Yield the requests as sections, each ready to be put into an issue of its ontology."""
    for each in found:
        yield f"## {each.ontology}: new term request: {each.label}\n"
        yield f"- **Label**: {each.label}"
        yield f"- **Definition**: {each.definition}"
        parent = f"{each.parent_label} ({each.parent})" if each.parent else "to be chosen by the editors"
        yield f"- **Parent**: {parent}"
        yield f"- **Exact synonyms**: {', '.join(each.synonyms) or 'none'}"
        if each.source:
            yield f"- **Source**: {each.source}"
        yield f"- **Use**: {each.occurrences} statements in {each.sources} sources of cellkg\n"


def _uses(store: Store) -> dict[str | tuple[str, ...], tuple[int, int]]:
    """Return occurrences and sources of each value by IRI, and of each condition wording by its words."""
    found: dict[str | tuple[str, ...], tuple[int, int]] = {}
    for query in (_USES, _WRITTEN):
        answer = store.query(query)
        assert isinstance(answer, ox.QuerySolutions)
        for row in answer:
            is_words = isinstance(row["value"], ox.Literal)
            key = words(row["value"].value) if is_words else row["value"].value.rpartition("/")[2]
            n, sources = found.get(key, (0, 0))
            found[key] = n + int(row["n"].value), sources + int(row["sources"].value)
    return found


def listed_requests() -> Iterator[dict[str, str]]:
    """Yield the rows of the shipped list of requests."""
    file = shipped("ontology") / _FILE
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if rows.fieldnames != _COLUMNS:
            raise InputError(file, "1", f"found the columns {rows.fieldnames}", f"write {', '.join(_COLUMNS)}")
        yield from rows


def _request(row: dict[str, str], uses: dict[str | tuple[str, ...], tuple[int, int]]) -> Request:
    subject = row["subject"]
    key = subject.partition(":")[2] if is_curie(subject) else words(subject)
    occurrences, sources = uses.get(key, (0, 0))
    return Request(
        subject=subject,
        ontology=row["ontology"],
        label=row["label"],
        definition=row["definition"],
        parent=row["parent"],
        parent_label=row["parent_label"],
        synonyms=tuple(row["synonyms"].split("|")) if row["synonyms"] else (),
        source=row["source"] or "",
        occurrences=occurrences,
        sources=sources,
    )
