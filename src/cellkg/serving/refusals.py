"""What the server does not do, each with its HTTP status."""

from __future__ import annotations

from cellkg.errors import CellkgError, NetworkError, NotFoundError, UsageError

from .limits import MEBIBYTE, Limits

_RETRY_SECONDS = 2
_PATIENT = 10


class Refusal(CellkgError):  # noqa: N818
    """A request that is answered with an error; ``retry_after`` (seconds) tells when to come again."""

    def __init__(self, status: int, message: str, *, retry_after: int | None = None) -> None:
        self.status, self.retry_after = status, retry_after
        super().__init__(message)


def busy() -> Refusal:
    """Every worker is at a query."""
    return Refusal(503, "every worker is busy; try again in a moment", retry_after=_RETRY_SECONDS)


def crowded() -> Refusal:
    """Answers that slow clients have not read fill the room for answers."""
    return Refusal(503, "too many large answers are being read; try again in a moment", retry_after=_RETRY_SECONDS)


def lost() -> Refusal:
    """A worker ended from outside, twice for the same request."""
    return Refusal(503, "the worker that answered was ended; try again in a moment", retry_after=_RETRY_SECONDS)


def silent() -> Refusal:
    """A remote store that cannot be reached, or said nothing in time."""
    return Refusal(503, "the store behind this server does not answer; try again in a moment", retry_after=_PATIENT)


def replaced() -> Refusal:
    """A remote store in which another build takes the place of the served one."""
    return Refusal(503, "a new build is being published; try again in a moment", retry_after=_PATIENT)


def too_slow(limits: Limits) -> Refusal:
    """A query that ran into its time limit."""
    return Refusal(
        504, f"the query took more than {limits.query_seconds:g} seconds and was stopped; ask for less, or add a LIMIT"
    )


def too_much_memory(limits: Limits) -> Refusal:
    """A query that ran into its memory limit."""
    megabytes = limits.memory_bytes // MEBIBYTE
    return Refusal(507, f"the query needed more than {megabytes} MiB of memory and was stopped; ask for less")


def too_large(limits: Limits) -> Refusal:
    """A result that is larger than the server sends."""
    megabytes = limits.result_bytes / MEBIBYTE
    return Refusal(
        507, f"the result is larger than {megabytes:g} MiB; ask for less, use LIMIT, or take the dump of /data"
    )


def too_deep() -> Refusal:
    """A query that broke the parser."""
    return Refusal(400, "the query is nested too deeply")


def no_service() -> Refusal:
    """A query that asks other endpoints."""
    return Refusal(403, "SERVICE is refused: this endpoint sends no request; ask the other endpoint yourself")


def no_update() -> Refusal:
    """An update."""
    return Refusal(403, "this endpoint is read-only: updates are refused")


def status_of(error: CellkgError) -> int:
    """Return the HTTP status of an error.

    >>> status_of(NotFoundError("no question")), status_of(CellkgError("the disk is full"))
    (404, 500)
    """
    if isinstance(error, Refusal):
        return error.status
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, UsageError):
        return 400
    return 502 if isinstance(error, NetworkError) else 500
