"""The evidence map: what is there for which product, endpoint and condition, and where is nothing."""

from .asking import Asked, ask_gaps, map_within
from .cells import Axes, EvidenceMap
from .states import NOTE
from .summing import refresh_summaries, write_summaries

__all__ = [
    "NOTE",
    "Asked",
    "Axes",
    "EvidenceMap",
    "ask_gaps",
    "map_within",
    "refresh_summaries",
    "write_summaries",
]
