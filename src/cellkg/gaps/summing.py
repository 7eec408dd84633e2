"""Writes the summaries of a build: the rows of the questions of the map, asked about some nodes at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from pathlib import Path

from cellkg.linking import put_titles
from cellkg.search import read_sources
from cellkg.store import EmbeddedStore
from cellkg.summaries import Record, Summaries, has_summaries, new_summaries
from cellkg.touched import Touched

from .reading import OF_A_STUDY, OF_A_TERM, asked_rows, find, marks_of_studies

# About more nodes at a time the embedded store joins by scanning.
_AT_ONCE, _FEWER = 50, {"study-conditions": 1}


def write_summaries(store: EmbeddedStore, folder: Path) -> None:
    """Write the summaries of a build into its folder, where its search index is already."""
    with new_summaries(folder) as summaries:
        _put_studies(summaries, store, _nodes(store, "studies-there"))
        _put_terms(summaries, store, _nodes(store, "condition-terms"))
        summaries.put("map-words", "", asked_rows(store, "map-words", {}))
        _put_sources(summaries, folder)


def refresh_summaries(store: EmbeddedStore, before: Path, folder: Path, touched: Touched) -> None:
    """Write the summaries of an updated build: those of the build before, with what was touched asked anew.

    It costs what was touched, and a copy of the file. Where the build before has none, everything is asked.
    """
    if not has_summaries(before):
        return write_summaries(store, folder)
    with new_summaries(folder, before) as summaries:
        _put_studies(summaries, store, sorted(touched.studies))
        below = _nodes(store, "terms-below", touched.terms) if touched.terms else []
        _put_terms(summaries, store, sorted(touched.linked.union(below)))
        _put_sources(summaries, folder)


def _put_studies(summaries: Summaries, store: EmbeddedStore, iris: Iterable[str]) -> None:
    for some in _some(iris, _AT_ONCE):
        for question in OF_A_STUDY:
            for few in _some(some, _FEWER.get(question, _AT_ONCE)):
                marks = {**marks_of_studies(few), "key": "?s"}
                _put(summaries, question, few, asked_rows(store, question, marks), "s")
        put_titles(summaries, store.store, some)


def _put_terms(summaries: Summaries, store: EmbeddedStore, iris: Iterable[str]) -> None:
    for some in _some(iris, _AT_ONCE):
        marks = {"terms": f"VALUES ?public {{ {' '.join(f'<{iri}>' for iri in some)} }}", "key": "?public"}
        _put(summaries, OF_A_TERM, some, asked_rows(store, OF_A_TERM, marks), "public")


def _put_sources(summaries: Summaries, folder: Path) -> None:
    """Put what the index says of all sources together, which would be a scan of them."""
    columns = [column.name for column in find("sources-searched").header.columns]
    rows = ({name: row.get(name, "") for name in columns} for row in read_sources(folder))
    summaries.put("sources-searched", "", list(rows))


def _put(summaries: Summaries, question: str, about: Collection[str], rows: Iterable[Record], key: str) -> None:
    """Put the rows about each of some nodes; the key column of a row says which."""
    found: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        found[row.pop(key)].append(row)
    for iri in about:
        summaries.put(question, iri, found.get(iri, []))


def _some(iris: Iterable[str], number: int) -> Iterator[list[str]]:
    rest = iter(iris)
    while some := list(islice(rest, number)):
        yield some


def _nodes(store: EmbeddedStore, question: str, terms: Collection[str] = ()) -> list[str]:
    """Return the nodes that a question names, in the column of that name."""
    marks = {"terms": f"VALUES ?wider {{ {' '.join(f'<{iri}>' for iri in sorted(terms))} }}"} if terms else {}
    return [row["node"] for row in asked_rows(store, question, marks)]
