"""What is said of a node in texts and numbers, each with its sources, words and spots."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pyoxigraph as ox

from cellkg.identifiers import VOCABULARY
from cellkg.store import Store
from cellkg.vocabulary import CELLKG as C

from .asking import graphs_of, iri, rows
from .nodes import names_of

_MOST = 200


@dataclass(frozen=True, slots=True)
class Said:
    """A property with a value, the titles of the sources, and the words there."""

    property: str
    value: str
    sources: tuple[str, ...]
    words: tuple[str, ...]


def said_of(store: Store, node: str) -> list[Said]:
    """Return the statements about a node whose value is a text, a number or a controlled value, at most 200."""
    focus = iri(node)
    query = f"""
    SELECT ?property ?value WHERE {{
      {focus} ?property ?value .
      FILTER (isLiteral(?value) || STRSTARTS(STR(?value), "{VOCABULARY}"))
    }} LIMIT {_MOST}"""
    told = {(focus, str(row["property"]), str(row["value"])): row for row in rows(store, query)}
    graphs = graphs_of(store, told)
    words = _words(store, focus)
    things = [term.value for row in told.values() for term in row if isinstance(term, ox.NamedNode)]
    names = names_of(store, [*things, *(graph for each in graphs.values() for graph in each)])
    said = [
        Said(
            names[row["property"].value],
            names[row["value"].value] if isinstance(row["value"], ox.NamedNode) else row["value"].value,
            tuple(sorted({names[graph] for graph in graphs[triple]})),
            tuple(sorted(words[triple[1:]])),
        )
        for triple, row in told.items()
    ]
    return sorted(said, key=lambda each: (not each.words, each.property, each.value))


def _words(store: Store, focus: str) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    query = f"""
    SELECT ?property ?value ?written WHERE {{
      ?e <{C.aboutSubject}> {focus} ; <{C.aboutProperty}> ?property ; <{C.aboutValue}> ?value ; <{C.asWritten}> ?written
    }}"""
    for row in rows(store, query):
        found[str(row["property"]), str(row["value"])].add(row["written"].value)
    return found
