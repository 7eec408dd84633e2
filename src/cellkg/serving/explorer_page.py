"""What the pages and the script of the explorer are told: views of steps, links, paths and kinds."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from cellkg.exploring import Chain, Node, Step
from cellkg.exploring.nodes import names_of
from cellkg.identifiers import compress
from cellkg.pages.network import KINDS
from cellkg.store import Store

from .sites.addresses import address_of

if TYPE_CHECKING:
    import networkx as nx

    from cellkg.projection.paths import Path


def looks() -> dict[str, dict[str, str]]:
    """Return how each kind of node is drawn: a shape, and a colour on light and on dark."""
    return {kind: look._asdict() for kind, look in KINDS.items()}


def node_view(node: Node) -> dict[str, Any]:
    """Return a node with its short name; ``facets`` are lists of value and name."""
    facets = {facet: [list(each) for each in values.items()] for facet, values in node.facets.items()}
    page = address_of(node.iri)
    return {"iri": node.iri, "id": node.curie, "label": node.label, "kind": node.kind, "facets": facets, "page": page}


def step_view(step: Step) -> dict[str, Any]:
    """Return a step: node, neighbours, links by the short names of their ends, and whether more is there."""
    links = [
        {
            "start": compress(link.start),
            "end": compress(link.end),
            "label": compress(link.label),
            "sources": len(link.sources),
        }
        for link in step.links
    ]
    return {"node": node_view(step.node), "nodes": list(map(node_view, step.nodes)), "links": links, "more": step.more}


def neighbours(step: Step) -> list[dict[str, Any]]:
    """Return the neighbours of a step by the label of their link and its direction."""
    nodes = {node.iri: node for node in step.nodes}
    found = [
        (link.label, link.start == step.node.iri, nodes[other], link)
        for link in step.links
        if (other := link.end if link.start == step.node.iri else link.start) in nodes
    ]
    found.sort(key=lambda each: (not each[1], each[0], each[2].label.casefold(), each[2].iri))
    return [
        {
            "label": compress(label),
            "forward": forward,
            "rows": [
                {"node": node_view(node), "sources": len(link.sources), "start": link.start, "end": link.end}
                for _, _, node, link in each
            ],
        }
        for (label, forward), each in groupby(found, key=lambda each: (each[0], each[1]))
    ]


def link_view(store: Store, start: str, end: str, chains: list[Chain]) -> dict[str, Any]:
    """Return why two nodes are joined; a chain stands on every statement that it names."""
    names = names_of(store, [start, end])
    return {
        "start": {"id": compress(start), "label": names[start]},
        "end": {"id": compress(end), "label": names[end]},
        "chains": chains,
    }


def paths_view(graph: nx.MultiDiGraph[str], start: str, end: str, paths: list[Path]) -> dict[str, Any]:
    """Return paths in words, with the nodes and links that they pass."""
    steps = [step for path in paths for step in path.steps]
    passed = dict.fromkeys([start, end, *(each for step in steps for each in (step.start, step.end))])
    ends = {
        ((step.start, step.end) if step.forward else (step.end, step.start), step.label, len(step.sources))
        for step in steps
    }
    return {
        "paths": [path.text for path in paths],
        "nodes": [node_view(Node(each, graph.nodes[each]["label"], graph.nodes[each]["kind"])) for each in passed],
        "links": [
            {"start": compress(first), "end": compress(last), "label": label, "sources": sources}
            for (first, last), label, sources in sorted(ends)
        ],
    }
