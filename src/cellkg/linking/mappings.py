"""The curated mappings as statements of the graph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rdflib import URIRef

from cellkg.errors import InputError
from cellkg.identifiers import expand
from cellkg.lexicon import Lexicon, UnknownWordError
from cellkg.ntriples import Quad
from cellkg.terms.names import load_names
from cellkg.terms.sssom import NOT, Row, read_rows

MAPPINGS = "https://w3id.org/cellkg/mapping/"


def mapping_quads(file: Path, lexicon: Lexicon) -> Iterator[Quad]:
    """Yield the positive mappings between terms of an SSSOM table, in a graph of that table's name.

    Negative rows and rows for which no term was found stay in the table: they say that a link must not be made. Rows
    about a wording become links where the wording is used.

    Raises:
        InputError: a row with a CURIE that no shipped ontology has, or that is obsolete.
    """
    graph = URIRef(MAPPINGS + file.name.split(".")[0])
    for row in read_rows(file):
        subject, predicate, value = _mapping(file, row, lexicon)
        if subject and value and row.modifier != NOT:
            yield Quad(subject, predicate, value, graph)


def _mapping(file: Path, row: Row, lexicon: Lexicon) -> tuple[URIRef | None, URIRef, URIRef | None]:
    try:
        subject, value = (_term(curie, lexicon) if curie else None for curie in (row.subject_id, row.object_id))
        return subject, expand(row.predicate), value
    except (UnknownWordError, ValueError) as error:
        raise InputError(file, str(row.line), str(error), "mend the row") from None


def _term(curie: str, lexicon: Lexicon) -> URIRef:
    """Return the IRI of a term of a slice, or else of a name table."""
    try:
        return lexicon.term(curie)
    except UnknownWordError:
        if curie.partition(":")[0] not in ("MONDO", "HP", "MESH"):
            raise
    return expand(load_names().current(curie).curie)
