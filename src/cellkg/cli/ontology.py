"""``cellkg ontology``: keep the foreign slices fresh, and see what follows from the ontology."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
import platformdirs
from filelock import FileLock, Timeout

from cellkg.errors import CellkgError, InputError, InputErrors, NotFoundError, UsageError
from cellkg.identifiers import VOCABULARY, compress
from cellkg.resources import is_installed, shipped, slices, updated_slices

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

    from cellkg.slices.plan import Slice
    from cellkg.slices.update import Updated

from .options import output

_MOST_EXPLAINED = 3
_WITHOUT_JAVA = (
    "Without Java the rest works: builds and questions, hierarchies (rdfs:subClassOf*), SHACL shapes and rules "
    "(`cellkg check`), `cellkg ontology update`"
)


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


@ontology_group.command("classify")
@click.option(
    "-o",
    "--output",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("inferred.ttl"),
    show_default=True,
    help="The Turtle file to write.",
)
@click.option(
    "--with",
    "further",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A Turtle file of a few axioms or individuals more.",
)
def classify_command(out: Path, further: Path | None) -> None:
    """Write the superclasses and types that follow from the ontology, by HermiT.

    A class to which nothing can belong is explained by a smallest set of axioms; nothing is written then (exit code
    4). HermiT needs Java; all else works without.
    """
    from cellkg.reasoning import JavaMissingError

    try:
        broken = _classify(out, further)
    except JavaMissingError as error:
        raise JavaMissingError(f"{error}. {_WITHOUT_JAVA}") from None
    sys.exit(4 if broken else 0)


def _classify(out: Path, further: Path | None) -> bool:
    from rdflib import Graph

    from cellkg.explanation import uppermost
    from cellkg.reasoning import ContradictionError, assertions, infer, news, unsatisfiable

    more = _parsed(further) if further else Graph()
    asserted = assertions(more)
    try:
        inferred = infer(asserted)
    except ContradictionError as error:
        _explain(asserted, None, str(error), more.subjects())
        return True
    if empty := unsatisfiable(inferred):
        first = uppermost(asserted, empty)[:_MOST_EXPLAINED]
        for iri in first:
            _explain(asserted, iri, f"nothing can belong to {compress(iri)}")
        for iri in sorted(empty.difference(first)):
            click.echo(f"nothing can belong to {compress(iri)} either", err=True)
        return True
    found = news(asserted, inferred)
    found.bind("cellkg", VOCABULARY)
    with output(out) as file:
        file.write("# What follows from the ontology of cellkg, by HermiT; written by `cellkg ontology classify`.\n")
        file.write(found.serialize(format="turtle"))
    click.echo(f"{out}: {len(found):,} statements follow")
    return False


def _explain(asserted: Graph, iri: str | None, what: str, about: Iterable[Node] = ()) -> None:
    from cellkg.explanation import explain

    found = explain(asserted, iri, about)
    click.echo(f"{what}: it follows from", err=True)
    for axiom in found.axioms:
        click.echo(f"  {axiom}", err=True)
    if not found.minimal:
        click.echo(f"  (perhaps not all of them are needed: the reasoner was asked {found.runs} times)", err=True)


def _parsed(file: Path) -> Graph:
    from rdflib import Graph

    try:
        return Graph().parse(file, format="turtle")
    except Exception as error:  # rdflib has no common class for what its parsers raise
        raise InputError(file, "", f"no Turtle: {' '.join(str(error).split())[:200]}", "mend the file") from None


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
