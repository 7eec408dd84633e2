"""What is explored, as a network to keep: the nodes and links of several steps, with what is said of each node."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import networkx as nx

from cellkg.store import Store

from .nodes import names_of
from .steps import Step

if TYPE_CHECKING:
    from cellkg.pages.network import Fact


def network_of(store: Store, steps: Iterable[Step]) -> nx.MultiDiGraph[str]:
    """Return the network of some steps; nodes have ``label``, ``kind``, ``facts``, links ``label`` and ``sources``."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    all_steps = list(steps)
    links = {(link.start, link.end, link.label): link for each in all_steps for link in each.links}
    titles = names_of(store, (source for link in links.values() for source in link.sources))
    for node in (node for each in all_steps for node in (each.node, *each.nodes)):
        facts = [_fact(facet, name) for facet, names in node.facets.items() for name in names.values()]
        graph.add_node(node.iri, label=node.label, kind=node.kind, facts=facts)
    for (start, end, label), link in sorted(links.items()):
        graph.add_edge(start, end, key=label, label=label, sources=sorted({titles[each] for each in link.sources}))
    return graph


def _fact(name: str, value: str) -> Fact:
    return {"property": name, "value": value, "source": "", "as_written": "", "spot": ""}
