"""The evidence map of one condition, as the page shows it and as a search counts it."""

from __future__ import annotations

from cellkg.answers import Cell
from cellkg.errors import NotFoundError, UsageError
from cellkg.gaps import Asked, map_within
from cellkg.gaps.reading import Facet, Level, searched_of
from cellkg.identifiers import THINGS
from cellkg.search import Index
from cellkg.store import Store

from .parts import NOTE, Link
from .term_records import MapCell, MapView

MOST_STUDIES = 500


def map_view(store: Store, index: Index, condition: str, by: Facet = "product", level: Level = "endpoint") -> MapView:
    """Return the map of a condition, which takes in all under it.

    Raises:
        NotFoundError: no study of this graph has the condition.
        UsageError: too many studies have it for one map.
    """
    term = index.by_key.get(("condition", condition))
    if term is None or not term.studies:
        raise NotFoundError(f"no condition {condition[:100]!r} in this graph; search for it")
    if term.studies.bit_count() > MOST_STUDIES:
        raise UsageError(f"{term.studies.bit_count()} studies have {term.label}; choose a narrower condition")
    studies = [study.iri for place, study in enumerate(index.studies) if term.studies >> place & 1]
    found = map_within(store, Asked(by=by, level=level), term.label, studies, searched_of(index.sources))
    links = _links(index, studies)
    most_words = max((name.count(" ") + 1 for name in links), default=1)
    cells: dict[tuple[str, str], MapCell] = {}
    for row in found.table.records():
        _add(cells, row, by, _named(str(row["trials"] or ""), links, most_words))
    values = tuple(dict.fromkeys(value for value, _ in cells))
    names = {name for _, name in cells}
    endpoints = tuple(sorted(names, key=lambda name: (-_weight(cells, name), name)))
    return MapView(
        by=by,
        level=level,
        condition=term.label,
        condition_key=condition,
        data_date=str(found.newest or ""),
        searched=found.searched(),
        note=NOTE,
        studies=len({link.key for cell in cells.values() for link in cell.studies}),
        values=values,
        endpoints=endpoints,
        cells=tuple(cells.values()),
        disputed=tuple(links[name] for name in found.disputed),
        keys=_keys(index, by, values) | (_keys(index, "endpoint", endpoints) if level == "endpoint" else {}),
    )


def _add(cells: dict[tuple[str, str], MapCell], row: dict[str, Cell], by: str, studies: list[Link]) -> None:
    value, endpoint = str(row[by]), str(row["endpoint"])
    known = cells.get((value, endpoint), MapCell(value=value, endpoint=endpoint))
    number = int(row["studies"]) if isinstance(row["studies"], int) else 0
    states = {**known.states, str(row["state"]): number} if number else known.states
    cells[value, endpoint] = MapCell(
        value=value,
        endpoint=endpoint,
        states=states,
        studies=(*known.studies, *studies),
        reading=str(row["reading"] or "") or known.reading,
        detail="; ".join(each for each in (known.detail, str(row["detail"] or "")) if each),
        may_fill=known.may_fill or str(row["may_fill"] or ""),
    )


def _links(index: Index, studies: list[str]) -> dict[str, Link]:
    wanted = set(studies)
    within = (study for study in index.studies if study.iri in wanted)
    return {
        study.name: Link(kind="study", key=study.iri.removeprefix(THINGS), label=study.name, iri=study.iri)
        for study in within
    }


def _named(names: str, links: dict[str, Link], most_words: int) -> list[Link]:
    """The studies whose names stand one after the other; a name may have spaces."""
    words, found = names.split(" "), []
    while words:
        # Of the names that stand here the longest; most have one word.
        ends = (end for end in range(min(len(words), most_words), 0, -1) if " ".join(words[:end]) in links)
        end = next(ends, 0)
        found += [links[" ".join(words[:end])]] if end else []
        words = words[end or 1 :]
    return found


def _weight(cells: dict[tuple[str, str], MapCell], endpoint: str) -> int:
    return sum(sum(cell.states.values()) for (_, name), cell in cells.items() if name == endpoint)


def _keys(index: Index, facet: str, labels: tuple[str, ...]) -> dict[str, str]:
    known = {term.label: term.key for term in index.of_facet(facet)}
    return {label: known[label] for label in labels if label in known}
