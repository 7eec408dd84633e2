"""``cellkg federate``: ask a public endpoint about what the graph holds, and keep its rows for the next build."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import platformdirs

from cellkg.addresses import is_address
from cellkg.errors import UsageError
from cellkg.formats import FORMATS, write
from cellkg.store import open_store

from .options import output, place

if TYPE_CHECKING:
    from cellkg.federation import Federated, Ready


@click.command("federate")
@click.argument("name", required=False)
@click.option("--list", "list_", is_flag=True, help="List the ready questions and whom they ask.")
@click.option("--store", "where", metavar="PATH", help="Another build folder.")
@click.option("--fresh", is_flag=True, help="Ask anew; answers of the last seven days come from the cache otherwise.")
@click.option("--mirror", metavar="URL", help="Another address of the same endpoint.")
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the cache; in your cache folder by default.",
)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice([form for form in FORMATS if form != "ttl"]),
    default="table",
    show_default=True,
    help="Form of the rows.",
)
def federate_command(
    name: str | None,
    list_: bool,
    where: str | None,
    fresh: bool,
    mirror: str | None,
    cache: Path | None,
    form: str,
) -> None:
    """Ask a public endpoint the ready question NAME about what the graph holds, and keep the rows.

    The endpoints are those of `queries/federated/endpoints.toml` and no others. The rows become a graph of their own in
    `federated/`, beside the builds; the next `cellkg build` takes it in, and `cellkg query` asks it.
    """
    from cellkg.federation import federate, find_ready

    if list_:
        _list(form)
        return
    if name is None:
        raise UsageError("name a ready question; `cellkg federate --list` shows them")
    home = place(where)
    if mirror is not None and not mirror.startswith(("http://", "https://")):
        raise UsageError(f"--mirror is the address of a SPARQL endpoint, found {mirror!r}")
    if is_address(home):
        raise UsageError("the rows are kept beside builds: give the folder of one with --store")
    done = federate(
        ready := find_ready(name),
        open_store(home),
        Path(home),
        cache or platformdirs.user_cache_path("cellkg", appauthor=False),
        mirror=mirror,
        fresh=fresh,
        tell=lambda note: click.echo(f"note: {note}", err=True),
    )
    _show(ready, done, form)
    _tell(ready, done)


def _list(form: str) -> None:
    from cellkg.answers import Table
    from cellkg.catalogue import Column
    from cellkg.federation import ready_questions

    names = ("name", "question", "endpoint", "address")
    rows = [
        (name, each.header.summary, each.endpoint.title, each.endpoint.url) for name, each in ready_questions().items()
    ]
    with output(None) as out:
        write(Table(tuple(Column(name=name, type="string") for name in names), list(rows)), form, out)


def _show(ready: Ready, done: Federated, form: str) -> None:
    from cellkg.answers import Row, Table
    from cellkg.catalogue import Column
    from cellkg.federation import ASKED
    from cellkg.identifiers import compress

    names = [ASKED, *(column.name for column in ready.header.columns)]
    rows: list[Row] = [tuple(compress(row[name].value) if name in row else None for name in names) for row in done.rows]
    with output(None) as out:
        write(Table(tuple(Column(name=name, type="string") for name in names), sorted(set(rows), key=str)), form, out)


def _tell(ready: Ready, done: Federated) -> None:
    click.echo(f"asked {ready.endpoint.title} about {done.asked:,} terms: {done.received:,} rows came", err=True)
    for fault, number in sorted(done.dropped.items()):
        click.echo(f"dropped: {number:,} rows, each {fault}", err=True)
    state = "kept in" if done.changed else "nothing changed in"
    click.echo(f"{state} {done.file}", err=True)
    if ready.header.question:
        click.echo(f"`cellkg build` takes it in; then `cellkg query {ready.header.question}` asks it", err=True)
