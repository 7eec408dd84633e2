"""Bars: one for each row, drawn as SVG, so that a chart needs no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jinja2 import Environment, PackageLoader, StrictUndefined

_LABEL_SIGNS = 42


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: its name, its number as it is shown, and where its bar starts and how long it is, of 100."""

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


def chart(column: str, names: Sequence[str], numbers: Sequence[Decimal]) -> Chart:
    """Return the bars of some numbers, at least one; nothing is added up."""
    low, high = min(*numbers, Decimal(0)), max(*numbers, Decimal(0))
    span = high - low or Decimal(1)
    zero = float(-low / span * 100)
    bars = []
    for name, number in zip(names, numbers, strict=True):
        length = float(abs(number) / span * 100)
        bars.append(Bar(_short(name), f"{number:,f}", zero if number >= 0 else zero - length, length))
    return Chart(column, bars, zero)


def svg(drawn: Chart) -> str:
    """Return a chart as an SVG element, texts escaped; it takes the colour of the text around it."""
    environment = Environment(loader=PackageLoader("cellkg.pages"), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("bars.svg.j2").render(chart=drawn)


def _short(name: str) -> str:
    return name if len(name) <= _LABEL_SIGNS else f"{name[: _LABEL_SIGNS - 1]}…"
