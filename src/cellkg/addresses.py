"""Addresses of SPARQL 1.1 stores: where one is asked, changed and filled, and in which graph of it the merge lies."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cellkg.errors import UsageError
from cellkg.identifiers import MERGE, PUBLISHED

SCHEMES = ("http://", "https://")

_WHOLE = re.compile(r"(?<=[)}] )#@whole\b")
_OF_VIRTUOSO = (
    "http://localuriqaserver/sparql",
    "http://www.openlinksw.com/schemas/virtrdf#",
    "http://www.w3.org/ns/ldp#",
)


@dataclass(frozen=True, slots=True)
class Address:
    """A store by the address that it was given by.

    ``merge`` is the graph that the merge is put into, None for the default graph. ``query_with_login`` is where one
    asks who is logged in, where that is another place. ``sorts`` tells whether rows come in the order of SPARQL 1.1,
    and ``whole`` is what keeps a sub-select apart that is to be answered on its own.
    """

    given: str
    query: str
    query_with_login: str = ""
    update: str = ""
    graphs: str = ""
    graph_parameter: str = "graph"
    merge: str | None = None
    hidden: tuple[str, ...] = ()
    """Graphs that are in the store and no part of a build."""
    caution: str = ""
    """What who asks such a store has to know."""
    digest_login: bool = False
    row_limit: str = ""
    """The setting of the store above which it sends a part of an answer or of a graph, and says nothing of it."""
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


def has_kind(where: str) -> bool:
    """Tell whether an address says which kind of store it is.

    >>> has_kind("oxigraph+http://127.0.0.1:7878"), has_kind("http://127.0.0.1:7878/query?a=1+http://x")
    (True, False)
    """
    return is_address(where) and not where.startswith(SCHEMES)


def read_address(where: str) -> Address:
    """Return what an address says: ``http…`` is a query endpoint, ``KIND+http…`` the base of a store of that kind.

    >>> read_address("oxigraph+http://127.0.0.1:7878").update
    'http://127.0.0.1:7878/update'

    Raises:
        UsageError: there is no such kind of store, or the address has a name or password in it.
    """
    if "@" in re.split("[/?#]", where.partition("://")[2], maxsplit=1)[0]:
        raise UsageError("an address has no name and no password in it: give the name with --user")
    if where.startswith(SCHEMES):
        return Address(where, query=where)
    kind, _, base = where.partition("+")
    if kind not in _KINDS or not base.startswith(SCHEMES):
        raise UsageError(f"{where}: no address of a store; write KIND+http://…, where KIND is {' or '.join(_KINDS)}")
    return _KINDS[kind](where, base.rstrip("/"))


def _oxigraph(given: str, base: str) -> Address:
    return Address(given, f"{base}/query", update=f"{base}/update", graphs=f"{base}/store", hidden=(PUBLISHED,))


def _virtuoso(given: str, base: str) -> Address:
    # Its default graph is the union of all graphs, doubles included, so the merge is a graph that each query names.
    return Address(
        given,
        f"{base}/sparql",
        query_with_login=f"{base}/sparql-auth",
        update=f"{base}/sparql-auth",
        graphs=f"{base}/sparql-graph-crud-auth",
        graph_parameter="graph-uri",
        merge=MERGE,
        hidden=(MERGE, PUBLISHED, *_OF_VIRTUOSO),
        caution=f"{given}: Virtuoso may leave rows out of an answer without a word; docs/stores.md tells which",
        digest_login=True,
        sorts=False,
        whole="LIMIT 1000000000",
        row_limit="ResultSetMaxRows",
    )


_KINDS = {"oxigraph": _oxigraph, "virtuoso": _virtuoso}
