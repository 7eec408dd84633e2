"""A Dask cluster as workers; it runs a task again whose worker died."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from cellkg.errors import NetworkError, UsageError

from .work import Failed, Outcome, Task, convert_shard, places

if TYPE_CHECKING:
    from distributed import Client, Future

_ADDRESS = re.compile(r"(tcp|tls|ucx|wss?)://\S+:[0-9]+")
_AHEAD = 3
_PATIENCE_SECONDS = 30


def by_cluster(address: str, tasks: Iterable[Task]) -> Iterator[Outcome]:
    """Yield the outcome of each task, as it comes, from the workers of a Dask cluster.

    Its workers have cellkg installed and see inputs and folder under the same paths. At most a few tasks for each
    worker are given at a time; one whose workers died four times fails.

    Raises:
        UsageError: the extra is not installed, or the address is none of a scheduler.
        NetworkError: no scheduler answers there, none of its workers is up, or it is gone.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("a cluster needs cellkg[cluster]; install it, or give --workers") from None
    # What goes wrong comes back as an error, of one sentence.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    if not _ADDRESS.fullmatch(address):
        raise UsageError(f"no address of a Dask scheduler: {address!r}; write tcp://HOST:8786")
    try:
        client = Client(address, timeout=_PATIENCE_SECONDS, set_as_default=False)
    except OSError as error:
        raise NetworkError(f"no Dask scheduler answers at {address}: {error}") from None
    with client:
        yield from _outcomes(client, address, iter(tasks))


def _outcomes(client: Client, address: str, rest: Iterator[Task]) -> Iterator[Outcome]:
    from distributed import as_completed

    running: dict[Future, Task] = {}
    run = uuid.uuid4().hex[:8]

    def submit(task: Task) -> Future:
        future = client.submit(convert_shard, task, key=f"cellkg-{run}-{task.shard.name}", pure=False)
        running[future] = task
        return future

    first = [submit(task) for task in islice(rest, _AHEAD * _workers(client, address))]
    done: Any = as_completed(first, loop=client.loop)
    for future in done:
        yield _outcome(future, running.pop(future), address)
        for task in islice(rest, 1):
            done.add(submit(task))


def _workers(client: Client, address: str) -> int:
    try:
        client.wait_for_workers(1, timeout=_PATIENCE_SECONDS)
    except TimeoutError:
        raise NetworkError(f"the cluster at {address} has no worker; start some with `dask worker`") from None
    return len(client.scheduler_info()["workers"])


def _outcome(future: Future, task: Task, address: str) -> Outcome:
    from distributed.scheduler import KilledWorker

    if future.cancelled():
        raise NetworkError(f"the scheduler at {address} is gone; run it again, shards that are whole stay")
    error = future.exception()
    if isinstance(error, KilledWorker):
        return Failed(shard=task.shard.name, why=f"{places(task.shard)}: its workers died again and again")
    if error is not None:
        why = f"a worker of {address} cannot run cellkg: {type(error).__name__}; install the same version there"
        return Failed(shard=task.shard.name, why=why, all=True)
    outcome: Outcome = future.result()
    return outcome
