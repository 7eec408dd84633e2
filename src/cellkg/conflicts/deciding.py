"""Decisions of curators, as the graph holds them, and what they settle."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pyoxigraph as ox

from cellkg.errors import DataError
from cellkg.store import Store

from .findings import Decision, Finding

_DECISIONS = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?study ?rule ?about ?source ?value ?reason ?curator ?date WHERE {
  ?decision a cellkg:CuratorDecision ; cellkg:decidesOn ?s ; cellkg:decidedRule ?rule ; cellkg:decidedAbout ?about ;
    cellkg:chosenSource ?source ; cellkg:chosenValue ?value ; cellkg:decisionReason ?reason ;
    cellkg:decisionCurator ?curator ; cellkg:decidedOn ?date .
  ?s rdfs:label ?study .
}
ORDER BY ?study ?rule ?about ?date ?source ?value ?reason ?curator
"""
_FIELDS = ("source", "value", "reason", "curator", "date")


class Decisions:
    """The decisions by what they are on; of several on one finding the last in time counts."""

    def __init__(self) -> None:
        """Begin without decisions."""
        self._on: dict[tuple[str, str, str], list[tuple[str, ...]]] = defaultdict(list)

    def add(self, key: tuple[str, str, str], said: tuple[str, ...]) -> None:
        """Keep a decision: source, value, reason, curator, date."""
        self._on[key].append(said)

    def on(self, finding: Finding) -> Finding:
        """Return a finding with the decision on it, if there is one, and whether that still holds."""
        found = self._on.get(finding.key)
        if not found:
            return finding
        chosen, value, reason, curator, date = found[-1]
        holds = any(claim.source == chosen and claim.value == value for claim in finding.claims)
        decision = Decision(chosen=chosen, value=value, reason=reason, curator=curator, date=date, holds=holds)
        return replace(finding, decision=decision)


def read_decisions(store: Store) -> Decisions:
    """Return the decisions that the graph holds."""
    answer = store.query(_DECISIONS)
    if not isinstance(answer, ox.QuerySolutions):
        raise DataError(f"{store.where} answers a SELECT query with something else than rows")
    decisions = Decisions()
    for row in answer:
        key = row["study"].value, row["rule"].value, row["about"].value
        decisions.add(key, tuple(row[name].value for name in _FIELDS))
    return decisions
