"""What a loader promises, how loaders are found, and what they report besides quads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, runtime_checkable

from cellkg.errors import DataError
from cellkg.ntriples import Written
from cellkg.pieces import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a build reads: folders and files by the name under which a loader asks for them."""

    curated: tuple[Path, ...] = ()
    registry: tuple[Path, ...] = ()
    federated: tuple[Path, ...] = ()
    """Files of rows that public endpoints gave; the build reads them itself."""
    pieces: tuple[Piece, ...] = ()
    """Pieces that a ``CuttingLoader`` made of its inputs."""
    shards: tuple[Path, ...] = ()
    """Folders of quads that `cellkg convert` wrote."""


@dataclass(slots=True)
class Findings:
    """What a build has to tell besides the graph: counts, remarks, and input that was set aside."""

    counts: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    set_aside: list[DataError] = field(default_factory=list)
    records: dict[str, set[bytes]] = field(default_factory=dict)
    """Keys of the records that were read, by kind of record."""

    def is_new(self, kind: str, key: bytes) -> bool:
        """Count a record of a kind, and tell whether its key is met for the first time."""
        known = self.records.setdefault(kind, set())
        new = key not in known
        known.add(key)
        self.counts[kind if new else _twice(kind)] += 1
        return new

    def add(self, part: Findings) -> None:
        """Take over what was found in a part of the input; a record that was met in another part was read twice."""
        self.counts.update(part.counts)
        self.remarks += part.remarks
        self.set_aside += part.set_aside
        for kind, keys in part.records.items():
            known = self.records.setdefault(kind, set())
            if again := len(keys & known):
                self.counts[kind] -= again
                self.counts[_twice(kind)] += again
            known |= keys


class Loader(Protocol):
    """Turns the documents or records of one kind of source into quads.

    A loader streams: it holds one record at a time. Input it cannot read goes to ``findings.set_aside``, with its
    file and place, and the rest goes on.
    """

    name: str

    def quads(self, inputs: Inputs, findings: Findings) -> Iterator[Written]:
        """Yield the quads of every source that ``inputs`` names for this loader."""
        ...


@runtime_checkable
class CuttingLoader(Loader, Protocol):
    """A loader whose inputs can be cut into pieces, which many processes read; no fact of it needs two of them."""

    def pieces(self, inputs: Inputs, findings: Findings, size: int) -> Iterator[Piece]:
        """Yield the inputs in pieces of about ``size`` bytes or less, which ``quads`` reads as ``Inputs.pieces``."""
        ...


def installed_loaders() -> list[Loader]:
    """Return one loader of each kind that is installed, by name."""
    found = sorted(entry_points(group="cellkg.loaders"), key=lambda point: point.name)
    return [point.load()() for point in found]


def _twice(kind: str) -> str:
    return f"{kind} read twice"
