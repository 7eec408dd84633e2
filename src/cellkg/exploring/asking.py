"""How this package asks the store: rows of a SELECT, and IRIs as terms of a query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from cellkg.errors import DataError, UsageError
from cellkg.store import Store

Triple = tuple[str, str, str]
"""The terms of a statement as SPARQL writes them."""


def rows(store: Store, query: str) -> Iterator[Any]:
    """Yield the rows of a SELECT query."""
    answer = store.query(query)
    if not isinstance(answer, ox.QuerySolutions):
        raise DataError(f"{store.where} answers a SELECT query with something else than rows")
    yield from answer


def iri(text: str) -> str:
    """Return an IRI as a term of a query; ``UsageError`` when it is none.

    >>> iri("https://example.org/a")
    '<https://example.org/a>'
    """
    try:
        return str(ox.NamedNode(text))
    except ValueError:
        raise UsageError(f"not an IRI: {text[:200]!r}; name a node by IRI, CURIE, registry id or label") from None


def values(name: str, terms: Iterable[str]) -> str:
    """Return a ``VALUES`` block of terms that are written as SPARQL has them."""
    return f"VALUES ?{name} {{ {' '.join(terms)} }}"


def term(text: str) -> str:
    """Return what a filter names, an IRI or a text, as a term of a query."""
    if text.startswith(("http://", "https://")):
        return iri(text)
    return str(ox.Literal(text))


def of_triples(store: Store, triples: Iterable[Triple], pattern: str) -> Iterator[tuple[Triple, Any]]:
    """Yield the rows of a pattern about ``?s ?p ?o`` for each statement."""
    listed = " ".join(f"({' '.join(each)})" for each in triples)
    if listed:
        for row in rows(store, f"SELECT * WHERE {{ VALUES (?s ?p ?o) {{ {listed} }} {pattern} }}"):
            yield (str(row["s"]), str(row["p"]), str(row["o"])), row


def graphs_of(store: Store, triples: Iterable[Triple]) -> dict[Triple, list[str]]:
    """Return the graphs that make each statement, by IRI; none for a statement that is in no named graph."""
    found: dict[Triple, list[str]] = {triple: [] for triple in triples}
    for triple, row in of_triples(store, found, "GRAPH ?graph { ?s ?p ?o }"):
        found[triple].append(row["graph"].value)
    return {triple: sorted(graphs) for triple, graphs in found.items()}
