"""Summaries of a build: the rows that questions of the map have about each study and term, and the titles of studies.

They stand in an SQLite file beside the store. Queries make them from the graph; who reads them gets what the plain
question would answer.
"""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import msgspec

from cellkg.errors import DataError

SUMMARIES = "summaries.sqlite"

Record = dict[str, str]
"""A row of an answer: each cell as text by its column, a gap as the empty text."""

_SCHEMA = """
CREATE TABLE answer (
  question TEXT NOT NULL, about TEXT NOT NULL, columns TEXT NOT NULL, rows BLOB NOT NULL, UNIQUE (question, about)
);
CREATE TABLE title (study TEXT NOT NULL, folded TEXT NOT NULL, registered INTEGER NOT NULL);
CREATE INDEX title_study ON title (study);
CREATE INDEX title_folded ON title (folded);
CREATE INDEX title_untied ON title (study) WHERE NOT registered;
"""
_DECODER = msgspec.msgpack.Decoder(list[list[str]])


class Summaries:
    """The summaries of a build, open for reading or, until its folder is whole, for writing."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def put(self, question: str, about: str, records: Collection[Record]) -> None:
        """Put the rows of a question about a node in the place of those that it had; no rows leave nothing."""
        self._database.execute("DELETE FROM answer WHERE question = ? AND about = ?", (question, about))
        if records:
            columns = list(next(iter(records)))
            rows = msgspec.msgpack.encode([list(record.values()) for record in records])
            self._database.execute("INSERT INTO answer VALUES (?, ?, ?, ?)", (question, about, " ".join(columns), rows))

    def rows(self, question: str, about: Collection[str] | None = None) -> Iterator[Record]:
        """Yield the rows of a question about all nodes, or about some by their IRIs."""
        query, values = "SELECT columns, rows FROM answer WHERE question = ?", [question]
        if about is not None:
            query += " AND about IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(sorted(about)))
        for columns, rows in self._database.execute(query, values):
            names = columns.split(" ")
            for row in _DECODER.decode(rows):
                yield dict(zip(names, row, strict=True))

    def put_titles(self, study: str, titles: Iterable[str], *, registered: bool) -> None:
        """Put the folded titles of a study in the place of those that it had."""
        self._database.execute("DELETE FROM title WHERE study = ?", (study,))
        rows = [(study, title, registered) for title in sorted(set(titles))]
        self._database.executemany("INSERT INTO title VALUES (?, ?, ?)", rows)

    def registered_as(self, title: str) -> set[str]:
        """Return the registered studies that have a folded title."""
        found = self._database.execute("SELECT study FROM title WHERE folded = ? AND registered", (title,))
        return {study for (study,) in found}

    def untied(self) -> Iterator[tuple[str, str]]:
        """Yield each study without registry id with each of its folded titles."""
        yield from self._database.execute("SELECT study, folded FROM title WHERE NOT registered")


@contextmanager
def new_summaries(folder: Path, before: Path | None = None) -> Iterator[Summaries]:
    """Open the summaries of a build that is made, empty or with those of the build before; written when the block ends.

    Raises:
        OSError: they cannot be written, for example because the disk is full.
    """
    file = folder / SUMMARIES
    file.unlink(missing_ok=True)
    if before is not None:
        shutil.copyfile(before / SUMMARIES, file)
    try:
        with closing(sqlite3.connect(file)) as database:
            # A file that is not whole is thrown away with its folder: nothing has to be rolled back.
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("PRAGMA synchronous = NORMAL")
            if before is None:
                database.executescript(_SCHEMA)
            yield Summaries(database)
            database.commit()
    except sqlite3.OperationalError as error:
        # SQLite tells of a full disk in words of its own.
        raise OSError(errno.ENOSPC if "full" in str(error) else errno.EIO, f"{error}: {file}") from error


@contextmanager
def open_summaries(build: Path) -> Iterator[Summaries]:
    """Open the summaries in the folder of a build for reading.

    Raises:
        DataError: the file is broken.
    """
    file = build / SUMMARIES
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro&immutable=1", uri=True)) as database:
            yield Summaries(database)
    except (sqlite3.DatabaseError, msgspec.DecodeError) as error:
        raise DataError(f"the summaries {file} are broken ({error}); run `cellkg build` once more") from None


def has_summaries(build: Path | None) -> bool:
    """Tell whether a build has summaries: an older one and a bare store have none."""
    return build is not None and (build / SUMMARIES).is_file()
