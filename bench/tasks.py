"""The tasks that the benchmark measures, each run in a process of its own: ``tasks.py TASK INPUT OUTPUT``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyoxigraph as ox
from rdflib import Dataset, Literal, URIRef

from cellkg.loading import Findings, Inputs
from cellkg.ntriples import Quad, lines
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader


def convert(source: Path, target: Path) -> None:
    """Write the quads of the records as N-Quads."""
    with target.open("w", encoding="utf-8") as out:
        out.writelines(lines(_quads(source)))


def convert_without_reading(source: Path, target: Path) -> None:
    """Write the same quads without those that are read out of free text."""
    loader = ClinicalTrialsGovLoader(reads_products=False)
    with target.open("w", encoding="utf-8") as out:
        out.writelines(lines(loader.quads(Inputs(registry=(source,)), Findings())))


def rdflib(source: Path, target: Path) -> None:
    """Write the same quads through rdflib's dataset."""
    dataset = Dataset()
    for subject, predicate, value, graph in _quads(source):
        term = value if isinstance(value, URIRef) else Literal(value)
        dataset.add((subject, predicate, term, dataset.graph(graph)))
    dataset.serialize(target, format="nquads")


def strings(source: Path, target: Path) -> None:
    """Write one line for each value of the decoded JSON."""
    with source.open("rb") as records, target.open("w", encoding="utf-8") as out:
        for record in records:
            out.writelines(_leaves(msgspec.json.decode(record), "https://w3id.org/cellkg/id/x"))


def load(source: Path, target: Path) -> None:
    """Load N-Quads into a store on disk."""
    store = ox.Store(str(target))
    store.bulk_load(path=str(source), format=ox.RdfFormat.N_QUADS)
    store.flush()


def _quads(source: Path) -> Iterator[Quad]:
    return ClinicalTrialsGovLoader().quads(Inputs(registry=(source,)), Findings())


def _leaves(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _leaves(child, f"{path}/{key}")
    elif isinstance(value, list):
        for i, child in enumerate(value):
            yield from _leaves(child, f"{path}/{i}")
    else:
        yield f'<{path}> <https://w3id.org/cellkg/vocab/value> "{value}" .\n'


if __name__ == "__main__":
    tasks = {
        "convert": convert,
        "convert-without-reading": convert_without_reading,
        "rdflib": rdflib,
        "strings": strings,
        "load": load,
    }
    tasks[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
