"""A row for each arm, a trial with its control together, each form of number and unit on an axis of its own."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from cellkg.effects import Proportion
from cellkg.effects.scales import without_time

from . import canvas
from .documents import PERCENT
from .records import NO_INTERVAL, NOT_STATED, Comparison, Direction, Row
from .spans import LINES, Limits, limits, point_of, span_of
from .tables import value_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Link = Callable[[Row], str]
_MARKERS = {"cells": ("s", canvas.INK), "control": ("o", "white")}
_OTHER = ("D", "#bbbbbb")
_LEFT, _RIGHT = 0.44, 0.72
_BETWEEN = 0.75
_STROKES = {
    "confidence interval": "solid",
    "quartiles": "dashes",
    "range": "dots",
    "standard deviation": "dash and dot",
    "exact interval, derived": "solid",
}


class _Line(NamedTuple):
    """A line of a panel: the name of a study, or an arm with its number."""

    label: str
    row: Row
    is_head: bool


def draw_forest(comparison: Comparison, link: Link) -> Figure | None:
    """Draw each arm at its latest time, or at every time where one was asked for; ``None`` when no row has a number."""
    panels = panels_of(comparison)
    if not panels:
        return None
    inner = sum(len(lines) * canvas.LINE + _BETWEEN for _, lines in panels)
    height = inner + canvas.HEAD + canvas.FOOT
    drawn, top = canvas.figure(height), height - canvas.HEAD
    for name, lines in panels:
        tall = len(lines) * canvas.LINE
        axes = drawn.add_axes((_LEFT, (top - tall) / height, _RIGHT - _LEFT, tall / height))
        _draw_panel(axes, name, lines, link)
        top -= tall + _BETWEEN
    when = "values asked for by time" if comparison.asked.at else "each arm at its latest time; all times in the table"
    key = "■ gets cells   ○ control   ◆ not stated which"
    canvas.finish(
        drawn, comparison.title, when, (f"{key}   {_styles(panels)}", *_in_words(comparison), *comparison.footers)
    )
    return drawn


def panels_of(comparison: Comparison) -> list[tuple[str, list[_Line]]]:
    """Return the lines of each panel with its title."""
    shown = [row for row in comparison.rows if _is_drawn(row) and not row.when.is_baseline]
    kept = shown if comparison.asked.at else _latest(shown)
    by_panel: dict[str, list[Row]] = {}
    for row in kept:
        by_panel.setdefault(_panel(row), []).append(row)
    return [(name, list(_lines(rows))) for name, rows in sorted(by_panel.items())]


def _is_drawn(row: Row) -> bool:
    """Tell whether a value has a place on an axis: a percentage whose way is told in words has none."""
    return row.value.value is not None and row.form != PERCENT


def _in_words(comparison: Comparison) -> list[str]:
    told = [
        f"{row.study} {row.value.written} % {row.said or NOT_STATED}" for row in comparison.rows if row.form == PERCENT
    ]
    return [f"in words, not drawn: {'; '.join(told)}"] if told else []


def _panel(row: Row) -> str:
    if isinstance(row.derived, Proportion):
        return f"{row.outcome.label}: share of participants, derived from the counts ({row.direction})"
    unit = f", {row.unit}" if row.unit and row.unit.casefold() not in row.form else ""
    scale = f", scale {row.range_text}" if row.scale_range else ""
    return f"{row.outcome.label}: {row.form}{unit}{scale} ({row.direction})"


def _latest(rows: list[Row]) -> list[Row]:
    """Return of each arm, measure and form the latest value; those without a time all stay."""
    last: dict[tuple[str, ...], Row] = {}
    kept = []
    for row in rows:
        key = (row.study, row.source, row.arm.name, row.outcome.curie, row.form, row.statistic, subject_of(row))
        if row.when.days is None:
            kept.append(row)
        elif key not in last or (last[key].when.days or 0) < row.when.days:
            last[key] = row
    return [row for row in rows if row in kept or row in last.values()]


def subject_of(row: Row) -> str:
    """Return what a value is of besides its time, by the words of its class and category."""
    once = without_time(row.row)
    if once is None:
        return "" if row.row == row.when.written else row.row
    # A span such as "Baseline to 6 months" names two times.
    twice = without_time(once)
    return once if twice is None else twice


def _lines(rows: list[Row]) -> list[_Line]:
    found = []
    for (study, source), of_study in groupby(rows, key=lambda row: (row.study, row.source)):
        mine = list(of_study)
        disputed = ", product disputed" if mine[0].disputed else ""
        found.append(_Line(f"{study} ({source}{disputed})", mine[0], is_head=True))
        found += [_Line(_label(row), row, is_head=False) for row in mine]
    return found


def _label(row: Row) -> str:
    subject = f" [{canvas.middle(row.row, 38)}]" if subject_of(row) else ""
    arm = canvas.middle(row.arm.name or "arm not stated", 74 - len(subject))
    return f"{arm}{subject}, {canvas.shortened(str(row.when), 18)}"


def _draw_panel(axes: Axes, name: str, lines: list[_Line], link: Link) -> None:
    rows = [line.row for line in lines if not line.is_head]
    spans = [span for row in rows if (span := span_of(row))]
    shown = limits([point_of(row) for row in rows], [(span.low, span.high) for span in spans])
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.set_xlim(shown.low, shown.high)
    if shown.is_log:
        axes.set_xscale("log")
    canvas.bare(axes)
    axes.set_title(canvas.shortened(name, 110), loc="left", fontsize=9.5, weight="bold", x=-1.5)
    if shown.low < 0 < shown.high:
        axes.axvline(0, color=canvas.GREY, linewidth=0.6)
    axes.set_xlabel(_axis(rows[0], shown), fontsize=8)
    for y, line in enumerate(lines):
        _draw_line(axes, y, line, link)


def _axis(row: Row, shown: Limits) -> str:
    way = {Direction.BETTER: "higher is better →", Direction.WORSE: "← lower is better"}.get(row.direction, "")
    return "   ".join(filter(None, (way, "axis of logarithms" if shown.is_log else "")))


def _draw_line(axes: Axes, y: int, line: _Line, link: Link) -> None:
    row, beside = line.row, axes.get_yaxis_transform()
    if line.is_head:
        axes.text(-1.5, y, line.label, transform=beside, va="center", weight="bold", fontsize=8.5, url=row.page or None)
        return
    axes.text(-1.47, y, line.label, transform=beside, va="center", fontsize=8, url=link(row))
    if span := span_of(row):
        canvas.span(axes, y, span.low, span.high, LINES[span.kind])
    marker, fill = _MARKERS.get(row.arm.kind, _OTHER)
    point = canvas.put(axes, point_of(row), y, marker, fill)
    point.set_urls([link(row)])
    point.set_gid(row.spot.node)
    axes.text(
        1.03, y, canvas.shortened(_number_text(row), 62), transform=beside, va="center", fontsize=7.5, url=link(row)
    )


def _number_text(row: Row) -> str:
    """Say a number in the words of its source, with n; of a share both counts and the exact interval, derived."""
    if isinstance(row.derived, Proportion):
        share = row.derived.estimate
        limits_text = f"exact, derived: {share.lower:.3g} to {share.upper:.3g}"
        return f"{row.value.written} of {row.n}: {share.value:.3g} ({limits_text})"
    n = f"n={row.n}" if row.n is not None else "no n"
    kind = "" if row.statistic == NOT_STATED else f"{row.statistic} "
    return f"{kind}{value_text(row)} {n}{'' if span_of(row) else f', {NO_INTERVAL}'}"


def _styles(panels: list[tuple[str, list[_Line]]]) -> str:
    rows = [line.row for _, lines in panels for line in lines if not line.is_head]
    kinds = dict.fromkeys(span.kind for row in rows if (span := span_of(row)))
    said = [f"{_STROKES.get(kind, 'short dashes')}: {kind}" for kind in kinds]
    return "   ".join((*said, "arrow: cut by the axis, whole in the text")) if said else ""
