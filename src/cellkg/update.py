"""New registry records into the graph that is there, at the cost of what changed, with the same end as a new build.

The store of the current build is taken over by hard links; what changes is written beside it, and swapped in whole.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import time
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
from rdflib import RDF

from cellkg.build import Built, Progress, refuse_violations
from cellkg.dump import write_description
from cellkg.errors import NotFoundError, UsageError
from cellkg.gaps import refresh_summaries
from cellkg.identifiers import mint
from cellkg.lexicon import load_lexicon
from cellkg.linking import (
    PREDICTED_SET,
    Wordings,
    link_wordings,
    tie_by_title,
    tie_changed,
    tied_by_title,
    unlink_wordings,
    written_in,
)
from cellkg.loading import Findings, Inputs, Loader
from cellkg.merging import Merge
from cellkg.ntriples import Written, lines
from cellkg.places import current_build
from cellkg.search import refresh_index, studies_with
from cellkg.staging import finished, staged
from cellkg.store import EmbeddedStore, copied_store
from cellkg.summaries import has_summaries, open_summaries
from cellkg.touched import Touched
from cellkg.versions import VERSION_OF, held_versions, is_superseded, note_same_days
from cellkg.vocabulary import CELLKG

_TOTALS = ("statements of sources", "facts in the merge")
_BULK_BYTES = 64 * 1024 * 1024
_TYPE, _STUDY = ox.NamedNode(RDF.type), ox.NamedNode(CELLKG.Study)


def update(
    inputs: Inputs,
    home: Path,
    loaders: list[Loader],
    remove: tuple[str, ...] = (),
    progress: Progress = lambda step: None,
) -> Built:
    """Take registry records into the current build of ``home``, and take the records of some registry ids out of it.

    A version that is held already is not doubled. The build before stays current until the new one is whole.

    Raises:
        NotFoundError: nothing was built yet, or no record of an id in ``remove`` is held.
        UsageError: a study that another source is tied to by its title alone cannot be taken out.
        DataError: what is new breaks a rule of ``queries/checks``.
    """
    started = time.monotonic()
    before = current_build(home)
    if before is None:
        raise NotFoundError(f"no build in {home}; run `cellkg build`")
    findings = Findings()
    with staged(home) as staging:
        progress("reading the records")
        incoming = staging / "records.nq"
        graphs = _write_quads(incoming, inputs, loaders, findings)
        progress("taking them in")
        changing = _Changing(copied_store(before / "store", staging / "store"), before)
        _share(before / PREDICTED_SET, staging / PREDICTED_SET)
        for registry_id in remove:
            changing.take_out(registry_id)
        changing.take_in(incoming, graphs, findings)
        incoming.unlink()
        progress("linking what they write")
        touched, table = changing.touched, staging / PREDICTED_SET
        unlink_wordings(changing.merge, table, changing.gone, touched)
        link_wordings(changing.merge, table, findings, written_in(changing.store, graphs), touched)
        progress("checking what changed")
        refuse_violations(changing.store, {*graphs, *changing.speaking_of(touched.studies)})
        touched.studies |= studies_with(before, touched.terms)
        progress("summing it up")
        made = EmbeddedStore(changing.store, "the new build")
        refresh_index(made, before, staging, touched)
        refresh_summaries(made, before, staging, touched)
        _describe(before, staging, changing, findings)
        progress("writing the store")
        changing.store.flush()
        del changing, made
    return Built(folder=finished(staging), findings=findings, seconds=time.monotonic() - started)


class _Changing:
    """A store in change: its merge, by how much the statements of its sources grew, and the words that went."""

    def __init__(self, store: ox.Store, before: Path) -> None:
        self.store, self.merge, self.said = store, Merge(store), 0
        self.touched = Touched()
        self._before = before
        self.gone: Wordings = defaultdict(list)

    def take_out(self, registry_id: str) -> None:
        study = str(mint(registry_id))
        versions = held_versions(self.store, study).get(study, [])
        if not versions:
            raise NotFoundError(f"no record of {registry_id} is held")
        if tied := tied_by_title(self.store, study):
            sources = ", ".join(graph.rpartition("/")[2] for graph in tied)
            raise UsageError(f"{sources} is tied to {registry_id} by its title; build anew without the record")
        for prop, words in written_in(self.store, [version.graph for version in versions]).items():
            self.gone[prop] += words
        self.touched.studies.add(study)
        for version in versions:
            self.touched.sources.add(version.graph)
            if not is_superseded(self.store, version.graph):
                self.merge.leave(version.graph)
            self.said -= self._size(version.graph)
            self.store.remove_graph(ox.NamedNode(version.graph))

    def take_in(self, file: Path, graphs: dict[str, str], findings: Findings) -> None:
        studies = sorted(set(graphs.values()))
        inside = {study: self._in_merge(study) for study in studies}
        self.said -= sum(map(self._size, graphs))
        self._load(file)
        self.said += sum(map(self._size, graphs))
        self.touched.studies.update(studies)
        for study in studies:
            held = held_versions(self.store, study)
            self.touched.sources.update(version.graph for version in held[study])
            note_same_days(held, findings)
            latest = held[study][-1]
            self.merge.choose(held[study], latest, inside[study])
            if latest.graph in graphs and latest.graph in inside[study]:
                self.merge.enter(latest.graph)  # the registry wrote it on another day
        self._tie(findings)

    def speaking_of(self, studies: Collection[str]) -> set[str]:
        """Return the graphs that speak of some studies."""
        study_of = (self.store.quads_for_pattern(ox.NamedNode(iri), _TYPE, _STUDY, None) for iri in studies)
        names = (quad.graph_name for quads in study_of for quad in quads)
        return {name.value for name in names if isinstance(name, ox.NamedNode)}

    def _tie(self, findings: Findings) -> None:
        if not has_summaries(self._before):
            return tie_by_title(self.merge, load_lexicon(), findings)
        with open_summaries(self._before) as summaries:
            tied = tie_changed(self.merge, self.touched.studies, summaries, load_lexicon(), findings)
        self.touched.studies |= tied

    def _load(self, file: Path) -> None:
        load = self.store.bulk_load if file.stat().st_size > _BULK_BYTES else self.store.load
        load(path=str(file), format=ox.RdfFormat.N_QUADS)

    def _in_merge(self, study: str) -> list[str]:
        versions = held_versions(self.store, study).get(study, [])
        return [version.graph for version in versions if not is_superseded(self.store, version.graph)]

    def _size(self, graph: str) -> int:
        return sum(1 for _ in self.store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))


def _share(file: Path, copy: Path) -> None:
    """Let a file that is never written in place, if it is there, stand in the new build too."""
    with suppress(FileNotFoundError):
        try:
            os.link(file, copy)
        except OSError:
            shutil.copyfile(file, copy)


def _write_quads(file: Path, inputs: Inputs, loaders: list[Loader], findings: Findings) -> dict[str, str]:
    """Write what the loaders say, and return the study of each graph."""
    graphs: dict[str, str] = {}

    def noted(quads: Iterator[Written]) -> Iterator[Written]:
        for quad in quads:
            _, predicate, study, graph = quad
            if str(predicate) == VERSION_OF:
                graphs[str(graph)] = str(study)
            yield quad

    with file.open("w", encoding="utf-8") as out:
        quads = itertools.chain.from_iterable(loader.quads(inputs, findings) for loader in loaders)
        out.writelines(lines(noted(quads)))
    return graphs


def _describe(before: Path, folder: Path, changing: _Changing, findings: Findings) -> None:
    counts = json.loads((before / "report.json").read_text(encoding="utf-8"))["counts"]
    for total, growth in zip(_TOTALS, (changing.said, changing.merge.grown), strict=True):
        findings.counts[total] = counts[total] + growth
    write_description(folder, findings)
