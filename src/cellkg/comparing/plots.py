"""Plots of a comparison as SVG or PNG, readable in black and white; each number leads to its node and its record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cellkg.errors import NotFoundError, UsageError

from . import canvas
from .effect_forest import draw_effects, effects_of
from .forest import Link, draw_forest, panels_of
from .records import Comparison, PlotKind, Row
from .slope import draw_slopes, series_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DRAW = {"forest": draw_forest, "slope": draw_slopes, "effects": draw_effects}


def kinds_of(comparison: Comparison) -> list[PlotKind]:
    """Return the plots for which a comparison has numbers."""
    there: dict[PlotKind, bool] = {
        "forest": bool(panels_of(comparison)),
        "slope": bool(series_of(comparison)[0]),
        "effects": bool(effects_of(comparison)[0]),
    }
    return [kind for kind, is_there in there.items() if is_there]


def node_of(row: Row) -> str:
    """Return the IRI of the node of a value: what its mark in a plot leads to."""
    return row.spot.node


def plot_svg(comparison: Comparison, kind: PlotKind = "forest", link: Link = node_of) -> str:
    """Return a plot as SVG: text stays text, marks have the node as id and ``link`` of their row as address.

    Raises:
        UsageError: matplotlib is not installed.
        NotFoundError: the comparison has no number of the kind that is drawn.
    """
    return _drawn(comparison, kind, link, "svg").decode("utf-8")


def plot_png(comparison: Comparison, kind: PlotKind = "forest") -> bytes:
    """Return a plot as PNG; see ``plot_svg``."""
    return _drawn(comparison, kind, node_of, "png")


def write_plot(comparison: Comparison, path: Path, kind: PlotKind = "forest") -> None:
    """Write a plot to an ``.svg`` or ``.png`` file, beside and then swapped in.

    Raises:
        UsageError: the name of the file ends otherwise.
    """
    form = path.suffix.lower().removeprefix(".")
    if form not in ("svg", "png"):
        raise UsageError(f"a plot is written as .svg or .png, found {path.name!r}")
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(_drawn(comparison, kind, node_of, form))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _drawn(comparison: Comparison, kind: PlotKind, link: Link, form: str) -> bytes:
    with canvas.style():
        drawn: Figure | None = _DRAW[kind](comparison, link)
        if drawn is None:
            raise NotFoundError(f"nothing to draw as {kind} for {comparison.title}; `--show not-computed` says why not")
        return canvas.saved(drawn, form)
