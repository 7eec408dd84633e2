"""What stands beside a shard: what it was made of, by which converter, what was found; and whether it is whole."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from cellkg.errors import DataError, InputError, InputErrors
from cellkg.loading import Findings
from cellkg.pieces import Piece
from cellkg.swapping import swap_in


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """Input that was set aside: file, place, what was found, and what to do."""

    found: str
    file: str = ""
    place: str = ""
    next_step: str = ""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What the conversion of a shard has to tell besides its quads."""

    counts: dict[str, int] = {}
    remarks: list[str] = []
    set_aside: list[SetAside] = []
    records: dict[str, list[bytes]] = {}


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """The note beside a shard; hashes are SHA-256, that of the file is of its packed bytes."""

    shard: str
    loader: str
    pieces: tuple[Piece, ...]
    input_sha256: str
    converter: str
    file_sha256: str
    quads: int
    found: Found


def file_of(folder: Path, shard: str) -> Path:
    """Return the file of a shard."""
    return folder / f"{shard}.nq.gz"


def note_of(folder: Path, shard: str) -> Path:
    """Return the file of the note beside a shard."""
    return folder / f"{shard}.json"


def write_note(folder: Path, note: Note) -> None:
    """Write the note of a shard, which declares it whole."""
    swap_in(note_of(folder, note.shard), msgspec.json.encode(note) + b"\n")


def read_note(folder: Path, shard: str) -> Note | None:
    """Return the note of a shard whose file is the one that the note speaks of; ``None`` where it is not whole."""
    try:
        note = msgspec.json.decode(note_of(folder, shard).read_bytes(), type=Note)
        with file_of(folder, shard).open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, msgspec.MsgspecError):
        return None
    return note if (note.shard, note.file_sha256) == (shard, sha256) else None


def noted(findings: Findings) -> Found:
    """Return findings in the form of a note."""
    errors = [each for error in findings.set_aside for each in _single(error)]
    return Found(
        counts=dict(sorted(findings.counts.items())),
        remarks=findings.remarks,
        set_aside=[_as_noted(error) for error in errors],
        records={kind: sorted(keys) for kind, keys in findings.records.items()},
    )


def findings_of(found: Found, shard: str = "") -> Findings:
    """Return what a note says as findings; an error names the shard."""
    findings = Findings(remarks=list(found.remarks), set_aside=[_as_error(each, shard) for each in found.set_aside])
    findings.counts.update(found.counts)
    findings.records = {kind: set(keys) for kind, keys in found.records.items()}
    return findings


def _single(error: DataError) -> list[InputError] | list[DataError]:
    return error.errors if isinstance(error, InputErrors) else [error]


def _as_noted(error: DataError) -> SetAside:
    if not isinstance(error, InputError):
        return SetAside(found=str(error))
    return SetAside(file=str(error.file), place=error.place, found=error.found, next_step=error.next_step)


def _as_error(noted: SetAside, shard: str) -> DataError:
    found = f"{noted.found} (shard {shard})" if shard else noted.found
    return InputError(noted.file, noted.place, found, noted.next_step) if noted.file else DataError(found)
