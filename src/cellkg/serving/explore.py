"""``/explore``: the network around a node, drawn in the browser step by step, and as a table without a script."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import msgspec
import networkx as nx
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cellkg.exploring import Step, joined, network_of, said_of
from cellkg.pages.network import network_html
from cellkg.projection import why
from cellkg.store import Store

from .builds import ServedBuild
from .explored import Explored, named, read_explored, starts_of, ties_around
from .explorer_page import link_view, looks, neighbours, node_view, paths_view, step_view
from .page_store import PageStore
from .refusals import Refusal
from .responses import page
from .site import site_of

_T = TypeVar("_T")
_Work = Callable[[Store, ServedBuild], _T]
_GRAPHML = "application/graphml+xml; charset=utf-8"


async def explore(request: Request) -> Response:
    """Show the network around a node; without one, where to start."""
    if not request.query_params.get("node"):
        points = await _from_store(request, lambda store, build: starts_of(store, build))
        return page(request, "explore.html.j2", starts=points, node=None)
    asked, step = await _from_store(request, partial(_first_step, request))
    return page(
        request,
        "explore.html.j2",
        starts=None,
        node=node_view(step.node),
        groups=neighbours(step),
        more=step.more,
        number=len(step.nodes),
        kinds=msgspec.json.encode(looks()).decode(),
        search=request.url.query,
        stated=asked.stated,
    )


async def explore_step(request: Request) -> Response:
    """Send a node with its neighbours."""
    _, step = await _from_store(request, partial(_first_step, request))
    return _json(step_view(step))


async def explore_node(request: Request) -> Response:
    """Send what is said of a node."""

    def read(store: Store, build: ServedBuild) -> object:
        return said_of(store, named(request, "node", store, build))

    return _json(await _from_store(request, read))


async def explore_link(request: Request) -> Response:
    """Send why two nodes are joined, with the evidence."""
    return _json(await _from_store(request, partial(_link, request)))


async def explore_link_page(request: Request) -> Response:
    """Show why two nodes are joined, with the evidence."""
    return page(request, "link.html.j2", **await _from_store(request, partial(_link, request)))


async def explore_paths(request: Request) -> Response:
    """Send the shortest paths between two nodes."""

    def read(store: Store, build: ServedBuild) -> object:
        ends = named(request, "node", store, build), named(request, "other", store, build)
        graph, hub = ties_around(store, build, ends)
        for each, field in zip(ends, ("node", "other"), strict=True):
            if each not in graph:
                raise Refusal(404, f"{field}: no path leads there; name a study or what studies have in common")
        return paths_view(graph, *ends, why(graph, *ends, hub=hub))

    return _json(await _from_store(request, read))


async def explore_graphml(request: Request) -> Response:
    """Send what is explored as GraphML."""
    _, graph = await _from_store(request, partial(_network, request))
    body = await run_in_threadpool(_graphml, graph)
    headers = {"content-type": _GRAPHML, "content-disposition": 'attachment; filename="cellkg-network.graphml"'}
    return Response(body, headers=headers)


async def explore_page(request: Request) -> Response:
    """Send what is explored as a page of its own, which needs no server."""
    asked, graph = await _from_store(request, partial(_network, request))
    label = graph.nodes[asked.node]["label"]
    body = await run_in_threadpool(network_html, graph, title=label, focus=asked.node)
    headers = {"content-disposition": 'attachment; filename="cellkg-network.html"'}
    return Response(body.encode("utf-8", "replace"), media_type="text/html", headers=headers)


def _first_step(request: Request, store: Store, build: ServedBuild) -> tuple[Explored, Step]:
    asked = read_explored(request, store, build)
    return asked, asked.step(store, asked.node)


def _network(request: Request, store: Store, build: ServedBuild) -> tuple[Explored, nx.MultiDiGraph[str]]:
    asked = read_explored(request, store, build)
    return asked, network_of(store, asked.steps(store))


def _link(request: Request, store: Store, build: ServedBuild) -> dict[str, Any]:
    start, end = (named(request, each, store, build) for each in ("start", "end"))
    return link_view(store, start, end, joined(store, start, end))


def _graphml(graph: nx.MultiDiGraph[str]) -> bytes:
    flat: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node, told in graph.nodes(data=True):
        facets = {fact["property"]: fact["value"] for fact in told["facts"]}
        flat.add_node(node, label=told["label"], kind=told["kind"], **facets)
    for start, end, told in graph.edges(data=True):
        flat.add_edge(start, end, label=told["label"], sources=" | ".join(told["sources"]))
    out = io.BytesIO()
    nx.write_graphml(flat, out)
    return out.getvalue()


async def _from_store(request: Request, work: _Work[_T]) -> _T:
    site = site_of(request)
    async with site.builds.current.used() as build:
        return await run_in_threadpool(work, PageStore(site, build), build)


def _json(content: object) -> Response:
    return Response(msgspec.json.encode(content), media_type="application/json")


routes = [
    Route("/explore", explore, name="explore"),
    Route("/explore/step.json", explore_step),
    Route("/explore/node.json", explore_node),
    Route("/explore/link.json", explore_link),
    Route("/explore/link", explore_link_page),
    Route("/explore/paths.json", explore_paths),
    Route("/explore/network.graphml", explore_graphml),
    Route("/explore/network.html", explore_page),
]
