"""Answers: a question asked of a store, as typed rows."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from cellkg.catalogue import Column, Question
from cellkg.errors import DataError
from cellkg.identifiers import compress, expand
from cellkg.ntriples import plain
from cellkg.store import Store

if TYPE_CHECKING:
    import pandas
    import polars

Cell = str | int | Decimal | bool | None
Row = tuple[Cell, ...]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_FRAME_TYPES = {"int": "Int64", "decimal": "Float64", "bool": "boolean"}
_INTEGERS = {f"{_XSD}integer", f"{_XSD}int", f"{_XSD}long", f"{_XSD}nonNegativeInteger"}


@dataclass(frozen=True, slots=True)
class Spot:
    """One piece of evidence behind a row: the source, the place in it, and the words that stand there."""

    source: str
    place: str
    as_written: str
    about: str


@dataclass(frozen=True, slots=True)
class Table:
    """An answer: columns and rows in order; with ``evidence``, the spots behind each row."""

    columns: tuple[Column, ...]
    rows: list[Row]
    evidence: list[list[Spot]] | None = field(default=None)

    def __iter__(self) -> Iterator[Row]:
        """Yield each row."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]

    def records(self) -> Iterator[dict[str, Cell]]:
        """Yield each row as a mapping from column to value."""
        return (dict(zip(self.names, row, strict=True)) for row in self.rows)

    def df(self) -> pandas.DataFrame:
        """Return the rows as a pandas data frame; whole numbers stay whole, and a gap is ``pandas.NA``."""
        try:
            import pandas
        except ImportError:
            raise DataError("a data frame needs pandas; install cellkg[frames]") from None
        frame = pandas.DataFrame(self.rows, columns=self.names, dtype=object)
        return frame.astype({column.name: _FRAME_TYPES.get(column.type, "string") for column in self.columns})

    def pl(self) -> polars.DataFrame:
        """Return the rows as a polars data frame; whole numbers stay whole, and a gap is null."""
        try:
            import polars
        except ImportError:
            raise DataError("a polars frame needs polars; install cellkg[frames]") from None
        kinds = {"int": polars.Int64, "decimal": polars.Float64, "bool": polars.Boolean}
        schema = {column.name: kinds.get(column.type, polars.String) for column in self.columns}
        rows = [[float(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in self.rows]
        return polars.DataFrame(rows, schema=schema, orient="row")

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.names)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(shown(cell))}</td>" for cell in row) + "</tr>" for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def shown(cell: Cell) -> str:
    """Return a cell as text: plain numbers, ``true`` and ``false``, nothing for a gap.

    >>> shown(Decimal("3.76E+6")), shown(True), shown(None)
    ('3760000', 'true', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return plain(cell) if isinstance(cell, Decimal) else str(cell)


def ask(
    store: Store, question: Question, parameters: Mapping[str, str] | None = None, *, evidence: bool = False
) -> Table:
    """Ask a question of the catalogue; each row has exactly the columns of its header.

    Raises:
        UsageError: an unknown parameter.
        DataError: the query does not return what its header promises.
    """
    answer = store.query(question.query(dict(parameters or {}), evidence=evidence))
    if not isinstance(answer, ox.QuerySolutions):
        raise DataError(f"{question.name} is no SELECT query")
    names = [variable.value for variable in answer.variables]
    missing = [column.name for column in question.header.columns if column.name not in names]
    if missing:
        raise DataError(f"{question.name} promises the columns {', '.join(missing)} and does not return them")
    if evidence:
        return _with_evidence(store, question, answer)
    columns = question.header.columns
    rows = (tuple(_cell(solution[column.name], column) for column in columns) for solution in _read(answer, store))
    # 1.5 and 1.50 are two terms for some stores, and one cell here.
    return Table(columns, list(dict.fromkeys(rows)))


def ask_freely(store: Store, sparql: str) -> Table | ox.QueryTriples:
    """Ask any SPARQL query; SELECT and ASK give a table, CONSTRUCT and DESCRIBE give triples."""
    answer = store.query(sparql)
    if isinstance(answer, ox.QueryTriples):
        return answer
    if isinstance(answer, ox.QueryBoolean):
        return Table((Column(name="answer", type="bool"),), [(bool(answer),)])
    columns = tuple(Column(name=variable.value, type="string") for variable in answer.variables)
    return Table(columns, [tuple(_free_cell(term) for term in solution) for solution in _read(answer, store)])


def _read(answer: ox.QuerySolutions, store: Store) -> Iterator[ox.QuerySolution]:
    # A store answers while it is read: what is broken in it comes up here.
    try:
        yield from answer
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(f"{store.where} cannot be read to the end: {error}; build it anew") from None


def _cell(term: Any, column: Column) -> Cell:
    if term is None:
        return None
    value = str(term.value)
    if column.type == "int":
        return int(value)
    if column.type == "decimal":
        return Decimal(value)
    if column.type == "bool":
        # "1" is true by XML Schema; Virtuoso answers so.
        return value in ("true", "1")
    return value


def _free_cell(term: Any) -> Cell:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return compress(term.value)
    if isinstance(term, ox.Literal):
        datatype = term.datatype.value
        if datatype in _INTEGERS:
            return int(term.value)
        if datatype == f"{_XSD}decimal":
            return Decimal(term.value)
        if datatype == f"{_XSD}boolean":
            return term.value == "true"
        return term.value
    return str(term)


def _with_evidence(store: Store, question: Question, answer: ox.QuerySolutions) -> Table:
    columns = question.header.columns
    nodes: dict[Row, set[tuple[str, str]]] = {}
    for solution in _read(answer, store):
        row = tuple(_cell(solution[column.name], column) for column in columns)
        found = nodes.setdefault(row, set())
        for wanted in question.header.evidence:
            term = solution[wanted.node]
            for node in str(term.value).split() if term is not None else ():
                found |= {(node, str(expand(name))) for name in wanted.properties} or {(node, "")}
    spots = _spots(store, {pair for pairs in nodes.values() for pair in pairs})
    names = [column.name for column in columns]
    sources = [row[names.index("source")] if "source" in names else None for row in nodes]
    behind = [_behind(sorted(pairs), spots, source) for pairs, source in zip(nodes.values(), sources, strict=True)]
    return Table(columns, list(nodes), behind)


def _behind(pairs: list[tuple[str, str]], spots: dict[tuple[str, str], list[Spot]], source: Cell) -> list[Spot]:
    # Several sources speak of a study: a row of one of them shows its words, not those of the others.
    own = {node for node, about in pairs if any(spot.source == source for spot in spots.get((node, about), []))}
    return [spot for pair in pairs for spot in spots.get(pair, []) if pair[0] not in own or spot.source == source]


_EVIDENCE_QUERY = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
SELECT ?node ?property ?source ?line ?start ?end ?pointer ?written WHERE {{
  VALUES ?node {{ {nodes} }}
  {{
    GRAPH ?graph {{
      ?evidence cellkg:aboutSubject ?node ; cellkg:aboutProperty ?property ; cellkg:asWritten ?written .
    }}
    OPTIONAL {{ ?evidence cellkg:line ?line }}
    OPTIONAL {{ ?evidence cellkg:charStart ?start }}
    OPTIONAL {{ ?evidence cellkg:charEnd ?end }}
    OPTIONAL {{ ?evidence cellkg:pointer ?pointer }}
  }} UNION {{
    GRAPH ?graph {{ ?node cellkg:pointer ?pointer }}
    BIND (cellkg:pointer AS ?property)
    BIND ("" AS ?written)
  }}
  ?graph cellkg:sourceKey ?source .
}}
ORDER BY ?source ?start ?pointer ?property ?written ?node
"""


def _spots(store: Store, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], list[Spot]]:
    found: dict[tuple[str, str], list[Spot]] = {}
    if not pairs:
        return found
    wanted = " ".join(f"<{node}>" for node in sorted({node for node, _ in pairs}))
    answer = store.query(_EVIDENCE_QUERY.format(nodes=wanted))
    assert isinstance(answer, ox.QuerySolutions)
    for row in _read(answer, store):
        spot = Spot(row["source"].value, _place(row), row["written"].value, compress(row["property"].value))
        for key in ((row["node"].value, row["property"].value), (row["node"].value, "")):
            if key in pairs:
                found.setdefault(key, []).append(spot)
    return found


def _place(row: ox.QuerySolution) -> str:
    if row["line"] is None:
        return row["pointer"].value if row["pointer"] is not None else ""
    return f"line {row['line'].value}, characters {row['start'].value}–{row['end'].value}"
