"""What a request of the explorer asks for: a node, what is opened around it, and the filters."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from starlette.requests import Request

from cellkg.errors import NotFoundError
from cellkg.exploring import FACETS, Filters, Start, Step, starts, step
from cellkg.exploring.nodes import labelled
from cellkg.identifiers import PREFIXES, mint
from cellkg.projection import find_node, hub_of, read_ties, ties_between
from cellkg.search import INDEX, Index, open_index
from cellkg.store import Store

from .builds import ServedBuild
from .refusals import Refusal

if TYPE_CHECKING:
    import networkx as nx

FIRST, OPENED, MORE = 150, 60, 150
"""How many neighbours the start shows, an opened node shows, and each "show more" adds."""
MOST_OPEN = 25
_MOST_MORE = 20
_MOST_STARTS = 12
_START_FACETS = {"Condition": "condition", "Product type": "product", "Tissue": "tissue", "Outcome": "endpoint"}

_ties: WeakKeyDictionary[ServedBuild, nx.MultiDiGraph[str]] = WeakKeyDictionary()
_starts: WeakKeyDictionary[ServedBuild, dict[str, list[Start]]] = WeakKeyDictionary()
_reading, _counting = threading.Lock(), threading.Lock()


@dataclass(frozen=True, slots=True)
class Explored:
    """A start, the nodes opened after it, how often more of a node was asked for, and filters of studies."""

    node: str
    opened: tuple[str, ...]
    more: dict[str, int]
    filters: Filters
    stated: bool
    room: int = FIRST
    """How many neighbours the start shows at first."""

    def steps(self, store: Store) -> list[Step]:
        """Return the step of the start, then those of the opened nodes."""
        return [self.step(store, each) for each in dict.fromkeys((self.node, *self.opened))]

    def step(self, store: Store, node: str) -> Step:
        """Return the step of one of the nodes."""
        first = self.room if node == self.node else OPENED
        limit = first + MORE * self.more.get(node, 0)
        return step(store, node, limit=limit, filters=self.filters, stated=self.stated)


def read_explored(request: Request, store: Store, build: ServedBuild) -> Explored:
    """Return what the fields of a request ask for.

    Raises:
        Refusal: a start is missing, or too much is asked for.
        NotFoundError: no node of a name.
    """
    fields = request.query_params
    opened = [node_of(each, store, build) for each in fields.getlist("open")[: MOST_OPEN + 1]]
    if len(opened) > MOST_OPEN:
        raise Refusal(400, f"more than {MOST_OPEN} nodes are opened; start anew from one of them")
    more: dict[str, int] = {}
    for each in fields.getlist("more")[: MOST_OPEN * _MOST_MORE]:
        node = node_of(each, store, build)
        more[node] = min(more.get(node, 0) + 1, _MOST_MORE)
    filters = {facet: fields.getlist(facet)[:50] for facet in FACETS if fields.getlist(facet)}
    room = OPENED if fields.get("room") == "opened" else FIRST
    start = named(request, "node", store, build)
    return Explored(start, tuple(opened), more, filters, fields.get("view") == "stated", room)


def named(request: Request, field: str, store: Store, build: ServedBuild) -> str:
    """Return the IRI of the node that a field names; ``Refusal`` when the field is missing."""
    text = request.query_params.get(field, "").strip()
    if not text:
        raise Refusal(400, f"say with {field}= which node, by IRI, CURIE, registry id or label")
    return node_of(text, store, build)


def node_of(text: str, store: Store, build: ServedBuild) -> str:
    """Return the IRI of a node that is named by IRI, CURIE, registry id or label."""
    if text.startswith(("http://", "https://")):
        return text
    prefix, colon, local = text.partition(":")
    if colon and prefix in PREFIXES and not any(sign.isspace() for sign in local):
        return PREFIXES[prefix] + local
    for minted in dict.fromkeys((str(mint(text)), str(mint(text.upper())))):
        if store.query(f"ASK {{ <{minted}> ?p ?o }}"):
            return minted
    return _by_name(text, store, build)


def _by_name(text: str, store: Store, build: ServedBuild) -> str:
    if not (build.folder / INDEX).is_file():
        return find_node(_all_ties(store, build), text)
    index, wanted = open_index(build.folder), text.strip().casefold()
    named = next((each.iri for each in index.studies if each.name.casefold() == wanted), "")
    named = named or next((each.iri for each in index.terms.values() if each.label.casefold() == wanted), "")
    named = named or labelled(store, text.strip())
    if not named:
        near = ", ".join(index.terms[each].label for each in index.find_terms(text).ids[:3])
        hint = f"did you mean {near}?" if near else "name one by its IRI, CURIE, registry id or label"
        raise NotFoundError(f"no node {text[:100]!r} in the graph; {hint}")
    return named


def starts_of(store: Store, build: ServedBuild) -> dict[str, list[Start]]:
    """Return what most studies have in common; a study counts for the narrowest things that it has."""
    if (build.folder / INDEX).is_file():
        return _starts_of_index(open_index(build.folder))
    with _counting:
        if build not in _starts:
            _starts[build] = starts(store)
        return _starts[build]


def _starts_of_index(index: Index) -> dict[str, list[Start]]:
    found = {}
    for kind, facet in _START_FACETS.items():
        narrower: dict[int, int] = defaultdict(int)
        for term in index.of_facet(facet):
            for parent in term.parents:
                narrower[parent] |= term.studies
        named = [term for term in index.of_facet(facet) if term.shown and not index.is_wider(term.id)]
        counted = [Start(each.iri, each.label, (each.studies & ~narrower[each.id]).bit_count()) for each in named]
        found[kind] = sorted(counted, key=lambda each: (-each.studies, each.label))[:_MOST_STARTS]
    return found


def ties_around(store: Store, build: ServedBuild, ends: tuple[str, str]) -> tuple[nx.MultiDiGraph[str], int | None]:
    """Return ties that hold the shortest paths between two nodes, and how many studies a thing ties that a path passes.

    A bare store without a search index is small: its ties are read whole, once for each build.
    """
    if not (build.folder / INDEX).is_file():
        return _all_ties(store, build), None
    index = open_index(build.folder)
    return ties_between(store, index, *ends), hub_of(index)


def _all_ties(store: Store, build: ServedBuild) -> nx.MultiDiGraph[str]:
    with _reading:
        if build not in _ties:
            _ties[build] = read_ties(store)
        return _ties[build]
