"""A release of an ontology, OBO or OBO Graphs JSON, read as a stream into an index on disk.

No more of a release is in memory than one frame or node: the largest, such as NCIt, hold some 200,000 terms.
"""

from __future__ import annotations

import gzip
import io
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from cellkg.errors import InputError

from .entries import Edge, Entry, opened
from .terms import Term

_TABLES = """
CREATE TABLE term (curie TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID;
CREATE TABLE parent (child TEXT, parent TEXT, whole INTEGER, PRIMARY KEY (child, parent, whole)) WITHOUT ROWID;
CREATE INDEX below ON parent (parent);
"""
_LOCAL = re.compile(r"\w+")
_VERSION = re.compile(r"v?(\d{4}-\d{2}-\d{2}|\d+(?:\.\d+)+\w*)")


class Release:
    """The terms of one prefix in a release; ``parts`` says whether wholes count as parents."""

    def __init__(self, file: Path, version: str, index: sqlite3.Connection, *, parts: bool) -> None:
        self.file, self.version, self._index, self._parts = file, version, index, parts

    def get(self, curie: str) -> Term | None:
        """Return a term, or ``None`` where the release has none of that CURIE."""
        row = self._index.execute("SELECT body FROM term WHERE curie = ?", (curie,)).fetchone()
        if row is None:
            return None
        edges = self._index.execute("SELECT parent, whole FROM parent WHERE child = ? ORDER BY parent", (curie,))
        parents = [(parent, whole) for parent, whole in edges if self._parts or not whole]
        return msgspec.structs.replace(
            msgspec.json.decode(row[0], type=Term),
            kinds=tuple(parent for parent, whole in parents if not whole),
            parents=tuple(dict.fromkeys(parent for parent, _ in parents)),
        )

    def children(self, curie: str) -> Iterable[str]:
        """Return the CURIEs that have a term as direct parent."""
        rows = self._index.execute("SELECT child, whole FROM parent WHERE parent = ?", (curie,))
        return [child for child, whole in rows if self._parts or not whole]

    def __len__(self) -> int:
        """Return the number of terms."""
        return int(self._index.execute("SELECT COUNT(*) FROM term").fetchone()[0])


@contextmanager
def open_release(file: Path, prefix: str, *, parts: bool = False) -> Iterator[Release]:
    """Read a release, plain or gzip, and hold its terms of one prefix while the context lasts.

    Raises:
        InputError: the file is neither OBO nor OBO Graphs JSON, is not whole, or has no term of the prefix.
    """
    from . import obo, obographs

    with TemporaryDirectory(prefix="cellkg-") as folder:
        index = sqlite3.connect(Path(folder) / "release.db")
        try:
            index.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
            reader = obographs if _begins(file) == b"{" else obo
            with _told(file):
                version = reader.version(file)
                _fill(index, _of_prefix(reader.entries(file), f"{prefix}:"))
            release = Release(file, _short(version), index, parts=parts)
            if not len(release):
                raise InputError(file, "", f"no term of {prefix} in it", "give a release of that ontology")
            yield release
        finally:
            index.close()


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(file, "", f"its gzip is not whole: {error}", "fetch it again") from None
    except UnicodeDecodeError as error:
        raise InputError(file, "", f"it is no UTF-8: {error}", "fetch it again") from None


def _begins(file: Path) -> bytes:
    with _told(file), opened(file) as stream:
        start = stream.read(io.DEFAULT_BUFFER_SIZE).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"<":
        what = "a web page" if b"<html" in start[:500].lower() else "XML"
        raise InputError(file, "1", f"{what}, not an ontology", "give its release as OBO or OBO Graphs JSON")
    if not start:
        raise InputError(file, "", "an empty file", "fetch it again")
    return start[:1]


def _of_prefix(entries: Iterable[Entry], prefix: str) -> Iterator[Entry]:
    def fits(curie: str) -> bool:
        return curie.startswith(prefix) and bool(_LOCAL.fullmatch(curie, len(prefix)))

    for entry in entries:
        if fits(entry.child) and fits(entry.parent) if isinstance(entry, Edge) else fits(entry[0]):
            yield entry


def _fill(index: sqlite3.Connection, entries: Iterator[Entry]) -> None:
    with index:
        for entry in entries:
            if isinstance(entry, Edge):
                row = (entry.child, entry.parent, int(entry.whole))
                index.execute("INSERT OR IGNORE INTO parent VALUES (?, ?, ?)", row)
            else:
                index.execute("INSERT OR REPLACE INTO term VALUES (?, ?)", (entry[0], msgspec.json.encode(entry[1])))


def _short(version: str) -> str:
    """Return the date or number of a version.

    >>> _short("http://purl.obolibrary.org/obo/cl/releases/2025-01-08/cl.owl"), _short("efo/v3.73.0"), _short("")
    ('2025-01-08', '3.73.0', 'not stated')
    """
    found = _VERSION.search(version)
    return found[1] if found else version or "not stated"
