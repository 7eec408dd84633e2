"""One worker process, as the server sees it: started warm, given a task, killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from typing import TypeVar

import msgspec

from cellkg.errors import CellkgError

from .confinement import NETWORK_DEATH
from .engines import Source
from .limits import Limits
from .refusals import no_service, too_deep, too_much_memory, too_slow
from .tasks import Outcome, Ready, Task, line

_START_SECONDS = 30
_LINE_BYTES = 2**20
_Message = TypeVar("_Message", Outcome, Ready)


class WorkerLostError(Exception):
    """A worker that was ended from outside: the task may be given to another."""


class Worker:
    """A running worker; ``start`` makes one."""

    def __init__(self, process: Process, limits: Limits) -> None:
        self._process, self._limits = process, limits
        self.pid = process.pid

    @classmethod
    async def start(cls, source: Source, limits: Limits, *, niceness: int) -> Worker:
        """Start a worker and wait until it has opened the store.

        Raises:
            CellkgError: it cannot.
        """
        sizes = (limits.memory_bytes, limits.result_bytes, limits.query_seconds, os.getpid())
        command = (sys.executable, "-m", "cellkg.serving.worker", source.where, *map(str, sizes))
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=_LINE_BYTES,
            start_new_session=True,
            env=source.environment,
        )
        worker = cls(process, limits)
        try:
            async with asyncio.timeout(_START_SECONDS):
                ready = await worker._read(Ready)
        except BaseException as error:
            worker.kill()
            if isinstance(error, TimeoutError | WorkerLostError):
                raise CellkgError(
                    f"a worker cannot open the store {source.where}: {error or 'it does not answer'}"
                ) from None
            raise
        if ready.failure is not None:
            worker.kill()
            raise CellkgError(f"a worker cannot open the store {source.where}: {ready.failure}")
        if niceness:
            with contextlib.suppress(OSError, AttributeError):
                os.setpriority(os.PRIO_PROCESS, process.pid, niceness)
        return worker

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.returncode is None

    async def run(self, task: Task) -> Outcome:
        """Return the outcome of a task; after any exception the worker must be killed.

        Raises:
            Refusal: the query took too long or too much, or tried to reach a network.
            WorkerLostError: the worker was ended from outside.
        """
        assert self._process.stdin is not None
        try:
            async with asyncio.timeout(self._limits.query_seconds):
                self._process.stdin.write(line(task))
                await self._process.stdin.drain()
                return await self._read(Outcome)
        except TimeoutError:
            raise too_slow(self._limits) from None
        except ConnectionError:
            raise WorkerLostError("it does not read") from None

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def ended(self) -> None:
        """Wait until the process is gone."""
        await self._process.wait()

    async def _read(self, kind: type[_Message]) -> _Message:
        assert self._process.stdout is not None
        text = await self._process.stdout.readline()
        if text.endswith(b"\n"):
            return msgspec.json.decode(text, type=kind)
        raise _cause(await self._process.wait(), self._limits)


def _cause(code: int, limits: Limits) -> Exception:
    if code == -NETWORK_DEATH:
        return no_service()
    if code == -signal.SIGABRT:
        return too_much_memory(limits)
    if code == -signal.SIGSEGV:
        return too_deep()
    if code == -getattr(signal, "SIGXCPU", 0):
        return too_slow(limits)
    return WorkerLostError(f"it ended with code {code}")
