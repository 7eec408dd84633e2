"""The graph as a network to look at, whole or around one thing: RDF to networkx."""

from .between import hub_of, ties_between
from .neighbourhood import find_node, neighbourhood
from .network import project
from .paths import similar, why
from .ties import hubs, read_ties

__all__ = [
    "find_node",
    "hub_of",
    "hubs",
    "neighbourhood",
    "project",
    "read_ties",
    "similar",
    "ties_between",
    "why",
]
