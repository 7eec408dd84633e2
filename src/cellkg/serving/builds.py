"""The build that is served: its workers, and the move to a newer build while requests go on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.concurrency import run_in_threadpool

from cellkg.errors import CellkgError

from .homes import Home, Prepared
from .limits import Limits
from .pool import Pool
from .refusals import Refusal, replaced

_ENDPOINT_NICENESS = 10
_log = logging.getLogger(__name__)


class ServedBuild:
    """A build with its workers: ``endpoint`` for queries of users, ``pages`` for the server's own pages."""

    def __init__(self, prepared: Prepared, limits: Limits) -> None:
        self.name, self.folder, self.source = prepared.name, prepared.folder, prepared.source
        self.endpoint = Pool(
            self.source, limits.workers, limits, wait_seconds=limits.wait_seconds, niceness=_ENDPOINT_NICENESS
        )
        self.pages = Pool(self.source, 1, limits, wait_seconds=limits.page_wait_seconds)
        self.gone = False
        """Whether the store was seen to hold it no longer."""
        self._confirm = prepared.confirm
        self._users = 0
        self._retired = False

    @property
    def may_go(self) -> bool:
        """Whether another build can take its place in the store while it is served."""
        return self._confirm is not None

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
        """Keep the workers as long as the block runs, and let it end well only if all its answers were of this build.

        Raises:
            Refusal: another build took, or takes, its place in the store; or the store does not answer.
        """
        if self.gone:
            raise replaced()
        self._users += 1
        try:
            try:
                yield self
            except Refusal:
                raise
            except CellkgError:
                await self._hold_to_it()
                raise
            await self._hold_to_it()
        finally:
            self._users -= 1
            if self._retired and not self._users:
                self.close()

    async def _hold_to_it(self) -> None:
        if self._confirm is not None:
            await run_in_threadpool(self._confirm)

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
    """The current build of a home, followed as new ones are published."""

    def __init__(self, home: Home, limits: Limits) -> None:
        self._home, self._limits = home, limits
        self._seen: object = None
        self._told = ""
        self._current: ServedBuild | None = None

    @property
    def current(self) -> ServedBuild:
        """The build that new requests are answered from."""
        assert self._current is not None
        return self._current

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        """Serve the current build, and each that takes its place, until the block ends."""
        await self._move(await run_in_threadpool(self._home.look))
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
            await asyncio.sleep(self._home.look_seconds)
            try:
                await self._look()
            except (CellkgError, OSError) as error:
                self.current.gone = self.current.may_go
                self._tell(str(error))

    def _tell(self, error: str) -> None:
        """Log an error once, though it comes with every look."""
        if error != self._told:
            state = "refusing requests to" if self.current.gone else "still serving"
            _log.warning("%s %s: %s", state, self.current.name, error)
        self._told = error

    async def _look(self) -> None:
        seen = await run_in_threadpool(self._home.look)
        if seen != self._seen:
            self.current.gone = self.current.may_go
            await self._move(seen)
        self.current.gone, self._told = False, ""

    async def _move(self, seen: object) -> None:
        build = ServedBuild(await run_in_threadpool(self._home.prepare, seen), self._limits)
        await build.open()
        previous, self._current, self._seen = self._current, build, seen
        if previous is not None:
            previous.retire()
