"""What server and worker say to each other: a task in, an outcome out, one JSON line each."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal[
    "rows", "boolean", "triples", "bad query", "not acceptable", "too large", "no memory", "silent", "failed"
]


HARMLESS_CSV = "text/csv; harmless"
PAGE = "page"


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A query, the dataset that it is asked of, and how to write the answer into which file.

    ``None`` for both lists of graphs is the dataset of the store; otherwise they are the whole dataset.
    ``rows_as`` and ``triples_as`` are media types; ``None`` means that the client takes no such answer. Rows may also
    be ``HARMLESS_CSV``, or ``PAGE``: the first ``rows_on_a_page``, and how many there are. ``in_order`` sorts triples,
    which each store sends in an order of its own.
    """

    query: str
    base: str
    spool: str
    rows_as: str | None
    triples_as: str | None
    rows_on_a_page: int = 0
    default_graphs: list[str] | None = None
    named_graphs: list[str] | None = None
    in_order: bool = False


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a task ended; ``grown`` is what the worker takes beyond what it took at the start, in bytes."""

    kind: Kind
    message: str = ""
    grown: int = 0


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of a worker: whether it has opened the store."""

    failure: str | None = None


def line(message: Task | Outcome | Ready) -> bytes:
    """Return a message as a line."""
    return msgspec.json.encode(message) + b"\n"
