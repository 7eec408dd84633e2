"""``cellkg compare``: what records and documents report of an instrument, arm by arm and time by time."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from cellkg.answers import Table
from cellkg.comparing import Asked, Comparison, PlotKind, compare, read_window
from cellkg.comparing.tables import analyses_table, effects_table, not_computed_table, rows_table
from cellkg.formats import FORMATS, write

from .options import asked_store_option, opened, output

_SHOWS = ("rows", "effects", "analyses", "not-computed")
_SHORT_FORMS = ("table", "md")
_FORMS = (*(form for form in FORMATS if form != "ttl"), "html")


@click.command("compare")
@click.argument("instrument", required=False)
@click.option("--study", metavar="NCT00000000", help="Of one study; without INSTRUMENT all its outcomes.")
@click.option("--condition", "conditions", multiple=True, help="A condition and all under it; repeatable.")
@click.option(
    "--cell-type", "cell_types", multiple=True, help="A type of cells or product and all under it; repeatable."
)
@click.option("--route", "routes", multiple=True, help="A route of administration; repeatable.")
@click.option("--donor", "donors", multiple=True, help="A donor, such as autologous; repeatable.")
@click.option("--at", "at", metavar="6m±1m", help="Only values at a time: d, w, m (30 days) or y, with a tolerance.")
@click.option("--show", type=click.Choice(_SHOWS), default="rows", show_default=True, help="Which table.")
@click.option("-f", "--format", "form", type=click.Choice(_FORMS), default="table", help="Form of the answer.")
@click.option("-o", "--output", "out", type=click.Path(path_type=Path, dir_okay=False), help="Write there.")
@click.option(
    "--plot",
    "plots",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw to an .svg or .png too.",
)
@click.option(
    "--plot-as",
    type=click.Choice(get_args(PlotKind)),
    default="forest",
    show_default=True,
    help="What to draw.",
)
@asked_store_option
def compare_command(
    instrument: str | None,
    study: str | None,
    conditions: tuple[str, ...],
    cell_types: tuple[str, ...],
    routes: tuple[str, ...],
    donors: tuple[str, ...],
    at: str | None,
    show: str,
    form: str,
    out: Path | None,
    plots: tuple[Path, ...],
    plot_as: PlotKind,
    where: str | None,
) -> None:
    """Line up what is reported of INSTRUMENT, one row for each study arm and time.

    INSTRUMENT is an outcome or instrument by any of its names, such as WOMAC or "acute GVHD"; narrower ones are taken
    in. Values are those of the sources, with their dispersion; what is derived stands apart and says how. csv, tsv and
    json have every column: the result node, its record and its place among them. forest draws a row for each arm,
    slope lines over time, effects those between concurrent arms. Plots need cellkg[plots], derived intervals and
    effects cellkg[statistics].
    """
    asked = Asked(
        instrument=instrument,
        study=study,
        conditions=conditions,
        cell_types=cell_types,
        routes=routes,
        donors=donors,
        at=read_window(at) if at else None,
    )
    with opened(where) as store:
        found = compare(store, asked)
    with output(out) as file:
        if form == "html":
            from cellkg.comparing.fragment import html_fragment

            file.write(html_fragment(found))
        else:
            write(_table(found, show, form), form, file)
    for path in plots:
        from cellkg.comparing.plots import write_plot

        write_plot(found, path, plot_as)
        click.echo(f"drawn: {path}", err=True)
    for line in found.footers:
        click.echo(line, err=True)


def _table(found: Comparison, show: str, form: str) -> Table:
    if show == "rows":
        return rows_table(found, short=form in _SHORT_FORMS)
    return {"effects": effects_table, "analyses": analyses_table, "not-computed": not_computed_table}[show](found)
