"""Shards: runs of pieces of about the same size, numbered in the order of the input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from cellkg.pieces import Piece


class Shard(msgspec.Struct, frozen=True, kw_only=True):
    """Pieces of input that become one file of quads."""

    name: str
    loader: str
    pieces: tuple[Piece, ...]


def shards(loader: str, pieces: Iterable[Piece], size: int, first: int = 0) -> Iterator[Shard]:
    """Yield the pieces in shards of about ``size`` bytes, at least a piece each, numbered from ``first``."""
    held: list[Piece] = []
    weight, number = 0, first
    for piece in pieces:
        if held and weight + piece.weight > size:
            yield _shard(loader, number, held)
            held, weight, number = [], 0, number + 1
        held.append(piece)
        weight += piece.weight
    if held:
        yield _shard(loader, number, held)


def _shard(loader: str, number: int, pieces: list[Piece]) -> Shard:
    return Shard(name=f"{number:05}", loader=loader, pieces=tuple(pieces))
