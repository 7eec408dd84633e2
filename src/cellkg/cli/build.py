"""``cellkg build`` and ``cellkg update``: from ontology and sources to a new store."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from cellkg.build import Built, Progress, build
from cellkg.conversion import Conversion, Workers, convert
from cellkg.conversion.processes import by_processes
from cellkg.conversion.work import Failed, Outcome
from cellkg.errors import InputErrors, UsageError
from cellkg.kept import kept_files
from cellkg.loading import Findings, Inputs, installed_loaders
from cellkg.resources import built, shipped
from cellkg.update import update

registry_option = click.option(
    "--registry",
    type=click.Path(path_type=Path, exists=True, allow_dash=True),
    multiple=True,
    help="Records of ClinicalTrials.gov (API v2): a file, a folder, or - for NDJSON; repeatable.",
)
shards_option = click.option(
    "--shards",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    multiple=True,
    help="A folder that `cellkg convert` wrote; repeatable.",
)
workers_option = click.option(
    "--workers", type=click.IntRange(1), help="Processes of this machine that convert; as many as cores by default."
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
@shards_option
@click.option("--workers", type=click.IntRange(1), help="Convert the records by so many processes first.")
def build_command(
    home: Path | None,
    curated: tuple[Path, ...],
    registry: tuple[Path, ...],
    shards: tuple[Path, ...],
    workers: int | None,
) -> None:
    """Build a new store and make it the current one.

    Reads the ontology and every source, ties, merges and checks, and only then swaps the new store in: until then
    the one before still answers. Input that cannot be read is set aside and told; the rest goes on (exit code 4).
    """
    home, curated = home or built(), (shipped("curated"), *curated)
    if workers and registry:
        converted = home / "shards"
        run_conversion(registry, converted, workers)
        done = run_build(home, curated, (), (*shards, converted))
        # Until here they spare the work again when the build is stopped.
        shutil.rmtree(converted)
    else:
        done = run_build(home, curated, registry, shards)
    sys.exit(4 if done.findings.set_aside else 0)


@click.command("update")
@click.option("--store", "home", type=click.Path(path_type=Path), help="Folder of builds.")
@registry_option
@shards_option
@click.option("--remove", metavar="NCT00000000", multiple=True, help="Take the records of a study out; repeatable.")
def update_command(
    home: Path | None, registry: tuple[Path, ...], shards: tuple[Path, ...], remove: tuple[str, ...]
) -> None:
    """Take registry records into the current build, or out of it, at the cost of what changed.

    The end is that of a new build of everything. The build before answers until the new one is whole.
    """
    if not (registry or shards or remove):
        raise UsageError("nothing to do; give --registry, --shards or --remove")
    inputs = Inputs(registry=registry, shards=shards)
    done = _run(lambda progress: update(inputs, home or built(), installed_loaders(), remove, progress))
    sys.exit(4 if done.findings.set_aside else 0)


def run_build(
    home: Path, curated: tuple[Path, ...], registry: tuple[Path, ...] = (), shards: tuple[Path, ...] = ()
) -> Built:
    """Build with a progress line on a terminal, and report what was counted and set aside."""
    inputs = Inputs(curated=curated, registry=registry, shards=shards, federated=kept_files(home))
    return _run(lambda progress: build(inputs, home, installed_loaders(), progress))


def _run(make: Callable[[Progress], Built]) -> Built:
    with Console(stderr=True).status("") as status:
        done = make(lambda step: status.update(f"{step} …"))
    tell(done.findings)
    click.echo(f"built {done.folder} in {done.seconds:.1f} s", err=True)
    return done


def run_conversion(
    registry: tuple[Path, ...], folder: Path, workers: Workers | int | None, megabytes: int = 32
) -> Conversion:
    """Convert into shards of so many megabytes, with a progress line; a number means processes."""
    engine = workers if callable(workers) else partial(by_processes, workers or _cores())
    inputs, counts = Inputs(registry=registry), Counter[str]()
    with Console(stderr=True).status("converting …") as status:

        def told(outcome: Outcome) -> None:
            counts["failed" if isinstance(outcome, Failed) else "made" if outcome.made else "whole before"] += 1
            status.update(f"converting … shards: {', '.join(f'{number} {what}' for what, number in counts.items())}")

        return convert(inputs, folder, installed_loaders(), engine, told, megabytes * 1024 * 1024)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def tell(findings: Findings) -> None:
    """Say what was set aside, noted and counted."""
    for error in findings.set_aside:
        for each in error.errors if isinstance(error, InputErrors) else [error]:
            click.echo(f"set aside: {each}", err=True)
    for remark in findings.remarks:
        click.echo(f"note: {remark}", err=True)
    for what, number in sorted(findings.counts.items()):
        click.echo(f"{number:>9,}  {what}", err=True)
