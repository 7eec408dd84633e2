"""Derived numbers as files: every table, or what metafor (R) or RevMan reads, with the characteristics of studies.

Rows are written as they come, so memory holds one trial. Columns of ``metafor-*.csv`` are those of ``escalc``; those of
``revman-*.csv`` are those of the data rows of RevMan's data package.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import IO

from cellkg.errors import NotFoundError
from cellkg.store import Store

from .cells import Value, shown
from .characteristics import characteristics_row
from .derived import Change, Comparison, Derived, Effect, NotComputed, Proportion
from .documents import document_changes
from .kinds import Reference
from .reading import check_study, trials
from .records import Trial
from .tables import Row, change_row, comparison_row, effect_row, not_computed_row, posted_rows, proportion_row

FORMS = ("metafor", "revman", "csv")
FILES = (
    "characteristics-of-studies.csv", "posted-results.csv", "effects.csv", "changes.csv", "proportions.csv",
    "comparisons.csv", "not-computed.csv", "metafor-continuous.csv", "metafor-dichotomous.csv", "metafor-changes.csv",
    "metafor-proportions.csv", "revman-continuous.csv", "revman-dichotomous.csv",
)  # fmt: skip
OPEN = Callable[[str], IO[str]]

_LAST = ("method", "library", "inputs")
_ALWAYS = {NotComputed: ("not-computed.csv", not_computed_row), Comparison: ("comparisons.csv", comparison_row)}


class Writer:
    """The tables of an export: each file is opened with its first row, and its columns are those of that row."""

    def __init__(self, opened: OPEN) -> None:
        self._opened = opened
        self._tables: dict[str, csv.DictWriter[str]] = {}
        self.rows: Counter[str] = Counter()

    def add(self, name: str, row: dict[str, Value]) -> None:
        """Write a row to the file of a name."""
        table = self._tables.get(name)
        if table is None:
            table = csv.DictWriter(self._opened(name), list(row), lineterminator="\n")
            self._tables[name] = table
            table.writeheader()
        table.writerow({column: shown(value) for column, value in row.items()})
        self.rows[name] += 1


def export_effects(store: Store, form: str, opened: OPEN, study: str | None = None) -> Counter[str]:
    """Write the derived numbers of a store, or of one study, and return the number of rows of each file.

    ``opened`` opens a file by its name. A kind of number that nothing gives has no file.

    Raises:
        NotFoundError: the graph does not know the study, or nothing in it was posted or reported with numbers.
        UsageError: the library of statistics is not installed.
    """
    from . import derive_from

    if study is not None:
        check_study(store, study)
    writer, write = Writer(opened), {"csv": _as_tables, "metafor": _for_metafor, "revman": _for_revman}[form]
    for trial in trials(store, study):
        writer.add("characteristics-of-studies.csv", characteristics_row(store, trial))
        if form == "csv":
            _posted(writer, trial)
        _all(writer, write, derive_from(trial))
    _all(writer, write, document_changes(store, study))
    if not writer.rows:
        raise NotFoundError(f"no posted result in {study or store.where}; load records with results first")
    return writer.rows


def _all(writer: Writer, write: Callable[[Derived], Iterator[tuple[str, Row]]], derived: Iterable[Derived]) -> None:
    for each in derived:
        named = _ALWAYS.get(type(each))
        if named is not None:
            writer.add(named[0], named[1](each))  # type: ignore[operator]
        for name, row in write(each):
            writer.add(name, row)


def _posted(writer: Writer, trial: Trial) -> None:
    for measure in trial.measures:
        for row in posted_rows(trial, measure):
            writer.add("posted-results.csv", row)


def _as_tables(derived: Derived) -> Iterator[tuple[str, Row]]:
    if isinstance(derived, Effect):
        yield "effects.csv", effect_row(derived)
    elif isinstance(derived, Change):
        yield "changes.csv", change_row(derived)
    elif isinstance(derived, Proportion):
        yield "proportions.csv", proportion_row(derived)


def _for_metafor(derived: Derived) -> Iterator[tuple[str, Row]]:
    if isinstance(derived, Effect):
        kind, columns = ("continuous", _MEANS) if derived.table is None else ("dichotomous", _COUNTS)
        yield f"metafor-{kind}.csv", _chosen(effect_row(derived), derived.kind, columns)
    elif isinstance(derived, Change):
        yield "metafor-changes.csv", _chosen(change_row(derived), "MN", _CHANGE)
    elif isinstance(derived, Proportion):
        yield "metafor-proportions.csv", _chosen(proportion_row(derived), "PR", _SHARE)


_WHERE = ("study", "version", "measure", "rank", "class", "category", "time_frame", "unit")
_PAIR = ("group", "reference", "reference_known", "randomised")
_MEANS = (*_WHERE, *_PAIR, "scale", "n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i", "yi", "vi", "notes", *_LAST)
_COUNTS = (*_WHERE, *_PAIR, "ai", "bi", "n1i", "ci", "di", "n2i", "yi", "vi", "zero_cell_rule", "notes", *_LAST)
_CHANGE = (*_WHERE, "group", "label", "scale", "mi", "sdi", "ni", "yi", "vi", *_LAST)
_SHARE = (*_WHERE, "group", "xi", "mi", "ni", "yi", "vi", *_LAST)


def _chosen(row: Row, measure: str, columns: tuple[str, ...]) -> Row:
    """Return the columns that metafor reads; ``measure`` is the code of ``escalc``, the outcome goes to ``outcome``."""
    chosen: Row = {"slab": row["study"], "outcome": row["measure"], "effect_measure": measure}
    return chosen | {column: row[column] for column in columns if column not in ("study", "measure")}


def _for_revman(derived: Derived) -> Iterator[tuple[str, Row]]:
    if not isinstance(derived, Effect) or derived.reference_known is Reference.UNKNOWN:
        return
    place, notes = derived.place, "; ".join(derived.notes)
    subgroup = ", ".join(filter(None, (place.class_title, place.category)))
    start: Row = {
        "Study": place.study,
        "Outcome": place.measure,
        "Subgroup": subgroup,
        "Time frame": place.time_frame,
        "Experimental intervention": derived.group.name,
        "Control intervention": derived.reference.name,
    }
    end: Row = {
        "Footnotes": f"{notes}; reference: {derived.reference_known}".lstrip("; "),
        "Inputs": effect_row(derived)["inputs"],
    }
    if derived.kind == "RD" and derived.table is not None:
        table = derived.table
        cells: Row = {
            "Experimental cases": table.events,
            "Experimental N": table.n,
            "Control cases": table.reference_events,
            "Control N": table.reference_n,
        }
        yield "revman-dichotomous.csv", start | cells | end
    elif derived.kind == "MD" and derived.samples is not None:
        one, control = derived.samples
        cells = {
            "Scale": derived.scale,
            "Unit": place.unit,
            "Experimental mean": one.mean,
            "Experimental SD": one.sd,
            "Experimental N": one.n,
            "Control mean": control.mean,
            "Control SD": control.sd,
            "Control N": control.n,
        }
        yield "revman-continuous.csv", start | cells | end
