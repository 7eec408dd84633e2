"""Raw records out of files: a study, a page of studies, NDJSON, gzip or zip files of them, folders, standard input."""

from __future__ import annotations

import gzip
import io
import itertools
import os
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import msgspec

from cellkg.errors import InputError
from cellkg.loading import Findings

from .origin import Origin, take_origin

LINES = (".ndjson", ".jsonl")
SUFFIXES = (".json", *LINES)
_LARGEST = 100 * 1024 * 1024
_GZIP = b"\x1f\x8b"
SKIPPED = "files skipped in registry folders"
BROKEN = (OSError, EOFError, RuntimeError, NotImplementedError, zlib.error, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """A decoded study with the file and place that it was read from."""

    file: str
    place: str
    study: dict[str, Any]
    origin: Origin | None = None


def read_records(places: tuple[Path, ...], findings: Findings) -> Iterator[RawRecord]:
    """Yield every record, one at a time; what cannot be read is set aside and the rest goes on."""
    for place in places:
        if str(place) == "-":
            yield from _standard_input(findings)
        elif place.is_dir():
            for file in files_in(place):
                yield from file_records(file, findings)
        else:
            yield from file_records(place, findings, named=True)


def files_in(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and of those below it, in the order of their names."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (file for name in sorted(names) if (file := Path(place, name)).is_file())


def _standard_input(findings: Findings) -> Iterator[RawRecord]:
    name, stream = "standard input", cast(io.BufferedReader, sys.stdin.buffer)
    try:
        packed = stream.peek(2)[:2] == _GZIP
        yield from lines_of_records(name, gzip.GzipFile(fileobj=stream) if packed else stream, findings)
    except BROKEN as error:
        findings.set_aside.append(unreadable(name, error))


def file_records(file: Path, findings: Findings, *, named: bool = False) -> Iterator[RawRecord]:
    """Yield the records of a file; one of another kind is told when it was named, else counted."""
    name = file.name.lower()
    try:
        if name.endswith(".zip"):
            with zipfile.ZipFile(file) as archive:
                yield from member_records(file, archive, findings)
        elif name.removesuffix(".gz").endswith(SUFFIXES):
            with gzip.open(file) if name.endswith(".gz") else file.open("rb") as stream:
                yield from _stream_records(str(file), name.removesuffix(".gz"), stream, findings)
        elif named:
            found = "not a file of registry records"
            findings.set_aside.append(InputError(file, "", found, f"give {', '.join(SUFFIXES)}, .gz or .zip"))
        else:
            findings.counts[SKIPPED] += 1
    except BROKEN as error:
        findings.set_aside.append(unreadable(str(file), error))


def member_records(
    file: Path, archive: zipfile.ZipFile, findings: Findings, first: int = 0, last: int | None = None
) -> Iterator[RawRecord]:
    """Yield the records of the members of a zip file, in the order of their names, from one to before another."""
    for member in sorted(archive.namelist())[first:last]:
        name = f"{file}/{member}"
        if not member.lower().endswith(SUFFIXES):
            findings.counts[SKIPPED] += not member.endswith("/")
            continue
        try:
            with archive.open(member) as stream:
                yield from _stream_records(name, member.lower(), stream, findings)
        except BROKEN as error:
            findings.set_aside.append(unreadable(name, error))


def _stream_records(name: str, lower: str, stream: Any, findings: Findings) -> Iterator[RawRecord]:
    if lower.endswith(LINES):
        yield from lines_of_records(name, stream, findings)
        return
    content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        findings.set_aside.append(InputError(name, "", "more than 100 MB in one file", "give records as NDJSON"))
        return
    yield from _decoded(name, "", content, findings)


def lines_of_records(name: str, stream: Any, findings: Findings, first: int = 1) -> Iterator[RawRecord]:
    """Yield a record for each line; a first line that is the start of a longer document is read with the rest."""
    for number in itertools.count(first):
        line = stream.readline(_LARGEST + 1)
        if not line:
            return
        if len(line) > _LARGEST:
            _skip_line(stream, line)
            findings.set_aside.append(InputError(name, str(number), "a line of more than 100 MB", "is this NDJSON?"))
        elif number == 1 and is_start_of_document(line):
            yield from _stream_records(name, "", io.BufferedReader(_Rejoined(line, stream)), findings)
            return
        elif line.strip():
            yield from _decoded(name, str(number), line, findings)


def is_start_of_document(line: bytes) -> bool:
    """Tell a line that begins a document over several lines."""
    return line.removeprefix(b"\xef\xbb\xbf").strip() in (b"{", b"[", b'{"studies":[', b'{"studies": [')


def _skip_line(stream: Any, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(_LARGEST)


class _Rejoined(io.RawIOBase):
    """A stream with its first line put back."""

    def __init__(self, line: bytes, rest: Any) -> None:
        self._line, self._rest = line, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._line[: len(buffer)] or self._rest.read(len(buffer))
        self._line = self._line[len(part) :]
        buffer[: len(part)] = part
        return len(part)


def _decoded(name: str, place: str, content: bytes, findings: Findings) -> Iterator[RawRecord]:
    try:
        value = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        findings.set_aside.append(InputError(name, place, f"not JSON: {_first_words(error)}", _advice(content)))
        return
    studies = value.get("studies") if isinstance(value, dict) and "protocolSection" not in value else None
    for i, study in enumerate(studies if isinstance(studies, list) else [value]):
        where = f"{place}/studies/{i}" if studies is not None else place
        if isinstance(study, dict) and isinstance(study.get("protocolSection"), dict):
            yield RawRecord(file=name, place=where, study=study, origin=take_origin(study))
        else:
            found = "no study: it has no protocolSection"
            findings.set_aside.append(InputError(name, where, found, "give records of the registry's API v2"))


def unreadable(name: str, error: Exception) -> InputError:
    """Return the error of a file that cannot be read."""
    return InputError(name, "", f"cannot be read: {error}", "fetch it again")


def _first_words(error: Exception) -> str:
    # A decoder of text quotes the whole text in its message; the reason is enough.
    return error.reason if isinstance(error, UnicodeDecodeError) else str(error)


def _advice(content: bytes) -> str:
    return "a web page was saved in its place; fetch it again" if content.lstrip()[:1] == b"<" else "fetch it again"
