"""Where the served builds come from: a folder of builds on this machine, or a remote store that one is published in."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import platformdirs
from filelock import FileLock

from cellkg.addresses import is_address
from cellkg.dump import write_report
from cellkg.errors import CellkgError, NetworkError, NotFoundError
from cellkg.places import current_build
from cellkg.protocol import Login
from cellkg.published import Published, read_description
from cellkg.search import write_index
from cellkg.store import RemoteStore

from .engines import Source
from .refusals import replaced, silent

_INDEXING_SECONDS = 600
_CONFIRMING_SECONDS = 10
_ADDRESS_DIGITS, _BUILD_DIGITS = 12, 12


@dataclass(frozen=True, slots=True)
class Prepared:
    """A build that can be served: its name, the folder of its index and descriptions, and its store.

    ``confirm`` raises a ``Refusal`` when the store no longer holds it; None where a store never changes.
    """

    name: str
    folder: Path
    source: Source
    confirm: Callable[[], None] | None = None


class Home(Protocol):
    """Something that has a current build, and another one later."""

    look_seconds: float

    def look(self) -> object:
        """Return what tells the current build from others; ``CellkgError`` when there is none."""
        ...

    def prepare(self, seen: object) -> Prepared:
        """Make ready what ``look`` returned."""
        ...


def home_of(where: str, login: Login | None = None, tell: Callable[[str], None] = lambda step: None) -> Home:
    """Return the home of builds at a path or an address."""
    return PublishedHome(where, login, tell) if is_address(where) else FolderHome(Path(where))


class FolderHome:
    """A folder of builds, or a bare store."""

    look_seconds = 0.5

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def look(self) -> Path:
        """Return the folder of the current build, or the home itself when it is a bare store.

        Raises:
            NotFoundError: nothing was built there yet.
        """
        folder = current_build(self._folder) or self._folder
        if not ((folder / "store" / "CURRENT").exists() or (folder / "CURRENT").exists()):
            raise NotFoundError(f"no store in {self._folder}; run `cellkg build`")
        return folder

    def prepare(self, seen: object) -> Prepared:
        """Return a build; all that it needs was made with it."""
        assert isinstance(seen, Path)
        store = seen / "store" if (seen / "store").is_dir() else seen
        return Prepared(seen.name, seen, Source(str(store)))


class PublishedHome:
    """A remote store, in which builds take each other's place; their indexes are in the user's cache.

    Raises:
        UsageError: the address is none.
    """

    look_seconds = 2.0

    def __init__(self, where: str, login: Login | None = None, tell: Callable[[str], None] = lambda step: None) -> None:
        self._source, self._tell = Source(where, login), tell
        self._store = RemoteStore(where, login, _CONFIRMING_SECONDS)

    def look(self) -> Published:
        """Return the published build.

        Raises:
            NotFoundError: none is published.
            ReplacedError: a push goes on.
            NetworkError: the store does not answer.
        """
        return self._store.published()

    def prepare(self, seen: object) -> Prepared:
        """Return a published build with its index, which is made by queries unless the cache has it.

        Raises:
            DataError: an earlier cellkg built it.
            CellkgError: the store does not answer, or got another build meanwhile.
        """
        assert isinstance(seen, Published)
        folder = self._folder(seen)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / ".lock"):
            if not folder.is_dir():
                self._make(folder, seen)
        return Prepared(seen.build, folder, self._source, lambda: self._confirm(seen))

    def _folder(self, seen: Published) -> Path:
        build = _digest(seen.build, seen.issued)[:_BUILD_DIGITS]
        return _cache() / f"{_digest(self._source.where)[:_ADDRESS_DIGITS]}-{build}"

    def _make(self, folder: Path, seen: Published) -> None:
        self._tell(f"indexing the words of {seen.build}, once")
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        try:
            store = RemoteStore(self._source.where, self._source.login, _INDEXING_SECONDS)
            store.expect_published()
            write_index(store, part)
            write_report(part, *read_description(store.query))
            store.confirm()
            part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        self._remove_others(folder)

    def _remove_others(self, folder: Path) -> None:
        """Remove what belongs to builds that this store held before."""
        for other in folder.parent.glob(f"{folder.name[:_ADDRESS_DIGITS]}-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)

    def _confirm(self, seen: Published) -> None:
        try:
            now = self.look()
        except NetworkError:
            raise silent() from None
        except CellkgError:
            raise replaced() from None
        if now != seen:
            raise replaced()


def _cache() -> Path:
    return platformdirs.user_cache_path("cellkg", appauthor=False) / "published"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
