"""``cellkg similar`` and ``cellkg why``: what ties studies and things, as paths."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from cellkg.answers import Row, Table
from cellkg.catalogue import Column
from cellkg.errors import NotFoundError
from cellkg.formats import FORMATS, write

from .options import asked_store_option, opened

if TYPE_CHECKING:
    import networkx as nx

    from cellkg.projection.paths import Path

_hub = click.option(
    "--hub", type=click.IntRange(min=1), help="What ties more studies than this is a hub; by default a fifth of them."
)
_steps = click.option("--steps", is_flag=True, help="One row for each link of a path, with its sources.")
_format = click.option(
    "-f", "--format", "form", type=click.Choice(FORMATS), default="table", help="Form of the answer."
)
_STEP_COLUMNS = (
    *(Column(name=name, type="int") for name in ("path", "step")),
    *(Column(name=name, type="string") for name in ("start", "start_kind", "link", "end", "end_kind", "sources")),
)


@click.command("similar")
@click.argument("study", metavar="STUDY")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="How many studies.")
@_hub
@_steps
@_format
@asked_store_option
def similar_command(study: str, limit: int, hub: int | None, steps: bool, form: str, where: str | None) -> None:
    """Show which studies share most with STUDY, and what they share, as paths.

    STUDY is a registry id or a label, for example NCT00000000. What few studies have weighs more; hubs weigh nothing.
    """
    from cellkg.projection import find_node, read_ties, similar

    with opened(where) as store:
        graph = read_ties(store)
    found = similar(graph, find_node(graph, study), limit=limit, hub=hub)
    texts = ("study", "shares", "kind", "path")
    columns = (
        Column(name="rank", type="int", derived=True),
        Column(name="bits", type="decimal", derived=True),
        *(Column(name=name, type="string") for name in texts),
        Column(name="reason_bits", type="decimal", derived=True),
        Column(name="studies_with_it", type="int", derived=True),
    )
    rows: list[Row] = [
        (
            rank,
            _decimal(each.bits),
            _label(graph, each.study),
            _label(graph, reason.thing),
            str(graph.nodes[reason.thing]["kind"]),
            reason.path.text,
            _decimal(reason.bits),
            reason.studies,
        )
        for rank, each in enumerate(found, start=1)
        for reason in each.reasons
    ]
    paths = (reason.path for each in found for reason in each.reasons)
    write(_table_of_steps(graph, paths) if steps else Table(columns, rows), form, sys.stdout)
    click.echo("bits say how rare is what both share; they do not say that results may be compared", err=True)


@click.command("why")
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@click.option("--limit", type=click.IntRange(min=1), default=5, show_default=True, help="How many paths.")
@click.option("--hops", type=click.IntRange(min=1), default=6, show_default=True, help="How long a path may be.")
@_hub
@_steps
@_format
@asked_store_option
def why_command(
    one: str, other: str, limit: int, hops: int, hub: int | None, steps: bool, form: str, where: str | None
) -> None:
    """Show the shortest paths between A and B that go through no hub.

    A and B are registry ids, labels, CURIEs or IRIs: studies, product types, conditions, tissues, routes, outcomes,
    organisations, for example NCT00000000 and MONDO:0005100.
    """
    from cellkg.projection import find_node, read_ties, why

    with opened(where) as store:
        graph = read_ties(store)
    found = why(graph, find_node(graph, one), find_node(graph, other), limit=limit, hub=hub, hops=hops)
    if not found:
        raise NotFoundError(f"no path of {hops} links or fewer without hubs; raise --hub or --hops")
    columns = (
        *(Column(name=name, type="int") for name in ("path", "hops")),
        *(Column(name=name, type="string") for name in ("reads", "sources")),
    )
    rows: list[Row] = [
        (number, len(path.steps), path.text, " ".join(sorted({key for step in path.steps for key in step.sources})))
        for number, path in enumerate(found, start=1)
    ]
    write(_table_of_steps(graph, found) if steps else Table(columns, rows), form, sys.stdout)


def _table_of_steps(graph: nx.MultiDiGraph[str], paths: Iterable[Path]) -> Table:
    return Table(_STEP_COLUMNS, list(_step_rows(graph, paths)))


def _step_rows(graph: nx.MultiDiGraph[str], paths: Iterable[Path]) -> Iterator[Row]:
    for number, path in enumerate(paths, start=1):
        for place_, step in enumerate(path.steps, start=1):
            ends = (step.start, step.end) if step.forward else (step.end, step.start)
            (start, start_kind), (end, end_kind) = ((_label(graph, n), str(graph.nodes[n]["kind"])) for n in ends)
            yield number, place_, start, start_kind, step.label, end, end_kind, " ".join(step.sources)


def _label(graph: nx.MultiDiGraph[str], node: str) -> str:
    return str(graph.nodes[node]["label"])


def _decimal(bits: float) -> Decimal:
    return Decimal(f"{bits:.2f}")
