"""What a worker asks: the store of a build on this machine, or a remote store."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox

from cellkg.addresses import is_address, read_address
from cellkg.errors import UsageError
from cellkg.protocol import Answer, Client, Login
from cellkg.services import foreign_name

from . import confinement
from .tasks import Task

_USER, _PASSWORD = "CELLKG_USER", "CELLKG_PASSWORD"
_WARM_UP = "SELECT (COUNT(*) AS ?n) WHERE { SELECT * WHERE { ?s a ?class . ?s ?p ?o } LIMIT 1000 }"
_CALLED = "the store behind this server"
_TIMES_LONGER = 4
"""How many times more an answer may take as JSON, which a remote store sends, than in the form that is asked for."""


@dataclass(frozen=True, slots=True)
class Source:
    """A store by the path or the address that it has, and the login to it; the password goes by the environment."""

    where: str
    login: Login | None = None

    @property
    def arguments(self) -> tuple[str, ...]:
        """The options by which the command line finds it."""
        return ("--store", self.where, *(("--user", self.login[0]) if self.login else ()))

    @property
    def environment(self) -> Mapping[str, str] | None:
        """The environment of a process that is to open it."""
        return {**os.environ, _USER: self.login[0], _PASSWORD: self.login[1]} if self.login else None


class Engine(Protocol):
    """Something that answers tasks."""

    def open(self) -> None:
        """Open the store, ask it something, and give up what no query may reach; raises what cannot be done."""
        ...

    def ask(self, task: Task) -> Answer:
        """Return the answer to a task; ``SyntaxError`` for what is no SPARQL."""
        ...


def engine_of(where: str, result_bytes: int) -> Engine:
    """Return what answers from a store; the login to a remote one is taken out of the environment."""
    if not is_address(where):
        return BuildEngine(where)
    user, password = os.environ.pop(_USER, None), os.environ.pop(_PASSWORD, "")
    return RemoteEngine(where, (user, password) if user is not None else None, result_bytes)


class BuildEngine:
    """The store of a build; its process loses the network."""

    def __init__(self, path: str) -> None:
        self._path = path

    def open(self) -> None:
        """Open the store and cut the network."""
        self._store = ox.Store.read_only(self._path)
        warm = self._store.query(_WARM_UP)
        assert isinstance(warm, ox.QuerySolutions)
        next(warm)
        if confinement.network_can_be_cut():
            confinement.cut_network()

    def ask(self, task: Task) -> Answer:
        """Return the answer of the store."""
        if task.default_graphs is None and task.named_graphs is None:
            return self._store.query(task.query, base_iri=task.base)
        default = [ox.NamedNode(graph) for graph in task.default_graphs or ()]
        named = [ox.NamedNode(graph) for graph in task.named_graphs or ()]
        return self._store.query(task.query, base_iri=task.base, default_graph=default, named_graphs=named)  # type: ignore[arg-type]


class RemoteEngine:
    """A remote store: what it is sent is SPARQL 1.1 without extensions, and calls nothing outside."""

    def __init__(self, where: str, login: Login | None, result_bytes: int) -> None:
        # Time is kept by the server, which ends the process.
        self._client = Client(
            read_address(where), login, timeout=3600, most_bytes=_TIMES_LONGER * result_bytes, called=_CALLED
        )

    def open(self) -> None:
        """Ask the store something, so that the connection is there."""
        self._client.ask("ASK {}")

    def ask(self, task: Task) -> Answer:
        """Return the answer of the store.

        Raises:
            SyntaxError: the query is no SPARQL 1.1.
            UsageError: it has a name that some store takes for a function of its own.
            NetworkError: the store does not answer as it should.
        """
        # Read by our own engine first: it has one grammar, no pragmas, and knows no function beyond the standard.
        ox.Store().query(task.query, base_iri=task.base)
        if (name := foreign_name(task.query)) is not None:
            raise UsageError(f"a query names things by http:, https: or urn: in full, found {name[:100]!r}")
        return self._client.ask(task.query, task.default_graphs, task.named_graphs)
