"""A running server, started by its real command line, for the tests of this folder."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil
import pytest


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


Serve = Callable[..., AbstractContextManager[Running]]


@contextmanager
def running(home: Path, *options: str) -> Iterator[Running]:
    """Start a server over a build folder or a bare store, on a free port, and end it after the block."""
    command = [sys.executable, "-m", "cellkg", "serve", "--store", str(home), "--port", "0", "--no-browser", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            address = re.search(r"http://\S+", said)
            assert address, said + process.stderr.read()
            with httpx2.Client(base_url=address[0], trust_env=False, timeout=60) as client:
                yield Running(address[0].rstrip("/"), process, client)
        finally:
            process.terminate()
            process.communicate(timeout=20)


@pytest.fixture(scope="session")
def serve() -> Serve:
    """Start servers of one's own."""
    return running


@pytest.fixture(scope="session")
def server(flagship: Path) -> Iterator[Running]:
    """A server over the shipped data, for tests that only ask."""
    with running(flagship, "--timeout", "10") as started:
        yield started
