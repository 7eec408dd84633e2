"""Cells of exported tables: numbers plain, text harmless in a spreadsheet, inputs as places and nodes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from cellkg.identifiers import compress

from .records import Spot

Value = str | int | float | bool | Decimal | None
#: What a spreadsheet takes for the start of a formula, also in its wide forms.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def shown(value: Value) -> str:
    """Return a value as a cell; a text that a spreadsheet would run gets an apostrophe before it.

    >>> shown(0.1 + 0.2), shown(-1.5), shown(None), shown(True)
    ('0.3', '-1.5', '', 'true')
    >>> shown("=1+1"), shown("-5"), shown("- none")
    ("'=1+1", '-5', "'- none")
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}"
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS) and not _is_number(text) else text


def inputs(spots: Iterable[Spot]) -> str:
    """Return inputs as ``what = words at place (node)``, one after another."""
    return "; ".join(f"{s.what} = {s.as_written} at {s.place or 'no place'} ({compress(s.node)})" for s in spots)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
