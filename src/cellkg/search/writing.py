"""Writes the index of a build: an SQLite file of studies, terms and their words, from what the graph says."""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cellkg.identifiers import compress

from .facets import BY_KEY
from .reading import (
    Asking,
    Names,
    ReadStudy,
    read_day,
    read_names,
    read_sources,
    read_studies,
    read_studies_there,
    read_wider,
)

INDEX = "search.sqlite"

# Words are looked up by FTS5; the trigrams of all words find what was meant by a misspelt one.
_SCHEMA = """
CREATE TABLE study (id INTEGER PRIMARY KEY, iri TEXT UNIQUE NOT NULL, name TEXT NOT NULL, title TEXT, day TEXT);
CREATE TABLE term (
  id INTEGER PRIMARY KEY, facet TEXT NOT NULL, iri TEXT NOT NULL, key TEXT NOT NULL, label TEXT NOT NULL,
  UNIQUE (facet, iri)
);
CREATE TABLE has (study INTEGER NOT NULL, term INTEGER NOT NULL, shown INTEGER NOT NULL, PRIMARY KEY (study, term))
  WITHOUT ROWID;
CREATE TABLE wider (term INTEGER NOT NULL, parent INTEGER NOT NULL, PRIMARY KEY (term, parent)) WITHOUT ROWID;
CREATE TABLE data (day TEXT NOT NULL, sources TEXT NOT NULL);
CREATE VIRTUAL TABLE study_text
  USING fts5(name, title, words, tokenize = 'unicode61 remove_diacritics 2', prefix = '3');
CREATE VIRTUAL TABLE term_text
  USING fts5(label, words, tokenize = 'unicode61 remove_diacritics 2', prefix = '3');
CREATE VIRTUAL TABLE study_words USING fts5vocab(study_text, row);
CREATE VIRTUAL TABLE term_words USING fts5vocab(term_text, row);
CREATE VIRTUAL TABLE spelling USING fts5(word, tokenize = 'trigram');
"""


def write_index(store: Asking, folder: Path) -> Path:
    """Write ``search.sqlite`` into the folder of a build and return that file."""
    file = folder / INDEX
    file.unlink(missing_ok=True)
    with _written(file) as database:
        database.executescript(_SCHEMA)
        _write(database, store, read_studies(store))
    return file


def refresh_index(store: Asking, before: Path, folder: Path, changed: Collection[str]) -> Path:
    """Write the index of an updated build: that of the build before, with changed studies read anew from the graph.

    Where the build before has none, all studies are read.
    """
    if not (before / INDEX).is_file():
        return write_index(store, folder)
    file = Path(shutil.copyfile(before / INDEX, folder / INDEX))
    with _written(file) as database:
        held = dict(database.execute("SELECT iri, id FROM study"))
        there = read_studies_there(store)
        new = (set(changed) | (there - held.keys())) & there
        out = [(held[iri],) for iri in held if iri in changed or iri not in there]
        for table, column in (("study", "id"), ("has", "study"), ("study_text", "rowid")):
            database.executemany(f"DELETE FROM {table} WHERE {column} = ?", out)
        _write(database, store, read_studies(store, new))
    return file


@contextmanager
def _written(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(file)) as database:
            yield database
    except sqlite3.OperationalError as error:
        # SQLite tells of a full disk in words of its own.
        raise OSError(errno.ENOSPC if "full" in str(error) else errno.EIO, f"{error}: {file}") from error


def _write(database: sqlite3.Connection, store: Asking, studies: Iterable[ReadStudy]) -> None:
    studies = list(studies)
    wider = read_wider(store)
    used = {key for study in studies for key in study.values}
    names = read_names(store, {iri for iri in _with_wider({iri for _, iri in used}, wider) if "://" in iri})
    terms = _Terms(database, names, wider)
    for study in studies:
        _write_study(database, study, terms, names)
    _write_spelling(database)
    database.execute("DELETE FROM data")
    database.execute("INSERT INTO data VALUES (?, ?)", (read_day(store), json.dumps(read_sources(store))))
    database.execute("INSERT INTO study_text(study_text) VALUES ('optimize')")
    database.commit()
    database.execute("PRAGMA optimize")


class _Terms:
    """The terms of the index, each written when it is first asked for, with all that lies above it."""

    def __init__(self, database: sqlite3.Connection, names: dict[str, Names], wider: dict[str, set[str]]) -> None:
        self._database, self._names, self._wider = database, names, wider
        self._ids: dict[tuple[str, str], int] = {
            (facet, iri): number for number, facet, iri in database.execute("SELECT id, facet, iri FROM term")
        }

    def id_of(self, facet: str, iri: str) -> int:
        if (facet, iri) in self._ids:
            return self._ids[facet, iri]
        names = self._names.get(iri, Names(iri, (iri,)))
        key = compress(iri).removeprefix("cellkg:")
        added = self._database.execute(
            "INSERT INTO term (facet, iri, key, label) VALUES (?, ?, ?, ?)", (facet, iri, key, names.label)
        )
        number = self._ids[facet, iri] = int(added.lastrowid or 0)
        words = " ".join([key, *names.others])
        self._database.execute(
            "INSERT INTO term_text (rowid, label, words) VALUES (?, ?, ?)", (number, names.label, words)
        )
        if BY_KEY[facet].by_hierarchy:
            parents = [self.id_of(facet, parent) for parent in sorted(self._wider.get(iri, ()))]
            self._database.executemany(
                "INSERT OR IGNORE INTO wider VALUES (?, ?)", [(number, each) for each in parents]
            )
        return number


def _write_study(database: sqlite3.Connection, study: ReadStudy, terms: _Terms, names: dict[str, Names]) -> None:
    added = database.execute(
        "INSERT INTO study (iri, name, title, day) VALUES (?, ?, ?, ?)",
        (study.iri, study.name, study.title, study.day),
    )
    number = int(added.lastrowid or 0)
    labels = [
        names[iri].label for facet, iri in study.values if iri in names and facet in ("condition", "product", "sponsor")
    ]
    words = "\n".join(dict.fromkeys([*study.words, *labels]))
    database.execute(
        "INSERT INTO study_text (rowid, name, title, words) VALUES (?, ?, ?, ?)",
        (number, study.name, study.title, words),
    )
    rows = [(number, terms.id_of(facet, iri), shown) for (facet, iri), shown in study.values.items()]
    database.executemany("INSERT INTO has VALUES (?, ?, ?)", rows)


def _write_spelling(database: sqlite3.Connection) -> None:
    database.execute("DELETE FROM spelling")
    database.execute("""
        INSERT INTO spelling (word) SELECT term FROM (SELECT term FROM study_words UNION SELECT term FROM term_words)
        WHERE LENGTH(term) BETWEEN 4 AND 40 AND term GLOB '[^0-9]*'""")


def _with_wider(terms: set[str], wider: dict[str, set[str]]) -> set[str]:
    found, new = set(terms), set(terms)
    while new:
        new = {parent for term in new for parent in wider.get(term, ())} - found
        found |= new
    return found
