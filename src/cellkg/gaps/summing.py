"""Writes the summaries of a build: the rows of the questions of the map, asked about some nodes at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from pathlib import Path

from cellkg.linking import put_titles
from cellkg.store import EmbeddedStore
from cellkg.summaries import Record, Summaries, has_summaries, new_summaries
from cellkg.touched import Touched

from .reading import OF_A_STUDY, OF_A_TERM, OF_ALL, asked_rows, marks_of_studies

_AT_ONCE = 200


def write_summaries(store: EmbeddedStore, folder: Path) -> None:
    """Write the summaries of a build into its folder."""
    with new_summaries(folder) as summaries:
        _put_studies(summaries, store, _nodes(store, "studies-there"))
        _put_terms(summaries, store, _nodes(store, "condition-terms"))
        _put_whole(summaries, store)


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
        _put_whole(summaries, store)


def _put_studies(summaries: Summaries, store: EmbeddedStore, iris: Iterable[str]) -> None:
    for some in _some(iris):
        marks = {**marks_of_studies(some), "key": "?s"}
        for question in OF_A_STUDY:
            _put(summaries, question, some, asked_rows(store, question, marks), "s")
        put_titles(summaries, store.store, some)


def _put_terms(summaries: Summaries, store: EmbeddedStore, iris: Iterable[str]) -> None:
    for some in _some(iris):
        marks = {"terms": f"VALUES ?public {{ {' '.join(f'<{iri}>' for iri in some)} }}", "key": "?public"}
        _put(summaries, OF_A_TERM, some, asked_rows(store, OF_A_TERM, marks), "public")


def _put_whole(summaries: Summaries, store: EmbeddedStore) -> None:
    for question in OF_ALL:
        summaries.put(question, "", asked_rows(store, question, {}))


def _put(summaries: Summaries, question: str, about: Collection[str], rows: Iterable[Record], key: str) -> None:
    """Put the rows about each of some nodes; the key column of a row says which."""
    found: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        found[row.pop(key)].append(row)
    for iri in about:
        summaries.put(question, iri, found.get(iri, []))


def _some(iris: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(iris)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def _nodes(store: EmbeddedStore, question: str, terms: Collection[str] = ()) -> list[str]:
    """Return the nodes that a question names, in the column of that name."""
    marks = {"terms": f"VALUES ?wider {{ {' '.join(f'<{iri}>' for iri in sorted(terms))} }}"} if terms else {}
    return [row["node"] for row in asked_rows(store, question, marks)]
