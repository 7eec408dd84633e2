"""What the sources say, as an index: each statement with its source, its words and its spot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pyoxigraph as ox
from rdflib import DCTERMS, RDF, RDFS, SKOS

from cellkg.errors import DataError
from cellkg.identifiers import VOCABULARY, compress
from cellkg.store import Store
from cellkg.vocabulary import CELLKG as C

_LABELS = (SKOS.prefLabel, RDFS.label, DCTERMS.title, C.sourceKey)
_MARKED = {f"{VOCABULARY}Derived": "derived", f"{VOCABULARY}Ambiguous": "ambiguous"}
_OWN_ONTOLOGY = "https://w3id.org/cellkg/ontology/"

# The default graph holds what counts: documents, and the latest version of each record.
_STATEMENTS = f"""
SELECT ?source ?subject ?property ?value WHERE {{
  GRAPH ?source {{ ?subject ?property ?value }}
  ?subject ?property ?value .
  FILTER (isIRI(?subject) && !isBlank(?value))
  FILTER NOT EXISTS {{ ?subject a <{C.Evidence}> }}
}}
"""

_EVIDENCE = f"""
PREFIX cellkg: <{VOCABULARY}>
SELECT ?source ?subject ?property ?value ?written ?kind ?line ?start ?end ?pointer WHERE {{
  GRAPH ?source {{
    ?evidence cellkg:aboutSubject ?subject ; cellkg:aboutProperty ?property ; cellkg:aboutValue ?value ;
      cellkg:asWritten ?written ; cellkg:statementKind ?kind .
    OPTIONAL {{ ?evidence cellkg:line ?line ; cellkg:charStart ?start ; cellkg:charEnd ?end }}
    OPTIONAL {{ ?evidence cellkg:pointer ?pointer }}
  }}
}}
"""


class Proof(NamedTuple):
    """One place that makes a statement; proofs sort as their document runs."""

    start: int
    """The character at which it starts, 0 for a record."""
    spot: str
    as_written: str
    kind: str
    """The IRI of stated, normalised, derived or ambiguous."""


class Said(NamedTuple):
    """A statement that one source makes; ``value`` is an IRI when ``is_thing``, else a text."""

    source: str
    subject: str
    property: str
    value: str
    is_thing: bool
    proofs: tuple[Proof, ...]


class Statements:
    """Every statement of every source and of the vocabulary, by what it is about."""

    def __init__(self, statements: Iterable[Said]) -> None:
        """Take in the statements; those about one thing by one property keep the order of their documents."""
        self._about: dict[tuple[str, str], list[Said]] = defaultdict(list)
        self._instances: dict[str, set[str]] = defaultdict(set)
        for said in sorted(statements, key=_in_order):
            self._about[said.subject, said.property].append(said)
            if said.property == str(RDF.type):
                self._instances[said.value].add(said.subject)

    def of(self, subject: str, *properties: str) -> list[Said]:
        """Return what is said of a subject by these properties, in their order."""
        return [said for each in properties for said in self._about.get((str(subject), str(each)), ())]

    def about(self, subject: str) -> list[Said]:
        """Return all that is said of a subject."""
        return [said for (node, _), each in self._about.items() if node == str(subject) for said in each]

    def pointing_at(self, value: str, *properties: str) -> list[Said]:
        """Return the statements by these properties whose value is a thing."""
        wanted = set(map(str, properties))
        about = ((prop, said) for (_, prop), each in self._about.items() for said in each)
        return [said for prop, said in about if prop in wanted and said.value == str(value)]

    def along(self, subject: str, *steps: str) -> Iterator[Said]:
        """Yield the last statement of each path that leads from a subject by these steps."""
        first, *rest = steps
        for said in self.of(subject, first):
            if rest:
                yield from self.along(said.value, *rest)
            else:
                yield said

    def instances(self, kind: str) -> list[str]:
        """Return the things of a class, by IRI."""
        return sorted(self._instances[str(kind)])

    def is_a(self, thing: str, kind: str) -> bool:
        """Tell whether a thing is stated to be of a class."""
        return thing in self._instances[str(kind)]

    def name(self, thing: str) -> str:
        """Return the preferred label of a thing, else its label, its title, its CURIE."""
        for each in _LABELS:
            names = [said.value for said in self.of(thing, each) if said.value.strip()]
            if names:
                return min(names)
        return compress(thing)

    def word(self, said: Said) -> str:
        """Return the value of a statement as it is read: the name of a thing, or the text itself."""
        return self.name(said.value) if said.is_thing else said.value

    def as_fact(self, name: str, value: str, parts: list[Said]) -> Any:
        """Return what these statements of one source make together, as a network page shows it."""
        proofs = [proof for said in parts for proof in said.proofs]
        marks = _unique(_MARKED[proof.kind] for proof in proofs if proof.kind in _MARKED)
        return {
            "property": f"{name} ({', '.join(marks)})" if marks else name,
            "value": value,
            "source": self.source_name(parts[0].source),
            "as_written": " · ".join(_unique(proof.as_written for proof in proofs)),
            "spot": "; ".join(_unique(proof.spot for proof in proofs if proof.spot)),
        }

    def source_name(self, source: str) -> str:
        """Return the title of a source, or of the ontology that a graph is part of."""
        return self.name(VOCABULARY if source.startswith(_OWN_ONTOLOGY) else source)


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _in_order(said: Said) -> tuple[object, ...]:
    """As the documents run; what has no spot goes by its IRI, step 2 before step 10."""
    return said.source, said.proofs, len(said.value), said.value


def read_statements(store: Store) -> Statements:
    """Return what all sources say, by two queries whatever the size of the graph."""
    proofs: dict[tuple[str, ...], set[Proof]] = defaultdict(set)
    for row in _rows(store, _EVIDENCE):
        proofs[tuple(str(term) for term in row)[:4]].add(_proof(row))
    return Statements(
        Said(
            source=source.value,
            subject=subject.value,
            property=predicate.value,
            value=value.value,
            is_thing=isinstance(value, ox.NamedNode),
            proofs=tuple(sorted(proofs[str(source), str(subject), str(predicate), str(value)])),
        )
        for source, subject, predicate, value in _rows(store, _STATEMENTS)
    )


def _rows(store: Store, query: str) -> Iterator[Any]:
    answer = store.query(query)
    if not isinstance(answer, ox.QuerySolutions):
        raise DataError(f"{store.where} answers a SELECT query with something else than rows")
    yield from answer


def _proof(row: Any) -> Proof:
    written, kind = row["written"].value, row["kind"].value
    if row["line"] is None:
        return Proof(0, row["pointer"].value if row["pointer"] is not None else "", written, kind)
    start, end = int(row["start"].value), row["end"].value
    return Proof(start, f"line {row['line'].value}, characters {start}–{end}", written, kind)
