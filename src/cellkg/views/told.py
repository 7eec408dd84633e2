"""What sources say of a node and of what stands below it, with every spot: three queries, whatever the node."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from cellkg.identifiers import VOCABULARY, compress
from cellkg.projection.statements import Proof, Said, Statements
from cellkg.projection.wording import in_words
from cellkg.store import Store
from cellkg.vocabulary import CELLKG as C

from .keys import REGISTRY
from .parts import Fact, Source, Spot

_BELOW = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
SELECT ?source ?subject ?property ?value WHERE {{
  {{ SELECT DISTINCT ?subject WHERE {{ <{root}> ({path})* ?subject }} }}
  GRAPH ?source {{ ?subject ?property ?value }}
  ?subject ?property ?value .
  FILTER (isIRI(?subject) && !isBlank(?value))
}}
"""
_EVIDENCE = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
SELECT ?source ?evidence ?property ?value WHERE {{
  VALUES ?subject {{ {nodes} }}
  ?evidence cellkg:aboutSubject ?subject .
  GRAPH ?source {{ ?evidence ?property ?value }}
}}
"""
_NAMES = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?subject ?property ?value WHERE {{
  VALUES ?subject {{ {nodes} }}
  ?subject ?property ?value .
  FILTER (?property IN (
    skos:prefLabel, rdfs:label, skos:broader, skos:inScheme, cellkg:sourceKey, cellkg:sourceKind, cellkg:versionDate,
    dcterms:issued, cellkg:processedOn, cellkg:retrievedOn, dcat:landingPage
  ))
}}
"""
_KINDS_OF_SOURCES = ("KindRegistry", "KindReview", "KindAggregator", "KindNews", "KindReport")
_POINTER = str(C.pointer)


class Told(Statements):
    """Statements about a node and what stands below it, the names of all that they lead to, and their spots."""

    def __init__(self, said: Iterable[Said], names: Iterable[Said], spots: dict[tuple[str, ...], list[Spot]]) -> None:
        """Take in statements of sources, and those that only name something."""
        super().__init__([*said, *names])
        self._spots = spots

    def spots(self, *parts: Said) -> tuple[Spot, ...]:
        """Return the spots of statements; without evidence, the place of the node in its record."""
        found: list[Spot] = []
        for said in parts:
            own = self._spots.get((said.source, said.subject, said.property, said.value))
            found += own or [self._place(said)]
        return tuple(dict.fromkeys(found))

    def as_fact(self, name: str, value: str, parts: list[Said]) -> Fact:
        """Return the fact that statements of one source make together; a value that is a term keeps its IRI."""
        first = parts[0]
        iri = first.value if first.is_thing and self.word(first) == value else ""
        return Fact(name=name, value=value, iri=iri, source=first.source, spots=self.spots(*parts))

    def plain(self, node: str, *properties: str) -> Iterator[Fact]:
        """Yield a fact for each statement of these properties, under the name of its property."""
        for said in self.of(node, *properties):
            yield self.as_fact(self.name(said.property), in_words(self, said), [said])

    def source(self, iri: str) -> Source:
        """Return a source by the IRI of its graph."""

        def one(*properties: str) -> str:
            return next((self.word(said) for name in properties for said in self.of(iri, name)), "")

        dcterms, dcat = "http://purl.org/dc/terms/", "http://www.w3.org/ns/dcat#"
        return Source(
            iri=iri,
            key=one(C.sourceKey) or compress(iri),
            title=self.name(iri),
            kind=one(C.sourceKind),
            day=one(REGISTRY.versionDate, f"{dcterms}issued"),
            copied=one(REGISTRY.processedOn, REGISTRY.retrievedOn),
            page=one(f"{dcat}landingPage"),
        )

    def _place(self, said: Said) -> Spot:
        pointer = next((each.value for each in self.of(said.subject, _POINTER) if each.source == said.source), "")
        return Spot(source=said.source, place=pointer, pointer=pointer)


def told_of(store: Store, root: str, *ties: str) -> Told:
    """Return what sources say of a node and of all that these properties lead to; ``^`` goes against one."""
    path = "|".join(f"^cellkg:{tie[1:]}" if tie.startswith("^") else f"cellkg:{tie}" for tie in ties)
    rows = list(_rows(store, _BELOW.format(root=root, path=path)))
    spots, order = _evidence(store, {subject.value for _, subject, _, _ in rows})
    said = [
        Said(
            source=source.value,
            subject=subject.value,
            property=predicate.value,
            value=value.value,
            is_thing=isinstance(value, ox.NamedNode),
            proofs=order.get((source.value, subject.value, predicate.value, value.value), ()),
        )
        for source, subject, predicate, value in rows
    ]
    subjects = {each.subject for each in said}
    wanted = {each.property for each in said} | {each.source for each in said}
    wanted |= {each.value for each in said if each.is_thing and each.value not in subjects}
    names = list(named(store, wanted))
    wider = {each.value for each in names if each.property.endswith("#broader")} - wanted
    return Told(said, [*names, *named(store, wider)], spots)


def facts_of(found: Iterable[tuple[str, object]], about: str | None = None) -> tuple[Fact, ...]:
    """Return the facts that a teller of ``cellkg.projection.facts`` made of ``Told``, each once."""
    facts = (each for node, each in found if about in (None, node))
    return tuple(dict.fromkeys(each for each in facts if isinstance(each, Fact)))


def named(store: Store, things: Iterable[str]) -> Iterator[Said]:
    """Yield what names things: labels, what lies above them, the keys, kinds and days of sources."""
    kinds = (f"{VOCABULARY}{kind}" for kind in _KINDS_OF_SOURCES)
    for subject, predicate, value in _rows(store, _NAMES.format(nodes=_nodes({*things, *kinds}))):
        yield Said("", subject.value, predicate.value, value.value, isinstance(value, ox.NamedNode), ())


def _evidence(
    store: Store, subjects: set[str]
) -> tuple[dict[tuple[str, ...], list[Spot]], dict[tuple[str, ...], tuple[Proof, ...]]]:
    said: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for source, evidence, predicate, value in _rows(store, _EVIDENCE.format(nodes=_nodes(subjects))):
        said[source.value, evidence.value][predicate.value.removeprefix(VOCABULARY)] = value.value
    spots: dict[tuple[str, ...], list[Spot]] = defaultdict(list)
    order: dict[tuple[str, ...], tuple[Proof, ...]] = {}
    for (source, _), one in said.items():
        key = source, one["aboutSubject"], one["aboutProperty"], one["aboutValue"]
        spots[key].append(_spot(source, one))
        spots[key].sort(key=lambda each: (each.start or 0, each.place))
        first = spots[key][0]
        order[key] = (Proof(first.start or 0, first.place, first.as_written, f"{VOCABULARY}{first.kind.title()}"),)
    return spots, order


def _spot(source: str, said: dict[str, str]) -> Spot:
    line, pointer = said.get("line", ""), said.get("pointer", "")
    start, end = (said.get(f"char{end}", said.get(f"text{end}", "")) for end in ("Start", "End"))
    span = f", characters {start}–{end}" if start else ""
    return Spot(
        source=source,
        place=f"line {line}{span}" if line else f"{pointer}{span}",
        as_written=said["asWritten"],
        kind=said["statementKind"].removeprefix(VOCABULARY).lower(),
        start=int(start) if start else None,
        end=int(end) if end else None,
        pointer=pointer,
        rule=said.get("readingRule", ""),
        confidence=said.get("confidence", ""),
    )


def _nodes(iris: Iterable[str]) -> str:
    return " ".join(f"<{iri}>" for iri in sorted(iris))


def _rows(store: Store, query: str) -> Iterator[ox.QuerySolution]:
    answer = store.query(query)
    assert isinstance(answer, ox.QuerySolutions)
    return iter(answer)
