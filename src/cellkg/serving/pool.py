"""A pool of warm workers over one build: a task waits shortly for a free one, and a spent one is replaced."""

from __future__ import annotations

import asyncio

from cellkg.errors import CellkgError

from .engines import Source
from .limits import Limits
from .processes import Worker, WorkerLostError
from .refusals import busy, lost
from .tasks import Outcome, Task

_TRIES = 2
_PAUSE_SECONDS = 1


class Pool:
    """Workers over a store."""

    def __init__(self, source: Source, size: int, limits: Limits, *, wait_seconds: float, niceness: int = 0) -> None:
        self._source, self._size, self._limits, self._niceness = source, size, limits, niceness
        self._wait_seconds = wait_seconds
        self._free: asyncio.Queue[Worker] = asyncio.Queue()
        self._workers: set[Worker] = set()
        self._chores: set[asyncio.Task[None]] = set()
        self._closed = False

    async def open(self) -> None:
        """Start the workers; ``CellkgError`` when the store cannot be opened."""
        try:
            for _ in range(self._size):
                await self._add()
        except BaseException:
            self.close()
            raise

    async def run(self, task: Task) -> Outcome:
        """Return the outcome of a task.

        Raises:
            Refusal: no worker was free in time, or the query ran into a limit.
        """
        for _ in range(_TRIES):
            worker = await self._take()
            try:
                outcome = await worker.run(task)
            except WorkerLostError:
                worker.kill()
                continue
            except BaseException:
                worker.kill()
                raise
            if outcome.grown > self._limits.growth_bytes:
                worker.kill()
            else:
                self._free.put_nowait(worker)
            return outcome
        raise lost()

    def close(self) -> None:
        """End all workers, and what they are at."""
        self._closed = True
        for chore in self._chores:
            chore.cancel()
        for worker in self._workers:
            worker.kill()

    async def _take(self) -> Worker:
        try:
            async with asyncio.timeout(self._wait_seconds):
                while not (worker := await self._free.get()).alive:
                    pass
                return worker
        except TimeoutError:
            raise busy() from None

    async def _add(self) -> None:
        worker = await Worker.start(self._source, self._limits, niceness=self._niceness)
        if self._closed:
            worker.kill()
            return
        self._workers.add(worker)
        self._free.put_nowait(worker)
        chore = asyncio.create_task(self._replace_when_ended(worker))
        self._chores.add(chore)
        chore.add_done_callback(self._chores.discard)

    async def _replace_when_ended(self, worker: Worker) -> None:
        await worker.ended()
        self._workers.discard(worker)
        while not self._closed:
            try:
                return await self._add()
            except (CellkgError, OSError):
                # No room for a process just now, or the build is about to be replaced by a newer one.
                await asyncio.sleep(_PAUSE_SECONDS)
