"""What readers of ontologies yield: terms and the edges between them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from .terms import Term

PART_OF = "BFO:0000050"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A direct parent of a term; a ``whole`` is one that the term is part of."""

    child: str
    parent: str
    whole: bool = False


Entry = tuple[str, Term] | Edge
"""What a reader yields: a term by its CURIE, or an edge."""


@contextmanager
def opened(file: Path) -> Iterator[BinaryIO]:
    """Open a file for reading, unpacking gzip by its first bytes."""
    with file.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        yield cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
