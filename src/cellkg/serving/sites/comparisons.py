"""``/endpoint/…/comparison``: what is reported of an endpoint side by side, as a table, a plot and files.

A comparison is made once for each build, at most two at a time, and kept for those who ask later.
"""

from __future__ import annotations

import asyncio
import io
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from importlib.util import find_spec
from weakref import WeakKeyDictionary

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cellkg.comparing import Comparison
from cellkg.comparing.inline import inline_svg
from cellkg.comparing.plots import kinds_of, plot_svg
from cellkg.comparing.records import PlotKind
from cellkg.comparing.tables import rows_table
from cellkg.formats import write
from cellkg.search import open_index
from cellkg.serving.builds import ServedBuild
from cellkg.serving.downloads import harmless_table
from cellkg.serving.page_store import PageStore
from cellkg.serving.refusals import Refusal, busy
from cellkg.serving.site import site_of
from cellkg.views.compared import compared_view, comparison_of
from cellkg.views.comparison_records import ComparedView

from .addresses import address_of
from .rendering import spot_address
from .viewing import FORMS, attached, json_answer, known_parameters

_MOST_KEPT, _AT_ONCE = 64, 2
_PLOTS: tuple[PlotKind, ...] = ("forest", "slope", "effects")
_SVG = "image/svg+xml"


@dataclass(frozen=True, slots=True)
class Kept:
    """A comparison, its view, the kinds of plots for which it has numbers, and those that were drawn for a page."""

    comparison: Comparison
    view: ComparedView
    kinds: list[PlotKind]
    drawn: dict[PlotKind, str] = field(default_factory=dict)


_kept: WeakKeyDictionary[ServedBuild, OrderedDict[tuple[str, int], Kept]] = WeakKeyDictionary()
_drawing = threading.Lock()
_limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, anyio.CapacityLimiter] = WeakKeyDictionary()


async def compared(request: Request, key: str, part: int = 0) -> Kept:
    """Return the comparison of an endpoint, or a part of it from 1; its queries go to the worker kept for pages.

    Raises:
        NotFoundError: no outcome of that key or name.
        Refusal: too many comparisons are being made just now.
    """
    site = site_of(request)
    async with site.builds.current.used() as build:
        known = _kept.setdefault(build, OrderedDict())
        mine = key, part
        if mine in known:
            known.move_to_end(mine)
            return known[mine]
        limiter = _limiters.setdefault(asyncio.get_running_loop(), anyio.CapacityLimiter(_AT_ONCE))
        try:
            async with asyncio.timeout(site.limits.page_wait_seconds):
                await limiter.acquire_on_behalf_of(request)
        except TimeoutError:
            raise busy() from None
        try:
            if mine not in known:
                known[mine] = await anyio.to_thread.run_sync(lambda: _compared(PageStore(site, build), build, *mine))
        finally:
            limiter.release_on_behalf_of(request)
        while len(known) > _MOST_KEPT:
            known.popitem(last=False)
        return known[mine]


async def comparison_file(request: Request) -> Response:
    """Send a comparison as a file: every column as CSV, the same as JSON, or a plot as SVG."""
    known_parameters(request, "plot")
    key, form = request.path_params["key"], request.path_params["form"]
    if form not in ("json", "csv", "svg"):
        raise Refusal(404, f"a comparison comes as json, csv, svg, found {form[:20]!r}")
    kept = await compared(request, key)
    if form == "json":
        return json_answer(kept.view)
    headers = {"content-disposition": attached(f"comparison-{key}", form)}
    if form == "csv":
        out = io.StringIO()
        write(harmless_table(rows_table(kept.comparison)), "csv", out)
        return Response(out.getvalue().encode("utf-8", "replace"), media_type=FORMS["csv"], headers=headers)
    kind = request.query_params.get("plot", "forest")
    if kind not in _PLOTS:
        raise Refusal(400, f"a plot is one of {', '.join(_PLOTS)}, found {kind[:20]!r}")
    drawn = await anyio.to_thread.run_sync(lambda: _drawn(kept.comparison, kind))
    return Response(drawn, media_type=_SVG, headers=headers)


async def plotted(request: Request, kept: Kept) -> tuple[PlotKind | None, str]:
    """Return the plot that a page shows: of the kind that is asked for, else of the first that has numbers.

    Raises:
        Refusal: no plot of that kind.
    """
    kind = request.query_params.get("plot", kept.kinds[0] if kept.kinds else "")
    if kind and kind not in kept.kinds:
        raise Refusal(404, f"nothing to draw as {kind[:20]!r} here; there are {', '.join(kept.kinds) or 'no plots'}")
    chosen = next((each for each in kept.kinds if each == kind), None)
    return chosen, await anyio.to_thread.run_sync(lambda: _inline(kept, chosen)) if chosen else ""


def _compared(store: PageStore, build: ServedBuild, key: str, part: int) -> Kept:
    comparison = comparison_of(store, open_index(build.folder), key, part)
    return Kept(comparison, compared_view(store, comparison), _kinds(comparison))


def _kinds(comparison: Comparison) -> list[PlotKind]:
    return kinds_of(comparison) if find_spec("matplotlib") else []


def _inline(kept: Kept, kind: PlotKind) -> str:
    if kind not in kept.drawn:
        addresses = {row.iri: spot_address(row.spot) or address_of(row.iri) for row in kept.view.rows}
        with _drawing:
            drawn = plot_svg(kept.comparison, kind, lambda row: addresses[row.spot.node])
        kept.drawn[kind] = inline_svg(drawn, kind, f"{kept.comparison.title}, {kind}")
    return kept.drawn[kind]


def _drawn(comparison: Comparison, kind: PlotKind) -> str:
    with _drawing:
        return plot_svg(comparison, kind)


routes = [Route("/endpoint/{key}/comparison.{form}", comparison_file, name="comparison")]
