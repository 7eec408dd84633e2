"""``cellkg history``: what changed between the held versions of a registry record."""

from __future__ import annotations

import sys

import click

from cellkg.formats import FORMATS, write

from .options import asked_store_option, opened


@click.command("history")
@click.argument("registry_id", metavar="NCT00000000")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), default="table", help="Form of the answer.")
@asked_store_option
def history_command(registry_id: str, form: str, where: str | None) -> None:
    """Tell what changed in a registry record: status, enrolment, dates, primary outcomes.

    Each change is dated against the start, the primary completion and the results of the study.
    """
    from cellkg.history import history

    with opened(where) as store:
        found = history(store, registry_id)
    write(found.table, form, sys.stdout)
    click.echo(f"versions held: {', '.join(found.versions)}", err=True)
    if found.earlier_not_held:
        click.echo("earlier versions are not held", err=True)
