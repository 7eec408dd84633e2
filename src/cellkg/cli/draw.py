"""``cellkg draw``: a network page of a study's neighbourhood, or of everything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import asked_store_option, opened

if TYPE_CHECKING:
    import networkx as nx


@click.command("draw")
@click.argument("node", metavar="STUDY", required=False)
@click.option("--hops", type=click.IntRange(min=0), default=2, show_default=True, help="How far around STUDY.")
@click.option("--all", "all_", is_flag=True, help="Draw the whole graph.")
@click.option(
    "-o",
    "--output",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("network.html"),
    show_default=True,
    help="The page to write.",
)
@asked_store_option
def draw_command(node: str | None, hops: int, all_: bool, out: Path, where: str | None) -> None:
    """Write a network page: one file that needs no network.

    STUDY is a registry id, a label, a CURIE or an IRI of any node, for example NCT00000000 or MONDO:0005100. Without
    it, or with --all, the page holds the whole graph.
    """
    from cellkg.projection import project

    with opened(where) as store:
        graph = project(store)
    click.echo(str(write_page(graph, None if all_ else node, hops, out)))


def write_page(graph: nx.MultiDiGraph[str], node: str | None, hops: int, out: Path) -> Path:
    """Write the network page of a graph, or of the neighbourhood of a node in it, and return its path."""
    from cellkg.pages.network import write_network_page
    from cellkg.projection import find_node, neighbourhood

    if node is None:
        return write_network_page(graph, out, title="Cell therapies and their outcomes")
    focus = find_node(graph, node)
    near = neighbourhood(graph, focus, hops)
    return write_network_page(near, out, title=graph.nodes[focus]["label"], focus=focus)
