"""The SPARQL 1.1 Protocol for queries: one is sent over a kept connection, and its answer comes whole or not at all."""

from __future__ import annotations

import io
import re
import weakref
from collections.abc import Iterable
from itertools import chain

import httpx2
import pyoxigraph as ox

from cellkg.addresses import Address
from cellkg.errors import NetworkError, UsageError
from cellkg.ordering import ordered
from cellkg.services import named_graphs, names_dataset, query_form, without_graphs, without_service

Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Login = tuple[str, str]
"""A name and a password."""

RESULTS = "application/sparql-results+json"
TRIPLES = "application/n-triples"

_MAKING_TRIPLES = {"CONSTRUCT", "DESCRIBE"}
_BLANK = re.compile(rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")nodeID://')
_CONNECT_SECONDS = 15
_PASSING = (502, 503, 504)
_VARIABLES = ("?", "$")
_DEFAULT_GRAPH = "default-graph-uri"
_NAMED_GRAPH = "named-graph-uri"


class TooLargeError(NetworkError):
    """An answer that is larger than is taken."""


class SilentError(NetworkError):
    """A store that cannot be reached, says nothing in time, or has no time."""


class Client:
    """Asks one store; it may be silent for ``timeout`` seconds, and say at most ``most_bytes`` to one query."""

    def __init__(
        self,
        address: Address,
        login: Login | None = None,
        timeout: float = 60,
        most_bytes: int | None = None,
        called: str = "",
    ) -> None:
        """Ask the store at an address; errors tell it as ``called``, or else by its address."""
        self._where, self._most = called or address.given, most_bytes
        self._url = address.query_with_login if login and address.query_with_login else address.query
        self._address, self._row_limit = address, address.row_limit or "the limit"
        self._http = httpx2.Client(
            auth=auth_of(address, login), timeout=httpx2.Timeout(timeout, connect=min(timeout, _CONNECT_SECONDS))
        )
        weakref.finalize(self, self._http.close)

    def ask(self, sparql: str, default: Iterable[str] | None = None, named: Iterable[str] | None = None) -> Answer:
        """Return the answer to a query, parsed into the same terms as those of the embedded store.

        With ``default`` or ``named`` the graphs of these IRIs are the whole dataset.

        Raises:
            UsageError: the store refuses the query, or it asks another endpoint by SERVICE.
            NetworkError: the store does not answer, or not as it should, or not to the end.
        """
        # Asked for one format: some endpoints send triples as a table when tables are acceptable too.
        headers = {"Accept": TRIPLES if query_form(sparql) in _MAKING_TRIPLES else RESULTS}
        phrased = without_service(self._address.phrase(sparql))
        fields: dict[str, str | list[str]] = {"query": phrased}
        if default is not None or named is not None:
            fields |= {_DEFAULT_GRAPH: list(default or ()), _NAMED_GRAPH: list(named or ())}
        elif not names_dataset(sparql):
            # What the protocol names would take the place of what FROM names.
            fields["query"] = without_graphs(phrased, self._address.hidden)
            fields |= self._dataset(sparql)
        try:
            with self._http.stream("POST", self._url, data=fields, headers=headers) as response:
                self._raise_for(response)
                body = self._whole(response)
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            raise SilentError(f"{self._where} does not answer: {_reason(error)}") from None
        self._raise_if_cut(response, body)
        return parse_answer(self._ordered(body, sparql), response.headers.get("Content-Type", ""), self._where)

    def _ordered(self, body: bytes, sparql: str) -> bytes:
        try:
            return body if self._address.sorts else ordered(body, sparql)
        except ValueError:  # no JSON: triples, or what the parser will tell
            return body

    def _dataset(self, sparql: str) -> dict[str, str | list[str]]:
        if self._address.merge is None:
            return {}
        return {_DEFAULT_GRAPH: self._address.merge, _NAMED_GRAPH: self._graphs(sparql)}

    def _graphs(self, sparql: str) -> list[str]:
        """Return the graphs that a query names: without them, Virtuoso finds nothing in a graph named by its IRI."""
        named = set(named_graphs(sparql))
        if all(name.startswith(_VARIABLES) for name in named):
            return []
        if all(name.startswith("<") for name in named):
            return sorted(name[1:-1] for name in named)
        raise UsageError(
            f"{self._where} finds no graph by a name with a prefix, nor by IRI and by variable in one query; "
            "write GRAPH ?graph { … } FILTER (?graph = <…>)"
        )

    def _whole(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if self._most is not None and len(body) > self._most:
                raise TooLargeError(f"{self._where} says more than {self._most:,} bytes to one query; ask for less")
        return bytes(body)

    def _raise_for(self, response: httpx2.Response) -> None:
        status = response.status_code
        if status == httpx2.codes.OK:
            return
        words = _shown(response.read().decode("utf-8", "replace"))
        if status == httpx2.codes.BAD_REQUEST:
            raise UsageError(f"{self._where} refuses the query: {words}")
        if status == httpx2.codes.UNAUTHORIZED:
            told = "give a name with --user and the password in CELLKG_PASSWORD"
            raise NetworkError(f"{self._where} wants another name or password (401); {told}")
        if response.has_redirect_location:
            raise NetworkError(f"{self._where} leads to {_shown(response.headers['Location'])}; name that address")
        if status in _PASSING:
            raise SilentError(f"{self._where} does not answer now: {status} {words}")
        raise NetworkError(f"{self._where} answers no query: {status} {words}")

    def _raise_if_cut(self, response: httpx2.Response, body: bytes) -> None:
        """Refuse what Virtuoso sends of a longer answer, with status 200: these headers alone tell of it."""
        if "X-SQL-State" in response.headers:
            words = _shown(response.headers.get("X-SQL-Message", ""))
            raise NetworkError(f"{self._where} sent a part of the answer: {words}; nothing of it was taken")
        most = response.headers.get("X-SPARQL-MaxRows", "")
        if most.isdecimal() and _number_of_rows(body) >= int(most):
            raise NetworkError(
                f"{self._where} sends at most {most} rows, and this answer may have more; "
                f"raise {self._row_limit} in the settings of the store, or add a LIMIT"
            )


def auth_of(address: Address, login: Login | None) -> httpx2.Auth | None:
    """Return how a store is logged in to, or ``None`` without a login."""
    if login is None:
        return None
    return httpx2.DigestAuth(*login) if address.digest_login else httpx2.BasicAuth(*login)


def parse_answer(body: bytes, content_type: str, where: str) -> Answer:
    """Return the answer that an endpoint sent, read to its end; ``NetworkError`` when it is none."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == RESULTS:
            _read_whole(_rows(body))
            return _rows(body)
        if kind == TRIPLES:
            return _triples(body)
    except (SyntaxError, ValueError) as error:
        raise NetworkError(f"{where} sent what is no {kind}: {_shown(str(error))}") from None
    raise NetworkError(f"{where} answered with {_shown(content_type)}, not with {RESULTS} or {TRIPLES}")


def _with_plain_blanks(body: bytes) -> bytes:
    """Return JSON in which blank nodes have the labels that they may have; Virtuoso writes ``nodeID://b10002``."""
    return _BLANK.sub(rb"\1", body) if b"nodeID://" in body else body


def _number_of_rows(body: bytes) -> int:
    try:
        answer = _rows(body)
        return sum(1 for _ in answer) if isinstance(answer, ox.QuerySolutions) else 0
    except (SyntaxError, ValueError):
        return 0  # told as such by who parses it


def _rows(body: bytes) -> ox.QuerySolutions | ox.QueryBoolean:
    return ox.parse_query_results(io.BytesIO(_with_plain_blanks(body)), format=ox.QueryResultsFormat.JSON)


def _read_whole(answer: ox.QuerySolutions | ox.QueryBoolean) -> None:
    # Solutions are parsed one by one: a broken end would come up only where they are used.
    if isinstance(answer, ox.QuerySolutions):
        for _ in answer:
            pass


def _triples(body: bytes) -> ox.QueryTriples:
    store = ox.Store()
    store.load(body, format=ox.RdfFormat.N_TRIPLES)
    answer = store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert isinstance(answer, ox.QueryTriples)
    return answer


def _reason(error: Exception) -> str:
    return _shown(str(error).strip() or type(error).__name__)


def _shown(words: str) -> str:
    line = next(chain(words.strip().splitlines(), ["no word of why"]))[:300]
    return "".join(sign if sign.isprintable() else "�" for sign in line)
