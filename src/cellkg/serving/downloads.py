"""Answers of the catalogue for people who open them in a spreadsheet: no cell becomes a formula."""

from __future__ import annotations

from dataclasses import replace

from cellkg.answers import Cell, Spot, Table

from .cells import harmless


def harmless_table(table: Table) -> Table:
    """Return a table whose texts, and the words behind its rows, are harmless."""
    rows = [tuple(map(_harmless_cell, row)) for row in table.rows]
    evidence = table.evidence and [[_harmless_spot(spot) for spot in spots] for spots in table.evidence]
    return Table(table.columns, rows, evidence)


def _harmless_cell(cell: Cell) -> Cell:
    return harmless(cell) if isinstance(cell, str) else cell


def _harmless_spot(spot: Spot) -> Spot:
    return replace(spot, source=harmless(spot.source))
