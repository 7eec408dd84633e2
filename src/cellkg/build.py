"""From ontology and loaders to a new store: loaded, tied, merged, checked, and only then swapped in."""

from __future__ import annotations

import errno
import itertools
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from filelock import FileLock, Timeout

from cellkg.checks import violations
from cellkg.dump import write_dump
from cellkg.errors import CellkgError, DataError
from cellkg.kept import FEDERATED, kept_quads
from cellkg.lexicon import load_lexicon, ontology_files
from cellkg.linking import mapping_quads, tie_by_title
from cellkg.loading import Findings, Inputs, Loader
from cellkg.ntriples import lines
from cellkg.places import publish
from cellkg.resources import shipped
from cellkg.store import EmbeddedStore
from cellkg.versions import superseded_graphs

Progress = Callable[[str], None]
_ONTOLOGY = "https://w3id.org/cellkg/ontology/"
_SAID = """SELECT (COUNT(*) AS ?n) WHERE {
  GRAPH ?graph { ?s ?p ?o } FILTER (STRSTARTS(STR(?graph), "https://w3id.org/cellkg/source/")) }"""
_MERGED = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A finished build: where it lies, what it counted, and what it found."""

    folder: Path
    findings: Findings
    seconds: float


def build(inputs: Inputs, home: Path, loaders: list[Loader], progress: Progress = lambda step: None) -> Built:
    """Build a new store in ``home`` and make it the current one.

    Input that a loader sets aside does not stop the build; a broken rule does, and the previous build stays.

    Raises:
        DataError: the new graph breaks a rule of ``queries/checks``.
        CellkgError: another build runs in the same folder, or nothing can be written there.
    """
    started = time.monotonic()
    findings = Findings()
    with _told(home), _locked(home), _staged(home) as staging:
        progress("reading the sources")
        _write_quads(staging / "sources.nq", inputs, loaders, findings)
        progress("loading the store")
        store = ox.Store(str(staging / "store"))
        _load(store, staging / "sources.nq", findings)
        progress("merging the sources")
        _merge(store, staging / "merge.nt", findings)
        progress("checking the graph")
        _refuse_violations(store)
        progress("writing the dump")
        write_dump(store, staging, findings)
        store.flush()
        del store
        (staging / "sources.nq").unlink()
        folder = staging.rename(staging.with_suffix(""))
        publish(home, folder)
    return Built(folder=folder, findings=findings, seconds=time.monotonic() - started)


@contextmanager
def _told(home: Path) -> Iterator[None]:
    try:
        yield
    except Timeout:
        raise CellkgError(f"another build holds {home}; wait for it, or build elsewhere with --store") from None
    except OSError as error:
        if error.errno == errno.ENOSPC or "No space left" in str(error):
            raise CellkgError(f"the disk of {home} is full; nothing was changed. Free space and run it again") from None
        raise CellkgError(f"cannot build in {home}: {error}; nothing was changed") from error


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / ".lock", timeout=0):
        yield


@contextmanager
def _staged(home: Path) -> Iterator[Path]:
    for left_over in home.glob("build-*.part"):
        shutil.rmtree(left_over)
    staging = home / f"build-{time.strftime('%Y%m%dT%H%M%S')}-{time.time_ns() % 10**9:09d}.part"
    try:
        staging.mkdir()
        yield staging
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def _write_quads(file: Path, inputs: Inputs, loaders: list[Loader], findings: Findings) -> None:
    quads = itertools.chain.from_iterable(loader.quads(inputs, findings) for loader in loaders)
    mappings = sorted((shipped("ontology") / "mappings").glob("*.sssom.tsv"))
    mapped = itertools.chain.from_iterable(mapping_quads(table, load_lexicon()) for table in mappings)
    with file.open("w", encoding="utf-8") as out:
        out.writelines(lines(itertools.chain(quads, mapped, kept_quads(inputs.federated, findings))))


def _load(store: ox.Store, sources: Path, findings: Findings) -> None:
    try:
        store.bulk_load(path=str(sources), format=ox.RdfFormat.N_QUADS)
    except SyntaxError as error:
        raise DataError(f"a loader wrote what is no N-Quads, nothing was changed: {error}; mend the loader") from None
    for file in ontology_files():
        store.bulk_load(path=str(file), format=ox.RdfFormat.TURTLE, to_graph=_graph_name(file))
    tie_by_title(store, load_lexicon(), findings)


def _merge(store: ox.Store, file: Path, findings: Findings) -> None:
    """Fill the default graph: each fact once, where a union of the named graphs would repeat what two of them say."""
    old = superseded_graphs(store, findings)
    graphs = [graph for graph in store.named_graphs() if not _is_apart(_name(graph), old)]
    with file.open("wb") as out:
        for graph in graphs:
            if not _name(graph).startswith(_ONTOLOGY):
                store.dump(out, format=ox.RdfFormat.N_TRIPLES, from_graph=graph)
    store.bulk_load(path=str(file), format=ox.RdfFormat.N_TRIPLES)
    file.unlink()
    # Blank nodes, which only the ontology has, keep their names this way and no other.
    store.bulk_extend(
        ox.Quad(quad.subject, quad.predicate, quad.object)
        for graph in graphs
        if _name(graph).startswith(_ONTOLOGY)
        for quad in store.quads_for_pattern(None, None, None, graph)
    )
    findings.counts["statements of sources"] = _count(store, _SAID)
    findings.counts["facts in the merge"] = _count(store, _MERGED)


def _is_apart(graph: str, old: set[str]) -> bool:
    return graph in old or graph.startswith(FEDERATED)


def _graph_name(file: Path) -> ox.NamedNode:
    if file.parent.name == "imports":
        return ox.NamedNode(f"https://w3id.org/cellkg/import/{file.stem}")
    return ox.NamedNode(f"{_ONTOLOGY}{file.stem}")


def _name(graph: ox.NamedNode | ox.BlankNode) -> str:
    return graph.value


def _count(store: ox.Store, sparql: str) -> int:
    return int(next(iter(store.query(sparql)))[0].value)  # type: ignore[arg-type]


def _refuse_violations(store: ox.Store) -> None:
    found = list(violations(EmbeddedStore(store, "the new build"), scans=False))
    if found:
        raise DataError("the graph breaks rules, nothing was changed:\n" + "\n".join(map(str, found)))
