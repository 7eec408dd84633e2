"""The loader of shards: what was converted before, by whichever workers, enters a build as a source does."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from cellkg.errors import DataError, InputError
from cellkg.loading import Findings, Inputs
from cellkg.ntriples import Literal, Written

from .contents import read_contents
from .converter import converter_of
from .notes import Note, file_of, findings_of, read_note

_AGAIN = "run `cellkg convert` into the folder again"


class ShardLoader:
    """Reads folders of shards; one that is not whole is set aside by its name."""

    name = "shards"

    def quads(self, inputs: Inputs, findings: Findings) -> Iterator[Written]:
        """Yield the quads of every shard whose file is the one that its note speaks of.

        Raises:
            NotFoundError: no conversion has ended in a folder.
        """
        for folder in inputs.shards:
            yield from _folder_quads(folder, findings)


def _folder_quads(folder: Path, findings: Findings) -> Iterator[Written]:
    contents = read_contents(folder)
    findings.add(findings_of(contents.found))
    findings.set_aside += [DataError(f"{folder}: shard {name}: {why}") for name, why in contents.failed.items()]
    older = 0
    for name in contents.shards:
        if name in contents.failed:
            continue
        note = read_note(folder, name)
        if note is None:
            found = f"shard {name} is missing, or is not as it was written"
            findings.set_aside.append(InputError(file_of(folder, name), "", found, _AGAIN))
            continue
        older += note.converter != converter_of(note.loader)
        findings.add(findings_of(note.found, name))
        yield from _read(folder, note)
    if older:
        findings.remarks.append(f"{folder}: {older} shards were made by another version of cellkg; {_AGAIN}")


def _read(folder: Path, note: Note) -> Iterator[Written]:
    with gzip.open(file_of(folder, note.shard), "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            subject, predicate, rest = line.split(" ", 2)
            value, _, graph = rest[:-3].rpartition(" ")
            read = value[1:-1] if value[0] == "<" else Literal(value)
            # The parts are written as they are, and no one looks them up: plain strings do.
            yield cast(Written, (subject[1:-1], predicate[1:-1], read, graph[1:-1]))
