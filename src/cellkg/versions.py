"""Versions of a record: each has its graph, and the merge holds the latest of each study, or of each on some day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

import pyoxigraph as ox

from cellkg.identifiers import VOCABULARY
from cellkg.loading import Findings

VERSION_OF = f"{VOCABULARY}versionOf"

_VERSION_OF = ox.NamedNode(VERSION_OF)
_DATE = ox.NamedNode(f"{VOCABULARY}versionDate")
_PROCESSED = ox.NamedNode(f"{VOCABULARY}processedOn")
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SOURCE = ox.NamedNode(f"{VOCABULARY}Source")
_EARLIER = ox.NamedNode(f"{VOCABULARY}EarlierVersion")


class Version(NamedTuple):
    """A version that is held: day of the last update, day on which the registry wrote it, and its graph.

    Versions of one study sort from the earliest to the latest; a day that is not stated is ``""``.
    """

    day: str
    processed: str
    graph: str


def held_versions(store: ox.Store, study: str | None = None) -> dict[str, list[Version]]:
    """Return the versions of each study, or of one, from the earliest to the latest."""
    held: dict[str, list[Version]] = defaultdict(list)
    wanted = None if study is None else ox.NamedNode(study)
    for quad in store.quads_for_pattern(None, _VERSION_OF, wanted, None):
        graph = quad.subject
        if quad.graph_name == graph:
            assert isinstance(graph, ox.NamedNode)
            version = Version(_last(store, graph, _DATE), _last(store, graph, _PROCESSED), graph.value)
            held[_name(quad.object)].append(version)
    return {name: sorted(versions) for name, versions in held.items()}


def latest_until(versions: list[Version], day: str) -> Version | None:
    """Return the latest of some sorted versions that was there on a day, or ``None``; a version without day was not."""
    there = [version for version in versions if version.day and version.day <= day]
    return there[-1] if there else None


def note_same_days(held: dict[str, list[Version]], findings: Findings) -> None:
    """Remark each study of which two contents are held under the day of its latest version."""
    for study, versions in sorted(held.items()):
        *earlier, latest = versions
        if any(version.day == latest.day for version in earlier):
            findings.remarks.append(f"two contents of {study.rpartition('/')[2]} under {latest.day or 'no day'}")


def is_superseded(store: ox.Store, graph: str) -> bool:
    """Tell whether a graph is marked as an earlier version, which the merge does not hold."""
    name = ox.NamedNode(graph)
    return ox.Quad(name, _TYPE, _EARLIER, name) in store


def says_it_is_superseded(graph: str, triples: Collection[ox.Triple]) -> bool:
    """Tell whether the triples of a graph mark it as an earlier version."""
    return ox.Triple(ox.NamedNode(graph), _TYPE, _EARLIER) in triples


def mark(store: ox.Store, graph: str, *, earlier: bool) -> None:
    """Mark the graph of a version as an earlier version, or as a source of the merge."""
    name = ox.NamedNode(graph)
    gone, said = (_SOURCE, _EARLIER) if earlier else (_EARLIER, _SOURCE)
    store.remove(ox.Quad(name, _TYPE, gone, name))
    store.add(ox.Quad(name, _TYPE, said, name))


def _last(store: ox.Store, graph: ox.NamedNode, predicate: ox.NamedNode) -> str:
    return max((_name(quad.object) for quad in store.quads_for_pattern(graph, predicate, None, graph)), default="")


def _name(term: object) -> str:
    return str(getattr(term, "value", term))
