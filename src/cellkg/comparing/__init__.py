"""Results side by side: what records and documents report of an instrument, arm by arm and time by time.

``compare`` gives typed rows with their flags, ``tables`` makes tables of them, ``fragment`` HTML, ``plots`` pictures.
Nothing is pooled, and no number stands without its node and its place in a source.
"""

from .asked import Asked, Window, read_window
from .comparing import compare
from .records import Comparison, Direction, PlotKind, Reads, Row, When

__all__ = ["Asked", "Comparison", "Direction", "PlotKind", "Reads", "Row", "When", "Window", "compare", "read_window"]
