"""What stands below a study in the graph, asked at once: each node with what is said of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import pyoxigraph as ox

from cellkg.errors import DataError
from cellkg.identifiers import VOCABULARY
from cellkg.store import Store

from .records import Number, Spot

_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_BELOW = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
SELECT ?node ?property ?value WHERE {{ <{root}> ({path})+ ?node . ?node ?property ?value }}
"""


class Tree:
    """Nodes by IRI, with their properties by local name; values in a fixed order."""

    def __init__(self, rows: Iterator[tuple[str, str, str]]) -> None:
        self._said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for node, name, value in sorted(set(rows)):
            self._said[node][name].append(value)

    def all(self, node: str, name: str) -> list[str]:
        """Return every value of a property."""
        return self._said[node][name] if node in self._said else []

    def below(self, node: str, name: str) -> list[str]:
        """Return the nodes that a property leads to, in the order of their places."""
        return sorted(self.all(node, name), key=_by_number)

    def one(self, node: str, name: str) -> str | None:
        """Return the value of a property, or ``None``; the first of several."""
        values = self.all(node, name)
        return values[0] if values else None

    def number(self, node: str, name: str) -> Number:
        """Return a number with its words and, where it has no decimal, the state that says why."""
        value, state = self.one(node, name), self.one(node, f"{name}State")
        written = self.one(node, f"written{name[0].upper()}{name[1:]}")
        return Number(
            value=None if value is None else Decimal(value),
            written=value if written is None else written,
            state=None if state is None else state.removeprefix(f"{VOCABULARY}Value"),
        )

    def spot(self, node: str, what: str, as_written: str | None = None) -> Spot:
        """Return a node with its place in the source."""
        return Spot(node=node, place=self.one(node, "pointer") or "", what=what, as_written=as_written or "")


def tree_below(store: Store, root: str, ties: tuple[str, ...]) -> Tree:
    """Return the tree that some properties of ``cellkg:`` span below a node."""
    path = "|".join(f"cellkg:{tie}" for tie in ties)
    rows = select(store, _BELOW.format(root=root, path=path))
    return Tree((row["node"], local(row["property"]), row["value"]) for row in rows)


def select(store: Store, sparql: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a SELECT query as text; a variable without value is left out.

    Raises:
        DataError: the store broke while it was read.
    """
    answer = store.query(sparql)
    if not isinstance(answer, ox.QuerySolutions):
        raise DataError("expected rows from the store")
    names = [variable.value for variable in answer.variables]
    try:
        for row in answer:
            yield {name: str(row[name].value) for name in names if row[name] is not None}
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(f"{store.where} cannot be read to the end: {error}; build it anew") from None


def local(iri: str) -> str:
    """Return the name of a property of ``cellkg:``, ``label`` for ``rdfs:label``, else the IRI."""
    return "label" if iri == _LABEL else iri.removeprefix(VOCABULARY)


def _by_number(node: str) -> tuple[list[tuple[int, str]], str]:
    steps = node.split("/")
    return [(int(step), "") if step.isdigit() else (-1, step) for step in steps], node
