"""Versions of a record: each has its graph, and the merge holds the latest of each study."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from cellkg.identifiers import VOCABULARY
from cellkg.loading import Findings

_VERSION_OF = ox.NamedNode(f"{VOCABULARY}versionOf")
_DATE = ox.NamedNode(f"{VOCABULARY}versionDate")
_PROCESSED = ox.NamedNode(f"{VOCABULARY}processedOn")


def superseded_graphs(store: ox.Store, findings: Findings) -> set[str]:
    """Return the graphs of versions that a later one replaces in the merge.

    The latest is that of the last update; of two contents under one day, that which the registry wrote later, and
    such a pair is a finding.
    """
    versions: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for quad in store.quads_for_pattern(None, _VERSION_OF, None, None):
        graph = quad.subject
        order = (_value(store, graph, _DATE), _value(store, graph, _PROCESSED), _name(graph))
        versions[_name(quad.object)].append(order)
    old: set[str] = set()
    for study, held in versions.items():
        *earlier, latest = sorted(held)
        old |= {graph for _, _, graph in earlier}
        if any(day == latest[0] for day, _, _ in earlier):
            findings.remarks.append(f"two contents of {study.rpartition('/')[2]} under {latest[0] or 'no day'}")
    return old


def _value(store: ox.Store, graph: ox.NamedNode, predicate: ox.NamedNode) -> str:
    return next((_name(quad.object) for quad in store.quads_for_pattern(graph, predicate, None, graph)), "")


def _name(term: object) -> str:
    return str(getattr(term, "value", term))
