"""What a stored question answers otherwise than on an earlier day, and why: what a living review is run on.

The question is asked twice: of the merge, and of the merge as it was, which holds of each study the version of then.
"""

from __future__ import annotations

import datetime
import itertools
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from cellkg.answers import Cell, Row, Table, ask, shown
from cellkg.catalogue import Column, Question
from cellkg.errors import NotFoundError, UsageError
from cellkg.history import Held, held_of
from cellkg.merging import Merge
from cellkg.places import current_build
from cellkg.store import EmbeddedStore, copied_store
from cellkg.versions import Version, held_versions, latest_until

NEW_STUDY, NOT_HELD = "new study", "earlier versions not held"
_OTHER_FIELDS = "other fields of the record"
_REASONS = (
    ("status", ("status",)),
    ("primary outcomes altered", ("primary outcome",)),
    ("enrolment", ("enrolment", "enrolment kind")),
    ("dates", ("start", "primary completion", "completion")),
)
_NUMBERS = ("int", "decimal")
_NAMED_STUDIES = 5


@dataclass(frozen=True, slots=True)
class Changes:
    """The rows that differ, and each study whose record changed with the reasons."""

    table: Table
    reasons: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Difference:
    kind: str
    row: Row
    before: Row | None = None


def changes(home: Path, question: Question, since: str, parameters: Mapping[str, str] | None = None) -> Changes:
    """Return the rows of a question that appeared, vanished or changed since a day (ISO), each with its reason.

    A study of which no version of that day is held counts as new when the registry posted it later; otherwise it is
    told that earlier versions are not held. Sources without versions are the same on both days.

    Columns before those of the question: ``change``, ``change_reason``, ``change_studies`` (registry ids) and
    ``change_before`` (the cells of a changed row as they were).

    Raises:
        UsageError: ``since`` is no day.
        NotFoundError: nothing was built in ``home``.
    """
    day, build = _day(since), current_build(home)
    if build is None:
        raise NotFoundError(f"no build in {home}; run `cellkg build`")
    with tempfile.TemporaryDirectory(prefix="cellkg-") as folder:
        store = copied_store(build / "store", Path(folder) / "store")
        now = EmbeddedStore(store, str(home))
        later = ask(now, question, parameters)
        swapped = list(_swapped(store, day))
        reasons = {registry_id: _reasons(now, registry_id, *pair, day) for registry_id, pair in swapped}
        _go_back(store, swapped)
        earlier = ask(now, question, parameters)
        del store, now
    return Changes(_table(question, earlier, later, reasons), reasons)


def _day(since: str) -> str:
    try:
        return datetime.date.fromisoformat(since).isoformat()
    except ValueError:
        raise UsageError(f"{since!r} is no day; write it as 2026-01-31") from None


def _swapped(store: ox.Store, day: str) -> Iterator[tuple[str, tuple[Version | None, Version]]]:
    """Yield each study whose latest version is not the one of that day, with both."""
    for study, versions in sorted(held_versions(store).items()):
        before = latest_until(versions, day)
        if before != versions[-1]:
            yield study.rpartition("/")[2], (before, versions[-1])


def _go_back(store: ox.Store, swapped: list[tuple[str, tuple[Version | None, Version]]]) -> None:
    merge = Merge(store)
    for _, (before, latest) in swapped:
        merge.choose([latest, *([before] if before else [])], before, inside=[latest.graph])


def _reasons(store: EmbeddedStore, registry_id: str, before: Version | None, latest: Version, day: str) -> list[str]:
    held = {version.graph: version for version in held_of(store, registry_id)}
    now = held.get(latest.graph, Held(latest.graph, latest.day))
    if before is None:
        posted = now.one("first posted")
        return [NEW_STUDY if posted is not None and posted > day else NOT_HELD]
    then = held.get(before.graph, Held(before.graph, before.day))
    found = [reason for reason, names in _REASONS if any(then.said[name] != now.said[name] for name in names)]
    if now.said["results first posted"] and not then.said["results first posted"]:
        found.insert(0, "results posted")
    return found or [_OTHER_FIELDS]


def _table(question: Question, earlier: Table, later: Table, reasons: dict[str, list[str]]) -> Table:
    columns = question.header.columns
    added = ("change", "change_reason", "change_studies", "change_before")
    rows = []
    for difference in _differences(earlier, later, reasons):
        studies = _studies(difference.row, reasons)
        why = list(dict.fromkeys(itertools.chain.from_iterable(reasons[study] for study in studies)))
        named = " ".join(studies[:_NAMED_STUDIES])
        more = f" and {len(studies) - _NAMED_STUDIES} more" if len(studies) > _NAMED_STUDIES else ""
        before = _before(columns, difference)
        rows.append((difference.kind, "; ".join(why), named + more, before, *difference.row))
    return Table((*(Column(name=name, type="string") for name in added), *columns), rows)


def _studies(row: Row, reasons: dict[str, list[str]]) -> list[str]:
    """Return the changed studies that a row names, or all of them for a row that counts over studies."""
    return [cell for cell in row if isinstance(cell, str) and cell in reasons] or list(reasons)


def _differences(earlier: Table, later: Table, reasons: dict[str, list[str]]) -> Iterator[_Difference]:
    appeared, vanished = _missing(later, earlier), _missing(earlier, later)
    pairs: dict[Row, Row] = {}
    for key, new in _by_key(later, appeared, reasons).items():
        old = _by_key(later, vanished, reasons).get(key, [])
        pairs |= _paired(new, old)
    yield from (
        _Difference("changed", row, pairs[row]) if row in pairs else _Difference("appeared", row) for row in appeared
    )
    yield from (_Difference("vanished", row) for row in vanished if row not in pairs.values())


def _missing(table: Table, other: Table) -> list[Row]:
    there = set(other.rows)
    return [row for row in table.rows if row not in there]


def _by_key(table: Table, rows: list[Row], reasons: dict[str, list[str]]) -> dict[Row, list[Row]]:
    """Return rows by the studies that they name; rows that name none by all cells but their numbers."""
    found: dict[Row, list[Row]] = defaultdict(list)
    for row in rows:
        named: tuple[Cell, ...] = tuple(cell for cell in row if isinstance(cell, str) and cell in reasons)
        words = (cell for cell, column in zip(row, table.columns, strict=True) if column.type not in _NUMBERS)
        found[named or tuple(words)].append(row)
    return found


def _paired(new: list[Row], old: list[Row]) -> dict[Row, Row]:
    """Return the rows that stand for one another: the most alike first, and at least half of their cells are equal."""
    alike = sorted(
        ((-_equal(one, other), i, j) for i, one in enumerate(new) for j, other in enumerate(old)),
    )
    pairs: dict[Row, Row] = {}
    for equal, i, j in alike:
        if -equal * 2 >= len(new[i]) and new[i] not in pairs and old[j] not in pairs.values():
            pairs[new[i]] = old[j]
    return pairs


def _equal(one: Row, other: Row) -> int:
    return sum(left == right for left, right in zip(one, other, strict=True))


def _before(columns: tuple[Column, ...], difference: _Difference) -> str | None:
    if difference.before is None:
        return None
    cells = zip(columns, difference.before, difference.row, strict=True)
    return "; ".join(f"{column.name}: {shown(then) or 'nothing'}" for column, then, now in cells if then != now)
