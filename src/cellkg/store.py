"""A store behind one face: the embedded one of a build, one in memory, or a remote SPARQL 1.1 endpoint."""

from __future__ import annotations

import ast
import io
import re
from http.client import HTTPException
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from cellkg.addresses import is_address, read_address
from cellkg.errors import CellkgError, DataError, NetworkError, NotFoundError, UsageError
from cellkg.ordering import ordered
from cellkg.places import current_build
from cellkg.services import query_form, without_service

Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples"
_MAKING_TRIPLES = {"CONSTRUCT", "DESCRIBE"}
_TIMEOUT_SECONDS = 60


class Store(Protocol):
    """Something that answers SPARQL queries."""

    where: str

    def query(self, sparql: str) -> Answer:
        """Return the answer to a query.

        Raises:
            UsageError: the query is no SPARQL 1.1, or asks another endpoint by SERVICE.
            NetworkError: a remote store failed.
        """
        ...


class EmbeddedStore:
    """The store of a build, opened for reading: many processes may do so at once."""

    def __init__(self, store: ox.Store, where: str) -> None:
        self.store, self.where = store, where

    def query(self, sparql: str) -> Answer:
        """Return the answer to a query, read from disk."""
        try:
            return self.store.query(without_service(sparql))
        except SyntaxError as error:
            raise UsageError(f"not SPARQL: {_first_line(error)}") from None
        except (RuntimeError, ValueError) as error:
            raise DataError(f"the query failed: {_first_line(error)}") from None


class RemoteStore:
    """A SPARQL 1.1 endpoint, asked through SPARQLWrapper; it may be silent for ``timeout`` seconds.

    Raises:
        UsageError: the address names a kind of store that is not known.
    """

    def __init__(self, where: str, timeout: int = _TIMEOUT_SECONDS) -> None:
        self.where, self.timeout, self._address = where, timeout, read_address(where)

    def query(self, sparql: str) -> Answer:
        """Return the answer of the endpoint, parsed into the same terms as those of the embedded store."""
        from SPARQLWrapper import POST, SELECT, SPARQLWrapper
        from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

        client = SPARQLWrapper(self._address.query)
        client.setMethod(POST)
        client.setTimeout(self.timeout)
        # Set by hand: setQuery guesses the kind of query, and would send an update as one.
        client.queryString, client.queryType = without_service(self._address.phrase(sparql)), SELECT
        # Some endpoints send the format of the client's own parameter, or triples as a table, unless one is named.
        client.setOnlyConneg(True)
        client.addCustomHttpHeader("Accept", _TRIPLES if query_form(sparql) in _MAKING_TRIPLES else RESULTS)
        try:
            with client.query().response as response:
                body = response.read()
        except QueryBadFormed as error:
            raise UsageError(f"{self.where} refuses the query: {_reply(error)}") from None
        except (SPARQLWrapperException, OSError, HTTPException, ValueError) as error:
            raise NetworkError(f"{self.where} does not answer: {_first_line(error)}") from None
        kind = response.headers.get_content_type()
        return parse_answer(self._ordered(body, sparql) if kind == RESULTS else body, kind, self.where)

    def _ordered(self, body: bytes, sparql: str) -> bytes:
        try:
            return body if self._address.sorts else ordered(body, sparql)
        except ValueError:
            return body


def open_store(where: str | Path) -> Store:
    """Open the store of a build folder, a bare store folder, or a SPARQL endpoint by its URL.

    Raises:
        NotFoundError: nothing was built there yet.
    """
    if is_address(str(where)):
        return RemoteStore(str(where))
    folder = Path(where)
    build = current_build(folder)
    path = build / "store" if build else folder
    if not (path / "CURRENT").exists():
        raise NotFoundError(f"no store in {folder}; run `cellkg build`")
    try:
        return EmbeddedStore(ox.Store.read_only(str(path)), str(folder))
    except (OSError, RuntimeError, ValueError) as error:
        raise CellkgError(f"cannot open the store in {folder}: {_first_line(error)}; build it anew") from None


def copied_store(path: Path, copy: Path) -> ox.Store:
    """Return a copy of an embedded store that may be changed; on the same disk it shares the files of the first."""
    ox.Store.read_only(str(path)).backup(str(copy))
    return ox.Store(str(copy))


def parse_answer(body: bytes, content_type: str, where: str) -> Answer:
    """Return the answer that an endpoint sent, read to its end; ``NetworkError`` when it is none."""
    try:
        if content_type == RESULTS:
            _read_whole(_rows(body))
            return _rows(body)
        if content_type == _TRIPLES:
            return _triples(body)
    except (SyntaxError, ValueError) as error:
        raise NetworkError(f"{where} sent what is no {content_type}: {_first_line(error)}") from None
    raise NetworkError(f"{where} answered with {content_type}, not with {RESULTS} or {_TRIPLES}")


def _rows(body: bytes) -> ox.QuerySolutions | ox.QueryBoolean:
    return ox.parse_query_results(io.BytesIO(body), format=ox.QueryResultsFormat.JSON)


def _read_whole(answer: ox.QuerySolutions | ox.QueryBoolean) -> None:
    # Solutions are parsed one by one: a broken end would come up only where they are used.
    if isinstance(answer, ox.QuerySolutions):
        for _ in answer:
            pass


def _triples(body: bytes) -> Answer:
    store = ox.Store()
    store.load(body, format=ox.RdfFormat.N_TRIPLES)
    return store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


def _reply(error: Exception) -> str:
    # SPARQLWrapper puts the bytes of the reply, as Python writes them, at the end of its message.
    reply = re.search(r"Response:\n(b['\"].*)", str(error))
    words = ast.literal_eval(reply[1]).decode(errors="replace") if reply else str(error)
    return _shown(words or str(error))


def _first_line(error: Exception) -> str:
    return _shown(str(error).strip() or type(error).__name__)


def _shown(words: str) -> str:
    line = (words.strip() or "no word of why").splitlines()[0][:300]
    return "".join(sign if sign.isprintable() else "�" for sign in line)
