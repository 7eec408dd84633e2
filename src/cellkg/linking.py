"""What ties things together: curated mappings, and studies that two sources give the same title."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox
from rdflib import URIRef

from cellkg.errors import InputError
from cellkg.identifiers import THINGS, expand, is_curie
from cellkg.lexicon import Lexicon
from cellkg.loading import Findings
from cellkg.ntriples import Quad, text
from cellkg.vocabulary import CELLKG

_NOT_FOUND = "sssom:NoTermFound"
_TITLE = ox.NamedNode("http://purl.org/dc/terms/title")
_Term = TypeVar("_Term")
_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


def mapping_quads(file: Path) -> Iterator[Quad]:
    """Yield the positive mappings of an SSSOM table, in a graph of that table's name.

    Negative rows and rows for which no term was found stay in the table: they say that a link must not be made.
    """
    graph = URIRef(f"https://w3id.org/cellkg/mapping/{file.name.split('.')[0]}")
    for line, row in read_mappings(file):
        if row["predicate_modifier"] == "Not" or row["object_id"] == _NOT_FOUND or not row["subject_id"]:
            continue
        for column in ("subject_id", "predicate_id", "object_id"):
            if not is_curie(row[column]):
                raise InputError(file, str(line), f"{row[column]!r} is no CURIE of a known prefix", f"mend {column}")
        yield Quad(expand(row["subject_id"]), expand(row["predicate_id"]), expand(row["object_id"]), graph)


def read_mappings(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row of an SSSOM table with its line."""
    lines = file.read_text(encoding="utf-8").splitlines()
    first = next(i for i, line in enumerate(lines) if not line.startswith("#"))
    for offset, row in enumerate(csv.DictReader(lines[first:], delimiter="\t"), first + 2):
        yield offset, row


def tie_by_title(store: ox.Store, lexicon: Lexicon, findings: Findings) -> None:
    """Give each study without registry id the IRI of the one registered study of the same title, if there is one.

    Titles are equal when they differ in nothing but case and a final full stop. A title that several registered
    studies share ties to none of them. A study that stays without label gets its title as label.
    """
    registered = _studies_with(store, CELLKG.registryId)
    by_title = _by_title(store, registered)
    for study, graph, title in _titled(store):
        if study in registered:
            continue
        same = by_title[_folded(title)]
        if len(same) == 1:
            _rename(store, graph, study, min(same))
            _record(store, graph, min(same), lexicon)
            findings.counts["studies tied by title"] += 1
        elif len(same) > 1:
            findings.remarks.append(f"the title {title!r} is that of {len(same)} registered studies; tied to none")
        if len(same) != 1 and not any(store.quads_for_pattern(ox.NamedNode(study), _LABEL, None, None)):
            store.add(ox.Quad(ox.NamedNode(study), _LABEL, ox.Literal(title), graph))


def _studies_with(store: ox.Store, predicate: URIRef) -> set[str]:
    return {quad.subject.value for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, None)}


def _titled(store: ox.Store) -> list[tuple[str, ox.NamedNode, str]]:
    study = ox.NamedNode(CELLKG.Study)
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    return [
        (quad.subject.value, quad.graph_name, title.object.value)
        for quad in store.quads_for_pattern(None, kind, study, None)
        for title in store.quads_for_pattern(quad.subject, _TITLE, None, quad.graph_name)
    ]


def _by_title(store: ox.Store, registered: set[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for study, _, title in _titled(store):
        if study in registered:
            found[_folded(title)].add(study)
    return found


def _folded(title: str) -> str:
    return title.casefold().strip().removesuffix(".")


def _record(store: ox.Store, graph: ox.NamedNode, study: str, lexicon: Lexicon) -> None:
    how = ox.NamedNode(lexicon.iri("identified_by", "title match"))
    store.add(ox.Quad(ox.NamedNode(study), ox.NamedNode(CELLKG.identifiedBy), how, graph))


def _rename(store: ox.Store, graph: ox.NamedNode, old: str, new: str) -> None:
    assert old.startswith(THINGS)
    before = list(store.quads_for_pattern(None, None, None, graph))
    after = [ox.Quad(_moved(q.subject, old, new), q.predicate, _moved(q.object, old, new), graph) for q in before]
    for quad, changed in zip(before, after, strict=True):
        if quad != changed:
            store.remove(quad)
            store.add(changed)


def _moved(term: _Term, old: str, new: str) -> _Term | ox.NamedNode:
    if isinstance(term, ox.NamedNode) and (term.value == old or term.value.startswith(f"{old}/")):
        return ox.NamedNode(new + term.value[len(old) :])
    return term
