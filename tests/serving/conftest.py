"""A running server, started by its real command line, for the tests of this folder."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import psutil
import pytest

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers: its address, its process, and a client without retries or proxies."""

    url: str
    process: subprocess.Popen[str]
    client: httpx2.Client

    def ask(self, query: str, accept: str = "application/sparql-results+json", **fields: str) -> httpx2.Response:
        """Ask a query by GET."""
        return self.client.get("/sparql", params={"query": query, **fields}, headers={"Accept": accept})

    def workers(self) -> list[psutil.Process]:
        """The worker processes, as the system sees them."""
        return psutil.Process(self.process.pid).children()

    def memory(self) -> int:
        """The memory of the server and its workers together, in bytes (proportional set size)."""
        processes = [psutil.Process(self.process.pid), *self.workers()]
        return sum(int(process.memory_full_info().pss) for process in processes)


def settled(what: Coroutine[Any, Any, T], seconds: float = 120) -> T:
    """What a coroutine comes to, run in a thread of its own: tests in a browser leave a loop running in theirs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(asyncio.wait_for(what, seconds))).result()


Serve = Callable[..., AbstractContextManager[Running]]


#: For limits that have no option: the same server, told in Python.
_SCRIPT = """
import json, sys
from functools import partial
from pathlib import Path
from cellkg.serving.access import Access
from cellkg.serving.homes import home_of
from cellkg.serving.limits import Limits
from cellkg.serving.running import serve
started = partial(print, file=sys.stderr)
serve(home_of(sys.argv[1]), "127.0.0.1", 0, Limits(**json.loads(sys.argv[2])), Access(), started)
"""


@contextmanager
def running(home: Path, *options: str, limits: dict[str, float] | None = None) -> Iterator[Running]:
    """Start a server over a build folder or a bare store, on a free port, and end it after the block."""
    command = [sys.executable, "-m", "cellkg", "serve", "--store", str(home), "--port", "0", "--no-browser", *options]
    if limits is not None:
        command = [sys.executable, "-c", _SCRIPT, str(home), json.dumps(limits)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            said = ""
            while (address := re.search(r"(?<!\+)http://\S+", said)) is None and (line := process.stderr.readline()):
                said += line
            assert address, said
            unlimited = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
            with httpx2.Client(base_url=address[0], trust_env=False, timeout=60, limits=unlimited) as client:
                yield Running(address[0].rstrip("/"), process, client)
        finally:
            process.terminate()
            process.communicate(timeout=20)


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """A port of this machine that nobody should come to, and the list of those who came."""
    visitors: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def open_door() -> None:
            with contextlib.suppress(OSError):
                while True:
                    visitor, address = door.accept()
                    visitors.append(str(address))
                    visitor.close()

        threading.Thread(target=open_door, daemon=True).start()
        yield door.getsockname()[1], visitors
        door.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def door() -> Iterator[tuple[int, list[str]]]:
    """The port of ``listening``, and its visitors."""
    with listening() as opened:
        yield opened


@pytest.fixture(scope="session")
def serve() -> Serve:
    """Start servers of one's own."""
    return running


@pytest.fixture(scope="session")
def server(flagship: Path) -> Iterator[Running]:
    """A server over the shipped data, for tests that only ask."""
    with running(flagship, "--timeout", "10") as started:
        yield started
