"""The loader of curated documents: YAML files that say what a text says, with the spot of every value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from cellkg.errors import DataError, InputError, InputErrors, NotFoundError
from cellkg.lexicon import Lexicon, load_lexicon
from cellkg.loading import Findings, Inputs
from cellkg.ntriples import Quad
from cellkg_loaders.rdf import document_quads

from .checking import check_set
from .reading import ReadDocument, read_document

__all__ = ["CuratedLoader", "ReadDocument", "curated_files", "read_document", "read_set"]


class CuratedLoader:
    """Reads every ``*.yaml`` file of the curated folders."""

    name = "curated"

    def quads(self, inputs: Inputs, findings: Findings) -> Iterator[Quad]:
        """Yield the quads of each document; a document with an error is set aside whole."""
        lexicon = load_lexicon()
        for read in read_set(curated_files(inputs.curated), lexicon):
            if isinstance(read, DataError):
                findings.set_aside.append(read)
                continue
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


def read_set(files: list[Path], lexicon: Lexicon) -> list[ReadDocument | DataError]:
    """Return each file as a document, or as the error for which it must be set aside."""
    found = [_read(file, lexicon) for file in files]
    twice: dict[Path | str, list[InputError]] = defaultdict(list)
    for error in check_set([read for read in found if isinstance(read, ReadDocument)]):
        twice[error.file].append(error)
    return [
        InputErrors(twice[read.file]) if isinstance(read, ReadDocument) and read.file in twice else read
        for read in found
    ]


def _read(file: Path, lexicon: Lexicon) -> ReadDocument | DataError:
    try:
        return read_document(file, lexicon)
    except DataError as error:
        return error
