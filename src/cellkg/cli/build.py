"""``cellkg build`` and ``cellkg update``: from ontology and sources to a new store."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from cellkg.build import Built, Progress, build
from cellkg.errors import InputErrors, UsageError
from cellkg.kept import kept_files
from cellkg.loading import Inputs, installed_loaders
from cellkg.resources import built, shipped
from cellkg.update import update

registry_option = click.option(
    "--registry",
    type=click.Path(path_type=Path, exists=True, allow_dash=True),
    multiple=True,
    help="Records of ClinicalTrials.gov (API v2): a file, a folder, or - for NDJSON; repeatable.",
)


@click.command("build")
@click.option("--store", "home", type=click.Path(path_type=Path), help="Folder to build in.")
@click.option(
    "--curated",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A curated file or a folder of them, besides the shipped ones; repeatable.",
)
@registry_option
def build_command(home: Path | None, curated: tuple[Path, ...], registry: tuple[Path, ...]) -> None:
    """Build a new store and make it the current one.

    Reads the ontology and every source, ties, merges and checks, and only then swaps the new store in: until then
    the one before still answers. Input that cannot be read is set aside and told; the rest goes on (exit code 4).
    """
    done = run_build(home or built(), (shipped("curated"), *curated), registry)
    sys.exit(4 if done.findings.set_aside else 0)


@click.command("update")
@click.option("--store", "home", type=click.Path(path_type=Path), help="Folder of builds.")
@registry_option
@click.option("--remove", metavar="NCT00000000", multiple=True, help="Take the records of a study out; repeatable.")
def update_command(home: Path | None, registry: tuple[Path, ...], remove: tuple[str, ...]) -> None:
    """Take registry records into the current build, or out of it, at the cost of what changed.

    The end is that of a new build of everything. The build before answers until the new one is whole.
    """
    if not registry and not remove:
        raise UsageError("nothing to do; give --registry or --remove")
    inputs = Inputs(registry=registry)
    done = _run(lambda progress: update(inputs, home or built(), installed_loaders(), remove, progress))
    sys.exit(4 if done.findings.set_aside else 0)


def run_build(home: Path, curated: tuple[Path, ...], registry: tuple[Path, ...] = ()) -> Built:
    """Build with a progress line on a terminal, and report what was counted and set aside."""
    inputs = Inputs(curated=curated, registry=registry, federated=kept_files(home))
    return _run(lambda progress: build(inputs, home, installed_loaders(), progress))


def _run(make: Callable[[Progress], Built]) -> Built:
    with Console(stderr=True).status("") as status:
        done = make(lambda step: status.update(f"{step} …"))
    for error in done.findings.set_aside:
        for each in error.errors if isinstance(error, InputErrors) else [error]:
            click.echo(f"set aside: {each}", err=True)
    for remark in done.findings.remarks:
        click.echo(f"note: {remark}", err=True)
    for what, number in sorted(done.findings.counts.items()):
        click.echo(f"{number:>9,}  {what}", err=True)
    click.echo(f"built {done.folder} in {done.seconds:.1f} s", err=True)
    return done
