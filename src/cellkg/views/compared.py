"""A comparison of what is reported of an endpoint, each number with its node, its source and its spot."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from cellkg.answers import Cell, Table
from cellkg.comparing import Asked, Comparison, Row, compare
from cellkg.comparing.tables import effects_table, not_computed_table, posted_text, rows_table, value_text
from cellkg.effects.tree import select
from cellkg.gaps.reading import searched_of
from cellkg.identifiers import THINGS, compress
from cellkg.search import Index
from cellkg.store import Store

from .asking import term_iri
from .comparison_records import ComparedRow, ComparedView
from .parts import NOTE
from .spots import spot_at

_SOURCES = """SELECT ?node (MAX(STR(?graph)) AS ?source) WHERE {{
  VALUES ?node {{ {nodes} }}
  GRAPH ?graph {{ ?node a ?class }}
  FILTER (STRSTARTS(STR(?graph), "https://w3id.org/cellkg/source/"))
}} GROUP BY ?node"""
_DIGITS = 4


PART = 12
"""How many studies a page lines up; a plot of more is hard to read."""


def comparison_of(store: Store, index: Index, key: str, part: int = 0) -> Comparison:
    """Return the comparison of an endpoint by its key or one of its names; ``part``, from 1, has ``PART`` studies.

    Raises:
        NotFoundError: no outcome has that key or name.
    """
    is_known = ("endpoint", key) in index.by_key
    asked = Asked(instrument=compress(term_iri(key)) if is_known else key)
    some = slice((part - 1) * PART, part * PART) if part else slice(None)
    return compare(store, asked, part=some, searched=searched_of(index.sources))


def compared_view(store: Store, comparison: Comparison) -> ComparedView:
    """Return a comparison with the spot of each number."""
    sources = _sources(store, {row.spot.node for row in comparison.rows})
    return ComparedView(
        title=comparison.title,
        data_date=str(comparison.data_day or ""),
        note=NOTE,
        product_view=comparison.view,
        of_studies=comparison.of_studies,
        remarks=comparison.remarks,
        rows=tuple(
            _row(row, record, sources)
            for row, record in zip(comparison.rows, rows_table(comparison).records(), strict=True)
        ),
        effects=_records(effects_table(comparison)) if comparison.effects else (),
        not_computed=_records(not_computed_table(comparison)) if comparison.not_computed else (),
    )


def _sources(store: Store, nodes: Iterable[str]) -> dict[str, str]:
    listed = " ".join(f"<{node}>" for node in sorted(nodes))
    return {row["node"]: row["source"] for row in select(store, _SOURCES.format(nodes=listed))} if listed else {}


def _row(row: Row, record: dict[str, Cell], sources: dict[str, str]) -> ComparedRow:
    node = row.spot.node
    return ComparedRow(
        study=row.study,
        study_key=node.removeprefix(THINGS).partition("/")[0],
        source=row.source,
        record=row.page or row.record,
        products=row.arm.given,
        disputed=row.disputed,
        arm=row.arm.name,
        arm_kind=row.arm.kind,
        outcome=row.outcome.label,
        measure=row.measure,
        rank=row.rank or "",
        row=row.row,
        time=str(row.when),
        form=row.form,
        value=value_text(row),
        unit=row.unit or "",
        n=row.n,
        n_unit=row.n_unit or "",
        scale_range=row.range_text,
        direction=str(row.direction),
        reads=str(row.reads),
        said=row.said,
        analyses=tuple(map(posted_text, row.analyses)),
        derived=_derived(record),
        why_not=str(record["why_not"] or ""),
        risks=row.risks,
        gaps=row.gaps,
        iri=node,
        spot=spot_at(sources.get(node, ""), row.spot.place, row.spot.as_written),
    )


def _derived(record: dict[str, Cell]) -> str:
    """Say a derived number with its interval, its method and what it is not; empty where nothing is derived."""
    if record["derived"] is None:
        return ""
    value, low, high = (_short(record[name]) for name in ("derived", "derived_lower", "derived_upper"))
    limits = f" ({low} to {high})" if low and high else ""
    told = (f"{record['derived_number']} {value}{limits}", record["derived_note"], record["derived_method"])
    return "; ".join(str(each) for each in told if each)


def _short(cell: Cell) -> str:
    return f"{Decimal(str(cell)):.{_DIGITS}g}" if cell is not None else ""


def _records(table: Table) -> tuple[dict[str, str | int | float | bool | None], ...]:
    return tuple(
        {name: float(cell) if isinstance(cell, Decimal) else cell for name, cell in row.items()}
        for row in table.records()
    )
