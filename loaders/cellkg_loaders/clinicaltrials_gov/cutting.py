"""Registry inputs in pieces, for many workers: files, lines of NDJSON files, members of zip files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cellkg.errors import UsageError
from cellkg.loading import Findings
from cellkg.pieces import Piece, Span, opened_zip, pieces_of_lines, pieces_of_zip

from .reading import (
    BROKEN,
    LINES,
    SKIPPED,
    SUFFIXES,
    RawRecord,
    file_records,
    files_in,
    is_start_of_document,
    lines_of_records,
    member_records,
    unreadable,
)

_UNPACKED = 8  # times the size of a gzip file of records
_LONGEST_START = 64


def cut(places: tuple[Path, ...], findings: Findings, size: int) -> Iterator[Piece]:
    """Yield every place in pieces of about ``size`` bytes or less; what cannot be opened is set aside.

    A gzip file, and a document over several lines, is one piece.

    Raises:
        UsageError: standard input, which nobody can read from its middle.
    """
    if Path("-") in places:
        raise UsageError("standard input cannot be cut; give a file or a folder, NDJSON best")
    for place in places:
        for file in files_in(place) if place.is_dir() else [place]:
            try:
                yield from _cut_file(file, findings, size, named=file is place)
            except BROKEN as error:
                findings.set_aside.append(unreadable(str(file), error))


def read_pieces(pieces: tuple[Piece, ...], findings: Findings) -> Iterator[RawRecord]:
    """Yield the records of pieces, with the places that they have in their files."""
    for piece in pieces:
        try:
            yield from _piece_records(piece, Path(piece.file), findings)
        except BROKEN as error:
            findings.set_aside.append(unreadable(piece.file, error))


def _cut_file(file: Path, findings: Findings, size: int, *, named: bool) -> Iterator[Piece]:
    name = file.name.lower()
    if name.endswith(".zip"):
        yield from pieces_of_zip(file, size)
    elif name.endswith(LINES) and not _is_one_document(file):
        yield from pieces_of_lines(file, size)
    elif named or name.removesuffix(".gz").endswith(SUFFIXES):
        yield Piece(file=str(file), weight=file.stat().st_size * (_UNPACKED if name.endswith(".gz") else 1))
    else:
        findings.counts[SKIPPED] += 1


def _piece_records(piece: Piece, file: Path, findings: Findings) -> Iterator[RawRecord]:
    if piece.file.lower().endswith(".zip"):
        yield from member_records(file, opened_zip(file), findings, piece.first, piece.last)
    elif piece.last is None:
        yield from file_records(file, findings, named=True)
    else:
        with file.open("rb") as stream:
            span = Span(stream, piece.first, piece.last)
            yield from lines_of_records(piece.file, span, findings, piece.line)


def _is_one_document(file: Path) -> bool:
    with file.open("rb") as stream:
        return is_start_of_document(stream.readline(_LONGEST_START))
