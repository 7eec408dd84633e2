"""The graphs of a remote store, by the SPARQL 1.1 Graph Store HTTP Protocol and SPARQL 1.1 Update."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import IO, Self

import httpx2
import pyoxigraph as ox

from cellkg.addresses import Address
from cellkg.errors import NetworkError, UsageError
from cellkg.protocol import Login, auth_of

_TRIPLES = "application/n-triples"
_UPDATE = "application/sparql-update"
_IN_ONE_REQUEST = 100_000
_IN_ONE_UPDATE = 500
_MISSING = 404


class RemoteGraphs:
    """The graphs of a store, the merge among them as None; a server may be silent for ``timeout`` seconds."""

    def __init__(self, address: Address, login: Login | None = None, timeout: float = 600) -> None:
        """Reach a store by its address, with a name and a password where it asks for them.

        Raises:
            UsageError: the address is that of a query endpoint, which cannot be written to.
        """
        if not address.graphs:
            raise UsageError(f"{address.given}: a query endpoint; name the kind of store to write to, KIND+http://…")
        self.address = address
        self._client = httpx2.Client(
            auth=auth_of(address, login), timeout=httpx2.Timeout(timeout, connect=15), follow_redirects=True
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the connection."""
        self._client.close()

    def put(self, graph: str | None, triples: Iterable[ox.Triple]) -> None:
        """Put triples in the place of all that a graph says; those that share a blank node come close together.

        Raises:
            NetworkError: the store does not take them.
        """
        for number, some in enumerate(_batches(triples, _IN_ONE_REQUEST)):
            body = "".join(f"{triple} .\n" for triple in some)
            self._send("POST" if number else "PUT", self.address.graphs, self._named(graph), body, _TRIPLES)

    def fetch(self, graph: str | None) -> Iterator[ox.Triple]:
        """Yield what the store says a graph says; nothing when it has no such graph."""
        with tempfile.TemporaryFile() as file:
            if self._download(graph, file):
                file.seek(0)
                try:
                    yield from (quad.triple for quad in ox.parse(file, format=ox.RdfFormat.N_TRIPLES))
                except SyntaxError as error:
                    raise self._failed(f"sent what is no {_TRIPLES} for {_shown(graph)}: {error}") from None

    def delete(self, graph: str) -> None:
        """Take a graph out of the store; one that is not there is left so."""
        self._send("DELETE", self.address.graphs, self._named(graph), accepted=_MISSING)

    def add(self, graph: str | None, triples: Iterable[ox.Triple]) -> None:
        """Add triples to a graph."""
        self._change("INSERT", graph, triples)

    def remove(self, graph: str | None, triples: Iterable[ox.Triple]) -> None:
        """Take triples out of a graph."""
        self._change("DELETE", graph, triples)

    def update(self, sparql: str) -> None:
        """Run a SPARQL update."""
        self._send("POST", self.address.update, {}, sparql, _UPDATE)

    def _change(self, verb: str, graph: str | None, triples: Iterable[ox.Triple]) -> None:
        name = graph or self.address.merge
        for some in _batches(triples, _IN_ONE_UPDATE):
            data = "\n".join(f"{triple} ." for triple in some)
            self.update(f"{verb} DATA {{ GRAPH <{name}> {{ {data} }} }}" if name else f"{verb} DATA {{ {data} }}")

    def _download(self, graph: str | None, file: IO[bytes]) -> bool:
        try:
            with self._client.stream(
                "GET", self.address.graphs, params=self._named(graph), headers={"Accept": _TRIPLES}
            ) as response:
                if response.status_code == _MISSING:
                    return False
                self._raise_for(response)
                for chunk in response.iter_bytes():
                    file.write(chunk)
        except httpx2.HTTPError as error:
            raise self._failed(_reason(error)) from None
        return True

    def _send(
        self, method: str, url: str, parameters: dict[str, str], body: str = "", kind: str = "", accepted: int = 200
    ) -> None:
        headers = {"Content-Type": kind} if kind else {}
        try:
            response = self._client.request(method, url, params=parameters, content=body.encode(), headers=headers)
        except httpx2.HTTPError as error:
            raise self._failed(_reason(error)) from None
        if response.status_code != accepted:
            self._raise_for(response)

    def _named(self, graph: str | None) -> dict[str, str]:
        name = graph or self.address.merge
        return {self.address.graph_parameter: name} if name else {"default": ""}

    def _raise_for(self, response: httpx2.Response) -> None:
        if response.is_error:
            response.read()
            words = " ".join(response.text.split())[:200]
            raise self._failed(f"refuses {response.request.method} with {response.status_code} {words}".rstrip())

    def _failed(self, why: str) -> NetworkError:
        shown = "".join(sign if sign.isprintable() else "�" for sign in why)
        return NetworkError(f"{self.address.given} {shown}; nothing is declared published, run the command again")


def _batches(triples: Iterable[ox.Triple], size: int) -> Iterator[list[ox.Triple]]:
    rest = iter(triples)
    while some := list(itertools.islice(rest, size)):
        yield some


def _shown(graph: str | None) -> str:
    return f"<{graph}>" if graph else "the merge"


def _reason(error: httpx2.HTTPError) -> str:
    return f"does not answer: {str(error).strip() or type(error).__name__}"
