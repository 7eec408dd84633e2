"""The condition of a record as a MONDO id: the one seam where a linker of conditions is plugged in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from rdflib import Graph, URIRef
from rdflib.namespace import RDFS, SKOS

from cellkg.identifiers import compress
from cellkg.resources import shipped

from .wording import plain


def condition_curie(conditions: Sequence[str], mesh: Iterable[tuple[str, str]] = ()) -> str:
    """Return the MONDO id of the main condition, or an empty text.

    Args:
        conditions: what the record calls its conditions, the main one first.
        mesh: id and label of the MeSH terms that the registry gives the record.

    For now one of them must be a label or synonym of the shipped slice, in any order of its words.
    """
    labels = _labels()
    words = [_key(one) for one in (*conditions, *(label for _, label in mesh))]
    return next((labels[one] for one in words if one in labels), "")


def _key(label: str) -> tuple[str, ...]:
    return tuple(sorted(plain(label).replace(",", " ").strip(" .").split()))


@cache
def _labels() -> dict[tuple[str, ...], str]:
    graph = Graph().parse(shipped("ontology") / "imports" / "mondo.ttl")
    found: dict[tuple[str, ...], str] = {}
    for prop in (SKOS.altLabel, URIRef("http://www.geneontology.org/formats/oboInOwl#hasExactSynonym"), RDFS.label):
        for subject, label in graph.subject_objects(prop):
            curie = compress(str(subject))
            if curie.startswith("MONDO:"):
                found[_key(str(label))] = curie
    return found
