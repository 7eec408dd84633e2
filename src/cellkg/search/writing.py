"""Writes the index of a build: an SQLite file of studies, terms and their words, from what the graph says."""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

from cellkg.identifiers import compress
from cellkg.touched import Touched

from .facets import BY_KEY
from .reading import Asking, Names, ReadStudy, read_names, read_studies, read_studies_there, read_wider
from .sources import write_sources
from .spelling import Changing, write_spelling
from .tables import SCHEMA

INDEX = "search.sqlite"
_AT_ONCE = 200
_NAMED = ("condition", "product", "sponsor")
_WITH_TERMS = """
SELECT DISTINCT study.iri FROM term JOIN has ON has.term = term.id JOIN study ON study.id = has.study
WHERE term.iri IN (SELECT value FROM json_each(?))"""
_KNOWN = "SELECT facet, iri FROM term WHERE iri IN (SELECT value FROM json_each(?))"
_NAMED_AFTER = """
SELECT DISTINCT study.iri FROM term JOIN has ON has.term = term.id JOIN study ON study.id = has.study
WHERE term.id IN (SELECT value FROM json_each(?)) AND facet IN ('condition', 'product', 'sponsor')"""


def write_index(store: Asking, folder: Path) -> Path:
    """Write ``search.sqlite`` into the folder of a build and return that file."""
    file = folder / INDEX
    file.unlink(missing_ok=True)
    with _written(file) as database:
        database.executescript(SCHEMA)
        _write_studies(database, store, read_studies_there(store), _Terms(database))
        write_sources(database, store)
        write_spelling(database)
        database.execute("INSERT INTO study_text(study_text) VALUES ('optimize')")
        database.commit()
        database.execute("PRAGMA optimize")
    return file


def refresh_index(store: Asking, before: Path, folder: Path, touched: Touched) -> Path:
    """Write the index of an updated build: that of the build before, with what was touched read anew from the graph.

    It costs what was touched, and a copy of the file. Where the build before has none, everything is read.
    """
    if not (before / INDEX).is_file():
        return write_index(store, folder)
    file = Path(shutil.copyfile(before / INDEX, folder / INDEX))
    with _written(file) as database:
        spelling = Changing(database)
        studies = set(touched.studies)
        terms = _Terms(database, spelling)
        terms.refresh(store, set().union(touched.terms, *(_take_out(database, iri, spelling) for iri in studies)))
        _write_studies(database, store, studies, terms, spelling)
        # The words of a study have the labels of some of its terms.
        others = _named_after(database, terms.relabelled) - studies
        for iri in others:
            _take_out(database, iri, spelling)
        _write_studies(database, store, others, terms, spelling)
        write_sources(database, store, touched.sources)
        spelling.refresh()
        database.commit()
    return file


def studies_with(build: Path, terms: Collection[str]) -> set[str]:
    """Return the studies that have one of some terms, as the index of a build says; none where it has no index."""
    if not terms or not (build / INDEX).is_file():
        return set()
    with closing(sqlite3.connect(f"{(build / INDEX).absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        return {iri for (iri,) in database.execute(_WITH_TERMS, (json.dumps(sorted(terms)),))}


@contextmanager
def _written(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(file)) as database:
            # A file that is not whole is thrown away with its folder: nothing has to be rolled back.
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("PRAGMA synchronous = NORMAL")
            yield database
    except sqlite3.OperationalError as error:
        # SQLite tells of a full disk in words of its own.
        raise OSError(errno.ENOSPC if "full" in str(error) else errno.EIO, f"{error}: {file}") from error


def _write_studies(
    database: sqlite3.Connection,
    store: Asking,
    iris: Iterable[str],
    terms: _Terms,
    spelling: Changing | None = None,
) -> None:
    studies = read_studies(store, sorted(iris))
    while some := list(islice(studies, _AT_ONCE)):
        terms.read(store, {key for study in some for key in study.values})
        for study in some:
            _write_study(database, study, terms, spelling)


def _take_out(database: sqlite3.Connection, iri: str, spelling: Changing) -> set[str]:
    """Take a study out of the index and return the terms that it had."""
    held = database.execute("SELECT id FROM study WHERE iri = ?", (iri,)).fetchone()
    if held is None:
        return set()
    spelling.note(database.execute("SELECT name, title, words FROM study_text WHERE rowid = ?", held).fetchone())
    terms = database.execute("SELECT iri FROM has JOIN term ON term.id = has.term WHERE study = ?", held).fetchall()
    for table, column in (("study", "id"), ("has", "study"), ("study_text", "rowid")):
        database.execute(f"DELETE FROM {table} WHERE {column} = ?", held)
    return {term for (term,) in terms if "://" in term}


def _named_after(database: sqlite3.Connection, terms: Collection[int]) -> set[str]:
    return {iri for (iri,) in database.execute(_NAMED_AFTER, (json.dumps(sorted(terms)),))}


class _Terms:
    """The terms of the index, each written or refreshed when it is first asked for, with all that lies above it."""

    def __init__(self, database: sqlite3.Connection, spelling: Changing | None = None) -> None:
        self._database, self._spelling = database, spelling
        self.relabelled: set[int] = set()
        self._ids: dict[tuple[str, str], int] = {}
        self._wider: dict[str, set[str]] = {}
        self.names: dict[str, Names] = {}

    def read(self, store: Asking, keys: Iterable[tuple[str, str]]) -> None:
        """Read the names of terms, and what lies above them, from the graph."""
        new = {(facet, iri) for facet, iri in keys if "://" in iri and iri not in self.names}
        self._wider |= read_wider(store, {iri for facet, iri in new if BY_KEY[facet].by_hierarchy})
        iris = {iri for _, iri in new} | {above for iri in self._wider for above in self._wider[iri]}
        self.names |= read_names(store, iris - self.names.keys())

    def refresh(self, store: Asking, iris: Collection[str]) -> None:
        """Enter what is new about terms that the index has."""
        found = self._database.execute(_KNOWN, (json.dumps(sorted(iris)),)).fetchall()
        self.read(store, found)
        for facet, iri in found:
            self.id_of(facet, iri)

    def id_of(self, facet: str, iri: str) -> int:
        """Return the number of a term."""
        if (facet, iri) not in self._ids:
            number = self._ids[facet, iri] = self._write(facet, iri)
            if BY_KEY[facet].by_hierarchy:
                parents = [(number, self.id_of(facet, above)) for above in sorted(self._wider.get(iri, ()))]
                self._database.executemany("INSERT OR IGNORE INTO wider VALUES (?, ?)", parents)
        return self._ids[facet, iri]

    def _write(self, facet: str, iri: str) -> int:
        names = self.names.get(iri, Names(iri, (iri,)))
        key = compress(iri).removeprefix("cellkg:")
        row = (facet, iri, key, names.label)
        texts = (names.label, " ".join([key, *names.others]))
        held = self._database.execute("SELECT id, label FROM term WHERE facet = ? AND iri = ?", row[:2]).fetchone()
        if held is None:
            added = self._database.execute("INSERT INTO term (facet, iri, key, label) VALUES (?, ?, ?, ?)", row)
            number = int(added.lastrowid or 0)
        else:
            number = int(held[0])
            before = self._database.execute("SELECT label, words FROM term_text WHERE rowid = ?", (number,)).fetchone()
            if before == texts:
                return number
            if self._spelling:
                self._spelling.note(before)
            if held[1] != names.label:
                self.relabelled.add(number)
            self._database.execute("UPDATE term SET label = ? WHERE id = ?", (names.label, number))
            self._database.execute("DELETE FROM term_text WHERE rowid = ?", (number,))
        self._database.execute("INSERT INTO term_text (rowid, label, words) VALUES (?, ?, ?)", (number, *texts))
        if self._spelling:
            self._spelling.note(texts)
        return number


def _write_study(database: sqlite3.Connection, study: ReadStudy, terms: _Terms, spelling: Changing | None) -> None:
    added = database.execute(
        "INSERT INTO study (iri, name, title, day) VALUES (?, ?, ?, ?)",
        (study.iri, study.name, study.title, study.day),
    )
    number = int(added.lastrowid or 0)
    labels = [terms.names[iri].label for facet, iri in study.values if iri in terms.names and facet in _NAMED]
    texts = (study.name, study.title, "\n".join(dict.fromkeys([*study.words, *labels])))
    database.execute("INSERT INTO study_text (rowid, name, title, words) VALUES (?, ?, ?, ?)", (number, *texts))
    if spelling:
        spelling.note(texts)
    rows = [(number, terms.id_of(facet, iri), shown) for (facet, iri), shown in study.values.items()]
    database.executemany("INSERT INTO has VALUES (?, ?, ?)", rows)
