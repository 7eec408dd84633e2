"""Remote stores, started for real on the loopback address and stopped at the end."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pyoxigraph as ox
import pytest

from cellkg.addresses import read_address
from cellkg.places import current_build
from cellkg.protocol import Login
from cellkg.publishing import RemoteGraphs, push

OXIGRAPH = shutil.which("oxigraph", path=sysconfig.get_path("scripts"))
VIRTUOSO = shutil.which("virtuoso-t")
VIRTUOSO_LOGIN = ("dba", "dba")
WIDELY = {"oxigraph", "virtuoso"} if os.environ.get("CELLKG_VIRTUOSO_WIDELY") else {"oxigraph"}
"""The kinds that commands and pages are tried on: some of their queries take all time and memory that Virtuoso has."""

_MOST_BYTES = 6 * 1024**3

_VIRTUOSO_SETTINGS = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 10
CheckpointInterval = 0
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = {most_rows}
DeferInferenceRulesInit = 1
"""


def published(home: Path, address: str, login: Login | None = None) -> str:
    """Publish the current build of a folder at an address, and return the address."""
    folder = current_build(home)
    assert folder is not None
    with RemoteGraphs(read_address(address), login) as remote:
        report = (folder / "report.json").read_text(encoding="utf-8")
        push(ox.Store.read_only(str(folder / "store")), folder.name, remote, report=report)
    return address


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def oxigraph_server(folder: Path, *, read_only: bool = False) -> Iterator[str]:
    """PyPI's oxigraph server over the store in a folder; yields its base address."""
    if OXIGRAPH is None:
        pytest.skip("the oxigraph server is not installed; `uv sync` brings it")
    verb, port = "serve-read-only" if read_only else "serve", free_port()
    with running([OXIGRAPH, verb, "--location", str(folder), "--bind", f"127.0.0.1:{port}"], port):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def virtuoso_server(folder: Path, most_rows: int = 1_000_000) -> Iterator[str]:
    """Debian's Virtuoso over a new database in a folder, which sends so many rows at most; yields its base address."""
    if VIRTUOSO is None:
        pytest.skip("Virtuoso is not installed; Debian has it as virtuoso-opensource")
    port = free_port()
    settings = folder / "virtuoso.ini"
    filled = _VIRTUOSO_SETTINGS.format(folder=folder, port=port, sql=free_port(), most_rows=most_rows)
    settings.write_text(filled, encoding="utf-8")
    with running(["prlimit", f"--as={_MOST_BYTES}", VIRTUOSO, "-f", "-c", str(settings)], port):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    """A server while it runs, once it answers."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as server:
        try:
            _wait_for(server, port)
            yield
        finally:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(10)
            server.kill()


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    while server.poll() is None:
        with contextlib.suppress(httpx2.HTTPError):
            httpx2.get(f"http://127.0.0.1:{port}/", timeout=5, trust_env=False)
            return
        time.sleep(0.1)
    assert server.stderr is not None
    pytest.fail(f"{server.args!r} did not start: {server.stderr.read().decode()}")
