"""What a build leaves beside its store, a description and a report; and the dump, made when it is asked for."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import IO, cast

import msgspec
import pyoxigraph as ox
from rdflib import DCTERMS, RDF, VOID, Graph, Literal, URIRef

from cellkg.loading import Findings

DUMP = "cellkg.nq.gz"
_DATASET = URIRef("https://w3id.org/cellkg/")
_FACTS = "facts in the merge"
_LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")


def write_dump(store: ox.Store, folder: Path) -> Path:
    """Write everything into ``cellkg.nq.gz`` in a folder and return that file; one that is there is replaced whole."""
    file = folder / DUMP
    part = file.with_suffix(".part")
    try:
        with gzip.open(part, "wb", compresslevel=1) as out:
            store.dump(cast(IO[bytes], out), format=ox.RdfFormat.N_QUADS)
        return part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def write_description(folder: Path, findings: Findings) -> None:
    """Write ``void.ttl`` and ``report.json`` into the folder of a build."""
    report = msgspec.json.format(msgspec.json.encode(_report(findings)), indent=2) + b"\n"
    write_report(folder, report.decode(), findings.counts[_FACTS])


def write_report(folder: Path, report: str, facts: int) -> None:
    """Write ``report.json``, if there is a report, and a ``void.ttl`` that tells of so many facts in the merge."""
    _void(facts).serialize(folder / "void.ttl", format="turtle")
    if report:
        (folder / "report.json").write_text(report, encoding="utf-8")


def _void(facts: int) -> Graph:
    void = Graph()
    void.add((_DATASET, RDF.type, VOID.Dataset))
    void.add((_DATASET, DCTERMS.license, _LICENCE))
    void.add((_DATASET, VOID.triples, Literal(facts)))
    return void


def _report(findings: Findings) -> dict[str, object]:
    return {
        "counts": dict(findings.counts),
        "remarks": findings.remarks,
        "set_aside": [str(error) for error in findings.set_aside],
    }
