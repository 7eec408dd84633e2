"""Workers that die, as processes and in a cluster: nothing is lost or doubled."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest

from cellkg.conversion.processes import by_processes
from cellkg.loading import Findings

from .conftest import (
    SIZE,
    Command,
    assert_nothing_lost_or_doubled,
    converted,
)

# ---- workers that die


@contextmanager
def killing(shard: Path, times: int, *above: int) -> Iterator[list[int]]:
    """Kill (-9) the worker below some processes that writes a shard, so many times; yields those that were killed."""
    killed: list[int] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.005) and len(killed) < times:
            for part in shard.parent.glob(f".{shard.name}-*.part"):
                for worker in working_below(*(above or (os.getpid(),))):
                    if worker.pid not in killed and str(part) in told_of(worker):
                        worker.kill()
                        killed.append(worker.pid)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield killed
    finally:
        over.set()
        watching.join()


def working_below(*above: int) -> list[psutil.Process]:
    found = [child for pid in above for child in psutil.Process(pid).children(recursive=True)]
    return [process for process in found if "spawn_main" in told_of(process)]


def told_of(process: psutil.Process) -> str:
    """The command and the open files of a process; nothing where it has ended."""
    with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return "\n".join([*process.cmdline(), *(opened.path for opened in process.open_files())])
    return ""


def test_a_process_killed_in_the_middle_loses_and_doubles_nothing(
    ndjson: Path, plain: tuple[list[str], Findings], tmp_path: Path
) -> None:
    with killing(tmp_path / "00003", 1) as killed:
        done = converted(tmp_path, ndjson, workers=partial(by_processes, 2))
    assert len(killed) == 1
    assert not done.failed
    assert done.findings.counts == plain[1].counts
    assert_nothing_lost_or_doubled(tmp_path, plain)


def test_a_shard_whose_worker_dies_each_time_fails_alone_and_is_named(ndjson: Path, tmp_path: Path) -> None:
    given = tmp_path / "given.ndjson"
    shutil.copy(ndjson, given)
    with killing(tmp_path / "shards" / "00001", 3) as killed:
        done = converted(tmp_path / "shards", given, workers=partial(by_processes, 2), size=2 * SIZE)
    assert len(killed) == 3
    assert [each.shard for each in done.failed] == ["00001"]
    assert "given.ndjson from line " in done.failed[0].why
    assert "its worker died 3 times" in done.failed[0].why
    whole = {file.name.partition(".")[0] for file in (tmp_path / "shards").glob("*.nq.gz")}
    assert whole == set(done.shards) - {"00001"}
    assert converted(tmp_path / "shards", given, size=2 * SIZE).made == 1


def test_workers_end_with_their_parent(ndjson: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cellkg", "convert", "--registry", str(ndjson), "-o", str(tmp_path)]
    with subprocess.Popen([*command, "--workers", "2", "--shard-size", "1"]) as parent:
        while not (workers := working_below(parent.pid)):
            assert parent.poll() is None
            time.sleep(0.01)
        parent.kill()
    assert psutil.wait_procs(workers, timeout=30)[1] == []


# ---- a cluster


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[tuple[str, list[int]]]:
    """A Dask scheduler and workers on the loopback address; yields its address and the processes above the workers."""
    pytest.importorskip("distributed", reason="no Dask here; install cellkg[cluster]")
    told = folder / "scheduler.json"
    scheduler = ["distributed.cli.dask_scheduler", "--scheduler-file", str(told), "--dashboard-address", "127.0.0.1:0"]
    with ExitStack() as running:

        def start(*arguments: str) -> int:
            command = [sys.executable, "-m", *arguments, "--host", "127.0.0.1"]
            process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            running.enter_context(process)
            running.callback(process.terminate)
            return process.pid

        start(*scheduler, "--port", "0")
        deadline = time.monotonic() + 60
        while not told.exists() or not told.read_text(encoding="utf-8"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        address = json.loads(told.read_text(encoding="utf-8"))["address"]
        worker = ["distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard"]
        yield address, [start(*worker, "--local-directory", str(folder / "space")) for _ in range(workers)]


def test_a_cluster_worker_killed_in_the_middle_loses_and_doubles_nothing(
    ndjson: Path, plain: tuple[list[str], Findings], tmp_path: Path
) -> None:
    from cellkg.conversion.cluster import by_cluster

    folder = tmp_path / "shards"
    with cluster(tmp_path) as (address, above), killing(folder / "00003", 1, *above) as killed:
        done = converted(folder, ndjson, workers=partial(by_cluster, address))
    assert len(killed) == 1
    assert not done.failed
    assert done.findings.counts == plain[1].counts
    assert_nothing_lost_or_doubled(folder, plain)


def test_a_cluster_that_is_not_there_is_told(ndjson: Path, tmp_path: Path, cellkg: Command) -> None:
    pytest.importorskip("distributed", reason="no Dask here; install cellkg[cluster]")
    odd = cellkg("convert", "--registry", ndjson, "-o", tmp_path, "--cluster", "somewhere")
    assert (odd.returncode, odd.stderr.count("\n")) == (2, 1)
    assert "write tcp://HOST:8786" in odd.stderr


def test_a_scheduler_that_dies_is_told_and_what_is_whole_stays(ndjson: Path, tmp_path: Path, cellkg: Command) -> None:
    pytest.importorskip("distributed", reason="no Dask here; install cellkg[cluster]")
    with cluster(tmp_path) as (address, _):
        port = int(address.rpartition(":")[2])
        listening = [each.pid for each in psutil.net_connections("tcp") if each.laddr and each.laddr.port == port]
        command = [sys.executable, "-m", "cellkg", "convert", "--registry", str(ndjson), "-o", str(tmp_path / "shards")]
        arguments = ["--cluster", address, "--shard-size", "1"]
        with subprocess.Popen([*command, *arguments], stderr=subprocess.PIPE, text=True) as run:
            while not any((tmp_path / "shards").glob(".0*.part")):
                assert run.poll() is None
                time.sleep(0.005)
            os.kill(next(pid for pid in listening if pid), signal.SIGKILL)
            _, told = run.communicate()
    assert run.returncode == 5, told
    assert told.endswith("is gone; run it again, shards that are whole stay\n")
    assert "Traceback" not in told
