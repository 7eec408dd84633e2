"""The tasks that the benchmark measures, each run in a process of its own: ``tasks.py TASK INPUT OUTPUT``."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pyoxigraph as ox
from rdflib import Dataset, Literal, URIRef

from cellkg.loading import Findings, Inputs
from cellkg.merging import Merge
from cellkg.ntriples import Written, lines
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
REPLACED = 200


def convert(source: Path, target: Path) -> None:
    """Write the quads of the records as N-Quads, without what is read out of their free text."""
    _write(target, _quads(source))


def convert_and_read(source: Path, target: Path) -> None:
    """Write the quads of the records with the cell products that their free text names."""
    _write(target, ClinicalTrialsGovLoader().quads(Inputs(registry=(source,)), Findings()))


def rdflib(source: Path, target: Path) -> None:
    """Write the same quads through rdflib's dataset."""
    dataset = Dataset()
    for subject, predicate, value, graph in _quads(source):
        term = value if isinstance(value, URIRef) else Literal(value)
        dataset.add((subject, predicate, term, dataset.graph(graph)))
    dataset.serialize(target, format="nquads")


def strings(source: Path, target: Path) -> None:
    """Write the decoded JSON as N-Quads by hand: each value, and of each object its tie, its type and JSON Pointer.

    Those are as many statements as the mapping makes, without its table, checks, masking and derived values.
    """
    graph = "<https://w3id.org/cellkg/source/x>"
    with source.open("rb") as records, target.open("w", encoding="utf-8") as out:
        for record in records:
            out.writelines(_statements(msgspec.json.decode(record), "https://w3id.org/cellkg/id/x", graph))


def replace(source: Path, target: Path) -> None:
    """Print how many times longer it takes to replace a record in a store than to write its quads there.

    Writing puts the quads of a record, one graph and the merge, into a store on disk that does not hold the study.
    Replacing lets an altered record of the same number of quads take the place of the first, and repairs the merge.
    """
    store = ox.Store(str(target))
    store.bulk_load(path=str(source.with_suffix(".nq")), format=ox.RdfFormat.N_QUADS)
    store.optimize()
    seconds = dict.fromkeys(("write", "replace"), 0.0)
    for record in itertools.islice(_records(source), REPLACED):
        graph = record[0].graph_name.value
        Merge(store).replace(graph, [])
        both = record + [ox.Quad(quad.subject, quad.predicate, quad.object) for quad in record]
        with _timed(seconds, "write"):
            store.extend(both)
        altered = [_altered(quad) for quad in record]
        with _timed(seconds, "replace"):
            Merge(store).replace(graph, altered)
    print(f"{seconds['replace'] / seconds['write']:.2f}")


def load(source: Path, target: Path) -> None:
    """Load N-Quads into a store on disk."""
    store = ox.Store(str(target))
    store.bulk_load(path=str(source), format=ox.RdfFormat.N_QUADS)
    store.flush()


def _quads(source: Path) -> Iterator[Written]:
    return ClinicalTrialsGovLoader(reads_text=False).quads(Inputs(registry=(source,)), Findings())


def _write(target: Path, quads: Iterator[Written]) -> None:
    with target.open("w", encoding="utf-8") as out:
        out.writelines(lines(quads))


def _records(source: Path) -> Iterator[list[ox.Quad]]:
    for _, quads in itertools.groupby(_quads(source), key=lambda quad: quad[3]):
        text = "".join(lines(quads)).encode()
        yield list(ox.parse(text, format=ox.RdfFormat.N_QUADS))


def _altered(quad: ox.Quad) -> ox.Quad:
    """Return a quad with other words, where it has words: most of a record, far more than an update changes."""
    plain = isinstance(quad.object, ox.Literal) and quad.object.datatype.value.endswith("#string")
    value = ox.Literal(f"{quad.object.value} altered") if plain else quad.object
    return ox.Quad(quad.subject, quad.predicate, value, quad.graph_name)


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[name] += time.perf_counter() - started


def _statements(value: Any, node: str, graph: str) -> Iterator[str]:
    for key, child in value.items() if isinstance(value, dict) else enumerate(value):
        place = f"{node}/{key}"
        if isinstance(child, dict | list):
            if isinstance(child, dict):
                yield f"<{node}> <https://w3id.org/cellkg/vocab/has> <{place}> {graph} .\n"
                yield f"<{place}> <{RDF_TYPE}> <https://w3id.org/cellkg/vocab/{key}> {graph} .\n"
                yield f'<{place}> <https://w3id.org/cellkg/vocab/pointer> "{place}" {graph} .\n'
            yield from _statements(child, place, graph)
        else:
            text = str(child).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
            yield f'<{node}> <https://w3id.org/cellkg/vocab/{key}> "{text}" {graph} .\n'


TASKS = {task.__name__: task for task in (convert, convert_and_read, rdflib, strings, load, replace)}

if __name__ == "__main__":
    TASKS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
