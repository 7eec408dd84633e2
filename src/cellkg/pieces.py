"""Pieces of input files that can be read by themselves: a file, some lines of it, or some members of a zip file."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import msgspec

_BLOCK = 1024 * 1024
_LONGEST_LINE = 16 * _BLOCK


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a file; ``first`` and ``last`` count bytes, or the members of a zip file by name, ``last`` left out."""

    file: str
    weight: int
    """About how many bytes there are to read, unpacked."""
    first: int = 0
    last: int | None = None
    """``None``: the file is read to its end."""
    line: int = 1
    """The number of the line that the piece starts with."""


class Span:
    """The lines of a file from one byte to another, read as a stream is."""

    def __init__(self, stream: BinaryIO, first: int, last: int | None) -> None:
        self._stream, self._left = stream, None if last is None else last - first
        stream.seek(first)

    def readline(self, limit: int) -> bytes:
        """Return the next line, or as much of it as the limit allows; nothing at the end."""
        line = self._stream.readline(limit if self._left is None else min(limit, self._left))
        if self._left is not None:
            self._left -= len(line)
        return line

    def read(self, limit: int) -> bytes:
        """Return the next bytes; nothing at the end."""
        content = self._stream.read(limit if self._left is None else min(limit, self._left))
        if self._left is not None:
            self._left -= len(content)
        return content


def pieces_of_lines(file: Path, size: int) -> Iterator[Piece]:
    """Yield a file of lines in pieces of about ``size`` bytes, each of whole lines."""
    first, line = 0, 1
    with file.open("rb") as stream:
        while (last := _end_of_line(stream, first + size)) > first:
            yield Piece(file=str(file), weight=last - first, first=first, last=last, line=line)
            line += _newlines(stream, first, last)
            first = last


def pieces_of_zip(file: Path, size: int) -> Iterator[Piece]:
    """Yield a zip file in pieces of about ``size`` bytes unpacked, each of whole members.

    Raises:
        zipfile.BadZipFile: it is none.
    """
    archive = opened_zip(file)
    names = sorted(archive.namelist())
    first, weight = 0, 0
    for next_one, name in enumerate(names, start=1):
        weight += archive.getinfo(name).file_size
        if weight >= size or next_one == len(names):
            yield Piece(file=str(file), weight=weight, first=first, last=next_one)
            first, weight = next_one, 0


def opened_zip(file: Path) -> zipfile.ZipFile:
    """Return a zip file, opened; its list of members is read once for as long as the file stays as it is."""
    stat = file.stat()
    return _opened(file, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=1)
def _opened(file: Path, size: int, changed: int) -> zipfile.ZipFile:
    return zipfile.ZipFile(file)


def fingerprint(pieces: tuple[Piece, ...]) -> str:
    """Return the SHA-256 of what the pieces hold now; of members of a zip file, that of their names and checksums."""
    digest = hashlib.sha256()
    for piece in pieces:
        for part in _parts(piece):
            digest.update(part)
        digest.update(b"\x00")
    return digest.hexdigest()


def _parts(piece: Piece) -> Iterator[bytes]:
    file = Path(piece.file)
    if piece.file.lower().endswith(".zip"):
        archive = opened_zip(file)
        for name in sorted(archive.namelist())[piece.first : piece.last]:
            member = archive.getinfo(name)
            yield f"{name}\x00{member.CRC}\x00{member.file_size}\n".encode()
        return
    with file.open("rb") as stream:
        span = Span(stream, piece.first, piece.last)
        while block := span.read(_BLOCK):
            yield block


def _end_of_line(stream: BinaryIO, place: int) -> int:
    """Return where the line that holds the byte before ``place`` ends, or the end of the file."""
    stream.seek(place - 1)
    while (part := stream.readline(_LONGEST_LINE)) and not part.endswith(b"\n"):
        pass
    return min(stream.tell(), stream.seek(0, 2))


def _newlines(stream: BinaryIO, first: int, last: int) -> int:
    span = Span(stream, first, last)
    return sum(block.count(b"\n") for block in iter(lambda: span.read(_BLOCK), b""))
