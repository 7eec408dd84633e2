"""``cellkg gaps``: an evidence map, with what is empty and which trial may fill it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import get_args

import click

from cellkg.answers import Table
from cellkg.formats import FORMATS, write
from cellkg.gaps import NOTE, Asked, EvidenceMap, ask_gaps
from cellkg.gaps.reading import Facet, Level

from .options import asked_store_option, opened, output


@click.command("gaps")
@click.option(
    "--by", type=click.Choice(get_args(Facet)), default="product", show_default=True, help="What the rows are."
)
@click.option(
    "--endpoints-as",
    "level",
    type=click.Choice(get_args(Level)),
    default="endpoint",
    show_default=True,
    help="How finely endpoints are told apart.",
)
@click.option(
    "--condition", "conditions", multiple=True, help="A condition and all under it, by name or CURIE; repeatable."
)
@click.option("--endpoint", "endpoints", multiple=True, help="Only this endpoint, instrument or domain; repeatable.")
@click.option("--value", "values", multiple=True, help="Only this product class, tissue, donor or route; repeatable.")
@click.option("--empty", is_flag=True, help="Only the cells without a result.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Count time to this day; by default to the day of each record."
)
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), default="table", help="Form of the answer.")
@click.option("-o", "--output", "out", type=click.Path(path_type=Path, dir_okay=False), help="Write there.")
@asked_store_option
def gaps_command(
    by: Facet,
    level: Level,
    conditions: tuple[str, ...],
    endpoints: tuple[str, ...],
    values: tuple[str, ...],
    empty: bool,
    as_of: datetime | None,
    form: str,
    out: Path | None,
    where: str | None,
) -> None:
    """Show for which product, endpoint and condition there are results, trials under way, or nothing.

    A row for each state of a cell, with its studies and participants; a cell without a result has a row that reads
    "none in this graph", with the trials that may fill it and the sources that were searched. With --condition, cells
    in which there is no study are shown as well.
    """
    asked = Asked(
        by=by,
        level=level,
        values=values,
        endpoints=endpoints,
        conditions=conditions,
        as_of=as_of.date() if as_of else None,
    )
    with opened(where) as store:
        found = ask_gaps(store, asked)
    with output(out) as file:
        write(_without_results(found.table) if empty else found.table, form, file)
    _tell(found, by)


def _without_results(table: Table) -> Table:
    reading = table.names.index("reading")
    return Table(table.columns, [row for row in table.rows if row[reading]])


def _tell(found: EvidenceMap, by: Facet) -> None:
    click.echo(f"{NOTE}; data to {found.newest or 'a day that no source states'}", err=True)
    click.echo(f"searched: {found.searched()}", err=True)
    click.echo(
        "participants are those of whole studies, all arms; a study can be in several cells: do not add up", err=True
    )
    if by == "product":
        told = ", ".join(found.disputed) or "none"
        click.echo(f"products that sources name differently count once, as disputed: {told}", err=True)
