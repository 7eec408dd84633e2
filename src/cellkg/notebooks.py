"""What shows itself in a notebook: networks in a sandboxed frame, bars, and the triples of a CONSTRUCT."""

from __future__ import annotations

import html
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import rdflib

from cellkg.answers import Cell, Table, shown
from cellkg.errors import UsageError
from cellkg.identifiers import compress

if TYPE_CHECKING:
    import networkx as nx

_MOST_BARS = 200
_MOST_LINKS = 300


@dataclass(frozen=True, slots=True)
class Drawing:
    """A network page: a notebook shows it in a frame that reaches neither the notebook nor any network."""

    page: str
    height: int = 620

    def save(self, path: str | Path) -> Path:
        """Write the page to a file and return its path."""
        out = Path(path)
        out.write_text(self.page, encoding="utf-8")
        return out

    def _repr_html_(self) -> str:
        return (
            f'<iframe sandbox="allow-scripts" title="Network" width="100%" height="{self.height}" '
            f'style="border: 1px solid #8888" srcdoc="{html.escape(self.page, quote=True)}"></iframe>'
        )


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart as SVG."""

    drawing: str

    def save(self, path: str | Path) -> Path:
        """Write the SVG to a file and return its path."""
        out = Path(path)
        out.write_text(self.drawing, encoding="utf-8")
        return out

    def _repr_html_(self) -> str:
        return f'<div style="max-width: 45rem">{self.drawing}</div>'


class Triples(rdflib.Graph):
    """The triples of a CONSTRUCT: an rdflib graph that a notebook shows as a network."""

    def _repr_html_(self) -> str:
        from cellkg.pages.network import network_html  # imports networkx

        network = _network(self)
        if not network.number_of_edges():
            return f"<pre>{html.escape(self.serialize(format='turtle'))}</pre>"
        return Drawing(network_html(network, title=f"{len(self)} triples"))._repr_html_()


def bars(table: Table, value: str, name: str | None = None) -> Bars:
    """Return the numbers of a column as bars, one a row; a gap has none. Nothing is added up.

    Rows are named by the column ``name``, by default by the texts of the row.

    Raises:
        UsageError: no such column, no numbers in it, or more rows than can be looked at.
    """
    from cellkg.pages.bars import chart, svg

    for column in (value, name):
        if column is not None and column not in table.names:
            raise UsageError(f"no column {column!r}; there are {', '.join(table.names)}")
    rows = [
        row for row in table.records() if isinstance(row[value], int | Decimal) and not isinstance(row[value], bool)
    ]
    if not rows:
        raise UsageError(f"the column {value} holds no number")
    if len(rows) > _MOST_BARS:
        raise UsageError(f"{len(rows)} bars are too many to look at; ask for at most {_MOST_BARS} rows")
    texts = [name] if name else [column.name for column in table.columns if column.type not in ("int", "decimal")]
    names = [" · ".join(shown(row[each]) for each in texts if row[each] is not None) for row in rows]
    return Bars(svg(chart(value, names, [Decimal(str(row[value])) for row in rows])))


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | Decimal) and not isinstance(cell, bool)


def draw(network: nx.MultiDiGraph[str], title: str, focus: str | None = None) -> Drawing:
    """Return a network as a page to look at."""
    from cellkg.pages.network import network_html

    return Drawing(network_html(network, title=title, focus=focus))


def _network(graph: rdflib.Graph) -> nx.MultiDiGraph[str]:
    import networkx as nx

    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    links = sorted((str(s), str(p), str(o)) for s, p, o in graph if not isinstance(o, rdflib.Literal))
    for start, label, end in links[:_MOST_LINKS]:
        for node in (start, end):
            network.add_node(node, label=compress(node), kind="", facts=[])
        network.add_edge(start, end, label=compress(label), sources=[])
    return network
