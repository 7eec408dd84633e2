"""From a record to its reading: decide what is cells, make regimens, read each facet of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from . import aiming, donating, dosing, giving, making, routing, sources
from .besides import read_besides
from .coding import with_codes
from .deciding import decide
from .dividing import PLAIN, divided
from .heads import heads
from .indications import by_indication
from .readings import Administration, Fact, Reading
from .regimens import Regimen, read_regimens, settled
from .roles import role_of
from .study import Record, read_study
from .wording import mentions, rows

_WHARTON, _LYMPHOCYTE = "CL:0002568", "CL:0000542"
_CD3 = re.compile(
    r"CD3\s*\+?\s*(?:T[ -]?)?(?:cells?|lymphocytes?)?\s*(?:/|per)\s*kg|"
    r"T[ -]?cell add[- ]?back|donor T[ -](?:cells?|lymphocytes?) (?:IV|intravenously|infus|are infused)"
)
_MONOCYTES = re.compile(r"\bmonocytes?\b(?!\s*(?:count|/|\(|[<>≥≤]|chemo|colony))", re.IGNORECASE)


def read_products(study: dict[str, Any]) -> Reading:
    """Return the cell products that a record of ClinicalTrials.gov (API v2) gives, and a decision on each intervention.

    The same record gives the same reading, and nothing but the record is asked.
    """
    record = read_study(study)
    judged = decide(record)
    with_codes(record, judged)
    regimens = settled(record, divided(record, read_regimens(record, judged)))
    given = tuple(_administrations(record, regimens))
    return Reading(
        study=record.study,
        administrations=given,
        decisions=tuple(one.decision for one in judged),
        besides=read_besides(record, judged, given),
    )


def _administrations(record: Record, regimens: list[Regimen]) -> Iterator[Administration]:
    for given in _without_repeats(_administration(record, one) for one in regimens):
        yield from by_indication(record, given)


def _administration(record: Record, regimen: Regimen) -> Administration:
    product = _product(regimen)
    tissues = sources.tissues(record, regimen)
    routes = routing.routes(record, regimen)
    return Administration(
        role=role_of(record, regimen),
        product=product,
        cell=_cell(record, regimen, tissues),
        word=next((h.entry["word"] for h in regimen.heads if h.entry.get("word")), ""),
        tissues=tissues,
        donors=donating.donors(record, regimen),
        manipulations=making.manipulations(record, regimen),
        targets=aiming.targets(record, regimen),
        routes=routes,
        sites=routing.sites(record, regimen, routes),
        doses=dosing.doses(record, regimen),
        concentrations=dosing.concentrations(record, regimen),
        times=giving.times(record, regimen, routes),
        arms=tuple(arm.pointer for arm in regimen.arms),
        interventions=tuple(one.pointer for one in regimen.interventions),
    )


def _without_repeats(given: Iterable[Administration]) -> Iterator[Administration]:
    """Yield each regimen once: arms that give the same by the same route are one."""
    kept: dict[tuple[object, ...], Administration] = {}
    for one in given:
        facets_of = (one.tissues, one.donors, one.routes)
        plain = any(fact.rule == PLAIN for fact in one.manipulations)
        key = (one.role, one.product.value, plain, *(tuple(sorted(f.value for f in facts)) for facts in facets_of))
        known = kept.get(key)
        kept[key] = one if known is None else _joined(known, one)
    yield from kept.values()


def _joined(one: Administration, other: Administration) -> Administration:
    return msgspec.structs.replace(
        one,
        doses=(*one.doses, *(dose for dose in other.doses if dose not in one.doses)),
        concentrations=tuple(dict.fromkeys((*one.concentrations, *other.concentrations))),
        times=one.times or other.times,
        arms=tuple(dict.fromkeys((*one.arms, *other.arms))),
        interventions=tuple(dict.fromkeys((*one.interventions, *other.interventions))),
    )


def _product(regimen: Regimen) -> Fact:
    spots = tuple(head.passage.spot(head.mention.start, head.mention.end) for head in regimen.heads)
    return Fact(
        value=regimen.product_class,
        spots=tuple(dict.fromkeys(spots))[:5],
        rule="product of no named kind" if regimen.heads[0].generic else "product by its name",
        confidence=0.5 if regimen.heads[0].weak else 0.95,
    )


def _cell(record: Record, regimen: Regimen, tissues: tuple[Fact, ...]) -> str:
    """Return the Cell Ontology class: of the product's name, made finer by its tissue where the wording says so."""
    if regimen.product_class == "dendritic cells" and any(_MONOCYTES.search(p.text) for p in record.passages()):
        return "CL:0011031"
    named = next((h.entry["cell"] for h in regimen.heads if h.entry.get("cell")), "")
    by_class = {(row["class"], row["tissue"]): row["cell"] for row in rows("cells_by_tissue")}
    values = {fact.value for fact in tissues}
    finer = next((row["cell"] for row in _rows_at(tissues)), "") or _finer(record, regimen, values, named)
    if finer:
        return finer
    plain_cell = named if regimen.product_class != "HSC graft" else ""
    plain_cell = plain_cell or by_class.get((regimen.product_class, ""), "")
    return by_class.get((regimen.product_class, next(iter(values))), plain_cell) if len(values) == 1 else plain_cell


def _finer(record: Record, regimen: Regimen, tissues: set[str], named: str) -> str:
    """Return a finer class that the texts have for the same cells: of Wharton's jelly, or T cells for lymphocytes."""
    texts = (*record.titles, *record.summary, *record.description, *regimen.own())
    known = {h.entry.get("cell", "") for p in texts for h in heads(p) if h.product_class == regimen.product_class}
    if regimen.product_class == "MSC" and tissues == {"UBERON:0002331"}:
        words = (m for p in texts for m in p.mentions if m.kind == "tissues" and m.entry["cell"])
        return _WHARTON if _WHARTON in known or any(m.entry["cell"] == _WHARTON for m in words) else ""
    if regimen.product_class == "T cells (other)" and named == _LYMPHOCYTE:
        counted = any(_CD3.search(p.text) for p in (*texts, *(p for arm in record.arms for p in arm.passages)))
        return "CL:0000084" if counted else ""
    return ""


def _rows_at(tissues: tuple[Fact, ...]) -> list[dict[str, str]]:
    """Return the tissue words that name the cells as well, such as Wharton's jelly, in the evidence of a tissue."""
    words = [m.entry for fact in tissues for spot in fact.spots for m in mentions(spot.text)]
    return [entry for entry in words if entry.get("cell") and entry.get("tissue") and "harvest" in entry]
