"""Comparators, co-interventions and devices as statements: an administration on each arm, with what it gives."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import RDF, URIRef

from cellkg.identifiers import below
from cellkg.ntriples import Statement
from cellkg.vocabulary import CELLKG as C

from .pen import Pen
from .readings import Beside

_TESTED, _COMPARED = "study intervention", "comparator treatment"


def beside_statements(pen: Pen, node: URIRef, one: Beside, base: str) -> Iterator[Statement]:
    """Yield the administration of something that is no cells, with its type, its name and its evidence."""
    role = _COMPARED if one.kind == "comparator" else _TESTED
    for pointer in one.arms:
        yield Statement(URIRef(base + pointer), C.hasAdministration, node)
    yield Statement(node, RDF.type, C.Administration)
    yield Statement(node, C.administrationRole, pen.lexicon.iri("route_role", role))
    if one.intervention:
        yield Statement(node, C.ofIntervention, URIRef(base + one.intervention))
    product = below(node, one.kind)
    yield Statement(node, C.ofProduct, product)
    if one.kind == "device":
        yield Statement(product, RDF.type, C.Device)
    elif one.kind == "comparator":
        yield Statement(product, RDF.type, C.Comparator)
        yield from pen.fact(product, C.comparatorType, pen.lexicon.iri("comparator", one.type.value), one.type)
    else:
        yield Statement(product, RDF.type, C.CoIntervention)
        yield from pen.fact(product, C.coInterventionType, pen.lexicon.iri("co_intervention", one.type.value), one.type)
    if one.name:
        yield from pen.fact(product, C.name, pen.clean(one.name.value), one.name)
