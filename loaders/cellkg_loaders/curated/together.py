"""Curated files read together: each once, and no key of a source or study in two of them."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from cellkg.errors import DataError, InputError, InputErrors, NotFoundError
from cellkg.lexicon import Lexicon

from .reading import ReadDocument, read_document


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
    for error in _shared_keys([read for read in found if isinstance(read, ReadDocument)]):
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


def _shared_keys(documents: list[ReadDocument]) -> list[InputError]:
    """Return an error for each key of a source or study that an earlier file has too: a key is no identity."""
    errors = []
    first: dict[tuple[str, str], Path] = {}
    for read in documents:
        sources = [("$.source.key", "source", read.document.source.key)]
        studies = [(f"{path}.key", "study", study.key) for path, study in read.studies() if study.key and not study.id]
        for path, kind, key in sources + studies:
            if first.setdefault((kind, key), read.file) != read.file:
                found = f"the {kind} key {key!r} is that of {first[kind, key]} too"
                errors.append(read.error(path, found, "give it a key of its own"))
    return errors
