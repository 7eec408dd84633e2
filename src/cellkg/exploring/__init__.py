"""Walking the graph from one node to the next, straight from the store, and the evidence of each link."""

from .files import network_of
from .reasons import Chain, Proof, Statement, joined
from .said import Said, said_of
from .starts import Start, starts
from .steps import Filters, Link, Node, Step, step
from .ways import FACETS

__all__ = [
    "FACETS",
    "Chain",
    "Filters",
    "Link",
    "Node",
    "Proof",
    "Said",
    "Start",
    "Statement",
    "Step",
    "joined",
    "network_of",
    "said_of",
    "starts",
    "step",
]
