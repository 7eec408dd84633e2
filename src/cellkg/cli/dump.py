"""``cellkg dump``: everything that the current build says, as one file."""

from __future__ import annotations

from pathlib import Path

import click

from cellkg.dump import write_dump
from cellkg.errors import UsageError
from cellkg.store import EmbeddedStore, open_store

from .options import place, store_option


@click.command("dump")
@store_option
@click.option("-o", "--output", "folder", type=click.Path(path_type=Path, file_okay=False), help="Folder to write in.")
def dump_command(where: str | None, folder: Path | None) -> None:
    """Write the merge and every named graph as N-Quads (`cellkg.nq.gz`).

    A build leaves none: it takes as long as the whole graph is large, whatever changed.
    """
    store = open_store(place(where))
    if not isinstance(store, EmbeddedStore):
        raise UsageError("a dump is made of a build, not of an endpoint")
    target = folder or Path.cwd()
    target.mkdir(parents=True, exist_ok=True)
    click.echo(write_dump(store.store, target))
