"""Answers as text: CSV, TSV, JSON, JSON lines, Markdown, and a table for the terminal."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from decimal import Decimal
from typing import IO

import msgspec
import pyoxigraph as ox
from rich.console import Console
from rich.table import Column as RichColumn
from rich.table import Table as RichTable
from rich.text import Text

from cellkg.answers import Cell, Table, shown
from cellkg.errors import UsageError
from cellkg.identifiers import PREFIXES

FORMATS = ("table", "csv", "tsv", "json", "jsonl", "md", "ttl")

# Escape sequences, and marks that turn the direction of text: a label with them shows something else than it is.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_MARKDOWN = re.compile(r"[\\|`*\[\]]")
_UNFOLDED = 10_000
_JSON = msgspec.json.Encoder()


def write(answer: Table | ox.QueryTriples, form: str, out: IO[str]) -> None:
    """Write an answer in one of ``FORMATS``.

    Raises:
        UsageError: triples asked as anything but ``ttl``, or rows asked as ``ttl``.
    """
    if isinstance(answer, Table):
        if form == "ttl":
            raise UsageError("ttl is for CONSTRUCT and DESCRIBE; choose csv, json or another form for rows")
        _WRITERS[form](answer, out)
    elif form in ("ttl", "table"):
        turtle = ox.serialize(answer, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b""
        out.write(turtle.decode("utf-8"))
    else:
        raise UsageError(f"triples cannot be written as {form}; choose ttl")


def _write_csv(table: Table, out: IO[str]) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*table.names, *(["evidence"] if table.evidence is not None else [])])
    writer.writerows(_text_rows(table))


def _write_tsv(table: Table, out: IO[str]) -> None:
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow([*table.names, *(["evidence"] if table.evidence is not None else [])])
    writer.writerows(_text_rows(table))


def _write_json(table: Table, out: IO[str]) -> None:
    out.write(msgspec.json.format(_JSON.encode(_objects(table)), indent=2).decode("utf-8") + "\n")


def _write_jsonl(table: Table, out: IO[str]) -> None:
    for record in _objects(table):
        out.write(_JSON.encode(record).decode("utf-8") + "\n")


def _write_md(table: Table, out: IO[str]) -> None:
    heads = [*table.names, *(["evidence"] if table.evidence is not None else [])]
    for cells in (heads, ["---"] * len(heads), *_text_rows(table)):
        out.write("| " + " | ".join(map(_md, cells)) + " |\n")


def _write_table(table: Table, out: IO[str]) -> None:
    heads = [*table.names, *(["evidence"] if table.evidence is not None else [])]
    drawn = RichTable(*(RichColumn(Text(head)) for head in heads))
    for cells in _text_rows(table):
        drawn.add_row(*(Text(_CONTROL.sub("�", cell)) for cell in cells))
    terminal = out.isatty()
    console = Console(file=out, width=None if terminal else _UNFOLDED, force_terminal=terminal)
    with console.capture() as captured:
        console.print(drawn)
    out.write(captured.get())


def _text_rows(table: Table) -> list[list[str]]:
    rows = [[shown(cell) for cell in row] for row in table.rows]
    if table.evidence is None:
        return rows
    behind = ("; ".join(f"{s.source}, {s.place}: {s.as_written}" for s in spots) for spots in table.evidence)
    return [[*row, evidence] for row, evidence in zip(rows, behind, strict=True)]


def _objects(table: Table) -> list[dict[str, object]]:
    objects: list[dict[str, object]] = [
        {name: _json_value(cell) for name, cell in record.items()} for record in table.records()
    ]
    for record, spots in zip(objects, table.evidence or [], strict=False):
        record["evidence"] = spots
    return objects


def _json_value(cell: Cell) -> object:
    if isinstance(cell, Decimal):
        return msgspec.Raw(shown(cell).encode())
    return cell


def _md(cell: str) -> str:
    escaped = _MARKDOWN.sub(r"\\\g<0>", cell).replace("&", "&amp;").replace("<", "&lt;")
    return _CONTROL.sub("�", escaped).replace("\n", " ")


_WRITERS: dict[str, Callable[[Table, IO[str]], None]] = {
    "table": _write_table,
    "csv": _write_csv,
    "tsv": _write_tsv,
    "json": _write_json,
    "jsonl": _write_jsonl,
    "md": _write_md,
}
