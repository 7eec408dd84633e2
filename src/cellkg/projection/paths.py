"""Why two things belong together, and which studies are like one: the answers are paths of the network of ties."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

import networkx as nx

from cellkg.errors import NotFoundError, UsageError

from .ties import hubs, of_kind, reached

HOPS = 6
"""How many links a path has at most."""
_RARITY = 0.001
"""How much a widely shared node lengthens a path, so little that a shorter path always comes first."""


@dataclass(frozen=True, slots=True)
class Step:
    """One link of a path, from node to node as it is walked; ``forward`` when the link points that way too."""

    start: str
    label: str
    end: str
    forward: bool
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A path of links, and how it reads."""

    steps: tuple[Step, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Reason:
    """What two studies share, in how many studies of the graph, how much it tells in bits, and the path."""

    thing: str
    studies: int
    bits: float
    path: Path


@dataclass(frozen=True, slots=True)
class Likeness:
    """A study that is like another: the sum of the bits of its reasons, the strongest reason first."""

    study: str
    bits: float
    reasons: tuple[Reason, ...]


def why(
    graph: nx.MultiDiGraph[str], start: str, end: str, *, limit: int = 5, hub: int | None = None, hops: int = HOPS
) -> list[Path]:
    """Return the shortest paths between two nodes; of equally short ones those through rarer things come first.

    Links are followed either way. No path goes through a hub; its ends may be one. None is longer than ``hops``.

    Raises:
        UsageError: both are the same node.
    """
    if start == end:
        raise UsageError(f"{graph.nodes[start]['label']} is one node; name two")
    simple = without_hubs(graph, start, end, hub)

    def weight(one: str, other: str, _: object) -> float:
        return 1 + _RARITY * sum(math.log(1 + graph.nodes[node]["studies"]) for node in (one, other))

    try:
        found = nx.shortest_simple_paths(simple, start, end, weight)
        return [_path(graph, nodes) for nodes in islice(found, limit) if len(nodes) <= hops + 1]
    except nx.NetworkXNoPath:
        return []


def without_hubs(graph: nx.MultiDiGraph[str], start: str, end: str, hub: int | None = None) -> nx.Graph[str]:
    """Return the links between nodes, either way, without those of hubs other than the two ends."""
    # Two studies that are possibly the same are tied directly, and every other way is a simple path as well.
    left_out = hubs(graph, hub) - {start, end}
    simple: nx.Graph[str] = nx.Graph()
    # In one order, whatever that of the store: it decides between paths that weigh the same.
    simple.add_nodes_from(sorted(node for node in graph if node not in left_out))
    simple.add_edges_from(sorted(edge for edge in graph.edges() if left_out.isdisjoint(edge)))
    return simple


def similar(graph: nx.MultiDiGraph[str], study: str, *, limit: int = 10, hub: int | None = None) -> list[Likeness]:
    """Return the studies that share most with a study, each with what they share.

    A shared thing weighs what it tells: minus the binary logarithm of the share of studies that have it. Hubs are no
    reasons. A wider term is none where a narrower one is shared. The sum says how much is shared, and nothing of
    whether results may be compared.

    Raises:
        NotFoundError: the node is no study.
    """
    if graph.nodes[study]["kind"] != "Study":
        raise NotFoundError(f"{graph.nodes[study]['label']} is no study but: {graph.nodes[study]['kind'].lower()}")
    left_out = hubs(graph, hub)
    studies = of_kind(graph, "Study")
    mine = reached(graph, study) - left_out
    found = []
    for other in studies:
        shared: set[str] = mine & reached(graph, other) if other != study else set()
        narrow = [node for node in shared if shared.isdisjoint(graph.predecessors(node))]
        reasons = [_reason(graph, study, node, other, len(studies)) for node in narrow]
        if reasons:
            reasons.sort(key=lambda reason: (-reason.bits, reason.path.text))
            found.append(Likeness(other, math.fsum(reason.bits for reason in reasons), tuple(reasons)))
    found.sort(key=lambda each: (-each.bits, graph.nodes[each.study]["label"]))
    return found[:limit]


def _reason(graph: nx.MultiDiGraph[str], study: str, thing: str, other: str, total: int) -> Reason:
    there, back = (_way_up(graph, each, thing) for each in (study, other))
    tied = graph.nodes[thing]["studies"]
    return Reason(thing, tied, math.log2(total / tied), _path(graph, [*there, *reversed(back[:-1])]))


def _way_up(graph: nx.MultiDiGraph[str], study: str, thing: str) -> list[str]:
    """The shortest way from a study to what it is tied to; it passes no other study."""
    others = {node for node in graph.successors(study) if graph.nodes[node]["kind"] == "Study"}
    way: list[str] = nx.shortest_path(nx.restricted_view(graph, others, []), study, thing)
    return way


def _path(graph: nx.MultiDiGraph[str], nodes: list[str]) -> Path:
    steps = tuple(_step(graph, start, end) for start, end in pairwise(nodes))
    return Path(steps, "".join(_words(graph, steps)))


def _step(graph: nx.MultiDiGraph[str], start: str, end: str) -> Step:
    forward = graph.has_edge(start, end)
    links = dict(graph[start][end] if forward else graph[end][start])
    label = " and ".join(sorted(map(str, links)))
    return Step(start, label, end, forward, tuple(sorted({key for link in links.values() for key in link["sources"]})))


def _words(graph: nx.MultiDiGraph[str], steps: tuple[Step, ...]) -> Iterator[str]:
    yield str(graph.nodes[steps[0].start]["label"])
    for step in steps:
        yield f" —{step.label}→ " if step.forward else f" ←{step.label}— "
        yield str(graph.nodes[step.end]["label"])
