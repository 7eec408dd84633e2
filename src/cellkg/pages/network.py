"""The network page: one graph as one self-contained, interactive HTML file.

Nodes carry `label`, `kind` and `facts`, edges `label` and `sources`; node ids may be any text.
The page holds its own copy of vis-network, asks the network for nothing, and shows every text as text.
"""

from __future__ import annotations

import json
import os
import textwrap
from base64 import b64encode
from collections import Counter
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

import networkx as nx
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from cellkg.errors import NotFoundError

from .libraries import vendored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WINDOW = 150
"""How many nodes a page shows at first, and how many each "show more" adds."""


class Fact(TypedDict):
    """One statement about a node, with who says it and where."""

    property: str
    value: str
    source: str
    as_written: str
    """The words of the source; empty if the value was not written out."""
    spot: str
    """The place in the source, such as "line 2, characters 10–15"; may be empty."""


class Look(NamedTuple):
    """How a kind of node is drawn; no two kinds share both shape and colour."""

    shape: str
    light: str
    """The colour on the light page."""
    dark: str
    """The colour on the dark page."""


KINDS = {
    "Study": Look("dot", "#235a97", "#6cabed"),
    "Arm": Look("square", "#3b82b0", "#8ecbee"),
    "Cell product": Look("hexagon", "#c33f26", "#f4896f"),
    "Condition": Look("diamond", "#6d45a0", "#b999ee"),
    "Outcome": Look("triangle", "#2f7747", "#72c78c"),
    "Result": Look("triangleDown", "#67780f", "#bccb5a"),
    "Adverse event": Look("star", "#a3163a", "#f57f9b"),
    "Sponsor": Look("square", "#66727f", "#aab7c4"),
    "Report": Look("dot", "#97690a", "#e2b64d"),
    "Tissue": Look("hexagon", "#a85a17", "#e9a468"),
    "Route": Look("diamond", "#0c7a80", "#56c8ca"),
    "Device": Look("triangle", "#a8387f", "#ee8fcb"),
    "Source": Look("triangleDown", "#6a665e", "#b9b3a7"),
    "Product type": Look("square", "#c33f26", "#f4896f"),
    "Comparator": Look("hexagon", "#66727f", "#aab7c4"),
    "Co-intervention": Look("hexagon", "#3b82b0", "#8ecbee"),
    "Instrument": Look("diamond", "#2f7747", "#72c78c"),
    "Culture procedure": Look("square", "#a8387f", "#ee8fcb"),
    "Cell": Look("star", "#c33f26", "#f4896f"),
    "Antigen": Look("triangleDown", "#a3163a", "#f57f9b"),
}
"""The looks of the kinds the graph is known to have."""

_SPARE_SHAPES = ("square", "dot", "diamond", "hexagon", "triangle", "star", "triangleDown")
_SPARE_COLOURS = (
    ("#7d4e57", "#d9a5ae"),
    ("#4d5bb5", "#a3aef5"),
    ("#5c6b4a", "#b2c49c"),
    ("#8a4fb0", "#d3a2f2"),
    ("#00755f", "#5fcbb3"),
    ("#8c5a3c", "#d9ad92"),
)

_OPTIONS = {
    "layout": {"randomSeed": 7},
    "nodes": {"borderWidth": 1.5, "borderWidthSelected": 3},
    "edges": {"smooth": False, "selectionWidth": 1, "hoverWidth": 0.5, "arrowStrikethrough": False},
    "interaction": {"hover": True, "multiselect": False, "keyboard": False, "tooltipDelay": 250},
    "physics": {
        "solver": "forceAtlas2Based",
        "forceAtlas2Based": {
            "gravitationalConstant": -95,
            "centralGravity": 0.014,
            "springLength": 120,
            "springConstant": 0.07,
            "damping": 0.55,
            "avoidOverlap": 0.8,
        },
        "stabilization": {"iterations": 400, "updateInterval": 20, "fit": False},
    },
}


def write_network_page(graph: nx.MultiDiGraph[str], path: Path, *, title: str, focus: str | None = None) -> Path:
    """Write the page of `graph` to `path`, whole or not at all, and return `path`.

    Raises:
        NotFoundError: If `focus` is not a node of the graph.
    """
    page = network_html(graph, title=title, focus=focus)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(page.encode())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def network_html(graph: nx.MultiDiGraph[str], *, title: str, focus: str | None = None) -> str:
    """The page as text; `focus` is the node it opens on, and what is near it is shown first.

    Raises:
        NotFoundError: If `focus` is not a node of the graph.
    """
    if focus is not None and focus not in graph:
        raise NotFoundError(f"{focus!r} is none of the {len(graph)} nodes of this network; name one that is")
    scripts = [vendored("vis-network.js"), _own("network.js")]
    styles = [_own("network.css")]
    return _template().render(
        title=_encodable(title),
        policy=_policy(scripts, styles),
        styles=[Markup(style) for style in styles],
        scripts=[Markup(script) for script in scripts],
        graph=Markup(_inert_json(_payload(graph, focus))),
    )


def nearest_first(graph: nx.MultiDiGraph[str], focus: str | None = None) -> list[str]:
    """Every node once, by its steps from `focus`; what is not linked to it follows, best-linked first.

    >>> graph = nx.MultiDiGraph([("a", "b"), ("c", "b"), ("x", "y")])
    >>> nearest_first(graph, "a")
    ['a', 'b', 'c', 'x', 'y']
    """
    both_ways = graph.to_undirected(as_view=True)
    order: dict[str, None] = {}
    for start in sorted(graph, key=lambda node: (node != focus, -graph.degree(node), node)):
        if start not in order:
            reached = nx.bfs_edges(both_ways, start, sort_neighbors=sorted)
            order.update(dict.fromkeys([start, *(node for _, node in reached)]))
    return list(order)


def _payload(graph: nx.MultiDiGraph[str], focus: str | None) -> dict[str, Any]:
    """What the page's script reads: pyvis's nodes, edges and options, and the kinds for the legend."""
    from pyvis.network import Network  # imports IPython

    keys = {node: f"n{place}" for place, node in enumerate(nearest_first(graph, focus))}
    kinds = _kinds(graph)
    network = Network(directed=True)
    network.set_options(json.dumps(_OPTIONS))
    for node, key in keys.items():
        network.add_node(key, **_node(graph, node, kinds))
    for start, end, options in _edges(graph, keys):
        network.add_edge(start, end, **options)
    nodes, edges, _, _, _, options = network.get_network_data()
    return {
        "nodes": nodes,
        "edges": edges,
        "sources": _listed_sources(nodes, edges),
        "options": json.loads(options),
        "kinds": list(kinds.values()),
        "focus": None if focus is None else keys[focus],
        "window": WINDOW,
    }


def _node(graph: nx.MultiDiGraph[str], node: str, kinds: dict[str, dict[str, Any]]) -> dict[str, Any]:
    attributes = graph.nodes[node]
    kind = kinds[_kind(attributes)]
    name = str(attributes.get("label") or "").strip() or node or "(no name)"
    return {
        "label": _caption(name),
        "shape": kind["shape"],
        "size": round(8 + min(14.0, 3 * graph.degree(node) ** 0.5), 1),
        "group": kind["id"],
        "name": name,
        "iri": node,
        "facts": [_fact(fact) for fact in attributes.get("facts", ())],
    }


def _caption(name: str) -> str:
    r"""The name as it stands in the drawing, on at most two lines.

    >>> _caption("adipose-derived mesenchymal stromal cells, cultured and cryopreserved")
    'adipose-derived\nmesenchymal stromal…'
    """
    return "\n".join(textwrap.wrap(name, 24, max_lines=2, placeholder="…")) or name


def _fact(fact: Fact) -> dict[str, str]:
    return {name: str(text) for name, text in fact.items() if text}


def _edges(graph: nx.MultiDiGraph[str], keys: dict[str, str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The edges for pyvis; those that join the same two nodes bend apart, so that each can be seen."""
    before: Counter[frozenset[str]] = Counter()
    for number, (start, end, attributes) in enumerate(graph.edges(data=True)):
        pair = frozenset((start, end))
        options: dict[str, Any] = {
            "id": f"e{number}",
            "label": str(attributes.get("label") or ""),
            "sources": [str(source) for source in attributes.get("sources", ())],
        }
        if before[pair]:
            options["smooth"] = _bend(before[pair], forward=start <= end)
        before[pair] += 1
        yield keys[start], keys[end], options


def _listed_sources(nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> list[str]:
    """Every source label once; facts and edges then hold its place in this list, which spares much room."""
    places: dict[str, int] = {}
    for fact in (fact for node in nodes for fact in node["facts"] if "source" in fact):
        fact["source"] = places.setdefault(fact["source"], len(places))
    for edge in edges:
        edge["sources"] = [places.setdefault(source, len(places)) for source in edge["sources"]]
    return list(places)


def _bend(place: int, *, forward: bool) -> dict[str, Any]:
    side = "curvedCW" if (place % 2 == 1) == forward else "curvedCCW"
    return {"enabled": True, "type": side, "roundness": round(0.2 * ((place + 1) // 2), 2)}


def _kind(attributes: dict[str, Any]) -> str:
    return str(attributes.get("kind") or "Other")


def _kinds(graph: nx.MultiDiGraph[str]) -> dict[str, dict[str, Any]]:
    """The legend: each kind in the graph with its look and its count, known kinds first."""
    counts = Counter(_kind(attributes) for _, attributes in graph.nodes(data=True))
    unknown = sorted(counts.keys() - KINDS.keys())
    looks = {kind: look for kind, look in KINDS.items() if kind in counts}
    looks |= {kind: _spare(place) for place, kind in enumerate(unknown)}
    return {
        kind: {"id": f"k{place}", "name": kind, "count": counts[kind], **look._asdict()}
        for place, (kind, look) in enumerate(looks.items())
    }


def _spare(place: int) -> Look:
    """A look for a kind this module does not know; the first 42 differ."""
    shape = _SPARE_SHAPES[place % len(_SPARE_SHAPES)]
    return Look(shape, *_SPARE_COLOURS[place % len(_SPARE_COLOURS)])


def _inert_json(value: object) -> str:
    r"""ASCII JSON without a character that means anything to HTML.

    >>> print(_inert_json("</script> & ü"))
    "\u003c/script\u003e \u0026 \u00fc"
    """
    escapes = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).translate(escapes)


def _policy(scripts: list[str], styles: list[str]) -> str:
    """A content security policy under which only these texts run, and nothing is fetched."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(_digest, scripts))}",
            f"style-src {' '.join(map(_digest, styles))}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _own(name: str) -> str:
    return files("cellkg.pages").joinpath("templates", name).read_text(encoding="utf-8")


def _template() -> Template:
    environment = Environment(loader=PackageLoader("cellkg.pages"), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("network.html.j2")


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
