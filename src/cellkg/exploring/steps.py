"""One step: a node, and what lies one link from it, asked from the store with a limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Any

from cellkg.errors import NotFoundError
from cellkg.store import Store

from .asking import Triple, graphs_of, iri, rows, term, values
from .nodes import Node, read_nodes
from .ways import FACETS, LEFT_OUT, LINKED, MATCHES, SAME, STUDY, WAYS, Way

Filters = Mapping[str, list[str]]
"""Facets of studies with the values that are let through; an empty one lets all through."""

__all__ = ["Filters", "Link", "Node", "Step", "step"]

_STATED = "states"


@dataclass(frozen=True, slots=True)
class Link:
    """A link from ``start`` to ``end`` (IRIs), its label, and the IRIs of the sources that state it."""

    start: str
    end: str
    label: str
    sources: tuple[str, ...]


@dataclass(slots=True)
class Step:
    """A node with its neighbours; ``more`` when the limit left some out."""

    node: Node
    nodes: list[Node]
    links: list[Link]
    more: bool


@dataclass(slots=True)
class _Found:
    """What lies one way from the node: each neighbour with the sources of its link."""

    way: Way
    forward: bool
    ends: dict[str, set[str]] = field(default_factory=dict)


def step(store: Store, node: str, *, limit: int = 150, filters: Filters | None = None, stated: bool = False) -> Step:
    """Return what is linked to a node: at most ``limit`` neighbours, of every way some.

    Where no way leads from it, or ``stated`` is asked for, the links are the statements about it.

    Raises:
        UsageError: the name is no IRI.
        NotFoundError: the store says nothing of it.
    """
    focus = iri(node)
    found = [] if stated else _by_ways(store, focus, limit, filters or {})
    if not found and (stated or not filters or not _by_ways(store, focus, 1, {})):
        found = _by_statements(store, focus, limit)
    kinds = _kinds(node, found)
    kept, more = _fair(found, limit)
    nodes = {each.iri: each for each in read_nodes(store, [node, *kept], kinds)}
    if not kept and not filters and nodes[node].label == nodes[node].curie:
        raise NotFoundError(f"the graph says nothing of {nodes[node].curie}; name a node of it")
    stated_by: dict[tuple[str, str, str], set[str]] = {}
    for start, end, label, sources in (link for each in found for link in _links(node, each)):
        if {start, end} <= kept | {node}:
            stated_by.setdefault((start, end, label), set()).update(sources)
    links = [Link(*ends, tuple(sorted(sources))) for ends, sources in stated_by.items()]
    return Step(nodes.pop(node), list(nodes.values()), links, more)


def _by_ways(store: Store, focus: str, limit: int, filters: Filters) -> list[_Found]:
    drawn = [way for way in WAYS if way.drawn]
    found = [_Found(way, forward) for way in (*drawn, LINKED) for forward in (True, False)]
    branches = [_branch(place, each, focus, limit, filters) for place, each in enumerate(found)]
    last: dict[Triple, list[tuple[_Found, str]]] = {}
    for row in rows(store, f"SELECT * WHERE {{ {' UNION '.join(branches)} }}"):
        each, other = found[int(row["way"].value)], row["other"].value
        if other not in LEFT_OUT:
            last.setdefault(_last_triple(each, focus, row), []).append((each, other))
    for triple, graphs in graphs_of(store, list(last)).items():
        for each, other in last[triple]:
            each.ends.setdefault(other, set()).update(graphs)
    return [each for each in found if each.ends]


def _branch(place: int, found: _Found, focus: str, limit: int, filters: Filters) -> str:
    """The neighbours of one way, one more than the limit, with the terms of the last statement."""
    way = found.way
    ends = _ends(found, focus)
    study = "?other" if (way.end if found.forward else way.start) == STUDY else None
    only = _filtered(study, filters) if study else ""
    if way is LINKED:
        match = "|".join(f"<{each}>" for each in MATCHES)
        path = f"{ends[0]} <{way.steps[0]}> ?n1 . ?wording <{way.steps[1]}> ?n1 ; {match} {ends[1]}"
    else:
        path = way.pattern(*ends)
    told = " ".join(sorted({"?other", *(term for term in _last_terms(found, focus) if term.startswith("?"))}))
    found_here = f"SELECT DISTINCT {told} WHERE {{ {path} . FILTER (isIRI(?other)) {only} }} LIMIT {limit + 1}"
    return f"{{ {{ {found_here} }} BIND ({place} AS ?way) }}"


def _ends(found: _Found, focus: str) -> tuple[str, str]:
    return (focus, "?other") if found.forward else ("?other", focus)


def _last_terms(found: _Found, focus: str) -> tuple[str, str, str]:
    """The statement that ends the way, as a source makes it; of a condition in words, the words."""
    way, nodes = found.way, found.way.nodes(*_ends(found, focus))
    if way is LINKED:
        return nodes[0], f"<{way.steps[0]}>", nodes[1]
    return nodes[-2], f"<{way.steps[-1]}>", nodes[-1]


def _last_triple(found: _Found, focus: str, row: Any) -> Triple:
    said, by, what = (str(row[term[1:]]) if term.startswith("?") else term for term in _last_terms(found, focus))
    return said, by, what


def _filtered(study: str, filters: Filters) -> str:
    """Patterns that a study must match: of each facet that is asked for, one of its values."""
    patterns = []
    for name, wanted in filters.items():
        path = "/".join(f"<{each}>" for each in FACETS[name])
        patterns.append(f"FILTER EXISTS {{ {values(name, map(term, wanted))} {study} {path} ?{name} }}")
    return " ".join(patterns)


def _by_statements(store: Store, focus: str, limit: int) -> list[_Found]:
    """What is said of a node, and where it is said of others, property by property."""
    found: dict[tuple[str, bool], _Found] = {}
    for forward, triple in ((True, f"{focus} ?property ?other"), (False, f"?other ?property {focus}")):
        query = f"SELECT ?property ?other WHERE {{ {triple} FILTER (isIRI(?other)) }} LIMIT {limit + 1}"
        told = [(str(row["property"]), str(row["other"])) for row in rows(store, query)]
        triples = [(focus, name, other) if forward else (other, name, focus) for name, other in told]
        for (said, name, what), graphs in graphs_of(store, triples).items():
            way = Way(SAME, _STATED, (name[1:-1],), SAME)
            ends = found.setdefault((name, forward), _Found(way, forward)).ends
            ends[(what if forward else said)[1:-1]] = set(graphs)
    return list(found.values())


def _kinds(node: str, found: list[_Found]) -> dict[str, str]:
    """The kind of each node as the ways tell it; the focus has one by the first way that is found."""
    told: Iterator[str] = (each.way.start if each.forward else each.way.end for each in found)
    focus = next((kind for kind in told if kind), "")
    kinds = {node: focus}
    for each in found:
        kind = (each.way.end if each.forward else each.way.start) or (focus if each.way.label != _STATED else "")
        for end in each.ends:
            kinds.setdefault(end, kind)
    return {iri: kind for iri, kind in kinds.items() if kind}


def _fair(found: list[_Found], limit: int) -> tuple[set[str], bool]:
    """As many neighbours as the limit lets through, in turns from every way."""
    turns = chain.from_iterable(zip_longest(*(each.ends for each in found)))
    ordered = list(dict.fromkeys(end for end in turns if end is not None))
    return set(ordered[:limit]), len(ordered) > limit


def _links(node: str, found: _Found) -> Iterator[tuple[str, str, str, set[str]]]:
    label = found.way.label if found.way.label != _STATED else found.way.steps[0]
    for end, graphs in found.ends.items():
        start, stop = (node, end) if found.forward else (end, node)
        yield start, stop, label, graphs
