"""The graph as a network to look at, whole or around one thing: RDF to networkx."""

from .neighbourhood import find_node, neighbourhood
from .network import project

__all__ = ["find_node", "neighbourhood", "project"]
