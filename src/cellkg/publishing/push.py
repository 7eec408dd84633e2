"""The push: graphs that differ are sent one by one, each noted once it was seen to be there; the merge comes last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyoxigraph as ox

from cellkg.errors import NetworkError
from cellkg.publishing.manifest import Manifest
from cellkg.publishing.mending import Mending
from cellkg.publishing.remote import RemoteGraphs
from cellkg.publishing.summaries import Summary, has_blank, summarise

Graph = str | None
"""The IRI of a named graph; None is the merge."""

_IN_ONE_NOTE = 25
_LONGEST_REPORT = 100_000
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
    report: str = "",
) -> Pushed:
    """Make a remote store say what a build says; after a push that was stopped, the next one goes on.

    With ``everything``, the notes in the store are not believed: each graph is fetched and compared. ``report`` is the
    report of the build, which is noted with it.

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
    manifest.open(_now())
    work.send(progress)
    manifest.close(build, _now(), report if len(report) <= _LONGEST_REPORT else "")
    return work.pushed


def _now() -> str:
    # So finely that no two declarations are of one moment: readers tell by it that nothing changed.
    return datetime.now(UTC).isoformat(timespec="microseconds")


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
        self.mending = Mending(store) if self._may_be_mended() else None

    def send(self, progress: Callable[[str], None]) -> None:
        every = self.gone + self.changed
        for start in range(0, len(every), _IN_ONE_NOTE):
            some = every[start : start + _IN_ONE_NOTE]
            progress(f"graphs {start + 1} to {start + len(some)} of {len(every)}")
            for graph in some:
                self._compare(graph)
            # A graph is gone before its note is: cut off between the two, the next push still knows of it.
            for graph in some:
                if graph not in self.local:
                    self.remote.delete(graph)
                    self.pushed.removed.append(graph)
            self.manifest.forget(some)
            self.manifest.note({graph: self._send(graph) for graph in some if graph in self.local})
        if self.manifest.held.get(None) != self.local[None]:
            progress("the merge")
            self._send_merge()

    def _may_be_mended(self) -> bool:
        held = self.manifest.held
        parts = sum(self.local.get(graph, Summary()).count for graph in self.changed)
        parts += sum(held[graph].count for graph in self.gone)
        return None in held and parts * _SMALL_PART <= self.local[None].count

    def _compare(self, graph: str) -> None:
        if self.mending:
            after = _triples(self.store, graph) if graph in self.local else ()
            self.mending.note(graph, set(self.remote.fetch(graph)), set(after))

    def _send_merge(self) -> None:
        mended = self.mending and self.mending.mend(self.manifest.held[None], self.local[None])
        self.manifest.forget([None])
        if mended:
            self.remote.remove(None, mended.taken)
            self.remote.add(None, mended.added)
        self.pushed.merge = "mended" if mended else "sent"
        self.manifest.note({None: self._seen(None) if mended else self._put(None)})

    def _send(self, graph: str) -> Summary:
        self.pushed.sent.append(graph)
        return self._put(graph)

    def _put(self, graph: Graph) -> Summary:
        self.remote.put(graph, _blank_first(self.store, graph))
        return self._seen(graph)

    def _seen(self, graph: Graph) -> Summary:
        """Return the summary of what the store holds of a graph, which is what was sent."""
        expected, found = self.local[graph], summarise(self.remote.fetch(graph))
        if found != expected:
            name = f"graph <{graph}>" if graph else "the merge"
            raise NetworkError(
                f"{self.remote.address.given} holds {found.count} triples ({found.checksum}) in {name} where "
                f"{expected.count} ({expected.checksum}) were sent; nothing is declared published{self._hint(found)}"
            )
        return found

    def _hint(self, found: Summary) -> str:
        limit = self.remote.address.row_limit
        return f"; where that is {limit} of its settings, raise it" if limit and found.count else ""


def _look(manifest: Manifest, remote: RemoteGraphs, local: dict[Graph, Summary]) -> None:
    """Let the manifest say what is there, not what was noted."""
    for graph in [*manifest.held, *(graph for graph in local if graph not in manifest.held)]:
        found = summarise(remote.fetch(graph))
        if found != manifest.held.get(graph, Summary()):
            manifest.forget([graph])
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
    yield from filter(has_blank, _triples(store, graph))
    yield from (triple for triple in _triples(store, graph) if not has_blank(triple))
