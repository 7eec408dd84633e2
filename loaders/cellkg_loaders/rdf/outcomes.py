"""Planned outcome measures, reported results and safety as quads."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import RDF, URIRef

from cellkg.identifiers import below
from cellkg.ntriples import Statement, decimal, integer
from cellkg.vocabulary import CELLKG as C
from cellkg_loaders.records import AdverseEvent, Change, PlannedOutcome, Safety, Summary

from .people import summary_quads
from .telling import Telling, time_quads


def planned_quads(telling: Telling, node: URIRef, planned: PlannedOutcome) -> Iterator[Statement]:
    """Yield an outcome measure: what is measured, its rank and its time."""
    yield Statement(node, RDF.type, C.OutcomeMeasure)
    yield from telling.says(node, C.outcome, "outcome", planned.outcome)
    if planned.rank:
        yield from telling.says(node, C.rank, "rank", planned.rank)
    if planned.time:
        yield Statement(node, C.hasTime, below(node, "time"))
        yield from time_quads(telling, below(node, "time"), planned.time)
    if planned.target:
        yield from telling.said(node, C.targetAtLeast, decimal(planned.target.value), planned.target)


def change_quads(telling: Telling, node: URIRef, change: Change) -> Iterator[Statement]:
    """Yield a reported change with the values printed before and after."""
    yield Statement(node, RDF.type, C.ReportedChange)
    yield from telling.says(node, C.outcome, "outcome", change.outcome)
    if change.direction:
        yield from telling.says(node, C.statedDirection, "stated_direction", change.direction)
    if change.percent:
        yield from telling.said(node, C.percentChange, decimal(change.percent.value), change.percent)
    if change.significance:
        yield from telling.says(node, C.significance, "significance", change.significance)
    if change.durability:
        yield from telling.says(node, C.durability, "durability", change.durability)
    if change.baseline:
        yield Statement(node, C.hasBaseline, _measured_iri(telling, change.baseline))
        yield from measured_quads(telling, change, change.baseline)
    if change.final:
        yield Statement(node, C.hasFinal, _measured_iri(telling, change.final))
        yield from measured_quads(telling, change, change.final)
    if change.time_from:
        yield Statement(node, C.timeFrom, below(node, "from"))
        yield from time_quads(telling, below(node, "from"), change.time_from)
    if change.time_to:
        yield Statement(node, C.timeTo, below(node, "to"))
        yield from time_quads(telling, below(node, "to"), change.time_to)


def measured_quads(telling: Telling, change: Change, measured: Summary) -> Iterator[Statement]:
    """Yield a measured value; two changes that start from the same printed number share it."""
    node = _measured_iri(telling, measured)
    yield Statement(node, RDF.type, C.OutcomeResult)
    yield Statement(node, C.outcome, telling.word("outcome", change.outcome.word))
    yield from summary_quads(telling, node, measured)


def safety_quads(telling: Telling, node: URIRef, safety: Safety) -> Iterator[Statement]:
    """Yield what a source says on adverse events as a whole."""
    yield Statement(node, RDF.type, C.SafetyStatement)
    yield from telling.says(node, C.safetyState, "ae_state", safety.state)
    if safety.scope:
        yield from telling.says(node, C.safetyScope, "safety_scope", safety.scope)
    if safety.time:
        yield Statement(node, C.hasTime, below(node, "time"))
        yield from time_quads(telling, below(node, "time"), safety.time)


def adverse_event_quads(telling: Telling, node: URIRef, event: AdverseEvent, safety: Safety) -> Iterator[Statement]:
    """Yield an adverse event and how many participants had it."""
    yield Statement(node, RDF.type, C.AdverseEventResult)
    yield from telling.says(node, C.adverseEvent, "adverse_event", event.event)
    yield from telling.said(node, C.affected, integer(event.affected.value), event.affected)
    if safety.scope:
        yield from telling.says(node, C.safetyScope, "safety_scope", safety.scope)
    if event.resolved_within:
        yield Statement(node, C.resolvedWithin, below(node, "resolved"))
        yield from time_quads(telling, below(node, "resolved"), event.resolved_within)


def _measured_iri(telling: Telling, measured: Summary) -> URIRef:
    spot = measured.span.start if measured.span else measured.at
    return below(telling.base, "value", spot)
