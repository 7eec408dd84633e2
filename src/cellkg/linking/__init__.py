"""What ties the graph together and to the world: studies of one title, curated mappings, links of written words."""

from __future__ import annotations

from .mappings import mapping_quads
from .titles import put_titles, tie_by_title, tie_changed, tied_by_title
from .wordings import PREDICTED_SET, Wordings, link_wordings, unlink_wordings, written_in

__all__ = [
    "PREDICTED_SET",
    "Wordings",
    "link_wordings",
    "mapping_quads",
    "put_titles",
    "tie_by_title",
    "tie_changed",
    "tied_by_title",
    "unlink_wordings",
    "written_in",
]
