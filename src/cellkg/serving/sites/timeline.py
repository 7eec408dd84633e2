"""The course of a study as a drawing: its dates on a line, drawn by the server."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date

from markupsafe import Markup

from cellkg.views.study_records import StudyView

_WIDTH, _LEFT, _RIGHT, _TOP, _STEP = 760, 20, 20, 26, 20
_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def timeline(view: StudyView) -> Markup | None:
    """Return the drawing, or ``None`` for fewer than two dates; a month stands at its middle, a year at its own."""
    dated: dict[tuple[str, str], date] = {}
    for fact in view.dates:
        if (day := middle(fact.value)) is not None:
            dated[fact.name, fact.value] = day
    for version in view.versions[:-1]:
        if (day := middle(version)) is not None:
            dated["record version", version] = day
    if len(set(dated.values())) < 2:
        return None
    points = sorted(dated.items(), key=lambda each: each[1])
    first, last = points[0][1], points[-1][1]
    span = max(1, (last - first).days)

    def x_of(day: date) -> float:
        return round(_LEFT + (day - first).days / span * (_WIDTH - _LEFT - _RIGHT), 1)

    height = _TOP + _STEP * len(points) + 8
    parts = [_years(first, last, x_of, height)]
    for number, ((name, value), day) in enumerate(points):
        parts.append(_point(name, value, x_of(day), _TOP + _STEP * number + 12))
    label = "; ".join(f"{name} {value}" for (name, value), _ in points)
    opened = Markup('<svg class="timeline" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
        _WIDTH, height, f"Dates of the study: {label}"
    )
    return opened + Markup("").join(parts) + Markup("</svg>")


def middle(written: str) -> date | None:
    """Return the day that a date begins with; the middle of a month or year that has no day.

    >>> middle("2020-02 (actual)"), middle("soon")
    (datetime.date(2020, 2, 14), None)
    """
    match = _DAY.match(written)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 7)
    try:
        day = int(match[3]) if match[3] else (calendar.monthrange(year, month)[1] // 2 if match[2] else 1)
        return date(year, month, day)
    except (ValueError, calendar.IllegalMonthError):
        return None


def _years(first: date, last: date, x_of: Callable[[date], float], height: int) -> Markup:
    step = max(1, (last.year - first.year) // 10 + 1)
    parts: list[Markup] = []
    for year in range(first.year, last.year + 1, step):
        day = max(first, date(year, 1, 1))
        x = x_of(day)
        if parts and day == first:
            continue
        text = Markup('<text class="year" x="{}" y="12">{}</text>').format(x, year)
        parts.append(Markup('<line class="grid" x1="{0}" y1="18" x2="{0}" y2="{1}"/>').format(x, height) + text)
    return Markup("").join(parts)


def _point(name: str, value: str, x: float, y: int) -> Markup:
    late = x > _WIDTH * 0.55
    kind = "open" if "(estimated)" in value else "done"
    text = Markup('<text class="label" x="{}" y="{}" text-anchor="{}">{} <tspan>{}</tspan></text>').format(
        x - 9 if late else x + 9, y + 4, "end" if late else "start", name, value
    )
    return Markup('<circle class="{}" cx="{}" cy="{}" r="4.5"/>').format(kind, x, y) + text
