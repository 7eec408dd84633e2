"""Doses as statements: amount, unit, what is counted; a derived amount with the two numbers that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from rdflib import PROV, RDF, URIRef

from cellkg.identifiers import below
from cellkg.ntriples import Statement, decimal
from cellkg.vocabulary import CELLKG as C

from .doses import CONCENTRATION
from .pen import Pen
from .readings import Administration, CellDose


def dose_statements(pen: Pen, above: URIRef, given: Administration) -> Iterator[Statement]:
    """Yield the doses of an administration, each amount once, its concentrations, and volumes that were multiplied."""
    inputs = [each for dose in given.doses for each in dose.inputs]
    concentrations = (*given.concentrations, *(one for one in inputs if one.basis == CONCENTRATION))
    volumes = [one for one in inputs if one.basis != CONCENTRATION]
    nodes: dict[tuple[str, Decimal, Decimal], URIRef] = {}
    for name, doses in (("concentration", concentrations), ("volume", volumes), ("dose", given.doses)):
        for number, dose in enumerate(_each_once(doses), 1):
            node = nodes[dose.basis, dose.least, dose.most] = below(above, name, number)
            yield from _dose(pen, above, node, dose)
            for one in dose.inputs:
                yield Statement(node, PROV.wasDerivedFrom, nodes[one.basis, one.least, one.most])


def _dose(pen: Pen, above: URIRef, node: URIRef, dose: CellDose) -> Iterator[Statement]:
    yield Statement(above, C.hasDose, node)
    yield Statement(node, RDF.type, C.Dose)
    yield Statement(node, C.doseUnit, pen.lexicon.iri("amount_unit", dose.basis))
    kind = "derived" if dose.inputs else "ambiguous" if dose.literal is not None else "normalised"
    spots = tuple(one.spot for one in dose.inputs) or (dose.spot,)
    values = [(C.value, dose.most)] if dose.least == dose.most else [(C.low, dose.least), (C.high, dose.most)]
    values = [(C.low, dose.least)] if dose.open else values
    for prop, value in values:
        for statement in pen.says(node, prop, decimal(value), spots, dose.rule, dose.confidence, kind):
            yield statement
            if statement.object == C.Evidence and dose.literal is not None:
                yield Statement(statement.subject, C.literalReading, decimal(dose.literal))
    for fact in dose.counted:
        yield from pen.fact(node, C.countedCells, pen.lexicon.iri("counted_cells", fact.value), fact)


def _each_once(doses: Iterable[CellDose]) -> Iterator[CellDose]:
    """Yield each amount once for each kind of cells that it counts; without a kind only where it is never said."""
    kept: dict[tuple[Decimal, Decimal], dict[tuple[str, ...], CellDose]] = {}
    for dose in doses:
        kept.setdefault((dose.least, dose.most), {}).setdefault(tuple(fact.value for fact in dose.counted), dose)
    for by_counted in kept.values():
        yield from (dose for counted, dose in by_counted.items() if counted or len(by_counted) == 1)
