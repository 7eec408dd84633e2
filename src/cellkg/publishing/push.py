"""The push: graphs that differ are sent one by one, each noted once it was seen to be there; the merge comes last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyoxigraph as ox

from cellkg.errors import NetworkError
from cellkg.publishing.manifest import Manifest
from cellkg.publishing.remote import RemoteGraphs
from cellkg.publishing.summaries import Summary, summarise

Graph = str | None
"""The IRI of a named graph; None is the merge."""

_SMALL_PART = 10
"""The merge is mended, not sent, while what changed is at most one part of so many."""


@dataclass(slots=True)
class Pushed:
    """What a push did: graphs sent, graphs taken out, graphs that were there already, and how the merge fared."""

    sent: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    merge: str = "unchanged"


def push(
    store: ox.Store,
    build: str,
    remote: RemoteGraphs,
    progress: Callable[[str], None] = lambda step: None,
    *,
    everything: bool = False,
) -> Pushed:
    """Make a remote store say what a build says; after a push that was stopped, the next one goes on.

    With ``everything``, the notes in the store are not believed: each graph is fetched and compared.

    Raises:
        NetworkError: the store refuses, is silent, or holds something else than was sent; nothing is then published.
    """
    progress("reading the build")
    local = {graph: summarise(_triples(store, graph)) for graph in _graphs(store)}
    manifest = Manifest(remote)
    if everything:
        _look(manifest, remote, local)
    work = _Work(store, remote, manifest, local)
    if manifest.held == local and manifest.build == build:
        work.pushed.unchanged = len(local) - 1
        return work.pushed
    manifest.open()
    work.send(progress)
    manifest.close(build, datetime.now(UTC).isoformat(timespec="seconds"))
    return work.pushed


class _Work:
    def __init__(self, store: ox.Store, remote: RemoteGraphs, manifest: Manifest, local: dict[Graph, Summary]) -> None:
        self.store, self.remote, self.manifest, self.local = store, remote, manifest, local
        self.pushed = Pushed()
        held = manifest.held
        self.gone = sorted(graph for graph in held if graph is not None and graph not in local)
        self.changed = sorted(
            graph for graph, summary in local.items() if graph is not None and held.get(graph) != summary
        )
        self.pushed.unchanged = len(local) - 1 - len(self.changed)
        self.mending = self._may_be_mended()
        self.added: set[ox.Triple] = set()
        self.taken: set[ox.Triple] = set()

    def send(self, progress: Callable[[str], None]) -> None:
        for number, graph in enumerate(self.gone + self.changed, 1):
            progress(f"graph {number} of {len(self.gone) + len(self.changed)}")
            self._compare(graph)
            self.manifest.forget(graph)
            if graph in self.local:
                self._put(graph)
                self.pushed.sent.append(graph)
            else:
                self.remote.delete(graph)
                self.pushed.removed.append(graph)
        if self.manifest.held.get(None) != self.local[None]:
            progress("the merge")
            self._send_merge()

    def _may_be_mended(self) -> bool:
        held = self.manifest.held
        parts = sum(self.local.get(graph, Summary()).count for graph in self.changed)
        parts += sum(held[graph].count for graph in self.gone)
        return None in held and parts * _SMALL_PART <= self.local[None].count

    def _compare(self, graph: str) -> None:
        """Note what the change of a graph adds to the merge and takes out of it."""
        if not self.mending:
            return
        before = set(self.remote.fetch(graph))
        after = set(_triples(self.store, graph)) if graph in self.local else set()
        self.added |= {triple for triple in after - before if self._in_merge(triple)}
        self.taken |= {triple for triple in before - after if not self._in_merge(triple)}

    def _in_merge(self, triple: ox.Triple) -> bool:
        return ox.Quad(triple.subject, triple.predicate, triple.object, ox.DefaultGraph()) in self.store

    def _send_merge(self) -> None:
        mended = self._mended()
        self.manifest.forget(None)
        if mended == self.local[None]:
            self.remote.remove(None, self.taken)
            self.remote.add(None, self.added)
            self.pushed.merge = "mended"
            self._verify(None)
        else:
            self._put(None)
            self.pushed.merge = "sent"

    def _mended(self) -> Summary | None:
        """Return what the merge of the store would be with the changes, if they can be told to it one by one."""
        if not self.mending or any(map(_has_blank, self.added | self.taken)):
            return None
        return self.manifest.held[None] + summarise(self.added) - summarise(self.taken)

    def _put(self, graph: Graph) -> None:
        self.remote.put(graph, _blank_first(self.store, graph))
        self._verify(graph)

    def _verify(self, graph: Graph) -> None:
        expected, found = self.local[graph], summarise(self.remote.fetch(graph))
        if found != expected:
            name = f"graph <{graph}>" if graph else "the merge"
            raise NetworkError(
                f"{self.remote.address.given} holds {found.count} triples ({found.checksum}) in {name} where "
                f"{expected.count} ({expected.checksum}) were sent; nothing is declared published"
            )
        self.manifest.note(graph, expected)


def _look(manifest: Manifest, remote: RemoteGraphs, local: dict[Graph, Summary]) -> None:
    """Let the manifest say what is there, not what was noted."""
    for graph in [*manifest.held, *(graph for graph in local if graph not in manifest.held)]:
        found = summarise(remote.fetch(graph))
        if found != manifest.held.get(graph, Summary()):
            manifest.forget(graph)
            if graph not in local and found.count:
                manifest.held[graph] = found


def _graphs(store: ox.Store) -> Iterator[Graph]:
    yield None
    for name in store.named_graphs():
        if isinstance(name, ox.NamedNode):
            yield name.value


def _triples(store: ox.Store, graph: Graph) -> Iterator[ox.Triple]:
    name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    return (quad.triple for quad in store.quads_for_pattern(None, None, None, name))


def _blank_first(store: ox.Store, graph: Graph) -> Iterator[ox.Triple]:
    yield from filter(_has_blank, _triples(store, graph))
    yield from (triple for triple in _triples(store, graph) if not _has_blank(triple))


def _has_blank(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)
