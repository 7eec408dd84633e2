"""New registry records into the graph that is there, at the cost of what changed, with the same end as a new build.

The store of the current build is taken over by hard links; what changes is written beside it, and swapped in whole.
"""

from __future__ import annotations

import itertools
import json
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from cellkg.build import Built, Progress, refuse_violations
from cellkg.dump import write_description
from cellkg.errors import NotFoundError, UsageError
from cellkg.identifiers import mint
from cellkg.lexicon import load_lexicon
from cellkg.linking import (
    PREDICTED_SET,
    Wordings,
    link_wordings,
    tie_by_title,
    tied_by_title,
    unlink_wordings,
    written_in,
)
from cellkg.loading import Findings, Inputs, Loader
from cellkg.merging import Merge
from cellkg.ntriples import Written, lines
from cellkg.places import current_build
from cellkg.search import refresh_index
from cellkg.staging import finished, staged
from cellkg.store import EmbeddedStore, copied_store
from cellkg.versions import VERSION_OF, held_versions, is_superseded, note_same_days

_TOTALS = ("statements of sources", "facts in the merge")
_BULK_BYTES = 64 * 1024 * 1024


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
        changing = _Changing(copied_store(before / "store", staging / "store"))
        if (before / PREDICTED_SET).is_file():
            shutil.copyfile(before / PREDICTED_SET, staging / PREDICTED_SET)
        for registry_id in remove:
            changing.take_out(registry_id)
        changing.take_in(incoming, graphs, findings)
        incoming.unlink()
        unlink_wordings(changing.merge, staging / PREDICTED_SET, changing.gone)
        link_wordings(changing.merge, staging / PREDICTED_SET, findings, written_in(changing.store, graphs))
        progress("checking the graph")
        refuse_violations(changing.store, graphs.keys())
        changed = {*graphs.values(), *(str(mint(registry_id)) for registry_id in remove)}
        refresh_index(EmbeddedStore(changing.store, "the new build"), before, staging, changed)
        _describe(before, staging, changing, findings)
        changing.store.flush()
        del changing
    return Built(folder=finished(staging), findings=findings, seconds=time.monotonic() - started)


class _Changing:
    """A store in change: its merge, by how much the statements of its sources grew, and the words that went."""

    def __init__(self, store: ox.Store) -> None:
        self.store, self.merge, self.said = store, Merge(store), 0
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
        for version in versions:
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
        for study in studies:
            held = held_versions(self.store, study)
            note_same_days(held, findings)
            latest = held[study][-1]
            self.merge.choose(held[study], latest, inside[study])
            if latest.graph in graphs and latest.graph in inside[study]:
                self.merge.enter(latest.graph)  # the registry wrote it on another day
        tie_by_title(self.merge, load_lexicon(), findings)

    def _load(self, file: Path) -> None:
        load = self.store.bulk_load if file.stat().st_size > _BULK_BYTES else self.store.load
        load(path=str(file), format=ox.RdfFormat.N_QUADS)

    def _in_merge(self, study: str) -> list[str]:
        versions = held_versions(self.store, study).get(study, [])
        return [version.graph for version in versions if not is_superseded(self.store, version.graph)]

    def _size(self, graph: str) -> int:
        return sum(1 for _ in self.store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))


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
