"""A store behind one face: the embedded one of a build, one in memory, or a remote SPARQL 1.1 endpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from cellkg.addresses import has_kind, is_address, read_address
from cellkg.errors import CellkgError, DataError, NotFoundError, UsageError
from cellkg.places import current_build
from cellkg.protocol import Answer, Client, Login
from cellkg.published import Published, ReplacedError, check_words, read_published
from cellkg.services import without_service

_TIMEOUT_SECONDS = 300


class Store(Protocol):
    """Something that answers SPARQL queries."""

    where: str

    def query(self, sparql: str) -> Answer:
        """Return the answer to a query.

        Raises:
            UsageError: the query is no SPARQL 1.1, or asks another endpoint by SERVICE.
            NetworkError: a remote store failed.
        """
        ...


class EmbeddedStore:
    """The store of a build, opened for reading: many processes may do so at once.

    ``build`` is the folder of the build that it belongs to, which may have summaries; a bare store has none.
    """

    def __init__(self, store: ox.Store, where: str, build: Path | None = None) -> None:
        self.store, self.where, self.build = store, where, build

    def query(self, sparql: str) -> Answer:
        """Return the answer to a query, read from disk."""
        try:
            return self.store.query(without_service(sparql))
        except SyntaxError as error:
            raise UsageError(f"not SPARQL: {_first_line(error)}") from None
        except (RuntimeError, ValueError) as error:
            raise DataError(f"the query failed: {_first_line(error)}") from None


class RemoteStore:
    """A SPARQL 1.1 endpoint; it may be silent for ``timeout`` seconds.

    Raises:
        UsageError: the address names a kind of store that is not known.
    """

    def __init__(self, where: str, login: Login | None = None, timeout: float = _TIMEOUT_SECONDS) -> None:
        self.where = where
        self._client = Client(read_address(where), login, timeout)
        self._published: Published | None = None

    def query(self, sparql: str) -> Answer:
        """Return the answer of the endpoint, parsed into the same terms as those of the embedded store."""
        return self._client.ask(sparql)

    def published(self) -> Published:
        """Return the build that is published there; raises as ``read_published`` does."""
        return read_published(self.query, self.where)

    def expect_published(self) -> None:
        """Hold to the build that is published now.

        Raises:
            NotFoundError: none is.
            ReplacedError: a push goes on, or was cut off.
            DataError: an earlier cellkg built it.
        """
        self._published = self.published()
        check_words(self.query, self.where)

    def confirm(self) -> None:
        """See that what was answered is of one build: ``ReplacedError`` when the build is no longer the expected."""
        if self._published is not None and self._published != self.published():
            raise ReplacedError(f"{self.where} got another build while it was asked; ask once more")


def open_store(where: str | Path, login: Login | None = None) -> Store:
    """Open the store of a build folder, a bare store folder, or a remote one by its address.

    A plain URL may be any SPARQL endpoint; a store of a known kind must have a published build.

    Raises:
        NotFoundError: nothing was built, or published, there yet.
        ReplacedError: a push to the store goes on.
        DataError: what is published there was built by an earlier cellkg.
        NetworkError: the store does not answer.
    """
    if is_address(str(where)):
        remote = RemoteStore(str(where), login)
        if has_kind(str(where)):
            remote.expect_published()
        return remote
    folder = Path(where)
    build = current_build(folder)
    path = build / "store" if build else folder
    if not (path / "CURRENT").exists():
        raise NotFoundError(f"no store in {folder}; run `cellkg build`")
    try:
        return EmbeddedStore(ox.Store.read_only(str(path)), str(folder), build)
    except (OSError, RuntimeError, ValueError) as error:
        raise CellkgError(f"cannot open the store in {folder}: {_first_line(error)}; build it anew") from None


def copied_store(path: Path, copy: Path) -> ox.Store:
    """Return a copy of an embedded store that may be changed; on the same disk it shares the files of the first."""
    ox.Store.read_only(str(path)).backup(str(copy))
    return ox.Store(str(copy))


def _first_line(error: Exception) -> str:
    line = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
    return "".join(sign if sign.isprintable() else "�" for sign in line)
