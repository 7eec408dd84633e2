"""How long to wait for a server, and how often to ask again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

from cellkg.errors import NetworkError


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, in seconds, and how often to try."""

    attempts: int = 6
    first_wait: float = 1.0
    longest_wait: float = 120.0
    pace: float = 0.35
    """From one request to the next, at least."""
    sleep: Callable[[float], None] = time.sleep


class PassingError(NetworkError):
    """A failure that may pass, and how long the server asks to wait, if it does."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        self.wait = wait
        super().__init__(message)


def retrying(patience: Patience, tell: Callable[[str], None]) -> Retrying:
    """Return what asks again after a ``PassingError``, as long as the server asks to wait, or longer each time."""
    backoff = wait_exponential(multiplier=patience.first_wait, max=patience.longest_wait) + wait_random(
        0, patience.first_wait
    )

    def may_pass(error: BaseException) -> bool:
        return isinstance(error, PassingError) and (error.wait or 0) <= patience.longest_wait

    def wait(state: RetryCallState) -> float:
        asked = _failure(state).wait
        return backoff(state) if asked is None else asked

    def tell_wait(state: RetryCallState) -> None:
        tell(f"{_failure(state)}; asks again in {state.upcoming_sleep:.0f} s")

    return Retrying(
        sleep=patience.sleep,
        stop=stop_after_attempt(patience.attempts),
        wait=wait,
        retry=retry_if_exception(may_pass),
        before_sleep=tell_wait,
        reraise=True,
    )


def passing(where: str, status: int, retry_after: str | None) -> PassingError | None:
    """Return the error of an answer that may be another one later, or ``None`` where the status says no such thing."""
    if status not in (408, 429) and status < 500:
        return None
    wait = _retry_after(retry_after)
    asks = f" and asks to wait {wait:.0f} s" if wait else ""
    return PassingError(f"{where} answered {status}{asks}", wait)


def _retry_after(written: str | None) -> float | None:
    """Return the seconds of a Retry-After header, a number or a date (RFC 9110, 10.2.3).

    >>> _retry_after("7"), _retry_after("Wed, 21 Oct 2015 07:28:00 GMT"), _retry_after("soon")
    (7.0, 0.0, None)
    """
    if written is None:
        return None
    if written.strip().isdecimal():
        return float(written)
    try:
        return max(0.0, (parsedate_to_datetime(written) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _failure(state: RetryCallState) -> PassingError:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, PassingError)
    return error
