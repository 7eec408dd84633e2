"""A part of the network: the node of a name, and what lies near it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import networkx as nx

from cellkg.errors import NotFoundError
from cellkg.identifiers import expand, is_curie, mint

HUB = 9
"""How many links meet a node that a walk still passes."""


def find_node(graph: nx.MultiDiGraph[str], name: str) -> str:
    """Return the node of that IRI, CURIE, registry id or label, in whatever case.

    Raises:
        NotFoundError: there is none; the nearest names are told.
    """
    by_label = {str(label).casefold(): node for node, label in graph.nodes(data="label")}
    wanted = name.strip()
    for candidate in _candidates(wanted):
        if candidate in graph:
            return candidate
    if wanted.casefold() in by_label:
        return by_label[wanted.casefold()]
    near = difflib.get_close_matches(wanted.casefold(), by_label, n=3)
    names = ", ".join(str(graph.nodes[by_label[each]]["label"]) for each in near)
    hint = f"did you mean {names}?" if near else "name one by its IRI, CURIE, registry id or label"
    raise NotFoundError(f"no node {name!r} in the network; {hint}")


def neighbourhood(graph: nx.MultiDiGraph[str], focus: str, hops: int = 2, limit: int = 150) -> nx.MultiDiGraph[str]:
    """Return what lies within so many links of a node, the nearest first where there is more than ``limit``.

    A link is followed either way. The walk stops at a hub, a thing other than a study that more than ``HUB``
    links meet: a disease that most trials are for is shown, and is no reason to show them all.

    Raises:
        NotFoundError: the network has no such node.
    """
    if focus not in graph:
        raise NotFoundError(f"{focus!r} is none of the {len(graph)} nodes of this network")
    studies = {node for node, attributes in graph.nodes(data=True) if attributes["kind"] == "Study"}
    hubs = {node for node in graph if graph.degree(node) > HUB} - studies
    both_ways = graph.to_undirected(as_view=True).to_directed(as_view=True)
    walk = nx.subgraph_view(both_ways, filter_edge=lambda start, *_: start == focus or start not in hubs)
    steps = nx.single_source_shortest_path_length(walk, focus, cutoff=hops)
    nearest = set(sorted(steps, key=lambda node: (steps[node], -graph.degree(node), node))[:limit])
    near: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    # In the order of the graph: a view of it has that of a set, which differs from run to run.
    near.add_nodes_from((node, told) for node, told in graph.nodes(data=True) if node in nearest)
    for start, end, key, told in graph.edges(keys=True, data=True):
        if start in nearest and end in nearest:
            near.add_edge(start, end, key, **told)
    return near


def _candidates(name: str) -> Iterator[str]:
    yield name
    if is_curie(name):
        yield str(expand(name))
    yield str(mint(name))
    yield str(mint(name.upper()))
