"""``/endpoint/…/comparison``: what is reported of an endpoint side by side, as a table, a plot and files.

A comparison is made once for each build, at most two at a time, and kept for those who ask later.
"""

from __future__ import annotations

import asyncio
import io
import threading
from collections import OrderedDict
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cellkg.comparing import Comparison
from cellkg.comparing.inline import inline_svg
from cellkg.comparing.plots import plot_svg
from cellkg.comparing.records import PlotKind, Row
from cellkg.comparing.tables import rows_table
from cellkg.errors import NotFoundError, UsageError
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
    """A comparison, its view, and its plots for a page by their kind; those that have nothing to draw are not there."""

    comparison: Comparison
    view: ComparedView
    plots: dict[PlotKind, str]


_kept: WeakKeyDictionary[ServedBuild, OrderedDict[str, Kept]] = WeakKeyDictionary()
_drawing = threading.Lock()
_limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, anyio.CapacityLimiter] = WeakKeyDictionary()


async def compared(request: Request, key: str) -> Kept:
    """Return the comparison of an endpoint; its queries go to the worker that is kept for pages.

    Raises:
        NotFoundError: no outcome of that key or name.
        Refusal: too many comparisons are being made just now.
    """
    site = site_of(request)
    async with site.builds.current.used() as build:
        known = _kept.setdefault(build, OrderedDict())
        if key in known:
            known.move_to_end(key)
            return known[key]
        limiter = _limiters.setdefault(asyncio.get_running_loop(), anyio.CapacityLimiter(_AT_ONCE))
        try:
            async with asyncio.timeout(site.limits.page_wait_seconds):
                await limiter.acquire_on_behalf_of(request)
        except TimeoutError:
            raise busy() from None
        try:
            if key not in known:
                known[key] = await anyio.to_thread.run_sync(lambda: _compared(PageStore(site, build), build, key))
        finally:
            limiter.release_on_behalf_of(request)
        while len(known) > _MOST_KEPT:
            known.popitem(last=False)
        return known[key]


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


def _compared(store: PageStore, build: ServedBuild, key: str) -> Kept:
    comparison = comparison_of(store, open_index(build.folder), key)
    view = compared_view(store, comparison)
    addresses = {row.iri: spot_address(row.spot) or address_of(row.iri) for row in view.rows}

    def link(row: Row) -> str:
        return addresses[row.spot.node]

    plots: dict[PlotKind, str] = {}
    for kind in _PLOTS:
        try:
            with _drawing:
                drawn = plot_svg(comparison, kind, link)
        except (NotFoundError, UsageError):
            continue
        plots[kind] = inline_svg(drawn, kind, f"{comparison.title}, {kind}")
    return Kept(comparison, view, plots)


def _drawn(comparison: Comparison, kind: PlotKind) -> str:
    with _drawing:
        return plot_svg(comparison, kind)


routes = [Route("/endpoint/{key}/comparison.{form}", comparison_file, name="comparison")]
