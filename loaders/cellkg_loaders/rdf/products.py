"""Arms, administrations, doses and cell products as quads."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import RDF, URIRef

from cellkg.identifiers import below
from cellkg.ntriples import Statement, decimal, integer
from cellkg.vocabulary import CELLKG as C
from cellkg_loaders.records import Administration, Arm, Dose, Fraction, Occasion, Procedure, Processing, Product

from .telling import Telling, duration_range_quads, range_quads, time_quads


def arm_quads(telling: Telling, node: URIRef, arm: Arm) -> Iterator[Statement]:
    """Yield a group and everything that it is given."""
    yield Statement(node, RDF.type, C.Arm)
    yield Statement(node, C.groupRole, telling.word("group_role", arm.role))
    if arm.name:
        yield from telling.writes(node, C.name, arm.name)
    if arm.species:
        yield from telling.says(node, C.species, "recipients", arm.species)
    for i, administration in enumerate(arm.given, 1):
        given = below(node, "administration", i)
        yield Statement(node, C.hasAdministration, given)
        yield from administration_quads(telling, given, administration)
    for i, procedure in enumerate(arm.procedures, 1):
        done = below(node, "procedure", i)
        yield Statement(node, C.hasProcedure, done)
        yield from procedure_quads(telling, done, procedure)


def administration_quads(telling: Telling, node: URIRef, given: Administration) -> Iterator[Statement]:
    """Yield what is given, by which route, to which site, in which dose and when."""
    yield Statement(node, RDF.type, C.Administration)
    yield Statement(node, C.administrationRole, telling.word("route_role", given.role))
    for i, product in enumerate(given.products, 1):
        named = below(node, "product", i)
        yield Statement(node, C.ofProduct, named)
        yield from product_quads(telling, named, product)
    if given.comparator:
        comparator = below(node, "comparator")
        yield Statement(node, C.ofProduct, comparator)
        yield Statement(comparator, RDF.type, C.Comparator)
        yield from telling.says(comparator, C.comparatorType, "comparator", given.comparator)
    if given.co_intervention:
        other = below(node, "co-intervention")
        yield Statement(node, C.ofProduct, other)
        yield Statement(other, RDF.type, C.CoIntervention)
        yield from telling.says(other, C.coInterventionType, "co_intervention", given.co_intervention)
    if given.route:
        yield from telling.says(node, C.route, "route", given.route)
    for site in given.sites:
        yield from telling.says(node, C.site, "administration_site", site)
    if given.technique:
        yield from telling.writes(node, C.technique, given.technique)
    for i, dose in enumerate(given.doses, 1):
        amount = below(node, "dose", i)
        yield Statement(node, C.hasDose, amount)
        yield from dose_quads(telling, amount, dose)
    if given.times:
        yield from telling.said(node, C.administrationsMin, integer(given.times.least), given.times)
        yield from telling.said(node, C.administrationsMax, integer(given.times.most), given.times)
    for i, occasion in enumerate(given.occasions, 1):
        when = below(node, "occasion", i)
        yield Statement(node, C.hasOccasion, when)
        yield from occasion_quads(telling, when, occasion)


def product_quads(telling: Telling, node: URIRef, product: Product) -> Iterator[Statement]:
    """Yield a cell product as its source names it, and the cells of which that type consists."""
    product_type = telling.word("product", product.type.word)
    yield Statement(node, RDF.type, C.CellProduct)
    yield from telling.said(node, C.productType, product_type, product.type)
    cells = telling.lexicon.cells_of(product_type)
    if cells:
        component = below(node, "component")
        yield Statement(node, C.hasComponent, component)
        yield Statement(component, RDF.type, C.CellComponent)
        yield Statement(component, RDF.type, cells)
    if product.label:
        yield from telling.writes(node, C.cellLabel, product.label)
    if product.donor:
        yield from telling.says(node, C.donorRelation, "donor_relation", product.donor)
    if product.tissue:
        yield from telling.says(node, C.tissueSource, "tissue", product.tissue)
    for i, processing in enumerate(product.processing, 1):
        made = below(node, "processing", i)
        yield Statement(node, C.hasProcessing, made)
        yield from processing_quads(telling, made, processing)
    for i, fraction in enumerate(product.fractions, 1):
        part = below(node, "fraction", i)
        yield Statement(node, C.hasFraction, part)
        yield from fraction_quads(telling, part, fraction)


def processing_quads(telling: Telling, node: URIRef, processing: Processing) -> Iterator[Statement]:
    """Yield the device or procedure that makes a product, and the time it takes."""
    yield Statement(node, RDF.type, C.Processing)
    yield from telling.says(node, C.processing, "processing", processing.by)
    if processing.time:
        yield from duration_range_quads(telling, node, processing.time)


def fraction_quads(telling: Telling, node: URIRef, fraction: Fraction) -> Iterator[Statement]:
    """Yield a part of the cells of a product and its share."""
    yield Statement(node, RDF.type, C.CellComponent)
    yield from telling.says(node, RDF.type, "cells", fraction.cells)
    yield from telling.said(node, C.percent, decimal(fraction.value), fraction)


def dose_quads(telling: Telling, node: URIRef, dose: Dose) -> Iterator[Statement]:
    """Yield a dose with its unit and basis."""
    yield Statement(node, RDF.type, C.Dose)
    yield from range_quads(telling, node, dose)
    yield Statement(node, C.doseUnit, telling.word("amount_unit", dose.unit))
    if dose.per:
        yield from telling.says(node, C.dosePer, "dose_per", dose.per)


def occasion_quads(telling: Telling, node: URIRef, occasion: Occasion) -> Iterator[Statement]:
    """Yield the day or month of an administration."""
    yield Statement(node, RDF.type, C.TimePoint)
    if occasion.day is not None:
        yield from telling.said(node, C.occasionDay, integer(occasion.day), occasion)
    if occasion.month is not None:
        yield from telling.said(node, C.occasionMonth, integer(occasion.month), occasion)


def procedure_quads(telling: Telling, node: URIRef, procedure: Procedure) -> Iterator[Statement]:
    """Yield something done besides, and the amount it takes."""
    yield Statement(node, RDF.type, C.Procedure)
    yield from telling.said(node, C.procedureType, telling.word("procedure", procedure.type), procedure)
    yield from range_quads(telling, node, procedure)
    if procedure.unit:
        yield Statement(node, C.amountUnit, telling.word("amount_unit", procedure.unit))
    if procedure.route:
        yield from telling.says(node, C.route, "route", procedure.route)
    if procedure.agent:
        yield from telling.writes(node, C.agent, procedure.agent)
    if procedure.lasting:
        yield Statement(node, C.lasts, below(node, "lasting"))
        yield from time_quads(telling, below(node, "lasting"), procedure.lasting)
