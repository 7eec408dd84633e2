"""``cellkg changes``: what a question answers otherwise than on an earlier day."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from cellkg.addresses import is_address
from cellkg.catalogue import find_question
from cellkg.errors import UsageError
from cellkg.formats import FORMATS, write

from .options import output, pairs, place, store_option


@click.command("changes")
@click.argument("question", metavar="QUESTION")
@click.option("--since", required=True, metavar="2026-01-31", help="The day to compare with.")
@click.option("--param", "parameters", metavar="NAME=VALUE", multiple=True, help="A parameter; repeatable.")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), default="table", help="Form of the answer.")
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="Write there.")
@store_option
def changes_command(
    question: str, since: str, parameters: tuple[str, ...], form: str, out: Path | None, where: str | None
) -> None:
    """Tell which rows of a QUESTION appeared, vanished or changed since a day, and why.

    Compared are the registry records that are held: the latest of now, and the latest of that day. Keep earlier
    versions of records for that; `cellkg fetch ctgov` does.
    """
    from cellkg.changes import changes

    home = place(where)
    if is_address(home):
        raise UsageError("changes are found in a build, not behind an endpoint")
    found = changes(Path(home), find_question(question), since, pairs(parameters))
    with output(out) as file:
        write(found.table, form, file)
    click.echo(f"{len(found.reasons):,} studies have another record than on {since}", err=True)
    for reason, number in sorted(Counter(reason for why in found.reasons.values() for reason in why).items()):
        click.echo(f"{number:>9,}  {reason}", err=True)
