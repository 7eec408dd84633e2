"""``cellkg ontology``: keep the foreign slices fresh, and see what follows from the ontology."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
import platformdirs
from filelock import FileLock, Timeout

from cellkg.errors import CellkgError, InputErrors, NotFoundError, UsageError
from cellkg.resources import is_installed, shipped, slices, updated_slices

if TYPE_CHECKING:
    from cellkg.slices.plan import Slice
    from cellkg.slices.update import Updated


@click.group("ontology")
def ontology_group() -> None:
    """Keep the foreign ontologies fresh; see what follows from them."""


@ontology_group.command("update")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--from", "origin", metavar="FILE|URL", help="Another release than the newest: OBO or OBO Graphs JSON.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of slices; that of the checkout, else one in your data folder.",
)
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the cache; in your cache folder by default.",
)
def update_command(names: tuple[str, ...], origin: str | None, folder: Path | None, cache: Path | None) -> None:
    """Refresh the slices of public ontologies from their newest releases, or those of NAME only.

    NAME is cl, uberon, mondo, efo, hp or ncit. A term that became obsolete goes to obsolete.tsv with its replacement
    and is told; one that vanished is an error, and that slice stays as it was. `cellkg build` uses the new slices.
    """
    plans = _plans(names, origin)
    folder = folder or updated_slices()
    cache = cache or platformdirs.user_cache_path("cellkg", appauthor=False)
    worst = 0
    with _held(folder):
        for plan in plans:
            try:
                _tell(_update(plan, origin or plan.latest, folder, cache))
            except CellkgError as error:
                worst = max(worst, error.exit_code)
                for each in error.errors if isinstance(error, InputErrors) else [error]:
                    click.echo(f"{plan.name}: {each}", err=True)
    sys.exit(worst)


def _plans(names: tuple[str, ...], origin: str | None) -> list[Slice]:
    from cellkg.slices.plan import FILE, read_plans

    plans = read_plans(shipped("ontology") / "imports" / FILE)
    if unknown := [name for name in names if name not in plans]:
        raise UsageError(
            f"no ontology {unknown[0]!r} to update; there are {', '.join(plans)}. The others come from the packages of "
            "ontology/build_imports.py"
        )
    if origin is not None and len(names) != 1:
        raise UsageError("--from is the release of one ontology: name it before")
    return [plans[name] for name in dict.fromkeys(names)] or list(plans.values())


def _update(plan: Slice, origin: str, folder: Path, cache: Path) -> Updated:
    from cellkg.slices.update import own_uses, update

    ontology = shipped("ontology")
    own = [*ontology.glob("*.ttl"), *(ontology / "mappings").glob("*.tsv"), *shipped("curated").glob("*.yaml")]
    with _local(origin, cache) as file:
        return update(plan, file, file.name, folder, own_uses(sorted(own)), strict=is_installed())


@contextmanager
def _local(origin: str, cache: Path) -> Iterator[Path]:
    if "://" not in origin:
        if not Path(origin).is_file():
            raise NotFoundError(f"no release at {origin}; name a file or an address")
        yield Path(origin)
        return
    from cellkg_loaders.fetching.files import fetch_file

    cache.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="release-", dir=cache) as folder:
        yield fetch_file(origin, Path(folder), cache, tell=lambda note: click.echo(f"note: {note}", err=True))


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder of slices for one update at a time; a new one begins with the slices in use."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder.parent / f".{folder.name}.lock", timeout=0):
            if not folder.is_dir():
                part = folder.with_name(f".{folder.name}.part")
                shutil.rmtree(part, ignore_errors=True)
                shutil.copytree(slices(), part)
                part.rename(folder)
            yield
    except Timeout:
        raise CellkgError(f"another update writes to {folder} now; wait until it is done") from None


def _tell(done: Updated) -> None:
    for note in done.notes:
        click.echo(f"note: {done.name}: {note}", err=True)
    state = "updated to" if done.changed else "is already that of"
    click.echo(f"{done.name} {state} release {done.version}: {done.terms:,} terms, {len(done.obsolete)} now obsolete")
