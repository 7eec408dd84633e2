"""A simple chart of an answer: one bar for each row, drawn on the server so that it needs no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from .cells import PageCell

MOST_BARS = 60
_LABEL_SIGNS = 42


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: its name, its number as the answer has it, and where its bar starts and how long it is, of 100."""

    name: str
    number: str
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars of one column of numbers; ``zero`` is where they start, of 100."""

    column: str
    bars: list[Bar]
    zero: float


def charts(columns: Sequence[str], rows: Sequence[Sequence[PageCell]], names: Sequence[Sequence[str]]) -> list[Chart]:
    """Return a chart for each column of numbers; none without one, or with more rows than can be looked at.

    ``names`` are the texts of the cells as they are shown. A row is named by its other columns.
    """
    if not 2 <= len(rows) <= MOST_BARS:
        return []
    numbers = [[_number(row[place]) for row in rows] for place in range(len(columns))]
    numeric = [place for place, column in enumerate(numbers) if all(each is not None for each in column)]
    labels = [_name([text for place, text in enumerate(row) if place not in numeric]) for row in names]
    if not any(labels):
        return []
    return [_chart(columns[place], labels, [each for each in numbers[place] if each is not None]) for place in numeric]


def _chart(column: str, labels: list[str], numbers: list[Decimal]) -> Chart:
    low, high = min(*numbers, Decimal(0)), max(*numbers, Decimal(0))
    span = high - low or Decimal(1)
    zero = float(-low / span * 100)
    bars = []
    for label, number in zip(labels, numbers, strict=True):
        length = float(abs(number) / span * 100)
        bars.append(Bar(label, f"{number:,f}", zero if number >= 0 else zero - length, length))
    return Chart(column, bars, zero)


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


def _name(texts: list[str]) -> str:
    name = " · ".join(text for text in texts if text)
    return name if len(name) <= _LABEL_SIGNS else f"{name[: _LABEL_SIGNS - 1]}…"
