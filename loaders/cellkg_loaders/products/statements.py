"""Readings as statements of the record's graph, in the words that curated sources use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import product as combinations
from typing import TypeAlias

from rdflib import RDF, URIRef

from cellkg.identifiers import VOCABULARY, below, expand
from cellkg.lexicon import Lexicon
from cellkg.ntriples import Literal, Statement, decimal, integer, text
from cellkg.vocabulary import CELLKG as C

from .readings import Administration, CellDose, Fact, Reading, Spot
from .wording import mentions, rows

Said: TypeAlias = "Fact | CellDose"
_ROLES = {"experimental": "study intervention", "comparator": "comparator treatment", "background": "background care"}
_UNITS = {"cells": "cells", "cells/kg": "cells/kg", "cells/m2": "cells/m2", "ml": "ml"}
_TEXT_START, _TEXT_END = URIRef(f"{VOCABULARY}textStart"), URIRef(f"{VOCABULARY}textEnd")


@dataclass(slots=True)
class _Pen:
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
            yield Statement(evidence, _TEXT_START, integer(spot.start))
            yield Statement(evidence, _TEXT_END, integer(spot.end))
            yield Statement(evidence, C.readingRule, text(rule))
            yield Statement(evidence, C.confidence, decimal(Decimal(str(confidence))))

    def fact(self, node: URIRef, prop: URIRef, value: URIRef | Literal, fact: Fact) -> Iterator[Statement]:
        """Yield a statement that a fact makes."""
        yield from self.says(node, prop, value, fact.spots[:2], fact.rule, fact.confidence, fact.kind)


def reading_statements(
    reading: Reading, study: URIRef, base: str, lexicon: Lexicon, clean: Callable[[str], Literal] = text
) -> Iterator[Statement]:
    """Yield what a reading says, below the nodes of its record.

    An administration hangs on each arm that is given it; where the record ties it to no arm, on the group of all
    participants. Several routes are several administrations; several tissues or donors are several products.
    """
    pen = _Pen(lexicon, clean)
    for number, given in enumerate(reading.administrations, 1):
        groups = [URIRef(base + pointer) for pointer in given.arms] or [below(base, "reading", "participants")]
        if not given.arms:
            yield Statement(study, C.hasArm, groups[0])
            yield Statement(groups[0], RDF.type, C.Group)
        for part, route in enumerate(given.routes or (None,), 1):
            node = below(base, "reading", number, "route", part)
            for group in groups:
                yield Statement(group, C.hasAdministration, node)
            yield from _administration(pen, node, given, route, base)


def _administration(
    pen: _Pen, node: URIRef, given: Administration, route: Fact | None, base: str
) -> Iterator[Statement]:
    yield Statement(node, RDF.type, C.Administration)
    yield Statement(node, C.administrationRole, pen.lexicon.iri("route_role", _ROLES[given.role]))
    for pointer in given.interventions:
        yield Statement(node, C.ofIntervention, URIRef(base + pointer))
    if route:
        yield from pen.fact(node, C.route, pen.lexicon.iri("route", _route_word(route)), route)
    for site in given.sites:
        if term := _terms("sites", "site", "term").get(site.value):
            yield from pen.fact(node, C.site, expand(term), site)
    for number, dose in enumerate(_each_once(given.doses), 1):
        yield from _dose(pen, node, below(node, "dose", number), dose)
    for one in given.times[:1]:
        for prop, value in ((C.administrationsMin, one.least), (C.administrationsMax, one.most)):
            yield from pen.says(node, prop, integer(value), (one.spot,), one.rule, one.confidence, "derived")
    for number, (tissue, donor) in enumerate(combinations(given.tissues or (None,), _donors(given)), 1):
        yield from _product(pen, node, below(node, "product", number), given, tissue, donor)


def _product(
    pen: _Pen, administration: URIRef, node: URIRef, given: Administration, tissue: Fact | None, donor: Fact | None
) -> Iterator[Statement]:
    made = given.manipulations[0].value if given.manipulations else ""
    word = given.word or product_word(given.product.value, tissue.value if tissue else "", made, given.cell)
    product_type = pen.lexicon.iri("product", word)
    yield Statement(administration, C.ofProduct, node)
    yield Statement(node, RDF.type, C.CellProduct)
    yield from pen.fact(node, C.productType, product_type, given.product)
    yield Statement(node, C.cellLabel, pen.clean(" ".join(given.product.spots[0].text.split())))
    cells = expand(given.cell) if given.cell else pen.lexicon.cells_of(product_type)
    if cells:
        component = below(node, "component")
        yield Statement(node, C.hasComponent, component)
        yield Statement(component, RDF.type, C.CellComponent)
        yield Statement(component, RDF.type, cells)
    if donor:
        yield from pen.fact(node, C.donorRelation, pen.lexicon.iri("donor_relation", donor.value), donor)
    if tissue:
        yield from pen.fact(node, C.tissueSource, expand(tissue.value), tissue)
    for fact in given.manipulations:
        yield from pen.fact(node, C.manipulation, pen.lexicon.iri("manipulation", fact.value), fact)
    for fact in given.targets:
        yield from pen.fact(node, C.targetAntigen, text(fact.value), fact)


def _dose(pen: _Pen, above: URIRef, node: URIRef, dose: CellDose) -> Iterator[Statement]:
    yield Statement(above, C.hasDose, node)
    yield Statement(node, RDF.type, C.Dose)
    yield Statement(node, C.doseUnit, pen.lexicon.iri("amount_unit", _UNITS[dose.basis]))
    kind = "ambiguous" if dose.literal is not None else "normalised"
    values = [(C.value, dose.most)] if dose.least == dose.most else [(C.low, dose.least), (C.high, dose.most)]
    for prop, value in values:
        for statement in pen.says(node, prop, decimal(value), (dose.spot,), dose.rule, dose.confidence, kind):
            yield statement
            if statement.object == C.Evidence and dose.literal is not None:
                yield Statement(statement.subject, C.literalReading, decimal(dose.literal))


def product_word(product_class: str, tissue: str, manipulation: str, cell: str = "") -> str:
    """Return the word of the list ``product`` for a class of cells, their tissue and what is done to them."""
    if cell == "CL:0002568":
        return "Wharton's jelly MSC"
    values = _product_values()
    keys = (
        (product_class, tissue, manipulation),
        (product_class, tissue, ""),
        (product_class, "*" if tissue else "", ""),
    )
    return next((values[key] for key in keys if key in values), "") or values[product_class, "", ""]


@cache
def _product_values() -> dict[tuple[str, str, str], str]:
    return {(row["class"], row["tissue"], row["manipulation"]): row["value"] for row in rows("product_values")}


@cache
def _terms(kind: str, key: str, term: str) -> dict[str, str]:
    return {row[key]: row[term] for row in rows(kind) if row[term]}


def _route_word(route: Fact) -> str:
    named = [m.entry for m in mentions(route.spots[0].text) if m.kind == "routes"]
    words = [entry["word"] for entry in (*named, *rows("routes")) if entry["route"] == route.value]
    return words[0] if words else route.value.removeprefix("other:")


def _donors(given: Administration) -> tuple[Fact | None, ...]:
    """Return the donor relations, one product for each: "both" are two, each with the spot that says it."""
    if not given.donors:
        return (None,)
    one = given.donors[0]
    if one.value != "both":
        return (one,)
    return tuple(
        Fact(value=value, spots=(spot,), rule=one.rule, confidence=one.confidence, kind="ambiguous")
        for value, spot in zip(_values_of(one), one.spots, strict=True)
    )


def _values_of(both: Fact) -> list[str]:
    return [next(m.entry["donor"] for m in mentions(spot.text) if m.kind == "donors") for spot in both.spots]


def _each_once(doses: tuple[CellDose, ...]) -> Iterator[CellDose]:
    seen: set[tuple[Decimal, Decimal]] = set()
    for dose in doses:
        if (dose.least, dose.most) not in seen:
            seen.add((dose.least, dose.most))
            yield dose
