"""``/sparql``: the SPARQL 1.1 Protocol for queries, and a plain form for people."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from . import result_page
from .confinement import network_can_be_cut
from .description import FORMS, service_description
from .federation import asks_service, has_the_word
from .negotiation import HTML, ROWS, TRIPLES, Choice, choose, wants_page
from .operations import Asked, read_query
from .outcomes import raise_failure
from .page_store import PageStore
from .refusals import Refusal, no_service
from .responses import spooled
from .site import base_of, site_of
from .tasks import HARMLESS_CSV, PAGE, Outcome, Task

_JSON = "application/sparql-results+json"
_DOWNLOADS = {
    "csv": (Choice("text/csv", HARMLESS_CSV), None),
    "json": (Choice(_JSON, _JSON), Choice("application/ld+json", "application/ld+json")),
    "xml": (
        Choice("application/sparql-results+xml", "application/sparql-results+xml"),
        Choice("application/rdf+xml", "application/rdf+xml"),
    ),
    "ttl": (None, Choice("text/turtle", "text/turtle")),
    "nt": (None, Choice("application/n-triples", "application/n-triples")),
}
_ALLOW = "GET, HEAD, POST, OPTIONS"


async def sparql(request: Request) -> Response:
    """Answer a query; without one, describe the service, or show the form to a browser."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": _ALLOW})
    accept = request.headers.get("accept")
    asked = await read_query(request, site_of(request).limits)
    if asked is None:
        page_wanted = wants_page(accept, list(FORMS))
        return result_page.form(request) if page_wanted else service_description(request)
    _refuse_service(asked.query)
    if asked.download is not None:
        return await _download(request, asked, asked.download)
    if wants_page(accept, [*ROWS, *TRIPLES]):
        return await _page(request, asked)
    return await _protocol_answer(request, asked, accept)


async def _protocol_answer(request: Request, asked: Asked, accept: str | None) -> Response:
    rows, triples = choose(accept, ROWS), choose(accept, TRIPLES)
    if rows is None and triples is None:
        raise Refusal(406, f"the request accepts none of {', '.join({**ROWS, **TRIPLES})}")
    with _task(request, asked, rows, triples) as (task, path):
        outcome = await _run(request, task)
        choice = triples if outcome.kind == "triples" else rows
        assert choice is not None
        return spooled(request, path, choice.content_type)


async def _download(request: Request, asked: Asked, form: str) -> Response:
    try:
        rows, triples = _DOWNLOADS[form]
    except KeyError:
        raise Refusal(400, f"download is one of {', '.join(_DOWNLOADS)}, found {form[:50]!r}") from None
    with _task(request, asked, rows, triples) as (task, path):
        outcome = await _run(request, task)
        choice = triples if outcome.kind == "triples" else rows
        assert choice is not None
        headers = {"content-disposition": f'attachment; filename="cellkg-answer.{form}"'}
        return spooled(request, path, choice.content_type, headers)


async def _page(request: Request, asked: Asked) -> Response:
    rows, triples = Choice(HTML, PAGE), Choice(HTML, "text/turtle")
    with _task(request, asked, rows, triples) as (task, path):
        outcome = await _run(request, task)
        site = site_of(request)
        async with site.builds.current.used() as build:
            store = PageStore(site, build)
            return await run_in_threadpool(result_page.result, request, asked.query, outcome, path, store)


@contextmanager
def _task(request: Request, asked: Asked, rows: Choice | None, triples: Choice | None) -> Iterator[tuple[Task, Path]]:
    with site_of(request).spool.file() as path:
        task = Task(
            query=asked.query,
            base=f"{base_of(request)}sparql",
            spool=str(path),
            rows_as=rows.format if rows else None,
            triples_as=triples.format if triples else None,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            rows_on_a_page=site_of(request).limits.rows_on_a_page,
        )
        yield task, path


async def _run(request: Request, task: Task) -> Outcome:
    site = site_of(request)
    async with site.builds.current.used() as build:
        outcome = await _while_wanted(request, build.endpoint.run(task))
    raise_failure(outcome, site.limits)
    return outcome


async def _while_wanted(request: Request, work: Coroutine[Any, Any, Outcome]) -> Outcome:
    """Do the work unless the client leaves before it is done: then the worker is stopped."""
    working, leaving = asyncio.create_task(work), asyncio.create_task(_left(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        leaving.cancel()
        working.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _refuse_service(query: str) -> None:
    if asks_service(query) or (not network_can_be_cut() and has_the_word(query)):
        raise no_service()


routes = [
    Route("/sparql", sparql, methods=["GET", "POST", "OPTIONS"], name="sparql"),
    Route("/sparql/", sparql, methods=["GET", "POST", "OPTIONS"]),
]
