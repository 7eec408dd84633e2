"""How a page gets what it shows, and sends it: as a page, or the same as JSON, CSV or Turtle."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from cellkg.serving.builds import ServedBuild
from cellkg.serving.cells import harmless
from cellkg.serving.page_store import PageStore
from cellkg.serving.refusals import Refusal
from cellkg.serving.site import site_of

FORMS = {"json": "application/json", "csv": "text/csv; charset=utf-8", "ttl": "text/turtle; charset=utf-8"}
"""The forms of every page beside HTML, and their media types."""

Row = tuple[str, ...]
_View = TypeVar("_View")


async def view_of(request: Request, make: Callable[[PageStore, ServedBuild], _View]) -> _View:
    """Return what a function makes of the build that is served, in a thread, by the worker that is kept for pages."""
    site = site_of(request)
    async with site.builds.current.used() as build:
        return await run_in_threadpool(lambda: make(PageStore(site, build), build))


def form_of(request: Request) -> str:
    """Return the form that an address ends with; ``Refusal`` for one that there is not."""
    form: str = request.path_params["form"]
    if form not in FORMS:
        raise Refusal(404, f"this comes as {', '.join(FORMS)}, found {form[:20]!r}")
    return form


def json_answer(view: object) -> Response:
    """Return a view as JSON."""
    return Response(msgspec.json.encode(view), media_type="application/json")


def csv_answer(name: str, head: Row, rows: Iterable[Row]) -> Response:
    """Return rows as CSV for people: no cell becomes a formula in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    headers = {"content-type": FORMS["csv"], "content-disposition": attached(name, "csv")}
    return Response(out.getvalue().encode("utf-8", "replace"), headers=headers)


def attached(name: str, form: str) -> str:
    """Return the header that gives a file a name that every system takes."""
    safe = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "-" for sign in name)
    return f'attachment; filename="{safe}.{form}"'


def turtle_answer(text: bytes) -> Response:
    """Return Turtle."""
    return Response(text, headers={"content-type": FORMS["ttl"]})


def written_path(request: Request) -> str:
    """Return the path of a request as the client wrote it: an IRI has its percent signs."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return raw.partition(b"?")[0].decode("ascii", "replace")


def page_number(request: Request, name: str = "page") -> int:
    """Return the page that a request asks for, from 1; ``Refusal`` for what is no such number."""
    text = request.query_params.get(name, "1")
    if not (text.isascii() and text.isdecimal() and 0 < len(text) <= 6 and int(text) > 0):
        raise Refusal(400, f"a {name} is a number from 1, found {text[:20]!r}")
    return int(text)


def known_parameters(request: Request, *names: str) -> None:
    """Refuse parameters that a page does not have."""
    unknown = [name for name in request.query_params if name not in names]
    if unknown:
        has = ", ".join(names) or "none"
        raise Refusal(400, f"no parameter {unknown[0][:40]!r} here; there are {has}")
