"""What every plot shares: a figure that comes out the same each time, with its text kept as text, and its footers."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from cellkg.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure

WIDTH, LINE, HEAD, FOOT = 13.0, 0.27, 0.9, 0.75
"""Inches: width of a figure, height of a line of text, and room above and below."""

_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "cellkg",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
INK, GREY = "#000000", "#666666"
_BACKENDS = {"svg": "matplotlib.backends.backend_svg", "png": "matplotlib.backends.backend_agg"}


@contextmanager
def style() -> Iterator[None]:
    """Draw in black and grey, with text that stays text.

    Raises:
        UsageError: the library of plots is not installed.
    """
    try:
        matplotlib: Any = import_module("matplotlib")
    except ImportError:
        raise UsageError("plots need matplotlib; install cellkg[plots]") from None
    with matplotlib.rc_context(_STYLE):
        yield


def figure(height: float) -> Figure:
    """Return an empty figure of the common width; it belongs to no window."""
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH, height))


def finish(drawn: Figure, title: str, said: str, footers: tuple[str, ...]) -> None:
    """Put the title and what is drawn above, and what every answer carries below."""
    height = drawn.get_figheight()
    drawn.text(0.02, 1 - 0.12 / height, shortened(title, 110), fontsize=12, weight="bold", va="top")
    drawn.text(0.02, 1 - 0.36 / height, shortened(said, 180), fontsize=8.5, color=GREY, va="top")
    lines = [line for footer in footers for line in textwrap.wrap(footer, 190, max_lines=2, placeholder=" …")]
    drawn.text(0.02, 0.06 / height, "\n".join(lines), fontsize=7.5, color=GREY, va="bottom")


def saved(drawn: Figure, form: str) -> bytes:
    """Return a figure as SVG or PNG; the same figure gives the same bytes."""
    import_module(_BACKENDS[form])
    out = io.BytesIO()
    metadata = {"Date": None, "Creator": "cellkg"} if form == "svg" else {"Software": "cellkg"}
    drawn.savefig(out, format=form, dpi=100, metadata=metadata)
    return out.getvalue()


def shortened(text: str, width: int) -> str:
    """Return a text that fits, with an ellipsis where it is cut.

    >>> shortened("a very long name of an arm", 12)
    'a very long…'
    """
    text = " ".join(text.split())
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"


def middle(text: str, width: int) -> str:
    """Return a text that fits, cut in its middle: names of arms often differ at their end.

    >>> middle("mesenchymal cells, higher dose", 20)
    'mesenchyma…gher dose'
    """
    text = " ".join(text.split())
    if len(text) <= width:
        return text
    end = (width - 1) // 2
    return f"{text[: width - 1 - end].rstrip()}…{text[-end:].lstrip()}"


def rounded(value: float) -> str:
    """Return a derived number with three digits, large ones whole.

    >>> rounded(-0.31942), rounded(89999.5), rounded(-18.0)
    ('-0.319', '90,000', '-18')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def bare(axes: Axes) -> None:
    """Leave only the lower axis of a panel that has its labels beside it."""
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    axes.tick_params(axis="x", labelsize=8)


def put(axes: Axes, x: float, y: float, marker: str, fill: str) -> PathCollection:
    """Draw a point where it is, or as an arrow at the edge of the axis that it lies beyond."""
    low, high = axes.get_xlim()
    if not low <= x <= high:
        x, marker = (low, "<") if x < low else (high, ">")
    return axes.scatter([x], [y], marker=marker, s=30, facecolor=fill, edgecolor=INK, zorder=3, clip_on=False)


def span(axes: Axes, y: float, low: float, high: float, line: object = "-") -> None:
    """Draw a spread, with an arrow where the axis cuts it; one beyond the axis is only in the text."""
    left, right = axes.get_xlim()
    start, end = max(low, left), min(high, right)
    if start > end:
        return
    axes.plot([start, end], [y, y], color=INK, linewidth=1.1, linestyle=line, zorder=2)
    for tip, cut, mark in ((start, low < left, "<"), (end, high > right, ">")):
        axes.plot([tip], [y], marker=mark if cut else "|", color=INK, markersize=5, clip_on=False, zorder=2)
