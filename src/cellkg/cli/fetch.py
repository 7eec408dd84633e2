"""``cellkg fetch``: records from a registry into files, without people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import platformdirs

from cellkg.errors import NotFoundError
from cellkg.resources import built

if TYPE_CHECKING:
    from cellkg_loaders.fetching import Fetched, Step


@click.group("fetch")
def fetch_group() -> None:
    """Fetch records from a registry."""


@fetch_group.command("ctgov")
@click.option("--condition", metavar="QUERY", help="Condition or disease, in the registry's query syntax.")
@click.option("--intervention", metavar="QUERY", help="Intervention or treatment.")
@click.option("--term", metavar="QUERY", help="Any other words.")
@click.option("--ids", multiple=True, metavar="NCT…", help="Registry ids, with commas between; repeatable.")
@click.option("--since", metavar="DATE", help="Last update posted on this day or later, as 2024-01-31.")
@click.option("--limit", type=click.IntRange(min=1), help="No more records than this.")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the records; graph_data/registry/ in a checkout, else in your data folder.",
)
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the cache; in your cache folder by default.",
)
@click.option("--server", metavar="URL", help="Address of the API v2; that of ClinicalTrials.gov by default.")
def ctgov_command(
    condition: str | None,
    intervention: str | None,
    term: str | None,
    ids: tuple[str, ...],
    since: str | None,
    limit: int | None,
    folder: Path | None,
    cache: Path | None,
    server: str | None,
) -> None:
    """Fetch the records of a search in ClinicalTrials.gov, one file each.

    Contacts, names of people, telephone numbers and e-mail addresses are taken out before anything is written; an
    account of the search is written beside the records. The same command again goes on after an interruption, and later
    brings what is new. `cellkg build --registry FOLDER` reads the records. Exit code 3 when one of --ids is not there.
    """
    from cellkg_loaders.fetching import REGISTRY, fetch, new_search

    search = new_search(
        condition=condition,
        intervention=intervention,
        term=term,
        ids=ids,
        since=since,
        limit=limit,
        server=server or REGISTRY,
    )
    folder = folder or built().parent / "registry"
    cache = cache or platformdirs.user_cache_path("cellkg", appauthor=False)
    try:
        with _progress() as tell:
            done = fetch(search, folder, cache, tell=tell)
    except KeyboardInterrupt:
        click.echo("cellkg: interrupted; the same command again goes on from there", err=True)
        raise
    _report(done)
    click.echo(str(folder))
    if done.not_found:
        raise NotFoundError(f"not in the registry: {', '.join(done.not_found)}; check these ids")


def _report(done: Fetched) -> None:
    if done.resumed:
        click.echo("note: went on with a search that was interrupted", err=True)
    if done.unnamed:
        click.echo(f"set aside: {done.unnamed} records without a registry id", err=True)
    if done.missing:
        click.echo(f"note: the registry reported {done.missing} records more than it sent; fetch again later", err=True)
    click.echo(f"{done.records:>9,}  records, {done.written:,} of them new or changed", err=True)
    click.echo(f"what was asked and taken out: {done.account}", err=True)


@contextmanager
def _progress() -> Iterator[Callable[[Step], None]]:
    """Show a bar on a terminal, and nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None, note="")
        yield lambda step: bar.update(task, completed=step.records, total=step.total, note=step.note)
