"""The part of the network of ties that lies between two nodes.

The search index tells which studies have a thing, as sets of bits; only the ties of the few studies that a path may
pass are read from the store. So the time goes with what is tied to the two nodes, not with the studies of the graph.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import networkx as nx
import pyoxigraph as ox

from cellkg.search import Index
from cellkg.search.index import Term
from cellkg.store import Store

from .neighbourhood import HUB
from .paths import HOPS, without_hubs
from .ties import PREFIXES, WAYS, read_ties_of, rows

_KINDS = {
    "condition": "Condition",
    "product": "Product type",
    "endpoint": "Outcome",
    "tissue": "Tissue",
    "route": "Route",
    "sponsor": "Sponsor",
}
"""The facets that are ties, and the kind of their values."""
_MOST_BETWEEN = 40
"""How many studies between the two nodes are read, those with the rarest things first."""
_SHORT = 3
_MOST_COUNTED = 200
"""A thing that is no value of a facet is a hub when it ties more studies."""


@dataclass(frozen=True, slots=True)
class _Ends:
    """What the index knows of the two nodes, and of every tie: terms by IRI, places of studies by IRI."""

    index: Index
    terms: dict[str, Term]
    places: dict[str, int]
    hub: int


@dataclass(frozen=True, slots=True)
class _Reached:
    """Sets of studies: of each thing that a node has or that lies above, the rarest first; of all; of what it has."""

    rarest_first: list[int]
    all: int
    direct: int


def hub_of(index: Index) -> int:
    """Return how many studies a thing ties at most that a path passes: a fifth of all."""
    return max(HUB, len(index.studies) // 5)


def ties_between(store: Store, index: Index, start: str, end: str) -> nx.MultiDiGraph[str]:
    """Return ties that hold a shortest path between two nodes, each node with its count of ``studies``.

    Things with more studies than ``hub_of`` tells are in it and say so by their count. A node to which no study is tied
    is missing. Of paths through two further studies, those through the rarest things are looked for.

    Raises:
        NetworkError: a remote store failed.
    """
    terms = {term.iri: term for facet in _KINDS for term in index.of_facet(facet)}
    places = {study.iri: place for place, study in enumerate(index.studies)}
    ends = _Ends(index, terms, places, hub_of(index))
    own = {node for node in (start, end) if node in places}
    above = [(node, _KINDS[terms[node].facet]) for node in (start, end) if node in terms]
    others = {start, end} - own - set(terms)
    beside = {study for node in others for study in _studies_of(store, node, "", _MOST_BETWEEN)}
    found = _counted(store, ends, read_ties_of(store, own | beside, above))
    # Whatever passes a further study has four links or more, and three where two studies are possibly the same.
    if start not in found or end not in found or _length(found, start, end, ends.hub) <= _SHORT:
        return found
    one, other = (_reached(store, ends, found, node) for node in (start, end))
    for choose in (_one_between, _two_between):
        between = {index.studies[place].iri for place in choose(ends, one, other)}
        found = _counted(store, ends, read_ties_of(store, own | beside | between, above))
        if _length(found, start, end, ends.hub) <= HOPS:
            break
    return found


def _reached(store: Store, ends: _Ends, graph: nx.MultiDiGraph[str], node: str) -> _Reached:
    things = {each for each in nx.descendants(graph, node) if graph.nodes[each]["studies"] <= ends.hub} | {node}
    sets = {each: _studies(store, ends, each, graph.nodes[each]["kind"]) for each in things}
    direct = _united(sets[each] for each in {node, *graph.successors(node)} & things)
    return _Reached(sorted(sets.values(), key=int.bit_count), _united(sets.values()), direct)


def _studies(store: Store, ends: _Ends, node: str, kind: str) -> int:
    """The set of studies that have a thing; a study is the set of itself."""
    if node in ends.terms:
        return ends.terms[node].studies
    tied = [node] if node in ends.places else _studies_of(store, node, kind, _MOST_COUNTED)
    return _united([1 << ends.places[study] for study in tied if study in ends.places])


def _one_between(ends: _Ends, one: _Reached, other: _Reached) -> list[int]:
    """The places of the studies that share something with both ends, those with the rarest things first."""
    found: list[int] = []
    left = one.all & other.all
    for studies in sorted((*one.rarest_first, *other.rarest_first), key=int.bit_count):
        found += _first(studies & left, _MOST_BETWEEN - len(found))
        left &= ~studies
    return found


def _two_between(ends: _Ends, one: _Reached, other: _Reached) -> list[int]:
    """The places of pairs of studies that share something with each other, and one with each end."""
    found: list[int] = []
    tied = (term.studies for term in ends.terms.values() if not ends.index.is_wider(term.id))
    for studies in sorted(tied, key=int.bit_count):
        if studies.bit_count() <= ends.hub and studies & one.direct and studies & other.direct:
            found += (*_first(studies & one.direct, 1), *_first(studies & other.direct, 1))
        if len(found) >= _MOST_BETWEEN:
            break
    return found


def _united(sets: Iterable[int]) -> int:
    bits = 0
    for each in sets:
        bits |= each
    return bits


def _first(bits: int, most: int) -> Iterator[int]:
    while bits and most > 0:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits, most = bits ^ lowest, most - 1


def _length(graph: nx.MultiDiGraph[str], start: str, end: str, hub: int) -> float:
    try:
        return float(nx.shortest_path_length(without_hubs(graph, start, end, hub), start, end))
    except nx.NetworkXNoPath:
        return float("inf")


def _counted(store: Store, ends: _Ends, graph: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    unknown = []
    for node, told in graph.nodes(data=True):
        told["studies"] = ends.terms[node].studies.bit_count() if node in ends.terms else 0
        if told["kind"] != "Study" and node not in ends.terms:
            unknown.append((node, told["kind"]))
    for node, number in _count_tied(store, unknown, _MOST_COUNTED).items():
        graph.nodes[node]["studies"] = number if number <= _MOST_COUNTED else ends.hub + number
    return graph


def _studies_of(store: Store, node: str, kind: str, most: int) -> list[str]:
    """Return some of the studies that are tied to a node directly; the empty kind is any."""
    tied = _tied(node, kind)
    found = rows(store, f"{PREFIXES} SELECT DISTINCT ?s WHERE {{ {tied} }} LIMIT {most}") if tied else ()
    return [row["s"].value for row in found]


def _count_tied(store: Store, nodes: Collection[tuple[str, str]], most: int) -> dict[str, int]:
    """Return how many studies are tied directly to each node of a kind, counted to one above ``most``."""
    counts = []
    for place, (node, kind) in enumerate(nodes):
        if tied := _tied(node, kind):
            studies = f"SELECT DISTINCT ?s WHERE {{ {tied} }} LIMIT {most + 1}"
            counts.append(f"{{ SELECT ({place} AS ?place) (COUNT(*) AS ?n) WHERE {{ {studies} }} }}")
    if not counts:
        return {}
    found = rows(store, f"{PREFIXES} SELECT ?place ?n WHERE {{ {' UNION '.join(counts)} }}")
    names = [node for node, _ in nodes]
    return {names[int(row["place"].value)]: int(row["n"].value) for row in found}


def _tied(node: str, kind: str) -> str:
    """The pattern of the studies that a node of a kind is tied to."""
    term = f"<{node}>" if node.startswith("http") else str(ox.Literal(node.removeprefix(f"{kind}: ")))
    ways = (f"{{ {way} {last.replace('?thing', term)} }}" for of, _, way, last in WAYS if kind in ("", of))
    return " UNION ".join(ways)
