"""Rows as people get them: plain text for spreadsheets, in which no cell is a formula, and the rows of a page."""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path

import msgspec
import pyoxigraph as ox

Answer = ox.QuerySolutions | ox.QueryBoolean

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class PageCell(msgspec.Struct, frozen=True, array_like=True):
    """A term on a page: its text, whether that is an IRI, and its language."""

    text: str = ""
    iri: bool = False
    language: str = ""


class PageRows(msgspec.Struct, frozen=True):
    """The first rows of an answer, and how many it has."""

    columns: list[str]
    rows: list[list[PageCell]]
    number: int


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; a number stays as it is.

    >>> harmless("=1+1"), harmless("-1.5"), harmless("dose")
    ("'=1+1", '-1.5', 'dose')
    """
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) and not _is_number(text) else text


def write_harmless_csv(answer: Answer, out: Path) -> None:
    """Write an answer as CSV: plain values, as the SPARQL standard has them, but harmless ones."""
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        if isinstance(answer, ox.QueryBoolean):
            writer.writerows([["answer"], [_truth(answer)]])
        else:
            writer.writerow([variable.value for variable in answer.variables])
            writer.writerows([harmless(_cell(term).text) for term in solution] for solution in answer)


def write_page_rows(answer: Answer, out: Path, most: int) -> None:
    """Write the first ``most`` rows of an answer, and the number of all, as JSON of ``PageRows``."""
    if isinstance(answer, ox.QueryBoolean):
        page = PageRows(["answer"], [[PageCell(_truth(answer))]], 1)
    else:
        rows = [[_cell(term) for term in solution] for solution in islice(answer, most)]
        number = len(rows) + sum(1 for _ in answer)
        page = PageRows([variable.value for variable in answer.variables], rows, number)
    out.write_bytes(msgspec.json.encode(page))


def _cell(term: object) -> PageCell:
    if isinstance(term, ox.NamedNode):
        return PageCell(term.value, iri=True)
    if isinstance(term, ox.Literal):
        return PageCell(term.value, language=term.language or "")
    return PageCell("" if term is None else str(term))


def _truth(answer: ox.QueryBoolean) -> str:
    return "true" if answer else "false"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
