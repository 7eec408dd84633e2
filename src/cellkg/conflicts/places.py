"""Where a value stands: the words and characters of a document, or the JSON Pointer into a record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox

from cellkg.errors import DataError
from cellkg.identifiers import expand
from cellkg.store import Store

_STATUS, _DESIGN = "/protocolSection/statusModule", "/protocolSection/designModule"
_TITLES = "/protocolSection/identificationModule"

KEYS = {
    "dcterms:title": f"{_TITLES}/briefTitle",
    "cellkg:officialTitle": f"{_TITLES}/officialTitle",
    "cellkg:registryId": f"{_TITLES}/nctId",
    "cellkg:status": f"{_STATUS}/overallStatus",
    "cellkg:startDate": f"{_STATUS}/startDateStruct/date",
    "cellkg:startDateKind": f"{_STATUS}/startDateStruct/type",
    "cellkg:primaryCompletionDate": f"{_STATUS}/primaryCompletionDateStruct/date",
    "cellkg:primaryCompletionDateKind": f"{_STATUS}/primaryCompletionDateStruct/type",
    "cellkg:completionDate": f"{_STATUS}/completionDateStruct/date",
    "cellkg:completionDateKind": f"{_STATUS}/completionDateStruct/type",
    "cellkg:enrolment": f"{_DESIGN}/enrollmentInfo/count",
    "cellkg:enrolmentKind": f"{_DESIGN}/enrollmentInfo/type",
    "cellkg:phase": f"{_DESIGN}/phases",
    "cellkg:allocation": f"{_DESIGN}/designInfo/allocation",
    "cellkg:assignment": f"{_DESIGN}/designInfo/interventionModel",
    "cellkg:masking": f"{_DESIGN}/designInfo/maskingInfo/masking",
    "cellkg:whoMasked": f"{_DESIGN}/designInfo/maskingInfo/whoMasked",
    "cellkg:conditionAsWritten": "/protocolSection/conditionsModule/conditions",
    "cellkg:minimumAge": "/protocolSection/eligibilityModule/minimumAge",
    "cellkg:maximumAge": "/protocolSection/eligibilityModule/maximumAge",
    "cellkg:eligibleSex": "/protocolSection/eligibilityModule/sex",
    "cellkg:preAssignmentDetails": "/resultsSection/participantFlowModule/preAssignmentDetails",
}
"""The JSON Pointer of each property that a record says of a study, as ``fields.tsv`` of its loader publishes it."""

_EVIDENCE = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
SELECT ?graph ?node ?property ?value ?written ?line ?start ?end ?pointer WHERE {{
  VALUES ?node {{ {nodes} }}
  GRAPH ?graph {{
    ?evidence cellkg:aboutSubject ?node ; cellkg:aboutProperty ?property ; cellkg:asWritten ?written .
  }}
  OPTIONAL {{ ?evidence cellkg:aboutValue ?value }}
  OPTIONAL {{ ?evidence cellkg:line ?line ; cellkg:charStart ?start ; cellkg:charEnd ?end }}
  OPTIONAL {{ ?evidence cellkg:pointer ?pointer }}
}}
ORDER BY ?graph ?node ?property ?start ?pointer ?written
"""
_POINTERS = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
SELECT ?node ?pointer WHERE {{ VALUES ?node {{ {nodes} }} ?node cellkg:pointer ?pointer }}
ORDER BY ?node ?pointer
"""


class Spot(NamedTuple):
    """Place and words of a value."""

    place: str
    as_written: str


class Places:
    """The spots of some nodes, by source, node, property and value."""

    def __init__(self, store: Store, nodes: Iterable[str]) -> None:
        """Read what the graph holds on the places of these nodes, by two queries."""
        self._spots: dict[tuple[str, str, str], dict[str, list[Spot]]] = defaultdict(lambda: defaultdict(list))
        listed = " ".join(f"<{node}>" for node in sorted(set(nodes)) if node)
        for row in _rows(store, _EVIDENCE.format(nodes=listed)):
            key = row["graph"].value, row["node"].value, row["property"].value
            value = row["value"].value if row["value"] is not None else ""
            self._spots[key][value].append(Spot(_place(row), row["written"].value))
        self._pointers = {
            row["node"].value: row["pointer"].value for row in _rows(store, _POINTERS.format(nodes=listed))
        }

    def spot(self, graph: str, node: str, prop: str, value: str) -> Spot:
        """Return the first spot of a value in a source; for a record, its pointer and the value itself."""
        of_values = self._spots.get((graph, node, str(expand(prop)))) if prop else None
        if of_values:
            spots = of_values.get(value) or next(iter(of_values.values()))
            return spots[0]
        if node in self._pointers:
            return Spot(self._pointers[node], "")
        return Spot(KEYS.get(prop, "") if "/clinicaltrials.gov/" in graph else "", "")


def _place(row: ox.QuerySolution) -> str:
    if row["line"] is None:
        return row["pointer"].value if row["pointer"] is not None else ""
    return f"line {row['line'].value}, characters {row['start'].value}–{row['end'].value}"


def _rows(store: Store, query: str) -> Iterable[ox.QuerySolution]:
    answer = store.query(query)
    if not isinstance(answer, ox.QuerySolutions):
        raise DataError(f"{store.where} answers a SELECT query with something else than rows")
    return answer
