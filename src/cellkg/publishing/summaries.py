"""What a graph says, in two numbers: how many triples, and a sum over them that no order changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

import pyoxigraph as ox

_BYTES = 20
_MODULUS = 1 << (8 * _BYTES)


@dataclass(frozen=True, slots=True)
class Summary:
    """The number of triples of a graph, and the sum of their hashes."""

    count: int = 0
    total: int = 0

    def __add__(self, other: Summary) -> Summary:
        """Return the summary of two graphs that share no triple."""
        return Summary(self.count + other.count, (self.total + other.total) % _MODULUS)

    def __sub__(self, other: Summary) -> Summary:
        """Return the summary of what is left of a graph without a part of it."""
        return Summary(self.count - other.count, (self.total - other.total) % _MODULUS)

    @property
    def checksum(self) -> str:
        """The sum in hexadecimal digits."""
        return f"{self.total:0{2 * _BYTES}x}"

    @classmethod
    def read(cls, count: str, checksum: str) -> Summary:
        """Return the summary of a count and a checksum; ``ValueError`` when they are none."""
        return cls(int(count), int(checksum, 16))


def summarise(triples: Iterable[ox.Triple]) -> Summary:
    """Return the summary of triples, each of which comes once."""
    count = total = 0
    for triple in triples:
        count += 1
        total += int.from_bytes(blake2b(_written(triple).encode(), digest_size=_BYTES).digest(), "big")
    return Summary(count, total % _MODULUS)


def _written(triple: ox.Triple) -> str:
    """Return a triple as N-Triples has it; blank nodes, which a store may rename, all look alike."""
    if has_blank(triple):
        parts = ("_:" if isinstance(part, ox.BlankNode) else str(part) for part in triple)
        return " ".join(parts)
    return str(triple)


def has_blank(triple: ox.Triple) -> bool:
    """Tell whether a blank node stands in a triple."""
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)
