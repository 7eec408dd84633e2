"""Values over time: one panel for each study, source, outcome and form of number, one line for each arm."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

from . import canvas
from .documents import PERCENT
from .forest import Link, subject_of
from .records import Comparison, Row
from .spans import point_of, span_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS, _TALL, _MARKS = 3, 3.4, "so^Dv*Px"
_LINES = ("-", "--", ":", "-.")
_MONTH = 30


def series_of(comparison: Comparison) -> tuple[dict[tuple[str, ...], list[Row]], int]:
    """Return the values of each series that has two times or more, and how many series have one."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in comparison.rows:
        if row.value.value is not None and row.form != PERCENT and (row.when.days is not None or row.when.is_baseline):
            key = (row.study, row.source, row.outcome.label, subject_of(row), row.form, row.statistic, row.measure)
            found.setdefault(key, []).append(row)
    drawable = {key: rows for key, rows in found.items() if len({row.when.days for row in rows}) > 1}
    return drawable, len(found) - len(drawable)


def draw_slopes(comparison: Comparison, link: Link) -> Figure | None:
    """Draw every series of values with two times or more; ``None`` when there is none."""
    panels, single = series_of(comparison)
    if not panels:
        return None
    lines = math.ceil(len(panels) / _COLUMNS)
    height = lines * _TALL + canvas.HEAD + canvas.FOOT
    drawn = canvas.figure(height)
    for i, rows in enumerate(panels.values()):
        left, top = (i % _COLUMNS) / _COLUMNS, height - canvas.HEAD - (i // _COLUMNS) * _TALL
        box = (left + 0.055, (top - _TALL + 0.55) / height, 1 / _COLUMNS - 0.075, (_TALL - 1.35) / height)
        _draw_panel(drawn.add_axes(box), rows, link)
    said = "values over time, as reported; a line joins the values of one arm and is no estimate"
    said += f"; {single} series with one time are in the table only" if single else ""
    bars = "bars: dispersion as reported, its kind in the table; no bar: no interval reported"
    canvas.finish(drawn, comparison.title, said, (bars, *comparison.footers))
    return drawn


def _draw_panel(axes: Axes, rows: list[Row], link: Link) -> None:
    first = rows[0]
    subject = f", {subject_of(first)}" if subject_of(first) else ""
    title = f"{first.study} ({first.source}) {first.outcome.label}{subject}"
    axes.set_title("\n".join(textwrap.wrap(title, 52, max_lines=2, placeholder=" …")), fontsize=8.5, loc="left", pad=22)
    unit = f", {first.unit}" if first.unit else ""
    axes.set_ylabel(canvas.shortened(f"{first.statistic}{unit}", 36), fontsize=7.5)
    axes.set_xlabel(f"months (of 30 days); {first.form}, {first.direction}", fontsize=7)
    axes.tick_params(labelsize=7.5)
    arms = list(dict.fromkeys(row.arm.name for row in rows))
    apart = max(float(row.when.days or 0) for row in rows) / _MONTH * 0.012
    for i, arm in enumerate(arms):
        _draw_arm(axes, i, [row for row in rows if row.arm.name == arm], (i - (len(arms) - 1) / 2) * apart, link)
    axes.margins(x=0.08, y=0.12)
    axes.legend(
        fontsize=6.5, frameon=False, loc="lower left", bbox_to_anchor=(-0.02, 0.99), ncols=2, borderaxespad=0,
        handletextpad=0.2, columnspacing=0.8,
    )  # fmt: skip


def _draw_arm(axes: Axes, i: int, rows: list[Row], aside: float, link: Link) -> None:
    """Draw the values of an arm, a little aside so that bars of arms do not hide each other."""
    rows = sorted(rows, key=lambda row: row.when.days or 0)
    months = [float(row.when.days or 0) / _MONTH + aside for row in rows]
    values = [point_of(row) for row in rows]
    axes.plot(months, values, linestyle=_LINES[i % len(_LINES)], color=canvas.INK, linewidth=1)
    for month, value, row in zip(months, values, rows, strict=True):
        span = span_of(row)
        if span is not None:
            axes.plot([month, month], [span.low, span.high], color=canvas.GREY, linewidth=0.8)
        fill = canvas.INK if row.arm.kind == "cells" else "white"
        name = canvas.middle(row.arm.name or "arm not stated", 28) if row is rows[0] else None
        point = axes.scatter(
            [month], [value], marker=_MARKS[i % len(_MARKS)], s=24, facecolor=fill, edgecolor=canvas.INK, zorder=3,
            label=name,
        )  # fmt: skip
        point.set_urls([link(row)])
        point.set_gid(row.spot.node)
