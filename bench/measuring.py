"""What a command costs: time, CPU, peak memory of all its processes, and the disk that a folder takes meanwhile."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_MEMORY_SECONDS = 0.5
_DISK_SECONDS = 5.0
_MEGABYTE = 1024 * 1024


@dataclass(kw_only=True)
class Cost:
    """Seconds, CPU seconds; MB of peak memory, of peak disk beyond what was there, of disk left; why it failed."""

    seconds: float
    cpu: float
    memory: float
    disk: float
    left: float
    error: str = ""
    told: list[str] = field(default_factory=list)


def cost(
    command: Sequence[str | Path], folder: Path, beside: Sequence[int] = (), accepted: Sequence[int] = (0,)
) -> Cost:
    """Run a command and return what it cost; the CPU and memory of processes ``beside`` it, such as a server, count.

    Exit codes that are ``accepted`` are no failure.
    """
    before, disk_before = sum(_cpu(pid) for pid in beside), disk(folder)
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=told)
        with _sampled([process.pid, *beside], folder) as peaks:
            try:
                _, status, usage = os.wait4(process.pid, 0)
            except BaseException:
                _end(process)
                raise
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        lines = told.read().splitlines()
    failed = "" if process.returncode in accepted else f"exit {process.returncode}: {' '.join(lines[-1:])[:300]}"
    return Cost(
        seconds=seconds,
        cpu=usage.ru_utime + usage.ru_stime + sum(_cpu(pid) for pid in beside) - before,
        memory=max(usage.ru_maxrss / 1024, peaks["memory"]),
        disk=max(peaks["disk"], disk(folder)) - disk_before,
        left=disk(folder) - disk_before,
        error=failed,
        told=lines[-25:],
    )


def disk(folder: Path) -> float:
    """Return the MB of the files below a folder, each once, however many names it has."""
    sizes = {}
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                stat = os.stat(os.path.join(place, name), follow_symlinks=False)
                sizes[stat.st_ino] = stat.st_blocks * 512
    return sum(sizes.values()) / _MEGABYTE


@contextmanager
def _sampled(pids: Sequence[int], folder: Path) -> Iterator[dict[str, float]]:
    peaks, over = {"memory": 0.0, "disk": 0.0}, threading.Event()

    def sample() -> None:
        last = 0.0
        while not over.wait(_MEMORY_SECONDS):
            peaks["memory"] = max(peaks["memory"], sum(map(_memory, pids)))
            if time.monotonic() - last > _DISK_SECONDS:
                peaks["disk"] = max(peaks["disk"], disk(folder))
                last = time.monotonic()

    sampling = threading.Thread(target=sample)
    sampling.start()
    try:
        yield peaks
    finally:
        over.set()
        sampling.join()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process with all below it, so that a rehearsal that is stopped leaves none behind."""
    with suppress(psutil.Error):
        for each in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
            with suppress(psutil.Error):
                each.kill()
    process.wait()


def _memory(pid: int) -> float:
    total = 0.0
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for each in [process, *process.children(recursive=True)]:
            with suppress(psutil.Error):
                total += each.memory_info().rss / _MEGABYTE
    return total


def _cpu(pid: int) -> float:
    with suppress(psutil.Error):
        times = psutil.Process(pid).cpu_times()
        return times.user + times.system
    return 0.0
