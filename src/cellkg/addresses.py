"""Addresses of SPARQL 1.1 stores: where one is asked, changed and filled, and in which graph of it the merge lies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from cellkg.errors import UsageError
from cellkg.identifiers import MERGE

SCHEMES = ("http://", "https://")

_WHOLE = re.compile(r"(?<=[)}] )#@whole\b")


@dataclass(frozen=True, slots=True)
class Address:
    """A store by the address that it was given by.

    ``merge`` is the graph that the merge is put into, None for the default graph. ``sorts`` tells whether rows come in
    the order of SPARQL 1.1, and ``whole`` is what keeps a sub-select apart that is to be answered on its own.
    """

    given: str
    query: str
    update: str = ""
    graphs: str = ""
    graph_parameter: str = "graph"
    merge: str | None = None
    digest_login: bool = False
    sorts: bool = True
    whole: str = ""

    def phrase(self, sparql: str) -> str:
        r"""Return a query as this store must be given it: a sub-select that ends with ``#@whole`` is kept apart.

        >>> query = "SELECT * { { SELECT ?s { ?s ?p ?o } #@whole \n } }"
        >>> read_address("virtuoso+http://127.0.0.1:8890").phrase(query)
        'SELECT * { { SELECT ?s { ?s ?p ?o } LIMIT 1000000000 \n } }'
        >>> read_address("oxigraph+http://127.0.0.1:7878").phrase(query) == query
        True
        """
        return _WHOLE.sub(self.whole, sparql) if self.whole else sparql


def is_address(where: str) -> bool:
    """Tell whether a store is named by an address and not by a folder."""
    return where.partition("+")[2].startswith(SCHEMES) or where.startswith(SCHEMES)


def read_address(where: str) -> Address:
    """Return what an address says: ``http…`` is a query endpoint, ``KIND+http…`` the base of a store of that kind.

    >>> read_address("oxigraph+http://127.0.0.1:7878").update
    'http://127.0.0.1:7878/update'

    Raises:
        UsageError: there is no such kind of store.
    """
    if where.startswith(SCHEMES):
        return Address(where, query=where)
    kind, _, base = where.partition("+")
    if kind not in _KINDS or not base.startswith(SCHEMES):
        raise UsageError(f"{where}: no address of a store; write KIND+http://…, where KIND is {' or '.join(_KINDS)}")
    return _KINDS[kind](where, base.rstrip("/"))


def _oxigraph(given: str, base: str) -> Address:
    return Address(given, f"{base}/query", f"{base}/update", f"{base}/store")


def _virtuoso(given: str, base: str) -> Address:
    # Its default graph is the union of all graphs, doubles included, so the merge is a graph that each query names.
    return Address(
        given,
        f"{base}/sparql?{urlencode({'default-graph-uri': MERGE})}",
        f"{base}/sparql-auth",
        f"{base}/sparql-graph-crud-auth",
        graph_parameter="graph-uri",
        merge=MERGE,
        digest_login=True,
        sorts=False,
        whole="LIMIT 1000000000",
    )


_KINDS = {"oxigraph": _oxigraph, "virtuoso": _virtuoso}
