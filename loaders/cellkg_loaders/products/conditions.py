"""The condition of a record as a MONDO id: the one seam where a condition linker is plugged in."""

from __future__ import annotations

from functools import cache

from rdflib import Graph, URIRef
from rdflib.namespace import RDFS, SKOS

from cellkg.identifiers import compress
from cellkg.resources import shipped

from .wording import plain


def condition_curie(condition: str) -> str:
    """Return the MONDO id whose label or synonym a condition is, or an empty text."""
    words = plain(condition).strip()
    return _labels().get(words) or _labels().get(" ".join(sorted(words.replace(",", "").split())), "")


@cache
def _labels() -> dict[str, str]:
    graph = Graph().parse(shipped("ontology") / "imports" / "mondo.ttl")
    found: dict[str, str] = {}
    for prop in (SKOS.altLabel, URIRef("http://www.geneontology.org/formats/oboInOwl#hasExactSynonym"), RDFS.label):
        for subject, label in graph.subject_objects(prop):
            curie = compress(URIRef(str(subject)))
            if curie.startswith("MONDO:"):
                words = plain(str(label))
                found[words] = curie
                found[" ".join(sorted(words.replace(",", "").split()))] = curie
    return found
