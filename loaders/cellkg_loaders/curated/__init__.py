"""The loader of curated documents: YAML files that say what a text says, with the spot of every value."""

from __future__ import annotations

from collections.abc import Iterator

from cellkg.errors import DataError
from cellkg.lexicon import Lexicon, load_lexicon
from cellkg.loading import Findings, Inputs
from cellkg.ntriples import Quad
from cellkg_loaders.rdf import document_quads

from .decisions import decision_files, decision_quads, is_decisions, read_decisions
from .reading import ReadDocument, read_document
from .together import curated_files, read_set

__all__ = ["CuratedLoader", "ReadDocument", "curated_files", "read_document", "read_set"]


class CuratedLoader:
    """Reads every ``*.yaml`` file of the curated folders, and the decisions of curators below them."""

    name = "curated"

    def quads(self, inputs: Inputs, findings: Findings) -> Iterator[Quad]:
        """Yield the quads of each document; a document with an error is set aside whole."""
        lexicon = load_lexicon()
        documents = tuple(place for place in inputs.curated if not is_decisions(place))
        for read in read_set(curated_files(documents), lexicon):
            if isinstance(read, DataError):
                findings.set_aside.append(read)
                continue
            findings.counts["curated documents"] += 1
            findings.counts["studies in curated documents"] += len(read.studies())
            yield from document_quads(read.document, lexicon)
        yield from _decided(inputs, findings, lexicon)


def _decided(inputs: Inputs, findings: Findings, lexicon: Lexicon) -> Iterator[Quad]:
    for file in decision_files(inputs.curated):
        try:
            read = read_decisions(file)
        except DataError as error:
            findings.set_aside.append(error)
            continue
        findings.counts["decisions of curators"] += len(read.decisions)
        yield from decision_quads(file, read, lexicon)
