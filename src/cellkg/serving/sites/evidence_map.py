"""``/map``: which product was studied by which endpoint in a condition, and where is nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cellkg.errors import NotFoundError
from cellkg.gaps.reading import Facet, Level
from cellkg.search import Index, open_index
from cellkg.search.index import Term
from cellkg.serving.builds import ServedBuild
from cellkg.serving.page_store import PageStore
from cellkg.serving.refusals import Refusal
from cellkg.views.evidence_map import MOST_STUDIES, map_view
from cellkg.views.term_records import MapView

from .rendering import show
from .turtle import turtle_of_term
from .viewing import Row, csv_answer, form_of, json_answer, known_parameters, turtle_answer, view_of

_HEAD = ("value", "endpoint", "state", "studies", "reading", "which", "detail", "may_fill", "searched")
_FACETS, _LEVELS = get_args(Facet), get_args(Level)
_FEWEST, _OFFERED = 3, 40
_COLUMNS = 14


async def map_page(request: Request) -> Response:
    """Show the map of a condition, or the conditions that there are."""
    condition, by, level = asked_map(request)
    if not condition:
        offered = await view_of(request, lambda store, build: _offered(build))
        return show(request, "map.html.j2", view=None, offered=offered, by=by, level=level)
    view = await view_of(request, lambda store, build: _view(store, build, condition, by, level))
    wide = request.query_params.get("all") == "1"
    return show(
        request,
        "map.html.j2",
        view=view,
        cells={(cell.value, cell.endpoint): cell for cell in view.cells},
        endpoints=view.endpoints if wide else view.endpoints[:_COLUMNS],
        by=by,
        level=level,
        facets=_FACETS,
        levels=_LEVELS,
        search=request.url.query,
    )


async def map_file(request: Request) -> Response:
    """Send a map as a file."""
    form = form_of(request)
    condition, by, level = asked_map(request)
    if not condition:
        raise Refusal(400, "a map is that of a condition: condition=MONDO:…, as a search lists it")
    view = await view_of(request, lambda store, build: _view(store, build, condition, by, level))
    if form == "json":
        return json_answer(view)
    if form == "csv":
        return csv_answer(f"map-{condition}-{by}", _HEAD, _rows(view))
    return turtle_answer(await view_of(request, lambda store, build: _turtle(store, build, condition)))


def asked_map(request: Request) -> tuple[str, Facet, Level]:
    """Return the condition, the rows and the columns that a request asks for; ``Refusal`` for what no map has."""
    known_parameters(request, "condition", "by", "level", "all")
    by = request.query_params.get("by", "product")
    level = request.query_params.get("level", "endpoint")
    if by not in _FACETS:
        raise Refusal(400, f"a map is by one of {', '.join(_FACETS)}, found {by[:40]!r}")
    if level not in _LEVELS:
        raise Refusal(400, f"the columns of a map are one of {', '.join(_LEVELS)}, found {level[:40]!r}")
    return request.query_params.get("condition", "").strip(), by, level  # type: ignore[return-value]


def _view(store: PageStore, build: ServedBuild, condition: str, by: Facet, level: Level) -> MapView:
    index = open_index(build.folder)
    return map_view(store, index, _key(index, condition), by, level)


def _key(index: Index, condition: str) -> str:
    """The key of a condition that may be given by its name."""
    if ("condition", condition) in index.by_key:
        return condition
    same = [term for term in index.of_facet("condition") if term.label.casefold() == condition.casefold()]
    if not same:
        raise NotFoundError(f"no condition {condition[:100]!r} in this graph; search for it")
    return same[0].key


def _offered(build: ServedBuild) -> list[Term]:
    """The conditions of some studies, but not of too many for a map; those that sources name, not only wider ones."""
    index = open_index(build.folder)
    terms = index.of_facet("condition")
    within = (term for term in terms if term.shown and not index.is_wider(term.id))
    return [term for term in within if _FEWEST <= term.studies.bit_count() <= MOST_STUDIES][:_OFFERED]


def _turtle(store: PageStore, build: ServedBuild, condition: str) -> bytes:
    index = open_index(build.folder)
    return turtle_of_term(store, index.by_key["condition", _key(index, condition)].iri)


def _rows(view: MapView) -> Iterator[Row]:
    for cell in view.cells:
        told = (cell.reading, "; ".join(link.label for link in cell.studies), cell.detail, cell.may_fill, view.searched)
        for state, number in cell.states.items() or [("", 0)]:
            yield cell.value, cell.endpoint, state, str(number), *told


routes = [Route("/map", map_page, name="map"), Route("/map.{form}", map_file)]
