"""A comparison as tables: a row for each value, effects between arms, posted analyses, and what is not computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from cellkg.answers import Cell, Table
from cellkg.catalogue import Column, ColumnType
from cellkg.effects import Change, NotComputed, Proportion
from cellkg.effects import Comparison as Analysis
from cellkg.effects.cells import inputs
from cellkg.effects.records import Number, Spot
from cellkg.effects.statistics import Estimate
from cellkg.effects.tables import comparison_row, effect_row, not_computed_row
from cellkg.identifiers import compress

from .records import NO_INTERVAL, NOT_STATED, Comparison, Row

_SHORT = (
    "study", "source", "products", "arm", "time", "outcome", "form", "value", "n", "direction", "reads", "said",
    "posted_analyses", "risks", "reporting_gaps", "place",
)  # fmt: skip
_TYPES: dict[str, ColumnType] = {
    "n": "int",
    "products_disputed": "bool",
    "other_range": "bool",
    **dict.fromkeys(("days", "derived", "derived_lower", "derived_upper"), "decimal"),
}


def rows_table(comparison: Comparison, *, short: bool = False) -> Table:
    """Return a row for each value of an arm at a time; ``short`` has what fits a terminal.

    Every row carries the day of the data, what it is not, and the view of disputed products.
    """
    records = [short_record(row) if short else _record(row) | _footers(comparison) for row in comparison.rows]
    names = list(records[0]) if records else list(_SHORT)
    return Table(tuple(map(_column, names)), [tuple(record[name] for name in names) for record in records])


def effects_table(comparison: Comparison) -> Table:
    """Return the effects between concurrent arms, each with method, inputs and what is known of its reference."""
    return _of_records(comparison, [effect_row(effect) for effect in comparison.effects])


def analyses_table(comparison: Comparison) -> Table:
    """Return the posted analyses exactly as posted; a p value without a named contrast says so."""
    return _of_records(comparison, [comparison_row(each) for each in comparison.analyses])


def not_computed_table(comparison: Comparison) -> Table:
    """Return the numbers that are not computed, and why not."""
    return _of_records(comparison, [not_computed_row(each) for each in comparison.not_computed])


def value_text(row: Row) -> str:
    """Return a value in the words of its source, with its dispersion and what that is, and its unit."""
    if row.value.written is None and row.value.value is None:
        return row.value.state or "no number"
    parts = [_written(row.value), spread_text(row)]
    return " ".join(filter(None, parts))


def spread_text(row: Row) -> str:
    """Return the dispersion of a value as its source has it, or an empty text."""
    kind = row.dispersion or "dispersion of a kind not stated"
    if row.lower or row.upper:
        return f"({kind}: {_written(row.lower)} to {_written(row.upper)})"
    return f"({kind}: {_written(row.spread)})" if row.spread else ""


def posted_text(analysis: Analysis) -> str:
    """Return a posted analysis in one line: its p value as posted, its method, and what is known of its contrast."""
    posted = analysis.analysis
    named = " against ".join(group.name for group in posted.groups) if len(posted.groups) == 2 else ""
    method = f", {posted.method}" if posted.method else ""
    return f"p {posted.p.written or NOT_STATED}{method}: {named or analysis.contrast}"


def short_record(row: Row) -> dict[str, Cell]:
    """Return the cells of a row that fit a page: the value with its dispersion, the product with its state."""
    full = _record(row)
    full["value"] = value_text(row)
    full["products"] = f"{full['products']} (disputed)" if row.disputed else full["products"]
    return {name: full[name] for name in _SHORT}


def _record(row: Row) -> dict[str, Cell]:
    return {
        "study": row.study,
        "source": row.source,
        "record": row.record,
        "version": row.version,
        "products": row.arm.given,
        "products_disputed": row.disputed,
        "arm": row.arm.name or NOT_STATED,
        "arm_kind": row.arm.kind,
        "routes": "; ".join(row.arm.routes) or NOT_STATED,
        "donors": "; ".join(row.arm.donors) or NOT_STATED,
        "comparators": "; ".join(row.arm.comparators) or None,
        "outcome": row.outcome.label,
        "reading": row.reading,
        "measure": row.measure,
        "rank": row.rank,
        "class": row.row or None,
        "time": str(row.when),
        "days": None if row.when.days is None else row.when.days,
        "time_kind": row.when.kind,
        "time_from": row.when.anchor or NOT_STATED,
        "time_written": row.when.written or None,
        "form": row.form,
        "statistic": row.statistic,
        "value": _written(row.value) or row.value.state,
        "dispersion": row.dispersion or "no dispersion reported",
        "spread": _written(row.spread) or None,
        "lower": _written(row.lower) or None,
        "upper": _written(row.upper) or None,
        "unit": row.unit,
        "n": row.n,
        "n_unit": row.n_unit,
        "population": row.population,
        "scale_range": row.range_text,
        "other_range": row.has_other_range,
        "direction": str(row.direction),
        "direction_from": _direction_from(row),
        "said": row.said or None,
        "posted_analyses": " | ".join(map(posted_text, row.analyses)) or None,
        **_derived(row),
        "reads": str(row.reads),
        "risks": "; ".join(row.risks) or None,
        "reporting_gaps": "; ".join(row.gaps) or None,
        "node": compress(row.spot.node),
        "place": row.spot.place or None,
        "as_written": row.spot.as_written or None,
        "inputs": inputs(row.spots),
        "analysis_places": " | ".join(_place(each.analysis.spot) for each in row.analyses) or None,
    }


def _derived(row: Row) -> dict[str, Cell]:
    names = ("derived_number", "derived", "derived_lower", "derived_upper", "derived_method", "derived_note", "why_not")
    if row.derived is None or isinstance(row.derived, NotComputed):
        why = row.derived.why if isinstance(row.derived, NotComputed) else None
        return dict.fromkeys(names[:-1], None) | {"why_not": None if why is None else str(why)}
    estimate: Estimate = row.derived.estimate
    if isinstance(row.derived, Proportion):
        kind, notes, no_interval = "proportion of participants", "", None
    else:
        kind, notes, no_interval = "change", "; ".join(row.derived.notes), _no_interval(row.derived)
    cells = (
        kind, _decimal(estimate.value), _decimal(estimate.lower), _decimal(estimate.upper), estimate.method,
        notes or None, no_interval,
    )  # fmt: skip
    return dict(zip(names, cells, strict=True))


def _no_interval(change: Change) -> str | None:
    return None if change.interval_why_not is None else f"{NO_INTERVAL}: {change.interval_why_not}"


def _direction_from(row: Row) -> str | None:
    if row.direction == row.outcome.direction:
        return row.outcome.text or "ontology"
    return row.record if row.direction in ("higher is better", "higher is worse") else None


def _footers(comparison: Comparison) -> dict[str, Cell]:
    return {"note": comparison.footers[0], "product_view": comparison.view}


def _of_records(comparison: Comparison, records: Sequence[Mapping[str, object]]) -> Table:
    rows = [{name: _cell(value) for name, value in record.items()} | _footers(comparison) for record in records]
    names = list(rows[0]) if rows else ["study"]
    return Table(tuple(map(_column, names)), [tuple(row[name] for name in names) for row in rows])


def _column(name: str) -> Column:
    kind = _TYPES.get(name, "string")
    return Column(name=name, type=kind, derived=name.startswith("derived") or name == "reads")


def _cell(value: object) -> Cell:
    if isinstance(value, float):
        return _decimal(value)
    return value if value is None or isinstance(value, bool | int | Decimal) else str(value)


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.10g}")


def _written(number: Number) -> str:
    return number.written if number.written is not None else ("" if number.value is None else str(number.value))


def _place(spot: Spot) -> str:
    return f"{spot.place} ({compress(spot.node)})"
