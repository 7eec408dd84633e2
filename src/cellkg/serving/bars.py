"""Which columns of an answer are drawn as bars, and what their rows are called."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from markupsafe import Markup

from cellkg.pages.bars import chart, svg

from .cells import PageCell

MOST_BARS = 60


def charts(
    columns: Sequence[str], rows: Sequence[Sequence[PageCell]], names: Sequence[Sequence[str]]
) -> dict[str, Markup]:
    """Return a chart for each column of numbers; none without one, or with more rows than can be looked at.

    ``names`` are the texts of the cells as they are shown. A row is named by its other columns.
    """
    if not 2 <= len(rows) <= MOST_BARS:
        return {}
    numbers = {place: [_number(row[place]) for row in rows] for place in range(len(columns))}
    numeric = {
        place: [each for each in column if each is not None]
        for place, column in numbers.items()
        if all(each is not None for each in column)
    }
    labels = [" · ".join(text for place, text in enumerate(row) if text and place not in numeric) for row in names]
    if not any(labels):
        return {}
    drawn = {columns[place]: svg(chart(columns[place], labels, column)) for place, column in numeric.items()}
    return {column: Markup(text) for column, text in drawn.items()}


def _number(cell: PageCell) -> Decimal | None:
    """The number of a cell; a text that only looks like one, such as ``NaN``, is none.

    >>> _number(PageCell("12")), _number(PageCell("1e3")), _number(PageCell("NaN")), _number(PageCell(""))
    (Decimal('12'), Decimal('1E+3'), None, None)
    """
    try:
        number = Decimal(cell.text) if not cell.iri and not cell.language else None
    except InvalidOperation:
        return None
    return number if number is None or (number.is_finite() and abs(number.adjusted()) < 40) else None
