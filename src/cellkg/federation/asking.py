"""Asks a public endpoint, patiently and within limits, through SPARQLWrapper; whole answers are kept in a cache."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import msgspec
import pyoxigraph as ox

from cellkg.errors import NetworkError
from cellkg.patience import PassingError, Patience, passing, retrying
from cellkg.protocol import RESULTS, parse_answer
from cellkg.swapping import swap_in

from .plan import Endpoint

_LARGEST = 64 * 1024 * 1024
_LONGEST_SILENCES = 5
_PIECE = 64 * 1024


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A whole answer to one query."""

    url: str
    retrieved: datetime
    body: bytes

    def rows(self) -> ox.QuerySolutions:
        """Return the rows of the answer."""
        answer = parse_answer(self.body, RESULTS, self.url)
        assert isinstance(answer, ox.QuerySolutions)
        return answer


class Asker:
    """Asks one endpoint, in its turn; ``age`` is how old an answer from the cache may be."""

    def __init__(
        self,
        endpoint: Endpoint,
        cache: Path,
        *,
        patience: Patience | None = None,
        age: timedelta = timedelta(days=7),
        tell: Callable[[str], None] = lambda note: None,
    ) -> None:
        self.endpoint, self._cache, self._age, self._tell = endpoint, cache, age, tell
        self._patience = patience or Patience(attempts=4)
        self._next_request = 0.0

    def ask(self, sparql: str) -> Reply:
        """Return the answer to a SELECT query, from the cache where it holds one that is new enough.

        Raises:
            NetworkError: the endpoint does not answer as it should, though asked again and again.
        """
        file = self._cache / f"{query_hash(self.endpoint.url, sparql)}.msgpack"
        if (cached := self._cached(file)) is not None:
            return cached
        asking = retrying(self._patience, self._tell)
        try:
            reply: Reply = asking(self._fetch, sparql)
        except PassingError as error:
            raise NetworkError(f"{error}; asked {asking.statistics['attempt_number']} times") from None
        self._keep(file, reply)
        return reply

    def _cached(self, file: Path) -> Reply | None:
        try:
            reply = msgspec.msgpack.decode(file.read_bytes(), type=Reply)
            reply.rows()
        except (OSError, msgspec.DecodeError, NetworkError, AssertionError):
            return None
        return reply if datetime.now(UTC) - reply.retrieved <= self._age else None

    def _keep(self, file: Path, reply: Reply) -> None:
        # A cache that cannot be written costs a request, not the answer.
        with suppress(OSError):
            swap_in(file, msgspec.msgpack.encode(reply))

    def _fetch(self, sparql: str) -> Reply:
        self._await_turn()
        url = self.endpoint.url
        try:
            with _send(self.endpoint, sparql).response as response:
                self._check(response)
                reply = Reply(url=url, retrieved=datetime.now(UTC).replace(microsecond=0), body=self._body(response))
        except HTTPError as error:
            error.close()
            raise passing(url, error.code, error.headers.get("Retry-After")) or NetworkError(
                f"{url} answered {error.code}; try again later, or see whether it moved"
            ) from None
        except (OSError, HTTPException, ValueError) as error:
            raise PassingError(f"{url} does not answer: {type(error).__name__}: {error}") from None
        return self._whole(reply)

    def _await_turn(self) -> None:
        wait = self._next_request - time.monotonic()
        if wait > 0:
            self._patience.sleep(wait)
        self._next_request = time.monotonic() + self.endpoint.pace

    def _check(self, response: Any) -> None:
        url, kind = self.endpoint.url, response.headers.get_content_type()
        asked, answered = urlsplit(url), urlsplit(response.geturl())
        if asked.hostname != answered.hostname:
            raise NetworkError(f"{url} leads to {answered.hostname}, which is not on the list; nothing was read")
        if response.status != 200:
            raise PassingError(f"{url} answered {response.status}, with a part of the answer only")
        if kind != RESULTS:
            raise NetworkError(f"{url} answered with {kind}, not with {RESULTS}; nothing was kept")

    def _body(self, response: Any) -> bytes:
        body, end = bytearray(), time.monotonic() + _LONGEST_SILENCES * self.endpoint.silence
        while piece := response.read1(_PIECE):
            body += piece
            if len(body) > _LARGEST:
                raise NetworkError(f"{self.endpoint.url} sends more than {_LARGEST:,} bytes; nothing was kept")
            if time.monotonic() > end:
                raise PassingError(f"{self.endpoint.url} sends too slowly")
        if (length := response.headers.get("Content-Length")) and len(body) < int(length):
            raise PassingError(f"the answer of {self.endpoint.url} broke off")
        return bytes(body)

    def _whole(self, reply: Reply) -> Reply:
        try:
            answer = parse_answer(reply.body, RESULTS, reply.url)
        except NetworkError as error:
            raise PassingError(str(error)) from None
        if not isinstance(answer, ox.QuerySolutions):
            raise NetworkError(f"{reply.url} answered yes or no to a SELECT; nothing was kept")
        return reply


def query_hash(url: str, *queries: str) -> str:
    """Return a checksum of queries and the endpoint that they go to."""
    return hashlib.sha256("\0".join((url, *queries)).encode()).hexdigest()


def _send(endpoint: Endpoint, sparql: str) -> Any:
    from SPARQLWrapper import GET, JSON, POST, SELECT, SPARQLWrapper
    from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, SPARQLWrapperException

    client = SPARQLWrapper(endpoint.url, agent=f"cellkg/{version('cellkg')} (https://w3id.org/cellkg/)")
    client.setMethod({"GET": GET, "POST": POST}[endpoint.method])
    client.setTimeout(endpoint.silence)
    client.queryString, client.queryType = sparql, SELECT
    client.setReturnFormat(JSON)
    client.addCustomHttpHeader("Accept", RESULTS)
    try:
        return client.query()
    except SPARQLWrapperException as error:
        if isinstance(error.__context__, HTTPError):
            error.__context__.close()
        if isinstance(error, EndPointInternalError):
            raise PassingError(f"{endpoint.url} answered 500") from None
        words = " ".join(str(error).split())[:200]
        raise NetworkError(f"{endpoint.url} refuses the query: {type(error).__name__}: {words}") from None
