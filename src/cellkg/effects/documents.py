"""Changes that documents report with baseline and final value: a difference only where both are said to be means."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pyoxigraph as ox

from cellkg.store import Store

from .derived import BEFORE_AFTER, Change, NotComputed, Place
from .kinds import Scale, Statistic, WhyNot, read_statistic
from .records import Spot
from .statistics import Estimate, library
from .tree import select

_CHANGES = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?study ?change ?outcome ?source ?before ?after ?baseline ?final ?kind ?final_kind ?time WHERE {{
  GRAPH ?graph {{ ?s cellkg:hasResult ?change . ?change a cellkg:ReportedChange ; cellkg:outcome ?measured }}
  ?graph cellkg:sourceKey ?source .
  ?measured skos:prefLabel ?outcome .
  {{ ?s cellkg:registryId ?study }} UNION {{ ?s rdfs:label ?study MINUS {{ ?s cellkg:registryId ?any }} }}
  {wanted}
  ?change cellkg:hasBaseline ?before ; cellkg:hasFinal ?after .
  ?before cellkg:value ?baseline .
  ?after cellkg:value ?final .
  OPTIONAL {{ ?before cellkg:statistic/skos:prefLabel ?kind }}
  OPTIONAL {{ ?after cellkg:statistic/skos:prefLabel ?final_kind }}
  OPTIONAL {{ ?change cellkg:timeTo/cellkg:duration ?time }}
}}
ORDER BY ?study ?source ?outcome ?change
"""
_EVIDENCE = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
SELECT ?start ?end ?line ?written WHERE {{
  ?evidence cellkg:aboutSubject <{node}> ; cellkg:aboutProperty cellkg:value ; cellkg:asWritten ?written .
  OPTIONAL {{ ?evidence cellkg:line ?line }}
  OPTIONAL {{ ?evidence cellkg:charStart ?start }}
  OPTIONAL {{ ?evidence cellkg:charEnd ?end }}
}}
ORDER BY ?start ?end ?written
"""
_NO_MEAN = {Statistic.MEDIAN: WhyNot.MEDIAN, Statistic.GEOMETRIC_MEAN: WhyNot.GEOMETRIC_MEAN}
_NOTES = (BEFORE_AFTER, "the source does not say whether the same participants were measured twice")


def document_changes(store: Store, study: str | None = None) -> Iterator[Change | NotComputed]:
    """Yield the change of every reported result with both values; without an interval, since none is of the change."""
    wanted = "" if study is None else f"VALUES ?study {{ {ox.Literal(study)} }}"
    for row in list(select(store, _CHANGES.format(wanted=wanted))):
        yield _change(store, row)


def _change(store: Store, row: dict[str, str]) -> Change | NotComputed:
    here = Place(
        study=row["study"],
        source=row["source"],
        version=None,
        measure=row["outcome"],
        rank=None,
        class_title=None,
        category=None,
        time_frame=row.get("time"),
        unit=None,
        population=None,
    )
    inputs = (_spot(store, row["before"], "baseline"), _spot(store, row["after"], "final"))
    kinds = {read_statistic(row.get("kind")), read_statistic(row.get("final_kind"))}
    if kinds != {Statistic.MEAN}:
        why = next((_NO_MEAN[kind] for kind in kinds if kind in _NO_MEAN), WhyNot.STATISTIC)
        return NotComputed(place=here, kind="change", groups=(), why=why, inputs=inputs)
    difference = float(Decimal(row["final"]) - Decimal(row["baseline"]))
    method = "final minus baseline mean; no interval"
    return Change(
        place=here,
        group="",
        statistic=str(Statistic.MEAN),
        scale=Scale.CHANGE,
        estimate=Estimate(value=difference, effect=difference, method=method, library=library("cellkg")),
        n=None,
        posted=False,
        interval_why_not=WhyNot.CHANGE_DISPERSION,
        notes=_NOTES,
        inputs=inputs,
    )


def _spot(store: Store, node: str, what: str) -> Spot:
    row = next(select(store, _EVIDENCE.format(node=node)), {})
    place = f"line {row['line']}, characters {row['start']}–{row['end']}" if "line" in row else ""
    return Spot(node=node, place=place, what=what, as_written=row.get("written", ""))
