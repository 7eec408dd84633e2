"""Readings as statements of the record's graph, in the words that curated sources use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product as combinations

from rdflib import RDF, URIRef

from cellkg.identifiers import below, expand
from cellkg.lexicon import Lexicon
from cellkg.ntriples import Literal, Statement, integer, text
from cellkg.vocabulary import CELLKG as C

from .beside_statements import beside_statements
from .dose_statements import dose_statements
from .pen import Pen
from .readings import Administration, Fact, Reading
from .wording import mentions, rows

_ROLES = {"experimental": "study intervention", "comparator": "comparator treatment", "background": "background care"}


def reading_statements(
    reading: Reading, study: URIRef, base: str, lexicon: Lexicon, clean: Callable[[str], Literal] = text
) -> Iterator[Statement]:
    """Yield what a reading says, below the nodes of its record.

    An administration hangs on each arm that is given it; where the record ties it to no arm, on the group of all
    participants. Several routes are several administrations; several tissues or donors are several products.
    """
    pen = Pen(lexicon, clean)
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
    for number, one in enumerate(reading.besides, 1):
        yield from beside_statements(pen, below(base, "reading", "beside", number), one, base)


def _administration(
    pen: Pen, node: URIRef, given: Administration, route: Fact | None, base: str
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
    yield from dose_statements(pen, node, given)
    for one in given.times[:1]:
        for prop, value in ((C.administrationsMin, one.least), (C.administrationsMax, one.most)):
            yield from pen.says(node, prop, integer(value), (one.spot,), one.rule, one.confidence, "derived")
    for number, (tissue, donor) in enumerate(combinations(given.tissues or (None,), _donors(given)), 1):
        yield from _product(pen, node, below(node, "product", number), given, tissue, donor)


def _product(
    pen: Pen, administration: URIRef, node: URIRef, given: Administration, tissue: Fact | None, donor: Fact | None
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
