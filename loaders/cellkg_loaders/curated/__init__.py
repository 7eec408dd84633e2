"""The loader of curated documents: YAML files that say what a text says, with the spot of every value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cellkg.errors import InputError, InputErrors, NotFoundError
from cellkg.lexicon import Lexicon, load_lexicon
from cellkg.loading import Findings, Inputs
from cellkg.ntriples import Quad

from cellkg_loaders.rdf import document_quads
from .checking import check_set
from .reading import ReadDocument, read_document

__all__ = ["CuratedLoader", "curated_files", "read_document"]


class CuratedLoader:
    """Reads every ``*.yaml`` file of the curated folders."""

    name = "curated"

    def quads(self, inputs: Inputs, findings: Findings) -> Iterator[Quad]:
        """Yield the quads of each document; a document with an error is set aside whole."""
        lexicon = load_lexicon()
        for read in _readable(curated_files(inputs.curated), lexicon, findings):
            findings.counts["curated documents"] += 1
            findings.counts["studies in curated documents"] += len(read.studies())
            yield from document_quads(read.document, lexicon)


def curated_files(places: tuple[Path, ...]) -> list[Path]:
    """Return the curated files of folders (those that end in ``.yaml``) and single files, each once.

    Raises:
        NotFoundError: a place that is not there, or a folder without such a file.
    """
    found: dict[Path, Path] = {}
    for place in places:
        files = sorted(place.glob("*.yaml")) if place.is_dir() else [place]
        if not files or not place.exists():
            raise NotFoundError(f"no curated file (*.yaml) at {place}; name a file or a folder of them")
        found.update({file.resolve(): file for file in files})
    return list(found.values())


def _readable(files: list[Path], lexicon: Lexicon, findings: Findings) -> list[ReadDocument]:
    found: list[ReadDocument] = []
    for file in files:
        try:
            found.append(read_document(file, lexicon))
        except (InputError, InputErrors) as error:
            findings.set_aside.append(error)
    twice = check_set(found)
    findings.set_aside.extend(twice)
    refused = {error.file for error in twice}
    return [read for read in found if read.file not in refused]
