"""``cellkg conflicts``: what sources say against each other, with both spots, and nothing resolved away."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import get_args

import click

from cellkg.conflicts import KINDS, Finding, Kind, View, as_json, ask_conflicts, claims_table
from cellkg.formats import FORMATS, write

from .options import asked_store_option, opened, output


@click.command("conflicts")
@click.argument("study", required=False)
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="Only this kind; repeatable.")
@click.option(
    "--view",
    type=click.Choice(get_args(View)),
    default="all",
    show_default=True,
    help="All findings, or only those that no curator settled.",
)
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), default="table", help="Form of the answer.")
@click.option("-o", "--output", "out", type=click.Path(path_type=Path, dir_okay=False), help="Write there.")
@asked_store_option
def conflicts_command(
    study: str | None, kinds: tuple[Kind, ...], view: View, form: str, out: Path | None, where: str | None
) -> None:
    """Show contradictions, changes over time, reporting gaps and design concerns, of STUDY or of all studies.

    A row for each side: what it is, its value, source, day and spot. Rows with one number belong together. Which side
    is right is not said; a decision of a curator stands beside, and --view curated leaves out what it settles.
    """
    with opened(where) as store:
        found = ask_conflicts(store, study, kinds=kinds or KINDS, view=view)
    with output(out) as file:
        if form == "json":
            file.write(as_json(found))
        else:
            write(claims_table(found), form, file)
    _tell(found, view)


def _tell(found: list[Finding], view: View) -> None:
    counted = Counter(each.kind for each in found)
    told = ", ".join(f"{kind}: {counted[kind]}" for kind in KINDS if counted[kind])
    click.echo(f"findings, {view} view: {told or 'none'}", err=True)
    again = sum(each.decision is not None and not each.is_settled for each in found)
    if again:
        click.echo(f"decided earlier, but the chosen source says something else by now: {again}", err=True)
