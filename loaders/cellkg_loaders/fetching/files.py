"""Fetches one large file, such as a release of an ontology, as a stream to disk.

The cache keeps the file with its validators and asks the server each time whether it is still the newest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from hishel import SqliteStorage
from hishel.httpx2 import CacheTransport

from cellkg.errors import CellkgError, NetworkError, UsageError
from cellkg.patience import PassingError, Patience, passing, retrying

from .http import new_client, plain_transport

_KEPT_UNUSED = 30 * 24 * 3600.0
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "gzip", "Cache-Control": "no-cache"}


def fetch_file(
    url: str,
    folder: Path,
    cache: Path,
    *,
    patience: Patience | None = None,
    tell: Callable[[str], None] = lambda note: None,
) -> Path:
    """Fetch the file at an address into ``folder``, redirects followed, and return where it lies.

    The server is asked each time; a file that it says did not change comes from the folder ``cache``. What broke off
    is asked for again and never returned.

    Raises:
        UsageError: no address.
        NetworkError: the server failed, or answers with something that is no file.
    """
    target = folder / _name(url)
    patience = patience or Patience()
    asking = retrying(patience, tell)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _beside(target) as part, _clients(url, cache) as (cached, fresh):
            asking(_download, url, part, lambda: fresh if asking.statistics["attempt_number"] > 1 else cached)
            part.replace(target)
    except PassingError as error:
        raise NetworkError(f"{error}; asked {asking.statistics['attempt_number']} times") from None
    return target


def _name(url: str) -> str:
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        known = False
    if not known:
        raise UsageError(f"no address of a file: {url!r}; write one such as http://purl.obolibrary.org/obo/cl.json")
    return Path(parts.path).name or "release"


def _download(url: str, part: Path, client: Callable[[], httpx2.Client]) -> None:
    try:
        with client().stream("GET", url) as answer, part.open("wb") as out:
            _check(answer, url)
            for chunk in answer.iter_bytes():
                out.write(chunk)
    except httpx2.TooManyRedirects:
        raise NetworkError(f"{url} leads in a circle of redirects; give the address of the file itself") from None
    except (httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
        raise NetworkError(f"{url} leads to no web address: {error}; give the address of the file itself") from None
    except httpx2.HTTPError as error:
        raise PassingError(f"{url}: {type(error).__name__}: {error}") from None
    except RuntimeError as error:
        raise CellkgError(f"the cache cannot be used ({error}); name another folder with --cache") from None


def _check(answer: httpx2.Response, url: str) -> None:
    if (error := passing(url, answer.status_code, answer.headers.get("Retry-After"))) is not None:
        raise error
    if answer.status_code != httpx2.codes.OK:
        raise NetworkError(f"{url} answered {answer.status_code}; check the address, or give a file with --from")
    if "html" in answer.headers.get("Content-Type", ""):
        raise NetworkError(f"{url} answered with a web page, not with a file; give another with --from")


@contextmanager
def _clients(url: str, cache: Path) -> Iterator[tuple[httpx2.Client, httpx2.Client]]:
    """Open a client above the cache and one past it, for what the cache may hold broken."""
    storage = SqliteStorage(database_path=cache / "files.db", default_tti=_KEPT_UNUSED)
    transport = plain_transport(url)
    with closing(CacheTransport(transport, storage=storage, rfc=True)) as above:
        yield new_client(above, _HEADERS, redirects=True), new_client(transport, _HEADERS, redirects=True)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    try:
        yield part
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
