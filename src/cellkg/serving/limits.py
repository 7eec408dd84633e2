"""How much one request, and all of them together, may take."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a server; times in seconds, sizes in bytes."""

    workers: int = 2
    """Processes for the queries of the endpoint; one more is kept for the server's own pages."""
    query_seconds: float = 20.0
    wait_seconds: float = 0.6
    """How long a query of the endpoint waits for a free worker before it is refused."""
    page_wait_seconds: float = 5.0
    """The same for the server's own pages, which have quick questions only."""
    memory_bytes: int = 1024 * MEBIBYTE
    """What a worker may take beyond what it takes when it has opened the store."""
    growth_bytes: int = 32 * MEBIBYTE
    """A worker whose memory has grown by more is replaced after its answer."""
    result_bytes: int = 64 * MEBIBYTE
    spool_bytes: int = 2048 * MEBIBYTE
    """What all answers take together that clients have not yet read."""
    query_bytes: int = MEBIBYTE // 2
    rows_on_a_page: int = 1000
    connections: int = 500
    request_seconds: float = 15.0
    """How long a client may take to send the head, or the body, of a request."""
    stall_seconds: float = 30.0
    """How long a client may read nothing of an answer."""
