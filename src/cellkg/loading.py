"""What a loader promises, how loaders are found, and what they report besides quads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from cellkg.errors import DataError
from cellkg.ntriples import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a build reads: folders and files by the name under which a loader asks for them."""

    curated: tuple[Path, ...] = ()
    registry: tuple[Path, ...] = ()
    federated: tuple[Path, ...] = ()
    """Files of rows that public endpoints gave; the build reads them itself."""


@dataclass(slots=True)
class Findings:
    """What a build has to tell besides the graph: counts, remarks, and input that was set aside."""

    counts: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    set_aside: list[DataError] = field(default_factory=list)


class Loader(Protocol):
    """Turns the documents or records of one kind of source into quads.

    A loader streams: it holds one record at a time. Input it cannot read goes to ``findings.set_aside``, with its
    file and place, and the rest goes on.
    """

    name: str

    def quads(self, inputs: Inputs, findings: Findings) -> Iterator[Written]:
        """Yield the quads of every source that ``inputs`` names for this loader."""
        ...


def installed_loaders() -> list[Loader]:
    """Return one loader of each kind that is installed, by name."""
    found = sorted(entry_points(group="cellkg.loaders"), key=lambda point: point.name)
    return [point.load()() for point in found]
