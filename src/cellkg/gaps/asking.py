"""A map as it is asked for: by which facet, for which conditions, endpoints and values."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from cellkg.answers import Table
from cellkg.errors import NotFoundError
from cellkg.store import Store
from cellkg.terms.conditions import load_linker
from cellkg.terms.links import Match

from .cells import Axes, EvidenceMap, columns, spread
from .reading import Facet, Level, Searched, labels_of, newest_day, read_conditions, read_sources, read_studies, rows
from .states import Study, last_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a map is asked for; nothing named means all that the studies have.

    With conditions, empty cells are shown too, and a condition takes in all that lies under it. Time since primary
    completion is counted to ``as_of``, by default to the day of the record of each study.
    """

    by: Facet = "product"
    level: Level = "endpoint"
    values: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    as_of: date | None = None


def ask_gaps(store: Store, asked: Asked) -> EvidenceMap:
    """Return the evidence map of a graph.

    Counts are studies and, where sources state them, participants of whole studies, all arms: they are not summed
    over cells, since a study can be in several.

    Raises:
        NotFoundError: a value, endpoint or condition that the graph and the vocabularies do not know.
    """
    sources = read_sources(store)
    newest = newest_day(sources)
    studies = read_studies(store, asked.by, asked.level)
    conditions = _enter_conditions(store, asked.conditions, studies)
    within = [each for each in studies.values() if each.conditions]
    axes = Axes(
        values=_chosen(store, asked.values, asked.by, {value for each in within for value in each.values}),
        endpoints=_chosen(store, asked.endpoints, asked.level, {name for each in within for name in each.endpoints}),
        conditions=conditions,
    )
    searched = "; ".join(map(str, sources))
    for study in within:
        own = last_day(study.record_day) if study.record_day else newest
        study.count_to = asked.as_of or own
    found = list(spread(within, axes, searched, empty_cells=bool(asked.conditions)))
    disputed = sorted(each.name for each in within if each.disputed)
    return EvidenceMap(Table(columns(asked.by), found), newest, sources, disputed)


def map_within(
    store: Store, asked: Asked, condition: str, studies: Collection[str], sources: list[Searched]
) -> EvidenceMap:
    """Return the map of studies that are known to have a condition, with its empty cells.

    Of ``asked``, the facet, the level and the day count; ``sources`` are those of the graph. What it costs depends on
    those studies alone.
    """
    newest = newest_day(sources)
    found = list(read_studies(store, asked.by, asked.level, studies).values()) if studies else []
    for study in found:
        study.conditions = {condition}
        study.count_to = asked.as_of or (last_day(study.record_day) if study.record_day else newest)
    axes = Axes(
        values=sorted({value for each in found for value in each.values}),
        endpoints=sorted({name for each in found for name in each.endpoints}),
        conditions=[condition],
    )
    searched = "; ".join(map(str, sources))
    table = Table(columns(asked.by), list(spread(found, axes, searched, empty_cells=True)))
    return EvidenceMap(table, newest, sources, sorted(each.name for each in found if each.disputed))


def _enter_conditions(store: Store, wanted: tuple[str, ...], studies: dict[str, Study]) -> list[str]:
    """Enter into each study the conditions of the map that it has, and return those conditions."""
    of_study = read_conditions(store, studies)
    if not wanted:
        for name, wordings in of_study.items():
            studies[name].conditions = {label for terms in wordings for label in labels_of(terms)}
        return sorted({label for name in of_study for label in studies[name].conditions})
    under = list(rows(store, "conditions-under"))
    labels = []
    for name in dict.fromkeys(wanted):
        label, curies = _find_condition(name, under)
        below = {row["curie"] for row in under if row["under_curie"] in curies}
        for study, wordings in of_study.items():
            if any(term.curie in below for terms in wordings for term in terms):
                studies[study].conditions.add(label)
        labels.append(label)
    return labels


def studies_by_condition(store: Store, wanted: tuple[str, ...]) -> set[str]:
    """Return the cell studies that have one of some conditions, or one that lies under it, by name.

    Raises:
        NotFoundError: a condition that the graph and the vocabularies do not know.
    """
    studies = {row["study"]: Study(row["study"]) for row in rows(store, "study-conditions")}
    _enter_conditions(store, wanted, studies)
    return {name for name, study in studies.items() if study.conditions}


def _find_condition(name: str, under: list[dict[str, str]]) -> tuple[str, set[str]]:
    """The label of a condition and the terms that stand for it, of each ontology the one."""
    known = {row["under_curie"]: row["under"] for row in under}
    if name in known:
        return known[name], {name}
    same = {curie: label for curie, label in known.items() if label.casefold() == name.casefold()}
    same |= {link.object_id: link.object_label for link in load_linker().links(name) if link.match is Match.EXACT}
    if not same:
        raise NotFoundError(f"no condition {name!r}; {_near(name, known.values())}")
    return same[min(same, key=_mondo_first)], set(same)


def _mondo_first(curie: str) -> tuple[bool, str]:
    return not curie.startswith("MONDO:"), curie


def _chosen(store: Store, wanted: tuple[str, ...], axis: Facet | Level, there: set[str]) -> list[str]:
    """The values that were asked for, in words of the vocabulary, or all that are there."""
    if not wanted:
        return sorted(there)
    words = {each.casefold(): each for each in [*(row["word"] for row in rows(store, "map-words", axis=axis)), *there]}
    chosen = []
    for name in dict.fromkeys(wanted):
        if name.casefold() not in words:
            raise NotFoundError(f"no {axis} {name!r}; {_near(name, words.values())}")
        chosen.append(words[name.casefold()])
    return chosen


def _near(name: str, known: Iterable[str]) -> str:
    by_fold = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(name.casefold(), by_fold, n=3)
    return (
        f"did you mean {', '.join(by_fold[each] for each in near)}?" if near else "name one as `cellkg gaps` shows it"
    )
