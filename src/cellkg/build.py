"""From ontology and loaders to a new store: loaded, tied, merged, checked, and only then swapped in."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from cellkg.checks import violations
from cellkg.dump import write_description
from cellkg.errors import DataError
from cellkg.gaps import write_summaries
from cellkg.kept import kept_quads
from cellkg.lexicon import load_lexicon, ontology_files
from cellkg.linking import PREDICTED_SET, link_wordings, mapping_quads, tie_by_title
from cellkg.loading import Findings, Inputs, Loader
from cellkg.merging import Merge
from cellkg.ntriples import lines, merged_lines
from cellkg.resources import shipped
from cellkg.search import write_index
from cellkg.staging import finished, staged
from cellkg.store import EmbeddedStore
from cellkg.versions import held_versions, note_same_days

Progress = Callable[[str], None]
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
    with staged(home) as staging:
        progress("reading the sources")
        _write_quads(staging / "sources.nq", inputs, loaders, findings)
        _fill(staging, findings, progress)
    return Built(folder=finished(staging), findings=findings, seconds=time.monotonic() - started)


def refuse_violations(store: ox.Store, graphs: Collection[str] | None = None) -> None:
    """Refuse a new build that breaks a rule; with ``graphs``, statements of these graphs alone are gone through.

    Raises:
        DataError: what breaks which rule.
    """
    found = list(violations(EmbeddedStore(store, "the new build"), scans=False, graphs=graphs))
    if found:
        raise DataError("the graph breaks rules, nothing was changed:\n" + "\n".join(map(str, found)))


def _write_quads(file: Path, inputs: Inputs, loaders: list[Loader], findings: Findings) -> None:
    quads = itertools.chain.from_iterable(loader.quads(inputs, findings) for loader in loaders)
    mappings = sorted((shipped("ontology") / "mappings").glob("*.sssom.tsv"))
    mapped = itertools.chain.from_iterable(mapping_quads(table, load_lexicon()) for table in mappings)
    with file.open("w", encoding="utf-8") as out:
        out.writelines(merged_lines(itertools.chain(quads, mapped)))
        out.writelines(lines(kept_quads(inputs.federated, findings)))


def _fill(staging: Path, findings: Findings, progress: Progress) -> None:
    progress("loading the store")
    store = ox.Store(str(staging / "store"))
    _load(store, staging / "sources.nq")
    (staging / "sources.nq").unlink()
    progress("merging the sources")
    merge = Merge(store)
    _merge(merge, findings)
    progress("linking what the sources write")
    link_wordings(merge, staging / PREDICTED_SET, findings)
    progress("checking the graph")
    refuse_violations(store)
    progress("summing it up")
    made = EmbeddedStore(store, "the new build")
    write_index(made, staging)
    write_summaries(made, staging)
    progress("writing the store")
    findings.counts["statements of sources"] = _count(store, _SAID)
    findings.counts["facts in the merge"] = _count(store, _MERGED)
    write_description(staging, findings)
    store.flush()


def _load(store: ox.Store, sources: Path) -> None:
    """Load what the sources say, each statement into its graph and into the merge, and the ontology."""
    try:
        store.bulk_load(path=str(sources), format=ox.RdfFormat.N_QUADS)
    except SyntaxError as error:
        raise DataError(f"a loader wrote what is no N-Quads, nothing was changed: {error}; mend the loader") from None
    for file in ontology_files():
        name = _graph_name(file)
        store.bulk_load(path=str(file), format=ox.RdfFormat.TURTLE, to_graph=name)
        # Blank nodes, which only the ontology has, keep their names this way and no other.
        store.bulk_extend(ox.Quad(*quad.triple) for quad in store.quads_for_pattern(None, None, None, name))


def _merge(merge: Merge, findings: Findings) -> None:
    """Tie what two sources say of one study, and take out of the merge the versions that a later one replaces."""
    tie_by_title(merge, load_lexicon(), findings)
    held = held_versions(merge.store)
    note_same_days(held, findings)
    for versions in held.values():
        if len(versions) > 1:
            merge.choose(versions, versions[-1], inside=[version.graph for version in versions])


def _graph_name(file: Path) -> ox.NamedNode:
    kind = "import" if file.parent.name == "imports" else "ontology"
    return ox.NamedNode(f"https://w3id.org/cellkg/{kind}/{file.stem}")


def _count(store: ox.Store, sparql: str) -> int:
    return int(next(iter(store.query(sparql)))[0].value)  # type: ignore[arg-type]
