"""The work of one worker: a shard becomes a file of compressed N-Quads, the same bytes wherever it runs."""

from __future__ import annotations

import gzip
import hashlib
import os
import platform
import threading
import traceback
import uuid
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import msgspec

from cellkg.errors import CellkgError
from cellkg.loading import Findings, Inputs
from cellkg.ntriples import lines
from cellkg.pieces import fingerprint

from .converter import converter_of, loader_named
from .notes import Found, Note, file_of, noted, read_note, write_note
from .shards import Shard

_PACKING = 6
_ONE_AT_A_TIME = threading.Lock()


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A shard to convert into a folder, by a converter of that fingerprint."""

    shard: Shard
    folder: str
    converter: str


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A shard that is whole, and what was found in it; ``made`` is false where it was whole before."""

    shard: str
    quads: int
    found: Found
    made: bool


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """A shard that could not be made; where that holds for every shard, ``all`` is true."""

    shard: str
    why: str
    all: bool = False


Outcome: TypeAlias = Done | Failed


def convert_shard(task: Task) -> Outcome:
    """Convert a shard, unless it is whole already, and return what became of it; no error gets out.

    The file is written beside and swapped in, and its note last, so that two workers may do the same shard.
    """
    with _ONE_AT_A_TIME:
        shard, here = task.shard.name, f"{platform.node()}, process {os.getpid()}"
        try:
            if converter_of(task.shard.loader) != task.converter:
                return Failed(shard=shard, why=f"{here}: another version of cellkg; install the same", all=True)
            return _converted(task)
        except CellkgError as error:
            return Failed(shard=shard, why=str(error), all=True)
        except (FileNotFoundError, zipfile.BadZipFile) as error:
            return Failed(shard=shard, why=f"{here}: {error}; the files must be there under the same path")
        except OSError as error:
            return Failed(shard=shard, why=f"{here}: cannot write in {task.folder}: {error}", all=True)
        except Exception as error:
            # Its message may quote the record, which may name a person.
            spot = traceback.extract_tb(error.__traceback__)[-1]
            why = f"{type(error).__name__} at {Path(spot.filename).name}:{spot.lineno}; report it with the record"
            return Failed(shard=shard, why=f"{places(task.shard)}: {why}")


def places(shard: Shard) -> str:
    """Return which input a shard is made of.

    >>> from cellkg.pieces import Piece
    >>> places(Shard(name="00001", loader="x", pieces=(Piece(file="a.ndjson", weight=9, first=9, last=18, line=3),)))
    'a.ndjson from line 3'
    """
    first, last = shard.pieces[0], shard.pieces[-1]
    if len(shard.pieces) > 1:
        return f"{len(shard.pieces)} pieces from {first.file} to {last.file}"
    if first.last is None:
        return first.file
    if first.file.lower().endswith(".zip"):
        return f"{first.file}, members {first.first + 1} to {first.last}"
    return f"{first.file} from line {first.line}"


def _converted(task: Task) -> Done:
    shard, folder = task.shard, Path(task.folder)
    sha256 = fingerprint(shard.pieces)
    note = read_note(folder, shard.name)
    if note and (note.pieces, note.input_sha256, note.converter) == (shard.pieces, sha256, task.converter):
        return Done(shard=note.shard, quads=note.quads, found=note.found, made=False)
    findings = Findings()
    quads, written = _write(task, findings)
    note = Note(
        shard=shard.name,
        loader=shard.loader,
        pieces=shard.pieces,
        input_sha256=sha256,
        converter=task.converter,
        file_sha256=written,
        quads=quads,
        found=noted(findings),
    )
    write_note(folder, note)
    return Done(shard=note.shard, quads=note.quads, found=note.found, made=True)


def _write(task: Task, findings: Findings) -> tuple[int, str]:
    """Write the quads of a shard, and return how many there are and the SHA-256 of the file."""
    file = file_of(Path(task.folder), task.shard.name)
    beside = file.with_name(f".{task.shard.name}-{uuid.uuid4().hex}.part")
    number = 0
    try:
        with beside.open("w+b") as out:
            with gzip.GzipFile(filename="", mode="wb", compresslevel=_PACKING, fileobj=out, mtime=0) as packed:
                quads = loader_named(task.shard.loader).quads(Inputs(pieces=task.shard.pieces), findings)
                for text in lines(quads):
                    packed.write(text.encode())
                    number += text.count("\n")
            out.flush()
            os.fsync(out.fileno())
            out.seek(0)
            sha256 = hashlib.file_digest(out, "sha256").hexdigest()
        beside.replace(file)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return number, sha256
