"""A merge mended: what the change of some graphs adds to it and takes out of it."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from cellkg.identifiers import FEDERATED
from cellkg.merging import Merge
from cellkg.publishing.summaries import Summary, has_blank, summarise
from cellkg.versions import says_it_is_superseded


@dataclass(frozen=True, slots=True)
class Mended:
    """What is to be added to a merge, and what is to be taken out of it."""

    added: set[ox.Triple]
    taken: set[ox.Triple]


class Mending:
    """What graphs said before and say now, in the merge of a store as it is now."""

    def __init__(self, store: ox.Store) -> None:
        self._merge = Merge(store)
        self._graphs: set[str] = set()
        self._before: set[ox.Triple] = set()
        self._after: set[ox.Triple] = set()

    def note(self, graph: str, before: set[ox.Triple], after: set[ox.Triple]) -> None:
        """Note what a graph said and says; one that is not in the merge says nothing to it."""
        self._graphs.add(graph)
        if not _is_outside(graph, before):
            self._before |= before
        if not _is_outside(graph, after):
            self._after |= after

    def mend(self, before: Summary, after: Summary) -> Mended | None:
        """Return what makes a merge of one summary that of another; None when that cannot be told triple by triple."""
        changed = self._before ^ self._after
        if any(map(has_blank, changed)):
            return None
        unsaid = {triple for triple in changed if not self._merge.is_said(triple, self._graphs)}
        mended = Mended(added=unsaid & self._after, taken=unsaid & self._before)
        return mended if before + summarise(mended.added) - summarise(mended.taken) == after else None


def _is_outside(graph: str, triples: set[ox.Triple]) -> bool:
    return graph.startswith(FEDERATED) or says_it_is_superseded(graph, triples)
