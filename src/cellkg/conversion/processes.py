"""Processes of this machine as workers: one that dies takes nothing with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice

from .work import Failed, Outcome, Task, convert_shard, places

_TRIES = 3


def by_processes(workers: int, tasks: Iterable[Task]) -> Iterator[Outcome]:
    """Yield the outcome of each task, as it comes, from so many processes.

    A process that dies breaks the pool. What was under way is then done again, each shard by a process of its own,
    which tells the shard that kills its worker from those that were beside it; that shard fails at its third death.
    """
    rest = iter(tasks)
    while True:
        lost: list[Task] = []
        yield from _until_broken(workers, rest, lost)
        if not lost:
            return
        for task in lost:
            yield _alone(task)


def _until_broken(workers: int, rest: Iterator[Task], lost: list[Task]) -> Iterator[Outcome]:
    """Yield outcomes until the tasks end or a process dies; then ``lost`` holds what was under way."""
    with _pool(workers) as pool:
        running = {pool.submit(convert_shard, task): task for task in islice(rest, workers)}
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                task = running.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    lost.append(task)
            if not lost:
                _refill(pool, running, rest, len(done), lost)


def _refill(
    pool: ProcessPoolExecutor, running: dict[Future[Outcome], Task], rest: Iterator[Task], number: int, lost: list[Task]
) -> None:
    for task in islice(rest, number):
        try:
            running[pool.submit(convert_shard, task)] = task
        except BrokenProcessPool:
            lost.append(task)


def _alone(task: Task) -> Outcome:
    for _ in range(1, _TRIES):
        with _pool(1) as pool:
            try:
                return pool.submit(convert_shard, task).result()
            except BrokenProcessPool:
                continue
    return Failed(shard=task.shard.name, why=f"{places(task.shard)}: its worker died {_TRIES} times")


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_start)


def _start() -> None:
    """Leave an interruption to the parent, and end when the parent has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
