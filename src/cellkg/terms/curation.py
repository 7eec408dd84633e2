"""What curators decided about wordings and terms: curated mappings first, negative ones always."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from cellkg.resources import shipped

from .links import Match
from .spelling import words
from .sssom import NOT, Row, read_rows

Key = tuple[str, ...]


class Curation:
    """The rows of the curated sets by wording and by term."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._by_wording: dict[Key, list[tuple[str, Match]]] = defaultdict(list)
        self._by_term: dict[str, list[tuple[str, Match]]] = defaultdict(list)
        self._not_wording: set[tuple[Key, str, Match]] = set()
        self._not_term: set[tuple[str, str, Match]] = set()
        for row in rows:
            self._enter(row)

    def of_wording(self, wording: Key) -> list[tuple[str, Match]]:
        """Return the curated links of a wording, given as its words."""
        return self._by_wording.get(wording, [])

    def of_term(self, curie: str) -> list[tuple[str, Match]]:
        """Return the curated links of a term."""
        return self._by_term.get(curie, [])

    def forbids(self, subject: str, curie: str, match: Match = Match.EXACT) -> bool:
        """Tell whether a negative row forbids to link one term to another in that way."""
        return (subject, curie, match) in self._not_term

    def forbids_name(self, wording: Key, curie: str, match: Match = Match.EXACT) -> bool:
        """Tell whether a negative row forbids to link a wording to a term in that way."""
        return (wording, curie, match) in self._not_wording

    def _enter(self, row: Row) -> None:
        if not row.object_id or row.predicate not in set(Match):
            return
        target, match = row.object_id, Match(row.predicate)
        if row.subject_id:
            if row.modifier == NOT:
                self._not_term.add((row.subject_id, target, match))
            else:
                self._by_term[row.subject_id].append((target, match))
        elif row.modifier == NOT:
            self._not_wording.add((words(row.subject_label), target, match))
        else:
            self._by_wording[words(row.subject_label)].append((target, match))


def curated_sets() -> list[Path]:
    """Return the files of the curated sets."""
    return sorted((shipped("ontology") / "mappings").glob("*.sssom.tsv"))


@cache
def load_curation() -> Curation:
    """Read the shipped curated sets once."""
    return Curation(row for file in curated_sets() for row in read_rows(file))
