"""Why two nodes are joined: the chains of statements between them, each with its sources, words and spots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox
from rdflib import RDF

from cellkg.identifiers import SOURCES, VOCABULARY
from cellkg.store import Store
from cellkg.vocabulary import CELLKG as C

from .asking import Triple, graphs_of, iri, of_triples, rows, values
from .nodes import names_of
from .ways import LINKED, MATCHES, PRODUCT, WAYS, Way

_MOST_CHAINS = 50
_EVIDENCE = (f"<{C.Evidence}>", f"<{C.TermLink}>")


@dataclass(frozen=True, slots=True)
class Proof:
    """One place that makes a statement: its words, where they stand, and how they were read."""

    words: str
    spot: str
    source: str
    """The title of the source, or of the set of links."""
    kind: str
    """Stated, normalised, derived or ambiguous."""
    rule: str
    """The rule that read the words out of free text, empty for what a person curated."""
    confidence: str
    passage: dict[str, str] = field(default_factory=dict)
    """The spot as fields: ``source`` (its key), ``pointer`` (of a record), ``start`` and ``end`` (characters)."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with the names of its parts, the sources (IRI and title) that make it, and its proofs."""

    subject: str
    property: str
    value: str
    sources: tuple[tuple[str, str], ...]
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """The statements that one link between two nodes stands for."""

    label: str
    forward: bool
    statements: tuple[Statement, ...]


_Terms = tuple[Any, Any, Any]


def joined(store: Store, one: str, other: str) -> list[Chain]:
    """Return every chain that joins two nodes, at most 50, those with the most words behind them first.

    Raises:
        UsageError: a name is no IRI.
    """
    found = list(_chains(store, iri(one), iri(other)))[:_MOST_CHAINS]
    statements = {terms: _triple(terms) for _, _, chain in found for terms in chain}
    triples = list(statements.values())
    graphs, proofs = graphs_of(store, triples), _proofs(store, triples)
    things = [term.value for terms in statements for term in terms if isinstance(term, ox.NamedNode)]
    names = names_of(store, [*things, *(graph for each in graphs.values() for graph in each)])
    chains = [
        Chain(label, forward, tuple(_statement(terms, graphs[key], proofs[key], names) for terms, key in each))
        for label, forward, chain in found
        for each in [[(terms, statements[terms]) for terms in chain]]
    ]
    return sorted(chains, key=lambda chain: -sum(len(each.proofs) for each in chain.statements))


def _chains(store: Store, one: str, other: str) -> Iterator[tuple[str, bool, tuple[_Terms, ...]]]:
    seen: set[tuple[_Terms, ...]] = set()
    for forward, ends in ((True, (one, other)), (False, (other, one))):
        for label, triples in _all_ways(store, *ends):
            if triples not in seen:
                seen.add(triples)
                yield label, forward, triples
    if not seen:
        for forward, (start, end) in ((True, (one, other)), (False, (other, one))):
            for row in rows(store, f"SELECT DISTINCT ?property WHERE {{ {start} ?property {end} }}"):
                yield "", forward, ((_node(start), row["property"], _node(end)),)


def _all_ways(store: Store, start: str, end: str) -> Iterator[tuple[str, tuple[_Terms, ...]]]:
    for way in WAYS:
        named = f" . {end} <{C.productType}> ?type" if way.end == PRODUCT else ""
        for row in rows(store, f"SELECT * WHERE {{ {way.pattern(start, end)}{named} }} LIMIT {_MOST_CHAINS}"):
            product = ((_node(end), ox.NamedNode(C.productType), row["type"]),) if named else ()
            yield way.label, (*_triples(way, start, end, row), *product)
    match = values("match", (f"<{each}>" for each in MATCHES))
    written, words = LINKED.steps
    query = f"SELECT * WHERE {{ {match} {start} <{written}> ?n1 . ?n2 <{words}> ?n1 ; ?match {end} }}"
    for row in rows(store, query):
        said = (_node(start), ox.NamedNode(written), row["n1"])
        yield LINKED.label, (said, (row["n2"], row["match"], _node(end)))


def _triples(way: Way, start: str, end: str, row: Any) -> tuple[_Terms, ...]:
    terms = [row[name[1:]] if name.startswith("?") else _node(name) for name in way.nodes(start, end)]
    return tuple((terms[i], ox.NamedNode(step), terms[i + 1]) for i, step in enumerate(way.steps))


def _node(written: str) -> ox.NamedNode:
    return ox.NamedNode(written[1:-1])


def _proofs(store: Store, triples: list[Triple]) -> dict[Triple, list[Proof]]:
    """The evidence for each statement, and for a link to a term the rule that made it."""
    about = f"?e <{C.aboutSubject}> ?s ; <{C.aboutProperty}> ?p ; <{C.aboutValue}> ?o ; ?q ?told"
    linked = f"?e <{C.linkOf}> ?s ; <{C.linkTo}> ?o ; ?q ?told"
    told: dict[Triple, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    links = [triple for triple in triples if triple[1][1:-1] in map(str, MATCHES)]
    for asked, pattern in ((triples, about), (links, linked)):
        for triple, row in of_triples(store, asked, pattern):
            told[triple][str(row["e"])][row["q"].value] = row["told"].value
    graphs, titles = _sources(store, [each for found in told.values() for each in found])
    proofs = {
        triple: sorted((_proof(each, graphs[evidence], titles) for evidence, each in told[triple].items()), key=str)
        for triple in triples
    }
    places = _places(store, triples)
    return {triple: proofs[triple] or places.get(triple, []) for triple in triples}


def _places(store: Store, triples: list[Triple]) -> dict[Triple, list[Proof]]:
    """The field of the record that a part of a statement stands for, where nothing finer is told."""
    things = dict.fromkeys(term for said, _, what in triples for term in (what, said) if term.startswith("<"))
    at: dict[str, str] = {}
    if things:
        for row in rows(store, f"SELECT * WHERE {{ {values('node', things)} ?node <{C.pointer}> ?at }}"):
            at[str(row["node"])] = row["at"].value
    found = {triple: at.get(triple[2]) or at.get(triple[0]) for triple in triples}
    return {triple: [Proof("", place, "", "stated", "", "")] for triple, place in found.items() if place}


def _sources(store: Store, evidence: list[str]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The sources that hold some evidence, and their titles."""
    held = graphs_of(store, [(each, f"<{RDF.type}>", kind) for each in evidence for kind in _EVIDENCE])
    found: dict[str, list[str]] = defaultdict(list)
    for (each, _, _), graphs in held.items():
        found[each] += graphs
    return found, names_of(store, [graph for graphs in found.values() for graph in graphs])


def _proof(told: dict[str, str], graphs: list[str], titles: dict[str, str]) -> Proof:
    def text(name: str) -> str:
        return told.get(str(name), "")

    source = "; ".join(sorted(titles[graph] for graph in graphs))
    if text(C.linkRule):
        rule = f"{text(C.linkRule)}, {text(C.linkMatch)} match"
        return Proof("", "", source, "linked", rule, text(C.confidence))
    kind = text(C.statementKind).rpartition("/")[2].lower()
    passage = _passage(text, max(graphs)) if graphs else {}
    return Proof(text(C.asWritten), spot(text), source, kind, text(C.readingRule), text(C.confidence), passage)


def _passage(text: Callable[[str], str], graph: str) -> dict[str, str]:
    of_record = bool(text(C.pointer))
    names = (f"{VOCABULARY}textStart", f"{VOCABULARY}textEnd") if of_record else (C.charStart, C.charEnd)
    fields = {"source": graph.removeprefix(SOURCES), "pointer": text(C.pointer)}
    fields |= {"start": text(names[0]), "end": text(names[1])}
    return {name: value for name, value in fields.items() if value}


def spot(text: Callable[[str], str]) -> str:
    """Return where words stand: ``text`` gives a property of their evidence."""
    if text(C.line):
        return f"line {text(C.line)}, characters {text(C.charStart)}–{text(C.charEnd)}"
    place = text(C.pointer)
    start, end = (text(f"{VOCABULARY}{name}") for name in ("textStart", "textEnd"))
    return f"{place}, characters {start}–{end}" if start else place


def _statement(terms: _Terms, graphs: list[str], proofs: list[Proof], names: dict[str, str]) -> Statement:
    sources = tuple((graph, names[graph]) for graph in graphs)
    said, by, what = (names[term.value] if isinstance(term, ox.NamedNode) else str(term.value) for term in terms)
    return Statement(said, by, what, sources, tuple(proofs))


def _triple(terms: _Terms) -> Triple:
    said, by, what = map(str, terms)
    return said, by, what
