"""Reading cell products out of free text: which cells, from where, how given; with the words that say it."""

from __future__ import annotations

from .reader import read_products
from .readings import Administration, Beside, CellDose, Decision, Fact, Reading, Spot, Times

__all__ = ["Administration", "Beside", "CellDose", "Decision", "Fact", "Reading", "Spot", "Times", "read_products"]
