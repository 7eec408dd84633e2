"""Statements with the evidence that was read for them: each with pointer, offsets, rule and confidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from rdflib import RDF, URIRef

from cellkg.identifiers import VOCABULARY, below
from cellkg.lexicon import Lexicon
from cellkg.ntriples import Literal, Statement, decimal, integer, text
from cellkg.vocabulary import CELLKG as C

from .readings import Fact, Spot

_TEXT_START, _TEXT_END = URIRef(f"{VOCABULARY}textStart"), URIRef(f"{VOCABULARY}textEnd")

_SECTIONS = {
    "identificationModule": "title",
    "armsInterventionsModule": "intervention",
    "descriptionModule": "description",
    "designModule": "description",
    "outcomesModule": "description",
    "eligibilityModule": "eligibility criterion",
    "conditionsModule": "keyword",
}


@dataclass(slots=True)
class Pen:
    """Writes values with their evidence; ``clean`` makes a literal of the words of the record."""

    lexicon: Lexicon
    clean: Callable[[str], Literal]
    count: dict[str, int] = field(default_factory=dict)

    def says(
        self,
        node: URIRef,
        prop: URIRef,
        value: URIRef | Literal,
        spots: tuple[Spot, ...],
        rule: str,
        confidence: float,
        kind: str,
    ) -> Iterator[Statement]:
        """Yield a statement and a node of evidence for each spot."""
        yield Statement(node, prop, value)
        name = prop.rpartition("/")[2].rpartition("#")[2]
        for spot in spots:
            number = self.count[node + name] = self.count.get(node + name, 0) + 1
            evidence = below(node, "evidence", f"{name}-{number}")
            yield Statement(evidence, RDF.type, C.Evidence)
            yield Statement(evidence, C.aboutSubject, node)
            yield Statement(evidence, C.aboutProperty, prop)
            yield Statement(evidence, C.aboutValue, value)
            yield Statement(evidence, C.asWritten, self.clean(spot.text))
            yield Statement(evidence, C.statementKind, self.lexicon.iri("statement_kind", kind))
            yield Statement(evidence, C.pointer, text(spot.pointer))
            yield Statement(evidence, C.section, self.lexicon.iri("stated_in", _SECTIONS[spot.pointer.split("/")[2]]))
            yield Statement(evidence, _TEXT_START, integer(spot.start))
            yield Statement(evidence, _TEXT_END, integer(spot.end))
            yield Statement(evidence, C.readingRule, text(rule))
            yield Statement(evidence, C.confidence, decimal(Decimal(str(confidence))))

    def fact(self, node: URIRef, prop: URIRef, value: URIRef | Literal, fact: Fact) -> Iterator[Statement]:
        """Yield a statement that a fact makes."""
        yield from self.says(node, prop, value, fact.spots[:2], fact.rule, fact.confidence, fact.kind)
