"""What a remote store is said to hold: for each graph a count and a checksum, in a graph of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from cellkg.identifiers import MERGE, PUBLISHED
from cellkg.published import BEGUN, BUILD, COUNT, ISSUED, REPORT
from cellkg.publishing.remote import RemoteGraphs
from cellkg.publishing.summaries import Summary

_CHECKSUM = "http://spdx.org/rdf/terms#checksumValue"


class Manifest:
    """The notes in a store on what was seen to be in it; they are changed before and after the graphs are.

    ``build`` is the build that is declared published, None while one is sent.
    """

    def __init__(self, remote: RemoteGraphs) -> None:
        self._remote = remote
        self.build: str | None = None
        self.held: dict[str | None, Summary] = {}
        self._read()

    def open(self, date: str) -> None:
        """Take back that a build is published, and say since when one is being sent."""
        self.build = None
        self._forget(PUBLISHED)
        self._say({PUBLISHED: {BEGUN: date}})

    def forget(self, graphs: Iterable[str | None]) -> None:
        """Say nothing about some graphs any more."""
        for graph in (names := list(graphs)):
            self.held.pop(graph, None)
        self._forget(*(graph or MERGE for graph in names))

    def note(self, seen: Mapping[str | None, Summary]) -> None:
        """Say that some graphs were seen to be in the store as summarised."""
        self.held.update(seen)
        self._say(
            {
                graph or MERGE: {COUNT: str(summary.count), _CHECKSUM: summary.checksum}
                for graph, summary in seen.items()
            }
        )

    def close(self, build: str, date: str, report: str) -> None:
        """Declare a build published, with its report where it has one."""
        self.build = build
        if report:
            self._say({PUBLISHED: {REPORT: report}})
        self._say({PUBLISHED: {BUILD: build, ISSUED: date}})

    def _read(self) -> None:
        said: dict[str, dict[str, str]] = defaultdict(dict)
        for triple in self._remote.fetch(PUBLISHED):
            if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.Literal):
                said[triple.subject.value][triple.predicate.value] = triple.object.value
        self.build = said.pop(PUBLISHED, {}).get(BUILD)
        for graph, words in said.items():
            self.held[None if graph == MERGE else graph] = _read_summary(words)

    def _say(self, said: Mapping[str, Mapping[str, str]]) -> None:
        self._remote.add(
            PUBLISHED,
            [
                ox.Triple(ox.NamedNode(about), ox.NamedNode(name), ox.Literal(value))
                for about, words in said.items()
                for name, value in words.items()
            ],
        )

    def _forget(self, *about: str) -> None:
        subjects = " ".join(f"<{subject}>" for subject in about)
        self._remote.update(
            f"DELETE {{ GRAPH <{PUBLISHED}> {{ ?s ?p ?o }} }} "
            f"WHERE {{ GRAPH <{PUBLISHED}> {{ VALUES ?s {{ {subjects} }} ?s ?p ?o }} }}"
        )


def _read_summary(words: Mapping[str, str]) -> Summary:
    try:
        return Summary.read(words[COUNT], words[_CHECKSUM])
    except (KeyError, ValueError):
        return Summary(-1)  # like no graph: it is sent anew
