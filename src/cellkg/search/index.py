"""An index that is open: which studies have which value, as sets of bits, and the lookup of words."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from cellkg.errors import DataError, NotFoundError

from .spelling import near_words
from .writing import INDEX

# Those that give cells come first, then what was updated last.
_IN_ORDER = """
SELECT id, iri, name, title, day FROM study
LEFT JOIN (SELECT DISTINCT study FROM has JOIN term ON term.id = has.term AND facet = 'product') ON study = id
ORDER BY study IS NULL, day DESC, name"""
_WORD = re.compile(r"\w+")
_MOST_WORDS = 20


@dataclass(frozen=True, slots=True)
class Term:
    """A value of a facet: its IRI or text, its key in addresses, its label; ``studies`` is a set of bits."""

    id: int
    facet: str
    iri: str
    key: str
    label: str
    studies: int
    shown: bool
    parents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Study:
    """A study with its number in the index."""

    id: int
    iri: str
    name: str
    title: str
    day: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """What words find: ids by rank, and for words that no text has those that were looked for in their place."""

    ids: list[int]
    corrected: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Index:
    """The index of a build: studies in order, those that give cells first; terms by facet; bit n stands for study n.

    ``day`` is the newest day that a source states, or empty; ``sources`` are rows of the question which were searched.
    """

    file: Path
    studies: list[Study]
    terms: dict[int, Term]
    by_key: dict[tuple[str, str], Term]
    places: dict[int, int]
    direct: set[int]
    facets: dict[str, list[Term]]
    day: str
    sources: list[dict[str, str]]

    def of_facet(self, facet: str) -> list[Term]:
        """Return the values of a facet that a study has, the most frequent first."""
        return self.facets.get(facet, [])

    def stated(self, facet: str) -> int:
        """Return the studies of which some source states something for a facet, as a set of bits."""
        bits = 0
        for term in self.of_facet(facet):
            bits |= term.studies
        return bits

    def is_wider(self, number: int) -> bool:
        """Tell whether a study has a term only because it has a narrower one."""
        return number not in self.direct

    def values_of(self, studies: list[int]) -> dict[int, list[Term]]:
        """Return the values that a list shows of some studies, by the number of the study in the index."""
        found: dict[int, list[Term]] = {number: [] for number in studies}
        marks = ", ".join("?" * len(studies))
        with _opened(self.file) as database:
            rows = database.execute(f"SELECT study, term FROM has WHERE shown AND study IN ({marks})", studies)
            for study, term in rows:
                found[study].append(self.terms[term])
        return found

    def names_of(self, ids: list[int]) -> list[str]:
        """Return the names of studies by their numbers in the index."""
        return [self.studies[self.places[number]].name for number in ids]

    def find_studies(self, text: str) -> Lookup:
        """Return the studies that have all words, or words that begin like them, best first."""
        return self._find("study", text, "10, 5, 1")

    def find_terms(self, text: str) -> Lookup:
        """Return the terms that have all words in their names, best first."""
        return self._find("term", text, "5, 1")

    def _find(self, kind: str, text: str, weights: str) -> Lookup:
        words = [word.lower() for word in _WORD.findall(text)][:_MOST_WORDS]
        if not words:
            return Lookup([], {})
        with _opened(self.file) as database:
            alternatives = {word: _spelt(database, kind, word) for word in words}
            wanted = " AND ".join(
                f"({' OR '.join(_quoted(each) for each in found)})" for found in alternatives.values()
            )
            rows = database.execute(
                f"SELECT bm25({kind}_text, {weights}), rowid FROM {kind}_text WHERE {kind}_text MATCH ?", (wanted,)
            )
            # Of equal rank, the newer study comes first.
            ids = [
                number for _, _, number in sorted((rank, self.places.get(number, 0), number) for rank, number in rows)
            ]
        return Lookup(ids, {word: found for word, found in alternatives.items() if found != [word]})


def open_index(build: Path) -> Index:
    """Return the index in the folder of a build.

    Raises:
        NotFoundError: the build has none, since it is older or a bare store.
    """
    file = build / INDEX
    if not file.is_file():
        raise NotFoundError(f"this build has no search index ({INDEX}); run `cellkg build` once more")
    return _load(file)


def read_sources(build: Path) -> list[dict[str, str]]:
    """Return what the index in the folder of a build says of the sources that were searched, and nothing else of it."""
    with _opened(build / INDEX) as database:
        found: list[dict[str, str]] = json.loads(database.execute("SELECT sources FROM data").fetchone()[0])
    return found


@lru_cache(maxsize=2)
def _load(file: Path) -> Index:
    with _opened(file) as database:
        rows = database.execute(_IN_ORDER)
        studies = [Study(*row) for row in rows]
        places = {study.id: place for place, study in enumerate(studies)}
        parents: dict[int, list[int]] = defaultdict(list)
        for child, parent in database.execute("SELECT term, parent FROM wider"):
            parents[child].append(parent)
        bits, shown = _bits(database, places, parents)
        day, sources = database.execute("SELECT day, sources FROM data").fetchone()
        direct = {row[0] for row in database.execute("SELECT DISTINCT term FROM has")}
        found = database.execute("SELECT id, facet, iri, key, label FROM term")
        terms = {
            number: Term(
                number, facet, iri, key, label, bits.get(number, 0), number in shown, tuple(parents.get(number, ()))
            )
            for number, facet, iri, key, label in found
        }
    by_key = {(term.facet, term.key): term for term in terms.values()}
    facets: dict[str, list[Term]] = defaultdict(list)
    for term in sorted(terms.values(), key=lambda each: (-each.studies.bit_count(), each.label)):
        if term.studies:
            facets[term.facet].append(term)
    return Index(file, studies, terms, by_key, places, direct, dict(facets), day, json.loads(sources))


def _bits(
    database: sqlite3.Connection, places: dict[int, int], parents: dict[int, list[int]]
) -> tuple[dict[int, int], set[int]]:
    """The studies of each term and of all under it; and the terms that a list shows, with all above them."""
    size = len(places) // 8 + 1
    sets: dict[int, bytearray] = defaultdict(lambda: bytearray(size))
    shown: set[int] = set()
    for study, term, is_shown in database.execute("SELECT study, term, shown FROM has"):
        place = places[study]
        sets[term][place >> 3] |= 1 << (place & 7)
        if is_shown:
            shown.add(term)
    bits: dict[int, int] = defaultdict(int)
    for term, of_term in sets.items():
        for each in _upwards(term, parents):
            bits[each] |= int.from_bytes(of_term, "little")
    return bits, {each for term in shown for each in _upwards(term, parents)}


def _upwards(term: int, parents: dict[int, list[int]]) -> set[int]:
    found, new = {term}, [term]
    while new:
        new = [parent for each in new for parent in parents.get(each, ()) if parent not in found]
        found.update(new)
    return found


def _spelt(database: sqlite3.Connection, kind: str, word: str) -> list[str]:
    known = database.execute(
        f"SELECT 1 FROM {kind}_words WHERE term >= ? AND term < ? LIMIT 1", (word, word + "\U0010ffff")
    )
    if known.fetchone():
        return [word]
    # What the index writes without accents it also finds with them.
    found = database.execute(f"SELECT 1 FROM {kind}_text WHERE {kind}_text MATCH ? LIMIT 1", (_quoted(word),))
    return [word] if found.fetchone() else near_words(database, word) or [word]


def _quoted(word: str) -> str:
    return f'"{word}"*'


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro&immutable=1", uri=True)) as database:
            yield database
    except sqlite3.DatabaseError as error:
        raise DataError(f"the search index {file} is broken ({error}); run `cellkg build` once more") from None
