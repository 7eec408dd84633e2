"""``cellkg build``: from ontology and sources to a new store."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from cellkg.build import Built, build
from cellkg.errors import InputErrors
from cellkg.kept import kept_files
from cellkg.loading import Inputs, installed_loaders
from cellkg.resources import built, shipped


@click.command("build")
@click.option("--store", "home", type=click.Path(path_type=Path), help="Folder to build in.")
@click.option(
    "--curated",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A curated file or a folder of them, besides the shipped ones; repeatable.",
)
@click.option(
    "--registry",
    type=click.Path(path_type=Path, exists=True, allow_dash=True),
    multiple=True,
    help="Records of ClinicalTrials.gov (API v2): a file, a folder, or - for NDJSON; repeatable.",
)
def build_command(home: Path | None, curated: tuple[Path, ...], registry: tuple[Path, ...]) -> None:
    """Build a new store and make it the current one.

    Reads the ontology and every source, ties, merges and checks, and only then swaps the new store in: until then
    the one before still answers. Input that cannot be read is set aside and told; the rest goes on (exit code 4).
    """
    done = run_build(home or built(), (shipped("curated"), *curated), registry)
    sys.exit(4 if done.findings.set_aside else 0)


def run_build(home: Path, curated: tuple[Path, ...], registry: tuple[Path, ...] = ()) -> Built:
    """Build with a progress line on a terminal, and report what was counted and set aside."""
    console = Console(stderr=True)
    with console.status("") as status:
        inputs = Inputs(curated=curated, registry=registry, federated=kept_files(home))
        done = build(inputs, home, installed_loaders(), lambda step: status.update(f"{step} …"))
    for error in done.findings.set_aside:
        for each in error.errors if isinstance(error, InputErrors) else [error]:
            click.echo(f"set aside: {each}", err=True)
    for remark in done.findings.remarks:
        click.echo(f"note: {remark}", err=True)
    for what, number in sorted(done.findings.counts.items()):
        click.echo(f"{number:>9,}  {what}", err=True)
    click.echo(f"built {done.folder} in {done.seconds:.1f} s", err=True)
    return done
