"""Rows of public endpoints that were kept: a file of N-Quads each, beside the builds, that every build takes in.

They stand in a graph of their own and not in the merge: an endpoint is no source about studies.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
from rdflib import URIRef

from cellkg.errors import InputError
from cellkg.identifiers import FEDERATED
from cellkg.loading import Findings
from cellkg.ntriples import Literal, Quad

_FOLDER = "federated"


def kept_folder(home: Path) -> Path:
    """Return the folder of kept rows that belongs to a folder of builds."""
    return home / _FOLDER


def kept_files(home: Path) -> tuple[Path, ...]:
    """Return the files of kept rows beside the builds of a folder."""
    return tuple(sorted(kept_folder(home).glob("*.nq")))


def kept_quads(files: tuple[Path, ...], findings: Findings) -> Iterator[Quad]:
    """Yield what the files hold; a file that is broken, or speaks in another graph than its own, is set aside whole."""
    for file in files:
        try:
            number = sum(1 for _ in _read(file))
        except InputError as error:
            findings.set_aside.append(error)
            continue
        findings.counts["statements of endpoints"] += number
        yield from _read(file)


def _read(file: Path) -> Iterator[Quad]:
    graph = f"{FEDERATED}{file.stem}"
    again = "delete it and run `cellkg federate` again"
    try:
        for quad in ox.parse(path=str(file), format=ox.RdfFormat.N_QUADS):
            if not isinstance(quad.subject, ox.NamedNode) or not isinstance(quad.object, ox.NamedNode | ox.Literal):
                raise InputError(file, "", f"a node without a name: {quad.subject} {quad.object}", again)
            if not isinstance(quad.graph_name, ox.NamedNode) or quad.graph_name.value != graph:
                raise InputError(file, "", f"a statement in the graph {quad.graph_name}, not in <{graph}>", again)
            value = quad.object
            written = URIRef(value.value) if isinstance(value, ox.NamedNode) else Literal(str(value))
            yield Quad(URIRef(quad.subject.value), URIRef(quad.predicate.value), written, URIRef(graph))
    except (SyntaxError, OSError, ValueError) as error:
        raise InputError(file, "", f"no N-Quads: {' '.join(str(error).split())[:200]}", again) from None
