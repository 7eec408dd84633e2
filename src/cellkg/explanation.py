"""Why nothing can belong to a class: a smallest set of axioms from which that follows.

Axioms near the class are gathered and halved again and again, with HermiT asked each time (QuickXplain, Junker 2004).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import OWL, RDF, RDFS, BNode, Graph, URIRef
from rdflib.term import Node

from cellkg.identifiers import compress
from cellkg.reasoning import ContradictionError, infer, unsatisfiable

Triple = tuple[Node, Node, Node]

_DECLARED = {
    OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.Ontology, OWL.NamedIndividual,
}  # fmt: skip
_LOGICAL = {
    RDF.type, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.equivalentClass, OWL.disjointWith,
    OWL.inverseOf, OWL.equivalentProperty, OWL.propertyDisjointWith, OWL.complementOf, OWL.propertyChainAxiom,
    OWL.sameAs, OWL.differentFrom, OWL.disjointUnionOf, OWL.hasKey,
}  # fmt: skip
_FROM_BELOW = {RDFS.subClassOf, RDFS.subPropertyOf, RDF.type}
_MOST_RUNS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Axiom:
    """One axiom: its triples, its names, and what it says in words that a person can read."""

    triples: frozenset[Triple]
    predicate: Node
    subject: Node
    names: frozenset[Node]
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Axioms from which it follows; ``minimal`` says whether none of them can be left out."""

    axioms: list[str]
    minimal: bool
    runs: int
    """How often HermiT was asked."""


def uppermost(asserted: Graph, classes: set[str]) -> list[str]:
    """Return those of some classes that are below none of the others, or all where each is; the rest follow."""
    below = {
        str(child)
        for child, parent in asserted.subject_objects(RDFS.subClassOf)
        if str(child) in classes and str(parent) in classes
    }
    return sorted(classes - below) or sorted(classes)


class _SpentError(Exception):
    """The reasoner was asked often enough."""


def explain(
    asserted: Graph, iri: str | None, about: Iterable[Node] = (), *, most_runs: int = _MOST_RUNS
) -> Explanation:
    """Return why nothing can belong to the class ``iri``, or, without one, why the statements contradict each other.

    The reason for a contradiction is looked for near the things that ``about`` names first.
    Statements that have no such fault give no axioms. After ``most_runs`` runs the smallest set found so far is
    returned, which is then not minimal.

    Raises:
        JavaMissingError: there is no Java.
        CellkgError: HermiT failed.
    """
    axioms = list(_axioms(asserted))
    search = _Search(list(_declarations(asserted)), URIRef(iri) if iri else None, most_runs)
    minimal = False
    try:
        near = _near(axioms, {URIRef(iri)} if iri else set(about))
        if search.broken(near) or (len(near) < len(axioms) and search.broken(axioms)):
            search.smallest = search.narrow([], False, search.smallest)
        minimal = True
    except _SpentError:
        pass
    return Explanation(axioms=sorted(axiom.said for axiom in search.smallest), minimal=minimal, runs=search.runs)


class _Search:
    """The halving, and the smallest broken set so far."""

    def __init__(self, declarations: list[Triple], iri: URIRef | None, most_runs: int) -> None:
        self._declarations, self._iri, self._most_runs = declarations, iri, most_runs
        self.smallest: list[Axiom] = []
        self.runs = 0

    def broken(self, axioms: list[Axiom]) -> bool:
        if self.runs >= self._most_runs:
            raise _SpentError
        self.runs += 1
        found = self._has_fault(axioms)
        if found and (not self.smallest or len(axioms) < len(self.smallest)):
            self.smallest = axioms
        return found

    def narrow(self, kept: list[Axiom], added: bool, candidates: list[Axiom]) -> list[Axiom]:
        """Return a smallest part of the candidates that is broken together with ``kept``."""
        if added and self.broken(kept):
            return []
        if len(candidates) == 1:
            return candidates
        half = len(candidates) // 2
        first, second = candidates[:half], candidates[half:]
        of_second = self.narrow([*kept, *first], bool(first), second)
        of_first = self.narrow([*kept, *of_second], bool(of_second), first)
        return [*of_first, *of_second]

    def _has_fault(self, axioms: list[Axiom]) -> bool:
        graph = Graph()
        names = {name for axiom in axioms for name in axiom.names} | {self._iri}
        for triple in self._declarations:
            if triple[0] in names:
                graph.add(triple)
        for axiom in axioms:
            for triple in axiom.triples:
                graph.add(triple)
        try:
            inferred = infer(graph)
        except ContradictionError:
            return True
        return self._iri is not None and str(self._iri) in unsatisfiable(inferred)


def _declarations(asserted: Graph) -> Iterator[Triple]:
    for kind in _DECLARED - {OWL.NamedIndividual}:
        yield from ((iri, RDF.type, kind) for iri in asserted.subjects(RDF.type, kind) if isinstance(iri, URIRef))


def _axioms(asserted: Graph) -> Iterator[Axiom]:
    inner = {value for value in asserted.objects() if isinstance(value, BNode)}
    properties = {
        prop for kind in (OWL.ObjectProperty, OWL.DatatypeProperty) for prop in asserted.subjects(RDF.type, kind)
    }
    for subject in sorted(set(asserted.subjects()), key=str):
        if isinstance(subject, BNode):
            if subject not in inner:
                yield _axiom(asserted, subject, RDF.type, list(asserted.triples((subject, None, None))))
            continue
        for triple in sorted(asserted.triples((subject, None, None)), key=str):
            _, predicate, value = triple
            if (predicate in _LOGICAL or predicate in properties) and value not in _DECLARED:
                yield _axiom(asserted, subject, predicate, [triple])


def _axiom(asserted: Graph, subject: Node, predicate: Node, triples: list[Triple]) -> Axiom:
    whole, waiting = set[Triple](), list(triples)
    while waiting:
        if (triple := waiting.pop()) not in whole:
            whole.add(triple)
            if isinstance(triple[2], BNode):
                waiting.extend(asserted.triples((triple[2], None, None)))
    names = {node for triple in whole for node in triple if isinstance(node, URIRef)}
    if isinstance(subject, BNode):
        said = _said(asserted, subject)
    else:
        said = f"{compress(str(subject))} {compress(str(predicate))} {_said(asserted, triples[0][2])}"
    return Axiom(triples=frozenset(whole), predicate=predicate, subject=subject, names=frozenset(names), said=said)


def _near(axioms: list[Axiom], start: set[Node]) -> list[Axiom]:
    """Return the axioms that may bear on some names: those about them, and so on from what these name."""
    built_in = (str(OWL), str(RDF), str(RDFS))
    known, found = set(start), list[Axiom]()
    rest, more = axioms, True
    while more:
        now = [axiom for axiom in rest if _bears_on(axiom, known)]
        rest = [axiom for axiom in rest if not _bears_on(axiom, known)]
        found += now
        known |= {name for axiom in now for name in axiom.names if not str(name).startswith(built_in)}
        more = bool(now)
    return found


def _bears_on(axiom: Axiom, known: set[Node]) -> bool:
    if axiom.predicate in _FROM_BELOW and not isinstance(axiom.subject, BNode):
        return axiom.subject in known
    return not known.isdisjoint(axiom.names)


def _said(graph: Graph, node: Node) -> str:
    """Return a class expression in the manner of the Manchester syntax."""
    if not isinstance(node, BNode):
        return compress(str(node))
    if (prop := graph.value(node, OWL.onProperty)) is not None:
        words = {OWL.someValuesFrom: "some", OWL.allValuesFrom: "only", OWL.hasValue: "value"}
        for predicate, word in words.items():
            if (value := graph.value(node, predicate)) is not None:
                return f"({compress(str(prop))} {word} {_said(graph, value)})"
    for predicate, word in ((OWL.intersectionOf, " and "), (OWL.unionOf, " or "), (OWL.oneOf, " , ")):
        if (members := graph.value(node, predicate)) is not None:
            return f"({word.join(_each(graph, members))})"
    if (members := graph.value(node, OWL.members)) is not None:
        return f"all disjoint: {', '.join(_each(graph, members))}"
    if (node, RDF.first, None) in graph:
        return " o ".join(_each(graph, node))
    parts = sorted(f"{compress(str(p))} {_said(graph, o)}" for p, o in graph.predicate_objects(node))
    return f"[{' ; '.join(parts)}]"


def _each(graph: Graph, members: Node) -> Iterable[str]:
    return [_said(graph, member) for member in graph.items(members)]
