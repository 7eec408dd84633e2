"""The build that is served: its workers, and the move to a newer build while requests go on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cellkg.errors import CellkgError, NotFoundError
from cellkg.places import current_build

from .limits import Limits
from .pool import Pool

_LOOK_SECONDS = 0.5
_ENDPOINT_NICENESS = 10
_log = logging.getLogger(__name__)


class ServedBuild:
    """A build with its workers: ``endpoint`` for queries of users, ``pages`` for the server's own pages."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        store = folder / "store" if (folder / "store").is_dir() else folder
        self.folder = folder
        self.endpoint = Pool(
            store, limits.workers, limits, wait_seconds=limits.wait_seconds, niceness=_ENDPOINT_NICENESS
        )
        self.pages = Pool(store, 1, limits, wait_seconds=limits.page_wait_seconds)
        self._users = 0
        self._retired = False

    @property
    def name(self) -> str:
        """The name of the build's folder."""
        return self.folder.name

    async def open(self) -> None:
        """Start the workers; ``CellkgError`` when the store cannot be opened."""
        try:
            await self.pages.open()
            await self.endpoint.open()
        except BaseException:
            self.close()
            raise

    @asynccontextmanager
    async def used(self) -> AsyncIterator[ServedBuild]:
        """Keep the workers as long as the block runs."""
        self._users += 1
        try:
            yield self
        finally:
            self._users -= 1
            if self._retired and not self._users:
                self.close()

    def retire(self) -> None:
        """End the workers as soon as no request uses them."""
        self._retired = True
        if not self._users:
            self.close()

    def close(self) -> None:
        """End the workers at once."""
        self.pages.close()
        self.endpoint.close()


class Builds:
    """The current build of a folder, followed as new ones are published."""

    def __init__(self, home: Path, limits: Limits) -> None:
        self._home, self._limits = home, limits
        self._current: ServedBuild | None = None

    @property
    def current(self) -> ServedBuild:
        """The build that new requests are answered from."""
        assert self._current is not None
        return self._current

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        """Serve the current build, and each that takes its place, until the block ends."""
        await self._move()
        follower = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            follower.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await follower
            self.current.close()

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                if check_store(self._home) != self.current.folder:
                    await self._move()
            except (CellkgError, OSError) as error:
                _log.warning("still serving %s: %s", self.current.name, error)

    async def _move(self) -> None:
        build = ServedBuild(check_store(self._home), self._limits)
        await build.open()
        previous, self._current = self._current, build
        if previous is not None:
            previous.retire()


def check_store(home: Path) -> Path:
    """Return the folder of the current build, or ``home`` itself when it is a bare store.

    Raises:
        NotFoundError: nothing was built there yet.
    """
    folder = current_build(home) or home
    if not ((folder / "store" / "CURRENT").exists() or (folder / "CURRENT").exists()):
        raise NotFoundError(f"no store in {home}; run `cellkg build`")
    return folder
