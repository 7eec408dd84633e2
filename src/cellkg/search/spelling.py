"""What was meant by a word that no text has: words that are spelt nearly the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from rapidfuzz.distance import OSA

from .tables import TOKENS

_CANDIDATES = 200
_SHORT = 5
_MOST = 3
_IS_LISTED = "LENGTH(term) BETWEEN 4 AND 40 AND term GLOB '[^0-9]*'"


def near_words(database: sqlite3.Connection, word: str) -> list[str]:
    """Return the words of the index that are one slip away, or two for a long word; the nearest first.

    A slip is a letter too many, too few, another one, or two that changed places.
    """
    allowed = 1 if len(word) <= _SHORT else 2
    parts = sorted({word[start : start + 3] for start in range(len(word) - 2)})
    if not parts:
        return []
    wanted = " OR ".join(f'"{part}"' for part in (part.replace('"', '""') for part in parts))
    rows = database.execute(
        "SELECT word FROM spelling WHERE spelling MATCH ? AND LENGTH(word) BETWEEN ? AND ? ORDER BY rank LIMIT ?",
        (wanted, len(word) - allowed, len(word) + allowed, _CANDIDATES),
    )
    distances = {row[0]: OSA.distance(word, row[0], score_cutoff=allowed) for row in rows}
    near = sorted((distance, found) for found, distance in distances.items() if distance <= allowed)
    return [found for distance, found in near if distance == near[0][0]][:_MOST]


def write_spelling(database: sqlite3.Connection) -> None:
    """Write the list of all words of the index."""
    database.execute(f"""
        INSERT INTO word (word) SELECT term FROM (SELECT term FROM study_words UNION SELECT term FROM term_words)
        WHERE {_IS_LISTED}""")
    database.execute("INSERT INTO spelling (spelling) VALUES ('rebuild')")


class Changing:
    """The words of texts that go out of an index and come into it, for a list of words that changes with them."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute(f"CREATE VIRTUAL TABLE temp.moved USING fts5(text, {TOKENS})")
        database.execute("CREATE VIRTUAL TABLE temp.moved_words USING fts5vocab(temp, moved, row)")

    def note(self, texts: Iterable[str]) -> None:
        """Note texts that the index has no more, or has now."""
        self._database.executemany("INSERT INTO temp.moved (text) VALUES (?)", [(text,) for text in texts])

    def refresh(self) -> None:
        """List the words that a text has now, and no others."""
        for word in list(self._moved()):
            held = self._database.execute("SELECT id FROM word WHERE word = ?", (word,)).fetchone()
            if held is None and self._is_used(word):
                added = self._database.execute("INSERT INTO word (word) VALUES (?)", (word,))
                self._database.execute("INSERT INTO spelling (rowid, word) VALUES (?, ?)", (added.lastrowid, word))
            elif held is not None and not self._is_used(word):
                gone = ("delete", held[0], word)
                self._database.execute("INSERT INTO spelling (spelling, rowid, word) VALUES (?, ?, ?)", gone)
                self._database.execute("DELETE FROM word WHERE id = ?", held)

    def _moved(self) -> Iterator[str]:
        return (row[0] for row in self._database.execute(f"SELECT term FROM temp.moved_words WHERE {_IS_LISTED}"))

    def _is_used(self, word: str) -> bool:
        tables = ("study_words", "term_words")
        return any(
            self._database.execute(f"SELECT 1 FROM {table} WHERE term = ?", (word,)).fetchone() for table in tables
        )
