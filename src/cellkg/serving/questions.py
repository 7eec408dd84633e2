"""``/questions`` and ``/question/…``: the question catalogue, its answers as page, CSV, JSON and other forms."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cellkg.answers import Table, ask, shown
from cellkg.catalogue import COST_IN_WORDS, Question, catalogue, find_question
from cellkg.formats import write
from cellkg.identifiers import PREFIXES, is_curie

from .downloads import harmless_table
from .page_store import PageStore
from .refusals import Refusal
from .responses import page
from .site import site_of
from .sites.addresses import address_of, study_address

_FILES = {
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "md": "text/markdown; charset=utf-8",
}
_REGISTRY_ID = re.compile(r"NCT\d{8}")
_FOR_SPREADSHEETS = ("csv", "tsv")


async def questions_page(request: Request) -> Response:
    """Show the catalogue."""
    return page(request, "questions.html.j2", questions=list(catalogue().values()), costs=COST_IN_WORDS)


async def question_page(request: Request) -> Response:
    """Show the answer to a question as a table."""
    question = find_question(request.path_params["name"])
    values, evidence = _values(request, question)
    table = await _answer(request, question, values, evidence=evidence)
    most = site_of(request).limits.rows_on_a_page
    return page(
        request,
        "question.html.j2",
        question=question,
        costs=COST_IN_WORDS,
        values=values,
        evidence=table.evidence,
        columns=question.header.columns,
        rows=[[shown(cell) for cell in row] for row in table.rows[:most]],
        link_of=_link_of,
        number=len(table),
        files=list(_FILES),
        search=request.url.query,
    )


def _link_of(cell: str) -> str:
    """The page of a registry id or a CURIE; the empty text for any other cell."""
    if _REGISTRY_ID.fullmatch(cell):
        return study_address(cell)
    prefix, _, local = cell.partition(":")
    return address_of(PREFIXES[prefix] + local) if is_curie(cell) else ""


async def question_file(request: Request) -> Response:
    """Send the answer to a question as a file."""
    form = request.path_params["form"]
    if form not in _FILES:
        raise Refusal(404, f"an answer comes as {', '.join(_FILES)}, found {form[:20]!r}")
    question = find_question(request.path_params["name"])
    values, evidence = _values(request, question)
    table = await _answer(request, question, values, evidence=evidence)
    body = await run_in_threadpool(_written, table, form)
    headers = {"content-type": _FILES[form]}
    if form in _FOR_SPREADSHEETS:
        headers["content-disposition"] = f'attachment; filename="{question.name}.{form}"'
    return Response(body, headers=headers)


async def _answer(request: Request, question: Question, values: Mapping[str, str], *, evidence: bool) -> Table:
    site = site_of(request)
    async with site.builds.current.used() as build:
        return await run_in_threadpool(ask, PageStore(site, build), question, values, evidence=evidence)


def _values(request: Request, question: Question) -> tuple[dict[str, str], bool]:
    given = {name: value for name, value in request.query_params.items() if value}
    evidence = given.pop("evidence", "") == "1"
    if evidence and not question.header.evidence:
        raise Refusal(400, f"{question.name} has no evidence to show")
    return given, evidence


def _written(table: Table, form: str) -> bytes:
    out = io.StringIO()
    write(harmless_table(table) if form in _FOR_SPREADSHEETS else table, form, out)
    return out.getvalue().encode("utf-8", "replace")


routes = [
    Route("/questions", questions_page, name="questions"),
    Route("/question/{name}.{form}", question_file),
    Route("/question/{name}", question_page, name="question"),
]
