"""``/product/…``, ``/condition/…``, ``/endpoint/…``: a term, its studies, and the values reported for an endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, get_args

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cellkg.search import open_index
from cellkg.serving.builds import ServedBuild
from cellkg.serving.page_store import PageStore
from cellkg.serving.refusals import Refusal
from cellkg.views.asking import term_iri
from cellkg.views.compared import PART
from cellkg.views.term_records import TermView
from cellkg.views.terms import Kind, endpoint_values, planned_measures, term_view

from .comparisons import compared, plotted
from .rendering import numbered, show
from .turtle import turtle_of_term
from .viewing import Row, csv_answer, form_of, json_answer, known_parameters, page_number, turtle_answer, view_of

_STUDIES = ("study", "title", "updated", "conditions", "products", "routes", "phase", "status")
_VALUES = (
    "state", "study", "measure", "row", "group", "value", "spread", "lower", "upper", "unit", "statistic", "dispersion",
    "time_frame", "place",
)  # fmt: skip
_OF_ENDPOINTS = ("part", "plot")
_VALUES_OF_A_STUDY = ("condition", "product", "route", "phase", "status")


async def term_page(request: Request, kind: Kind) -> Response:
    """Show a term; of an endpoint with a part of its comparison and one plot."""
    known_parameters(request, "page", *(_OF_ENDPOINTS if kind == "endpoint" else ()))
    key, number = request.path_params["key"], page_number(request)
    view = await view_of(request, lambda store, build: _view(store, build, kind, key, number))
    beside = await _compared(request, key) if kind == "endpoint" else {}
    return show(
        request,
        "term.html.j2",
        view=view,
        files=f"/{kind}/{key}",
        at=lambda other: f"/{kind}/{key}?page={other}#studies",
        numbers=numbered(view.sources),
        **beside,
    )


async def _compared(request: Request, key: str) -> dict[str, Any]:
    part = page_number(request, "part")
    kept = await compared(request, key, part)
    if part > 1 and not kept.comparison.of_studies > PART * (part - 1):
        raise Refusal(404, f"the comparison has {-(-kept.comparison.of_studies // PART)} parts, asked for {part}")
    chosen, plot = await plotted(request, kept)
    return {
        "kept": kept,
        "chosen": chosen,
        "plot": plot,
        "part": part,
        "of_parts": -(-kept.comparison.of_studies // PART),
        "first": PART * (part - 1) + 1,
        "per_part": PART,
        "at_part": lambda other: f"/endpoint/{key}?part={other}#compared",
    }


async def term_file(request: Request, kind: Kind) -> Response:
    """Send a term as a file: as CSV all values and planned measures of an endpoint, or the studies of another term."""
    known_parameters(request, "page")
    form, key, number = form_of(request), request.path_params["key"], page_number(request)
    view = await view_of(request, lambda store, build: _view(store, build, kind, key, number))
    if form == "json":
        return json_answer(await with_comparison(request, view))
    if form == "ttl":
        return turtle_answer(await view_of(request, lambda store, build: turtle_of_term(store, term_iri(key))))
    if kind == "endpoint":
        rows = await view_of(request, lambda store, build: list(_values(store, view)))
        return csv_answer(f"{kind}-{key}", _VALUES, rows)
    return csv_answer(f"{kind}-{key}", _STUDIES, _studies(view))


async def with_comparison(request: Request, view: TermView) -> TermView:
    """Return the view of an endpoint with its comparison; other terms as they are."""
    if view.kind != "endpoint":
        return view
    return replace(view, compared=(await compared(request, view.key)).view)


def _view(store: PageStore, build: ServedBuild, kind: Kind, key: str, number: int) -> TermView:
    return term_view(store, open_index(build.folder), kind, key, number)


def _studies(view: TermView) -> Iterator[Row]:
    for study in view.studies:
        values = ("; ".join(study.values.get(name, ())) for name in _VALUES_OF_A_STUDY)
        yield study.name, study.title, study.updated, *values


def _values(store: PageStore, view: TermView) -> Iterator[Row]:
    """What is posted, reported and planned; a planned measure has no value, its rank stands as group."""
    for value in endpoint_values(store, view.iri):
        yield "posted", *(str(getattr(value, name)) for name in _VALUES[1:])
    for change in view.changes:
        for spot in change.fact.spots:
            found = {"study": change.study, "value": change.fact.value, "place": f"{spot.source} {spot.place}"}
            yield "reported change", *(found.get(name, "") for name in _VALUES[1:])
    for row in planned_measures(store, view.iri):
        found = {"study": row["name"], "measure": row.get("title", ""), "time_frame": row.get("time_frame", "")}
        found |= {"group": row.get("rank", ""), "place": f"{row['source']} {row.get('place', '')}".strip()}
        yield "planned", *(found.get(name, "") for name in _VALUES[1:])


routes = [
    route
    for kind in get_args(Kind)
    for route in (
        Route(f"/{kind}/{{key}}.{{form}}", partial(term_file, kind=kind), name=f"{kind} file"),
        Route(f"/{kind}/{{key}}", partial(term_page, kind=kind), name=kind),
    )
]
