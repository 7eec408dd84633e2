"""The OpenAPI description of the API: its schemas are those of the records that it sends."""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

import msgspec

from cellkg.catalogue import Cost
from cellkg.gaps.reading import Facet, Level
from cellkg.search import FACETS
from cellkg.search.asking import KINDS
from cellkg.views.comparison_records import ComparedView
from cellkg.views.study_records import StudyConflicts, StudyView
from cellkg.views.term_records import MapView, TermView
from cellkg.views.things import ThingView

from .search_page import SearchAnswer

_REF = "#/components/schemas/{name}"
_TERMS = {"product": "SVF", "condition": "MONDO:0005100", "endpoint": "MRSSTotal"}


class QuestionNamed(msgspec.Struct, frozen=True, kw_only=True):
    """A question of the catalogue: what it answers, its parameters, its columns, and what it costs on a large graph."""

    name: str
    summary: str
    description: str
    parameters: list[str]
    columns: list[str]
    cost: Cost


class Behind(msgspec.Struct, frozen=True, kw_only=True):
    """A place behind a row: the source, the place in it, the words there, and the property that they are about."""

    source: str
    place: str
    as_written: str
    about: str


class AnsweredRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of an answer, by column, and the places that it comes from."""

    row: dict[str, str | int | float | bool | None]
    sources: list[Behind]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why a request was not answered."""

    status: int
    message: str


@cache
def describe() -> dict[str, Any]:
    """Return the description of OpenAPI 3.1."""
    answers: list[Any] = [
        SearchAnswer, StudyView, TermView, MapView, ThingView, list[QuestionNamed], list[AnsweredRow], ComparedView,
        StudyConflicts,
    ]  # fmt: skip
    schemas, components = msgspec.json.schema_components([*answers, Problem], ref_template=_REF)
    names = ("search", "study", "term", "map", "thing", "questions", "question", "compare", "conflicts")
    of = dict(zip(names, schemas, strict=False))
    paths = {
        "/api/search": _get("search", "Search studies, products, conditions, endpoints and sponsors", of["search"], [
            _query("q", {"type": "string", "maxLength": 500}, "words, or an id"),
            _query("kind", {"type": "string", "enum": list(KINDS)}, "the kind of thing that is looked for"),
            _page(),
            *(_query(f.key, {"type": "array", "items": {"type": "string", "minLength": 1}}, f.name) for f in FACETS),
        ]),
        "/api/study/{key}": _get("study", "A study as all its sources tell it", of["study"], [_key("virzi-2017")]),
        **{
            f"/api/{kind}/{{key}}": _get(kind, f"A {kind} and its studies", of["term"], [_key(key), _page()])
            for kind, key in _TERMS.items()
        },
        "/api/compare/{key}": _get(
            "compare", "What is reported of an endpoint, side by side", of["compare"], [_key("CHFS")]
        ),
        "/api/conflicts/{key}": _get(
            "conflicts", "What does not fit together in a study", of["conflicts"], [_key("virzi-2017")]
        ),
        "/api/map": _get("map", "What was tested in a condition, and what was reported", of["map"], [
            _query("condition", {"type": "string", "minLength": 1}, "the key of a condition", "MONDO:0005100"),
            _query("by", {"type": "string", "enum": list(get_args(Facet))}, "what the rows are"),
            _query("level", {"type": "string", "enum": list(get_args(Level))}, "what the columns are"),
        ]),
        "/api/thing/{path}": _get("thing", "Any node of the graph", of["thing"], [_key("CL:0000134", "path")]),
        "/api/questions": _get("questions", "The questions of the catalogue", of["questions"], []),
        "/api/question/{name}": _get(
            "question", "The answer to a question", of["question"], [_key("cell-doses", "name")]
        ),
    }  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "cellkg",
            "version": "1",
            "description": "What sources say about cell therapies. Not medical advice; no pooled estimates.",
        },
        "paths": paths,
        "components": {"schemas": components},
    }


def _get(name: str, summary: str, schema: Any, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    """A path that is read; a condition of a map is required."""
    problem = {"content": {"application/json": {"schema": {"$ref": _REF.format(name="Problem")}}}}
    said = {
        400: "a parameter makes no sense",
        404: "there is no such thing",
        503: "the server is busy; come later",
        504: "it took too long",
        507: "the answer is too large",
    }
    answer = {"200": {"description": summary, "content": {"application/json": {"schema": schema}}}}
    problems = {str(status): {"description": words, **problem} for status, words in said.items()}
    return {
        "get": {"operationId": name, "summary": summary, "parameters": parameters, "responses": {**answer, **problems}}
    }


def _query(name: str, schema: dict[str, Any], words: str, required_example: str = "") -> dict[str, Any]:
    """A parameter of the query string; one with an example is required."""
    found: dict[str, Any] = {"name": name, "in": "query", "description": words, "schema": schema}
    if required_example:
        found |= {"required": True, "example": required_example}
    return found


def _page() -> dict[str, Any]:
    return _query("page", {"type": "integer", "minimum": 1, "maximum": 999_999}, "the page, from 1")


def _key(example: str, name: str = "key") -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "schema": schema, "example": example}
