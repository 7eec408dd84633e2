"""Answers to the client: pages, errors, and files that lie in the spool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse

from cellkg.errors import CellkgError

from .negotiation import wants_page
from .refusals import Refusal, status_of
from .site import site_of

_CHUNK = 2**16
_TEMPLATES = Environment(
    loader=PackageLoader("cellkg.serving"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def page(request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
    """Return a page of our own, in which every value is escaped."""
    build = site_of(request).builds.current.name
    text = _TEMPLATES.get_template(template).render(build=build, path=request.url.path, **context)
    # A label of the graph may hold half of a surrogate pair.
    return HTMLResponse(text.encode("utf-8", "replace"), status)


def spooled(
    request: Request, path: Path, content_type: str, headers: Mapping[str, str] | None = None
) -> StreamingResponse:
    """Return a file of the spool, which may be removed as soon as this function has returned."""
    file, length = site_of(request).spool.hold(path)
    all_headers = {"content-length": str(length), "content-type": content_type, **(headers or {})}
    if request.method == "HEAD":
        file.close()
        return StreamingResponse(iter(()), headers=all_headers)
    return StreamingResponse(_chunks(file), headers=all_headers)


async def cellkg_problem(request: Request, error: Exception) -> Response:
    """Answer with an error of our own, in a sentence."""
    assert isinstance(error, CellkgError)
    headers = {}
    if isinstance(error, Refusal) and error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return _problem(request, status_of(error), str(error), headers)


async def http_problem(request: Request, error: Exception) -> Response:
    """Answer with an error of the protocol: no such page, no such method."""
    assert isinstance(error, HTTPException)
    return _problem(request, error.status_code, error.detail, dict(error.headers or {}))


async def unforeseen_problem(request: Request, error: Exception) -> Response:
    """Answer to what nobody foresaw; what it is stays in the log."""
    return _problem(request, 500, "something went wrong inside the server; its log says what", {})


def _problem(request: Request, status: int, message: str, headers: dict[str, str]) -> Response:
    message = message.encode("utf-8", "replace").decode()
    if request.url.path.startswith("/api/"):
        answer: Response = JSONResponse({"status": status, "message": message}, status)
    elif wants_page(request.headers.get("accept"), ["text/plain", "application/json"]):
        title = f"{status} {HTTPStatus(status).phrase}"
        answer = page(request, "problem.html.j2", status, title=title, message=message)
    else:
        answer = PlainTextResponse(message + "\n", status)
    answer.headers.update(headers)
    return answer


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk
