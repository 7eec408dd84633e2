"""Tables for people who open them in a spreadsheet: no cell becomes a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from cellkg.answers import Cell, Spot, Table

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; a number stays as it is.

    >>> harmless("=1+1"), harmless("-1.5"), harmless("dose")
    ("'=1+1", '-1.5', 'dose')
    """
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) and not _is_number(text) else text


def harmless_table(table: Table) -> Table:
    """Return a table whose texts, and the words behind its rows, are harmless."""
    rows = [tuple(map(_harmless_cell, row)) for row in table.rows]
    evidence = table.evidence and [[_harmless_spot(spot) for spot in spots] for spots in table.evidence]
    return Table(table.columns, rows, evidence)


def write_harmless_csv(rows: Path, out: Path) -> None:
    """Write rows in SPARQL JSON as CSV: plain values, as the standard has them, but harmless ones."""
    answer = ox.parse_query_results(path=str(rows), format=ox.QueryResultsFormat.JSON)
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        if isinstance(answer, ox.QueryBoolean):
            writer.writerows([["answer"], [str(bool(answer)).lower()]])
        else:
            writer.writerow([variable.value for variable in answer.variables])
            writer.writerows(_plain(solution) for solution in answer)


def _plain(solution: Iterable[object]) -> list[str]:
    return [harmless(plain_value(term)) for term in solution]


def plain_value(term: object) -> str:
    """Return a term without its marks; nothing for a gap."""
    if term is None:
        return ""
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _harmless_cell(cell: Cell) -> Cell:
    return harmless(cell) if isinstance(cell, str) else cell


def _harmless_spot(spot: Spot) -> Spot:
    return replace(spot, source=harmless(spot.source))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
