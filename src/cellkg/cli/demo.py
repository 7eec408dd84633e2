"""``cellkg demo``: from the shipped data to answers and a picture, in one command."""

from __future__ import annotations

from pathlib import Path

import click

from cellkg.answers import ask
from cellkg.catalogue import find_question
from cellkg.formats import write
from cellkg.resources import built, shipped
from cellkg.store import open_store

from .build import run_build
from .draw import write_page
from .options import output

_SHOWN = ("routes-of-administration", "cell-doses", "direction-contradictions")


@click.command("demo")
@click.option("--store", "home", type=click.Path(path_type=Path), help="Folder to build in.")
def demo_command(home: Path | None) -> None:
    """Build the graph from the shipped data, show three answers, and write the network page."""
    from cellkg.projection import project

    home = home or built()
    run_build(home, (shipped("curated"),))
    store = open_store(home)
    with output(None) as out:
        for name in _SHOWN:
            question = find_question(name)
            out.write(f"\n{question.header.summary}\n")
            write(ask(store, question), "table", out)
    page = write_page(project(store), None, 0, home / "network.html")
    click.echo(f"\nThe network page: {page}\nMore questions: cellkg query --list")
