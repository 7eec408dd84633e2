"""``/api/…``: what the pages show, as JSON, with its OpenAPI description."""

from __future__ import annotations

from functools import partial
from typing import get_args

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cellkg.answers import ask
from cellkg.catalogue import catalogue, find_question
from cellkg.search import open_index, search
from cellkg.views.evidence_map import map_view
from cellkg.views.study import study_conflicts, study_view
from cellkg.views.terms import Kind, term_view
from cellkg.views.things import thing_view

from .comparisons import compared
from .evidence_map import asked_map
from .openapi import QuestionNamed, describe
from .search_page import answer_of, asked_of
from .terms import with_comparison
from .things import iri_of, path_of
from .viewing import json_answer, known_parameters, page_number, view_of


async def api_search(request: Request) -> Response:
    """Answer a search."""
    asked = asked_of(request)
    return json_answer(await view_of(request, lambda store, build: answer_of(search(open_index(build.folder), asked))))


async def api_study(request: Request) -> Response:
    """Send a study."""
    known_parameters(request)
    key = request.path_params["key"]
    return json_answer(await view_of(request, lambda store, build: study_view(store, key)))


async def api_term(request: Request, kind: Kind) -> Response:
    """Send a product type, a condition or an endpoint."""
    known_parameters(request, "page")
    key, page = request.path_params["key"], page_number(request)
    view = await view_of(request, lambda store, build: term_view(store, open_index(build.folder), kind, key, page))
    return json_answer(await with_comparison(request, view))


async def api_compare(request: Request) -> Response:
    """Send what is reported of an endpoint, side by side."""
    known_parameters(request)
    return json_answer((await compared(request, request.path_params["key"])).view)


async def api_conflicts(request: Request) -> Response:
    """Send what does not fit together in a study."""
    known_parameters(request)
    key = request.path_params["key"]
    return json_answer(await view_of(request, lambda store, build: study_conflicts(store, key)))


async def api_map(request: Request) -> Response:
    """Send the evidence map of a condition."""
    condition, by, level = asked_map(request)
    return json_answer(
        await view_of(request, lambda store, build: map_view(store, open_index(build.folder), condition, by, level))
    )


async def api_thing(request: Request) -> Response:
    """Send a node of the graph."""
    known_parameters(request)
    iri = iri_of(path_of(request, "/api/thing/"))
    return json_answer(await view_of(request, lambda store, build: thing_view(store, iri)))


async def api_questions(request: Request) -> Response:
    """List the questions of the catalogue."""
    known_parameters(request)
    named = [
        QuestionNamed(
            name=name,
            summary=question.header.summary,
            description=question.header.description,
            parameters=[parameter.name for parameter in question.header.parameters],
            columns=[column.name for column in question.header.columns],
            cost=question.header.cost,
        )
        for name, question in catalogue().items()
    ]
    return json_answer(named)


async def api_question(request: Request) -> Response:
    """Answer a question of the catalogue; every row with the sources that are behind it."""
    question = find_question(request.path_params["name"])
    given = {name: value for name, value in request.query_params.items() if value}
    has_evidence = bool(question.header.evidence)
    table = await view_of(request, lambda store, build: ask(store, question, given, evidence=has_evidence))
    evidence = table.evidence or [[] for _ in table.rows]
    rows = [{"row": row, "sources": spots} for row, spots in zip(table.records(), evidence, strict=True)]
    return Response(await run_in_threadpool(msgspec.json.encode, rows), media_type="application/json")


async def api_description(request: Request) -> Response:
    """Send the OpenAPI description."""
    known_parameters(request)
    return json_answer(describe())


routes = [
    Route("/api/openapi.json", api_description, name="api"),
    Route("/api/search", api_search),
    Route("/api/study/{key}", api_study),
    *(Route(f"/api/{kind}/{{key}}", partial(api_term, kind=kind)) for kind in get_args(Kind)),
    Route("/api/compare/{key}", api_compare),
    Route("/api/conflicts/{key}", api_conflicts),
    Route("/api/map", api_map),
    Route("/api/thing/{path:path}", api_thing),
    Route("/api/questions", api_questions),
    Route("/api/question/{name}", api_question),
]
