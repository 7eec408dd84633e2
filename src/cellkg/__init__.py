"""cellkg: an open knowledge graph of cell therapies and their clinical outcomes.

>>> import cellkg
>>> graph = cellkg.open()  # doctest: +SKIP
>>> graph.query("cell-doses").df()  # doctest: +SKIP
"""

from cellkg.graph import CellGraph
from cellkg.graph import open_graph as open
from cellkg.notebooks import bars

__all__ = ["CellGraph", "bars", "open"]
