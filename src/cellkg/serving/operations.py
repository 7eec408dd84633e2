"""What a request asks of the endpoint: the query operation of the SPARQL 1.1 Protocol (section 2.1)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import parse_qsl

import pyoxigraph as ox
from starlette.requests import Request

from .limits import Limits
from .refusals import Refusal, no_update

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_MOST_FIELDS = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with the dataset that the protocol names: ``None`` twice is the dataset of the store.

    ``download`` is the file type that our form asked for.
    """

    query: str
    default_graphs: list[str] | None
    named_graphs: list[str] | None
    download: str | None = None


async def read_query(request: Request, limits: Limits) -> Asked | None:
    """Return the query of a request, or ``None`` for a GET without one.

    Raises:
        Refusal: an update, or no well-formed query operation.
    """
    fields = _fields(_text(request.scope["query_string"], "the query string"))
    if request.method == "POST":
        fields += await _posted(request, limits)
    named = {name for name, _ in fields}
    if named & {"update", "using-graph-uri", "using-named-graph-uri"}:
        raise no_update()
    queries = [value for name, value in fields if name == "query"]
    if not queries and request.method != "POST":
        return None
    if len(queries) != 1:
        raise Refusal(400, f"a request has one query, found {len(queries)}")
    return _asked(queries[0], fields, limits)


def _asked(query: str, fields: list[tuple[str, str]], limits: Limits) -> Asked:
    if len(query.encode()) > limits.query_bytes:
        raise Refusal(413, f"the query is longer than {limits.query_bytes} bytes")
    default = [_iri(value) for name, value in fields if name == "default-graph-uri"]
    named = [_iri(value) for name, value in fields if name == "named-graph-uri"]
    # Not "format": clients such as SPARQLWrapper send that beside their Accept header, and want exact answers.
    download = next((value for name, value in fields if name == "download"), None)
    if default or named:
        return Asked(query, default, named, download)
    return Asked(query, None, None, download)


async def _posted(request: Request, limits: Limits) -> list[tuple[str, str]]:
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    if media_type == UPDATE:
        raise no_update()
    if media_type not in (FORM, QUERY):
        raise Refusal(415, f"a query is posted as {QUERY} or {FORM}, found {media_type or 'no content type'}")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refusal(415, "a compressed body is not read; send it as it is")
    charset = parameters.lower().partition("charset=")[2].partition(";")[0].strip(' "')
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise Refusal(415, f"a query is UTF-8, found charset {charset}")
    body = _text(await _body(request, limits), "the body")
    return [("query", body)] if media_type == QUERY else _fields(body)


async def _body(request: Request, limits: Limits) -> bytes:
    most = 3 * limits.query_bytes  # percent-encoded
    too_long = Refusal(413, f"the body is longer than {most} bytes")
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > most:
        raise too_long
    body = bytearray()
    try:
        async with asyncio.timeout(limits.request_seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise too_long
    except TimeoutError:
        raise Refusal(408, f"the body did not come within {limits.request_seconds:g} seconds") from None
    return bytes(body)


def _fields(encoded: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise Refusal(400, f"a field is no UTF-8: {error.reason}") from None
    except ValueError:
        raise Refusal(400, f"more than {_MOST_FIELDS} fields") from None


def _text(sent: bytes, what: str) -> str:
    try:
        return sent.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(400, f"{what} is no UTF-8 at byte {error.start}: {error.reason}") from None


def _iri(value: str) -> str:
    try:
        return ox.NamedNode(value).value
    except ValueError:
        raise Refusal(400, f"a graph is named by an absolute IRI, found {value[:200]!r}") from None
