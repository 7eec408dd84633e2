"""``cellkg safety``: adverse events by group and kind, what is not listed, and to what sources attribute events."""

from __future__ import annotations

from pathlib import Path

import click

from cellkg.answers import ask
from cellkg.catalogue import find_question
from cellkg.errors import NotFoundError
from cellkg.formats import FORMATS, write

from .options import asked_store_option, opened, output

_TABLES = {
    "groups": "safety-by-group",
    "special": "events-of-special-interest",
    "not-listed": "special-interest-not-listed",
    "attribution": "adverse-events-by-attribution",
}


@click.command("safety")
@click.argument("table", type=click.Choice(list(_TABLES)), default="groups")
@click.option("--study", metavar="NCT00000000", help="Of one study only.")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), default="table", help="Form of the answer.")
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="Write there.")
@click.option("--evidence", is_flag=True, help="Add source, spot and words behind every row.")
@asked_store_option
def safety_command(
    table: str, study: str | None, form: str, out: Path | None, evidence: bool, where: str | None
) -> None:
    """Show a safety TABLE: groups (the default), special, not-listed or attribution.

    groups: participants with serious and other events and deaths, each of its own number at risk. special: events of
    special interest in cell therapy, by a written list of words. not-listed: kinds of them of which a record lists
    none, which is never zero. attribution: to what a source attributes events (product, harvest, conditioning, ...),
    in its words; what a source does not say is not stated.
    """
    with opened(where) as store:
        answer = ask(store, find_question(_TABLES[table]), {"study": study} if study else {}, evidence=evidence)
    if study is not None and not answer.rows:
        raise NotFoundError(
            f"no row for {study} in {store.where}; `cellkg safety {table}` shows the studies that have one"
        )
    with output(out) as file:
        write(answer, form, file)
    click.echo("not medical advice; what is not listed or not stated is not zero", err=True)
