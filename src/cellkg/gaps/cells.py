"""The map itself: a row for each state of a cell, and a row for each cell without a result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

from cellkg.answers import Row, Table
from cellkg.catalogue import Column

from .reading import DISPUTED, NOT_STATED, Facet, Searched
from .states import MAY_REPORT, UNREAD, State, Study

NONE_HERE = "none in this graph"
NO_TRIAL = "no ongoing trial in this graph"
Cell = tuple[str, str, str]
"""Value, endpoint, condition."""

_KINDS = ("enrolled", "planned", "kind not stated")


@dataclass(frozen=True, slots=True)
class Axes:
    """What a map is spread over: the values of a facet, endpoints and conditions, each in order."""

    values: list[str]
    endpoints: list[str]
    conditions: list[str]


@dataclass(frozen=True, slots=True)
class EvidenceMap:
    """A map with what it was made of: the newest day of its data, and the sources that were searched."""

    table: Table
    newest: date | None
    sources: list[Searched]
    disputed: list[str]
    """Studies whose sources name different products: each counts once, in a value of its own."""

    def searched(self) -> str:
        """Say which sources were searched, up to which day."""
        return "; ".join(map(str, self.sources)) or "no source"


def columns(facet: Facet) -> tuple[Column, ...]:
    """Return the columns of a map by that facet; all numbers are counted from what sources state."""
    texts = (facet, "endpoint", "condition", "state")
    numbers = ("studies", *(f"participants_{kind.replace(' ', '_')}" for kind in _KINDS), "studies_without_number")
    more = ("reading", "trials", "detail", "may_fill", "searched")
    return (
        *(Column(name=name, type="string") for name in texts),
        *(Column(name=name, type="int", derived=True) for name in numbers),
        *(Column(name=name, type="string") for name in more),
    )


def spread(studies: list[Study], axes: Axes, searched: str, *, empty_cells: bool) -> Iterator[Row]:
    """Yield the rows of every cell that a study is in, and of the others too where they are wanted."""
    groups = _Groups(studies)
    for cell in _cells(studies, axes, empty_cells=empty_cells):
        value, endpoint, condition = cell
        within = groups.within.get(cell, [])
        if endpoint != UNREAD and not any(endpoint in each.reported for each in within):
            fill = groups.line(value, condition).fill(groups.planning.get(cell, []))
            yield *cell, *_nothing(groups.claimed.get(cell, []), fill), searched
        by_state: dict[State, list[Study]] = defaultdict(list)
        for each in within:
            by_state[each.state(endpoint)].append(each)
        for state in (state for state in State if state in by_state):
            found = by_state[state]
            yield *cell, state.value, *_counted(found), "", _names(found), _details(state, found), "", ""


class _Groups:
    """The studies of each cell: those in it, those that plan its endpoint, and those whose disputed product it is."""

    def __init__(self, studies: list[Study]) -> None:
        self.within: dict[Cell, list[Study]] = defaultdict(list)
        self.planning: dict[Cell, list[Study]] = defaultdict(list)
        self.claimed: dict[Cell, list[Study]] = defaultdict(list)
        self._of_value: dict[tuple[str, str], list[Study]] = defaultdict(list)
        self._lines: dict[tuple[str, str], _Line] = {}
        for each in studies:
            for value, condition in product(each.values, each.conditions):
                self._of_value[value, condition].append(each)
                for endpoint in each.endpoints:
                    self.within[value, endpoint, condition].append(each)
                for endpoint in each.planned if each.own_state in MAY_REPORT else ():
                    self.planning[value, endpoint, condition].append(each)
            for cell in product(each.claims, each.endpoints, each.conditions):
                self.claimed[cell].append(each)

    def line(self, value: str, condition: str) -> _Line:
        """Return what the empty cells of a value and a condition have in common."""
        key = value, condition
        if key not in self._lines:
            self._lines[key] = _Line(self._of_value.get(key, []))
        return self._lines[key]


class _Line:
    """The trials of a value and a condition that may bring a result, though none says which endpoint."""

    def __init__(self, studies: list[Study]) -> None:
        unread = [each for each in studies if UNREAD in each.planned]
        ongoing = [each for each in unread if each.own_state in MAY_REPORT and not each.has_results]
        posted = [each for each in unread if each.has_results]
        self._said = {"ongoing, endpoints not read": ongoing, "results posted, endpoints not read": posted}

    def fill(self, planning: list[Study]) -> str:
        """Return the trials that may bring a result: those that plan it, and those of which no endpoint is read."""
        said = {"plan it": planning, **self._said}
        return "; ".join(f"{how}: {_names(them)}" for how, them in said.items() if them) or NO_TRIAL


def _cells(studies: list[Study], axes: Axes, *, empty_cells: bool) -> list[Cell]:
    """The cells in order; what is disputed or not stated has only those that a study is in."""
    cells = {cell for each in studies for cell in product(each.values, each.endpoints, each.conditions)}
    axis = [set(names) for names in (axes.values, axes.endpoints, axes.conditions)]
    cells = {cell for cell in cells if all(name in names for name, names in zip(cell, axis, strict=True))}
    if empty_cells:
        known = [value for value in axes.values if value != NOT_STATED and not value.startswith(DISPUTED)]
        cells |= set(product(known, axes.endpoints, axes.conditions))
    return sorted(cells)


def _nothing(claimed: list[Study], fill: str) -> Row:
    """What is said of a cell without a result, and which studies of a disputed product would be in it."""
    detail = f"product disputed: {_names(claimed)}" if claimed else ""
    numbers = [0] * (len(_KINDS) + 2)
    return State.REPORTED.value, *numbers, NONE_HERE, "", detail, fill


def _counted(studies: list[Study]) -> Iterator[int]:
    yield len(studies)
    numbers = [each.number() for each in studies]
    for kind in _KINDS:
        yield sum(each[1] for each in numbers if each and each[0] == kind)
    yield numbers.count(None)


def _names(studies: list[Study]) -> str:
    return " ".join(sorted(each.name for each in studies))


def _details(state: State, studies: list[Study]) -> str:
    said = ((each.name, each.why(state)) for each in sorted(studies, key=lambda each: each.name))
    return "; ".join(f"{name}: {why}" for name, why in said if why)
