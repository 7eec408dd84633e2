"""The day of the data: the newest one that a source states."""

from __future__ import annotations

from cellkg.store import Store

from .asking import page_rows


def data_day(store: Store) -> str:
    """Return the newest day of the sources, or the empty text where none states one."""
    return next((row["newest"] for row in page_rows(store, "data-day") if "newest" in row), "")
