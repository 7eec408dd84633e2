"""From a record to its reading: decide what is cells, make regimens, read each facet of each."""

from __future__ import annotations

from typing import Any

from . import facets, giving
from .deciding import decide
from .passages import Record, read_passages
from .readings import Administration, Fact, Reading
from .regimens import Regimen, read_regimens
from .roles import role_of
from .wording import rows


def read_products(study: dict[str, Any]) -> Reading:
    """Return the cell products that a record of ClinicalTrials.gov (API v2) gives, and a decision for each intervention.

    The same record gives the same reading, and nothing but the record is asked.
    """
    record = read_passages(study)
    judged = decide(record)
    regimens = read_regimens(record, judged)
    return Reading(
        study=record.study,
        administrations=tuple(_administration(record, one, regimens) for one in regimens),
        decisions=tuple(one.decision for one in judged),
    )


def _administration(record: Record, regimen: Regimen, regimens: list[Regimen]) -> Administration:
    product = _product(regimen)
    tissues = facets.tissues(record, regimen)
    routes = giving.routes(record, regimen)
    return Administration(
        role=role_of(record, regimen, regimens),
        product=product,
        cell=_cell(regimen, tissues),
        tissues=tissues,
        donors=facets.donors(record, regimen),
        manipulations=facets.manipulations(record, regimen),
        targets=facets.targets(record, regimen),
        routes=routes,
        sites=giving.sites(record, regimen, routes),
        doses=giving.doses(record, regimen),
        times=giving.times(record, regimen),
        arms=tuple(arm.pointer for arm in regimen.arms),
        interventions=tuple(one.pointer for one in regimen.interventions),
    )


def _product(regimen: Regimen) -> Fact:
    spots = tuple(head.passage.spot(head.mention.start, head.mention.end) for head in regimen.heads)
    return Fact(
        value=regimen.product_class,
        spots=tuple(dict.fromkeys(spots))[:5],
        rule="product of no named kind" if regimen.heads[0].generic else "product by its name",
        confidence=0.5 if regimen.heads[0].weak else 0.95,
    )


def _cell(regimen: Regimen, tissues: tuple[Fact, ...]) -> str:
    """Return the Cell Ontology class: of the product's name, made finer by its tissue where the wording says so."""
    named = next((h.entry["cell"] for h in regimen.heads if h.entry.get("cell")), "")
    by_class = {(row["class"], row["tissue"]): row["cell"] for row in rows("cells_by_tissue")}
    values = {fact.value for fact in tissues}
    if any("CL:0002568" == row["cell"] for row in _rows_at(tissues)) or named == "CL:0002568":
        return "CL:0002568"
    plain_cell = named if regimen.product_class != "HSC graft" else ""
    plain_cell = plain_cell or by_class.get((regimen.product_class, ""), "")
    return by_class.get((regimen.product_class, next(iter(values))), plain_cell) if len(values) == 1 else plain_cell


def _rows_at(tissues: tuple[Fact, ...]) -> list[dict[str, str]]:
    from .wording import mentions

    return [m.entry for fact in tissues for m in mentions(fact.spots[0].text) if m.kind == "tissues" and m.entry.get("cell")]

