"""Effects between concurrent arms: differences of means on a plain axis, ratios of risks on one of logarithms.

A control is part of the effect of its own trial. An effect whose reference is not known is not drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellkg.effects import Effect, Reference

from . import canvas
from .forest import Link
from .records import NOT_STATED, Comparison, Direction, Row
from .spans import limits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NAMES = {"MD": "difference of means", "RR": "risk ratio"}
_LEFT, _RIGHT, _BETWEEN = 0.50, 0.76, 0.75
_NONE = {"MD": 0.0, "RR": 1.0}
Drawn = tuple[Effect, Row]


def effects_of(comparison: Comparison) -> tuple[dict[str, list[Drawn]], int]:
    """Return the effects that can be drawn, by the title of their panel, and how many have no known reference."""
    rows = {row.spot.node: row for row in comparison.rows}
    panels: dict[str, list[Drawn]] = {}
    unknown = 0
    for effect in comparison.effects:
        row = next((rows[spot.node] for spot in effect.inputs if spot.node in rows), None)
        if row is None or effect.kind not in _NAMES:
            continue
        if effect.reference_known is Reference.UNKNOWN:
            unknown += 1
            continue
        scale = f", {effect.scale}" if effect.scale else ""
        name = f"{row.outcome.label}: {_NAMES[effect.kind]}{scale} ({row.direction})"
        panels.setdefault(name, []).append((effect, row))
    return panels, unknown


def draw_effects(comparison: Comparison, link: Link) -> Figure | None:
    """Draw differences of means and risk ratios; ``None`` when there is none with a known reference."""
    panels, unknown = effects_of(comparison)
    if not panels:
        return None
    height = sum(len(each) * canvas.LINE + _BETWEEN for each in panels.values()) + canvas.HEAD + canvas.FOOT
    drawn, top = canvas.figure(height), height - canvas.HEAD
    for name, effects in sorted(panels.items()):
        tall = len(effects) * canvas.LINE
        axes = drawn.add_axes((_LEFT, (top - tall) / height, _RIGHT - _LEFT, tall / height))
        _draw_panel(axes, name, effects, link)
        top -= tall + _BETWEEN
    left = f"{unknown} effects whose reference is not known are listed in the table and not drawn" if unknown else ""
    said = "effects between concurrent arms of one trial, derived from posted values; nothing is pooled"
    canvas.finish(drawn, comparison.title, said, (*filter(None, (left,)), *comparison.footers))
    return drawn


def _draw_panel(axes: Axes, name: str, effects: list[Drawn], link: Link) -> None:
    kind = effects[0][0].kind
    values = [effect.estimate.value for effect, _ in effects]
    spans = [
        (effect.estimate.lower, effect.estimate.upper)
        for effect, _ in effects
        if effect.estimate.lower is not None and effect.estimate.upper is not None
    ]
    if kind == "RR":
        axes.set_xscale("log")
        ends = [end for span in spans for end in span if end > 0] + [value for value in values if value > 0]
        axes.set_xlim(min(*ends, 1) / 1.2, max(*ends, 1) * 1.2)
    else:
        shown = limits([*values, 0.0], spans)
        axes.set_xlim(shown.low, shown.high)
    axes.set_ylim(len(effects) - 0.5, -0.5)
    canvas.bare(axes)
    axes.axvline(_NONE[kind], color=canvas.GREY, linewidth=0.8)
    axes.set_title(canvas.shortened(name, 110), loc="left", fontsize=9.5, weight="bold", x=-1.85)
    axes.set_xlabel(_axis(kind, effects[0][1]), fontsize=8)
    for y, (effect, row) in enumerate(effects):
        _draw_effect(axes, y, effect, row, link)


def _axis(kind: str, row: Row) -> str:
    if kind == "RR":
        return "axis of logarithms"
    way = {Direction.BETTER: "better for the first group →", Direction.WORSE: "← better for the first group"}
    return way.get(row.direction, "direction not stated")


def _draw_effect(axes: Axes, y: int, effect: Effect, row: Row, link: Link) -> None:
    beside, estimate = axes.get_yaxis_transform(), effect.estimate
    where = canvas.shortened(row.row if row.row and row.row != row.when.written else str(row.when), 24)
    groups = f"{canvas.middle(effect.group.name, 30)} against {canvas.middle(effect.reference.name, 26)}"
    label = f"{effect.place.study}: {groups}, {where}"
    axes.text(-1.85, y, label, transform=beside, va="center", fontsize=8, url=link(row))
    if estimate.lower is not None and estimate.upper is not None:
        canvas.span(axes, y, estimate.lower, estimate.upper)
        spread = f"[{canvas.rounded(estimate.lower)}; {canvas.rounded(estimate.upper)}]"
    else:
        spread = f"no interval: {effect.interval_why_not or NOT_STATED}"
    point = canvas.put(axes, estimate.value, y, "s", canvas.INK)
    point.set_urls([link(row)])
    point.set_gid(row.spot.node)
    random = "" if effect.randomised else ", not randomised"
    text = canvas.shortened(f"{canvas.rounded(estimate.value)} {spread}{random}", 58)
    axes.text(1.03, y, text, transform=beside, va="center", fontsize=7.5, url=link(row))
