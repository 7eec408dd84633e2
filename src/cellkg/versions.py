"""Versions of a record: each has its graph, and the merge holds the latest of each study."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from cellkg.identifiers import VOCABULARY
from cellkg.loading import Findings

_VERSION_OF = ox.NamedNode(f"{VOCABULARY}versionOf")
_DATE = ox.NamedNode(f"{VOCABULARY}versionDate")
_PROCESSED = ox.NamedNode(f"{VOCABULARY}processedOn")
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SOURCE = ox.NamedNode(f"{VOCABULARY}Source")
_EARLIER = ox.NamedNode(f"{VOCABULARY}EarlierVersion")


def superseded_graphs(store: ox.Store, findings: Findings) -> set[str]:
    """Return the graphs of versions that a later one replaces in the merge, and mark each as an earlier version.

    The latest is that of the last update; of two contents under one day, that which the registry wrote later, and
    such a pair is a finding. An earlier version is no source of the merge any more: what it says stays in its graph.
    """
    versions: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for quad in store.quads_for_pattern(None, _VERSION_OF, None, None):
        graph = quad.subject
        assert isinstance(graph, ox.NamedNode)
        order = (_last(store, graph, _DATE), _last(store, graph, _PROCESSED), _name(graph))
        versions[_name(quad.object)].append(order)
    old: set[str] = set()
    for study, held in sorted(versions.items()):
        *earlier, latest = sorted(held)
        old |= {name for _, _, name in earlier}
        if any(day == latest[0] for day, _, _ in earlier):
            findings.remarks.append(f"two contents of {study.rpartition('/')[2]} under {latest[0] or 'no day'}")
    for name in old:
        _mark(store, ox.NamedNode(name))
    return old


def _mark(store: ox.Store, graph: ox.NamedNode) -> None:
    store.remove(ox.Quad(graph, _TYPE, _SOURCE, graph))
    store.add(ox.Quad(graph, _TYPE, _EARLIER, graph))


def _last(store: ox.Store, graph: ox.NamedNode, predicate: ox.NamedNode) -> str:
    return max((_name(quad.object) for quad in store.quads_for_pattern(graph, predicate, None, graph)), default="")


def _name(term: object) -> str:
    return str(getattr(term, "value", term))
