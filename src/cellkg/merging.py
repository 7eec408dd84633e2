"""The merge: the default graph holds a fact, once, when a graph of the merge says it.

Graphs of sources enter the merge and leave it; what one says alone comes and goes with it. An earlier version of a
record is in the store and not in the merge.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import pyoxigraph as ox

from cellkg.identifiers import FEDERATED
from cellkg.versions import Version, is_superseded, mark


class Merge:
    """The merge of a store; graphs may enter and leave it, and ``grown`` counts the facts that it gained by that."""

    def __init__(self, store: ox.Store) -> None:
        self.store, self.grown = store, 0
        self._outside: dict[str, bool] = {}

    def enter(self, graph: str) -> None:
        """Add to the merge what a graph says."""
        self._outside[graph] = False
        self._add(_facts(self.store, graph))

    def leave(self, graph: str) -> None:
        """Take out of the merge what no other of its graphs says; the graph itself stays in the store."""
        self._outside[graph] = True
        self._take_out(_facts(self.store, graph))

    def say(self, quads: Iterable[ox.Quad]) -> list[ox.Triple]:
        """Add quads to their graphs, which are in the merge; return the facts that are new there."""
        said = list(quads)
        self.store.extend(said)
        return self._add(quad.triple for quad in said)

    def unsay(self, quads: Iterable[ox.Quad]) -> None:
        """Take quads out of their graphs, which are in the merge."""
        gone = list(quads)
        for quad in gone:
            self.store.remove(quad)
        self._take_out(quad.triple for quad in gone)

    def replace(self, graph: str, quads: Iterable[ox.Quad]) -> None:
        """Put quads in the place of all that a graph of the merge says; no quads take it out of the store."""
        name = ox.NamedNode(graph)
        before, after = set(self.store.quads_for_pattern(None, None, None, name)), set(quads)
        self.store.remove_graph(name)
        self.store.extend(after)
        self._take_out(quad.triple for quad in before - after)
        self._add(quad.triple for quad in after - before)

    def choose(self, versions: list[Version], chosen: Version | None, inside: Iterable[str]) -> None:
        """Let the chosen version of a study be the one in the merge, where those of ``inside`` have been."""
        in_merge, latest = set(inside), chosen.graph if chosen else None
        for version in versions:
            if version.graph == latest:
                mark(self.store, version.graph, earlier=False)
            elif version.graph in in_merge:
                # Its mark is no fact of the merge: what leaves is what it said as a source.
                self.leave(version.graph)
                mark(self.store, version.graph, earlier=True)
            else:
                mark(self.store, version.graph, earlier=True)
        if latest is not None and latest not in in_merge:
            self.enter(latest)

    def is_said(self, triple: ox.Triple, besides: Collection[str] = ()) -> bool:
        """Tell whether a graph of the merge says a triple, some graphs left aside."""
        said = self.store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        graphs = (quad.graph_name for quad in said if isinstance(quad.graph_name, ox.NamedNode))
        return any(graph.value not in besides and not self._is_outside(graph) for graph in graphs)

    def _add(self, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        new = [triple for triple in dict.fromkeys(triples) if _in_merge(triple) not in self.store]
        self.store.extend(map(_in_merge, new))
        self.grown += len(new)
        return new

    def _take_out(self, triples: Iterable[ox.Triple]) -> None:
        for triple in triples:
            quad = _in_merge(triple)
            if not self.is_said(triple) and quad in self.store:
                self.store.remove(quad)
                self.grown -= 1

    def _is_outside(self, graph: ox.NamedNode) -> bool:
        if graph.value not in self._outside:
            self._outside[graph.value] = graph.value.startswith(FEDERATED) or is_superseded(self.store, graph.value)
        return self._outside[graph.value]


def _facts(store: ox.Store, graph: str) -> Iterator[ox.Triple]:
    return (quad.triple for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))


def _in_merge(triple: ox.Triple) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, ox.DefaultGraph())
