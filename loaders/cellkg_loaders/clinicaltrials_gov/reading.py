"""Raw records out of files: a study, a page of studies, NDJSON, gzip or zip files of them, folders, standard input."""

from __future__ import annotations

import gzip
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from cellkg.errors import InputError
from cellkg.loading import Findings

_SUFFIXES = (".json", ".ndjson", ".jsonl")
_LARGEST = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """A decoded study with the file and place that it was read from."""

    file: str
    place: str
    study: dict[str, Any]


def read_records(places: tuple[Path, ...], findings: Findings) -> Iterator[RawRecord]:
    """Yield every record, one at a time; what cannot be read is set aside and the rest goes on."""
    for place in places:
        if str(place) == "-":
            yield from _lines("standard input", sys.stdin.buffer, findings)
        elif place.is_dir():
            for file in sorted(path for path in place.rglob("*") if path.is_file()):
                yield from _file_records(file, findings)
        else:
            yield from _file_records(place, findings, named=True)


def _file_records(file: Path, findings: Findings, *, named: bool = False) -> Iterator[RawRecord]:
    name = file.name.lower()
    try:
        if name.endswith(".zip"):
            yield from _zip_records(file, findings)
        elif name.removesuffix(".gz").endswith(_SUFFIXES):
            with gzip.open(file) if name.endswith(".gz") else file.open("rb") as stream:
                yield from _stream_records(str(file), name.removesuffix(".gz"), stream, findings)
        elif named:
            raise InputError(file, "", "not a file of registry records", f"give {', '.join(_SUFFIXES)}, .gz or .zip")
        else:
            findings.counts["files skipped in registry folders"] += 1
    except InputError as error:
        findings.set_aside.append(error)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        findings.set_aside.append(InputError(file, "", f"cannot be read: {error}", "fetch it again"))


def _zip_records(file: Path, findings: Findings) -> Iterator[RawRecord]:
    with zipfile.ZipFile(file) as archive:
        for member in sorted(archive.namelist()):
            if not member.lower().endswith(_SUFFIXES):
                findings.counts["files skipped in registry folders"] += not member.endswith("/")
                continue
            with archive.open(member) as stream:
                yield from _stream_records(f"{file}/{member}", member.lower(), stream, findings)


def _stream_records(name: str, lower: str, stream: Any, findings: Findings) -> Iterator[RawRecord]:
    if lower.endswith((".ndjson", ".jsonl")):
        yield from _lines(name, stream, findings)
        return
    content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        findings.set_aside.append(InputError(name, "", "more than 100 MB in one file", "give records as NDJSON"))
        return
    yield from _decoded(name, "", content, findings)


def _lines(name: str, stream: Any, findings: Findings) -> Iterator[RawRecord]:
    number = 0
    while line := stream.readline(_LARGEST + 1):
        number += 1
        if len(line) > _LARGEST:
            findings.set_aside.append(InputError(name, str(number), "a line of more than 100 MB", "is this NDJSON?"))
            return
        if line.strip():
            yield from _decoded(name, str(number), line, findings)


def _decoded(name: str, place: str, content: bytes, findings: Findings) -> Iterator[RawRecord]:
    try:
        value = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        findings.set_aside.append(InputError(name, place, f"not JSON: {error}", _advice(content)))
        return
    studies = value.get("studies") if isinstance(value, dict) and "protocolSection" not in value else None
    for i, study in enumerate(studies if isinstance(studies, list) else [value]):
        where = f"{place}/studies/{i}" if studies is not None else place
        if isinstance(study, dict) and isinstance(study.get("protocolSection"), dict):
            yield RawRecord(file=name, place=where, study=study)
        else:
            found = "no study: it has no protocolSection"
            findings.set_aside.append(InputError(name, where, found, "give records of the registry's API v2"))


def _advice(content: bytes) -> str:
    return "a web page was saved in its place; fetch it again" if content.lstrip()[:1] == b"<" else "fetch it again"
