"""What was meant by a word that no text has: words that are spelt nearly the same."""

from __future__ import annotations

import sqlite3

from rapidfuzz.distance import OSA

_CANDIDATES = 200
_SHORT = 5
_MOST = 3


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
