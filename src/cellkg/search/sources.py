"""The sources of a graph in the index: a row for each, from which come the newest day and what was searched."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from .reading import Asking, rows

_COLUMNS = ("one", "source", "kind", "day", "processed", "fetched")
_SEARCHED = """
SELECT source, kind, CAST(COUNT(DISTINCT iri) AS TEXT) AS documents, MAX(day) AS newest, MIN(processed) AS first_copied,
       MAX(processed) AS copied, MAX(fetched) AS retrieved
FROM source WHERE source IS NOT NULL AND kind IS NOT NULL
GROUP BY source, kind ORDER BY source, kind, documents, newest"""
_NEWEST = "SELECT MAX(MAX(COALESCE(day, ''), COALESCE(processed, ''), COALESCE(fetched, ''))) FROM source"


def write_sources(database: sqlite3.Connection, store: Asking, only: Collection[str] | None = None) -> None:
    """Write the sources, all or those of these IRIs, and what is told of all of them together."""
    if only is None:
        database.execute("DELETE FROM source")
    else:
        database.executemany("DELETE FROM source WHERE iri = ?", [(iri,) for iri in only])
    values = "" if only is None else f"VALUES ?one {{ {' '.join(f'<{iri}>' for iri in sorted(only))} }}"
    found = (tuple(row.get(name) for name in _COLUMNS) for row in rows(store, "sources", {"sources": values}))
    database.executemany("INSERT INTO source VALUES (?, ?, ?, ?, ?, ?)", found)
    database.execute("DELETE FROM data")
    database.execute("INSERT INTO data VALUES (?, ?)", (_newest(database), json.dumps(_searched(database))))


def _newest(database: sqlite3.Connection) -> str:
    return str(database.execute(_NEWEST).fetchone()[0] or "")


def _searched(database: sqlite3.Connection) -> list[dict[str, str]]:
    """The rows of ``queries/gaps/sources-searched.rq``, each with what is bound in it."""
    answer = database.execute(_SEARCHED)
    names = [column[0] for column in answer.description]
    return [{name: cell for name, cell in zip(names, row, strict=True) if cell} for row in answer]
