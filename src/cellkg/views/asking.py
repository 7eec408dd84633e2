"""Queries of ``queries/pages``: each is about one thing, and never goes through the whole graph."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from urllib.parse import quote, unquote

import pyoxigraph as ox

from cellkg.effects.tree import select
from cellkg.errors import NotFoundError
from cellkg.identifiers import PREFIXES, THINGS, VOCABULARY, is_curie
from cellkg.resources import shipped
from cellkg.store import Store


def page_rows(
    store: Store, name: str, words: Collection[str] | None = None, limit: int | None = None, **nodes: str
) -> Iterator[dict[str, str]]:
    """Yield the rows of a query as text, asked about nodes by their IRIs, or about words; a gap is left out."""
    text = _text(name)
    if words is not None:
        text = text.replace("#@words", f"VALUES ?words {{ {' '.join(str(ox.Literal(each)) for each in words)} }}")
    for variable, iri in nodes.items():
        text = text.replace(f"#@{variable}", f"VALUES ?{variable} {{ {ox.NamedNode(iri)} }}")
    return select(store, text if limit is None else f"{text}\nLIMIT {limit}")


def thing_iri(key: str) -> str:
    """Return the IRI of what a page is about: a step below ``id/``, such as a registry id.

    Raises:
        NotFoundError: no IRI can look like that.
    """
    return checked(THINGS + quote(unquote(key), safe=""), key)


def term_iri(key: str) -> str:
    """Return the IRI of a term by its key: a CURIE, or the local name of a word of ``cellkg:``.

    Raises:
        NotFoundError: no IRI can look like that.
    """
    if is_curie(key):
        prefix, _, local = key.partition(":")
        return PREFIXES[prefix] + local
    return checked((THINGS + key.removeprefix("kg:")) if key.startswith("kg:") else VOCABULARY + key, key)


def checked(iri: str, key: str) -> str:
    """Return an IRI that is one; else ``NotFoundError``."""
    try:
        return ox.NamedNode(iri).value
    except ValueError:
        raise NotFoundError(f"nothing here is called {key[:100]!r}; search for it") from None


@cache
def _text(name: str) -> str:
    return (shipped("queries") / "pages" / f"{name}.rq").read_text(encoding="utf-8")
