"""The registry over HTTP: one connection, a polite pace, retries, and a cache that never holds a person.

The cache stands above a transport that takes people out of every page as it comes in; nothing else reaches it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import msgspec
from hishel import SqliteStorage
from hishel.httpx2 import CacheTransport

from cellkg.errors import CellkgError, NetworkError, UsageError
from cellkg.patience import PassingError, Patience, passing, retrying
from cellkg_loaders.clinicaltrials_gov.masking import masked
from cellkg_loaders.clinicaltrials_gov.origin import Origin, digest, with_origin

from .http import new_client, plain_transport
from .people import without_people

_PAGE_SIZE = 100
_KEPT_UNUSED = 14 * 24 * 3600.0
_LARGEST_CACHE = 500 * 1024 * 1024
_LONGEST_MESSAGE = 300
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    # A stored page is asked for again with its validators: the cache saves the transfer, never the question.
    "Cache-Control": "no-cache",
}


class Page(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A page of records, people taken out; ``removed`` is ours and counts what was."""

    studies: list[dict[str, Any]]
    next_page_token: str | None = None
    total_count: int | None = None
    removed: dict[str, int] = {}


class ExpiredTokenError(NetworkError):
    """The registry no longer knows the token of the next page."""


class Registry:
    """Gives the pages of a search."""

    def __init__(self, transport: _PeopleLeftOut, cache: CacheTransport, server: str, patience: Patience) -> None:
        self._address, self._patience = f"{server}/studies", patience
        self.tell: Callable[[str], None] = lambda note: None
        self._fresh, self._cached = (new_client(each, _HEADERS) for each in (transport, cache))

    def address(self, parameters: dict[str, str]) -> str:
        """Return the address of a search."""
        return str(httpx2.URL(self._address, params=parameters))

    def page(self, parameters: dict[str, str], token: str | None, limit: int | None, *, fresh: bool) -> Page:
        """Return the page of a token, or the first one; a ``fresh`` one never comes from the cache.

        Raises:
            UsageError: the registry refuses the query.
            ExpiredTokenError: it no longer knows the token.
            NetworkError: it does not answer as it should, though asked again and again.
        """
        size = str(min(limit or _PAGE_SIZE, _PAGE_SIZE))
        first = {"countTotal": "true"} if token is None else {"pageToken": token}
        asking = retrying(self._patience, lambda note: self.tell(note))
        client = self._fresh if fresh else self._cached
        try:
            return asking(self._get, client, {**parameters, "format": "json", "pageSize": size, **first})
        except PassingError as error:
            raise NetworkError(f"{error}; asked {asking.statistics['attempt_number']} times") from None

    def _get(self, client: httpx2.Client, parameters: dict[str, str]) -> Page:
        try:
            return msgspec.json.decode(client.get(self._address, params=parameters).content, type=Page)
        except httpx2.HTTPError as error:
            raise PassingError(f"{self._address}: {type(error).__name__}: {error}") from None
        except (RuntimeError, msgspec.DecodeError) as error:
            raise CellkgError(f"the cache cannot be used ({error}); name another folder with --cache") from None


@contextmanager
def open_registry(server: str, cache: Path, patience: Patience) -> Iterator[Registry]:
    """Connect to the registry at ``server``, with the cache in the folder ``cache``."""
    file = cache / "registry-pages.db"
    storage = SqliteStorage(database_path=file, default_tti=_KEPT_UNUSED, max_size=_LARGEST_CACHE)
    transport = _PeopleLeftOut(plain_transport(server), patience)
    with closing(CacheTransport(transport, storage=storage, rfc=True)) as cached:
        yield Registry(transport, cached, server, patience)


class _PeopleLeftOut(httpx2.BaseTransport):
    """Lets through whole pages of records only, with people taken out, and 304; any other answer is an error."""

    def __init__(self, inner: httpx2.BaseTransport, patience: Patience) -> None:
        self._inner, self._patience = inner, patience
        self._next_request = 0.0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request in its turn and return the page that is safe to keep."""
        self._await_turn()
        answer = self._inner.handle_request(request)
        try:
            content = answer.read()
        finally:
            answer.close()
        if answer.status_code == httpx2.codes.NOT_MODIFIED:
            return answer
        page = _page_without_people(_checked(answer, content, request))
        kept = [(name, value) for name, value in answer.headers.multi_items() if name not in _OF_THE_TRANSFER]
        return httpx2.Response(200, headers=kept, content=page)

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def _await_turn(self) -> None:
        wait = self._next_request - time.monotonic()
        if wait > 0:
            self._patience.sleep(wait)
        self._next_request = time.monotonic() + self._patience.pace


_OF_THE_TRANSFER = ("content-encoding", "content-length", "transfer-encoding")


def _checked(answer: httpx2.Response, content: bytes, request: httpx2.Request) -> bytes:
    """Return the body of an answer that is one; else raise what is wrong with it."""
    status, where = answer.status_code, str(request.url.copy_with(query=None))
    if (error := passing(where, status, answer.headers.get("Retry-After"))) is not None:
        raise error
    if 400 <= status < 500 and status not in (401, 403, 407) and "pageToken" in request.url.params:
        raise ExpiredTokenError(f"{where} no longer knows the next page")
    if status == httpx2.codes.BAD_REQUEST:
        raise UsageError(f"the registry refuses the query: {_message(answer, content)}; mend it and try again")
    if status != httpx2.codes.OK:
        raise NetworkError(f"{where} answered {status}; is it the address of the registry's API v2?")
    if "html" in answer.headers.get("Content-Type", "") or content.lstrip()[:1] == b"<":
        raise NetworkError(f"{where} answered with a web page, not with records; is it the registry's API v2?")
    return content


def _page_without_people(content: bytes) -> bytes:
    removed: Counter[str] = Counter()
    try:
        page = msgspec.json.decode(content, type=Page)
        studies = [with_origin(without_people(study, removed), Origin(sha256=digest(study))) for study in page.studies]
        return msgspec.json.encode(msgspec.structs.replace(page, studies=studies, removed=dict(+removed)))
    except msgspec.ValidationError as error:
        raise NetworkError(f"the answer is not a page of records: {error}; is it the registry's API v2?") from None
    except RecursionError:
        raise NetworkError("the answer is nested too deeply for a page of records") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise PassingError("the answer broke off: its JSON is not whole") from None


def _message(answer: httpx2.Response, content: bytes) -> str:
    if "html" in answer.headers.get("Content-Type", "") or content.lstrip()[:1] == b"<":
        return "it gives no reason"
    text = " ".join(masked(content.decode("utf-8", "replace")).split())
    return text[:_LONGEST_MESSAGE].rstrip(".") or "it gives no reason"
