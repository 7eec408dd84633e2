"""Debian's Virtuoso over a new database in a folder, with memory for large builds."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2

VIRTUOSO = shutil.which("virtuoso-t")
LOGIN = ("dba", "dba")
# 8 kB each: about 2.7 GB, as Virtuoso's own settings advise for a machine with 4 GB free.
_BUFFERS, _DIRTY = 340_000, 250_000
# Some queries would take all memory of the machine.
_MOST_BYTES = 12 * 1024**3
_SETTINGS = """\
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
CheckpointInterval = 60
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = 10000000
DeferInferenceRulesInit = 1
"""


@contextmanager
def virtuoso(folder: Path) -> Iterator[tuple[str, int]]:
    """Run the server while the block does; yields its address for `cellkg` and the id of its process."""
    assert VIRTUOSO is not None
    folder.mkdir(parents=True, exist_ok=True)
    port, sql = _free_port(), _free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(
        _SETTINGS.format(folder=folder.resolve(), port=port, sql=sql, buffers=_BUFFERS, dirty=_DIRTY), encoding="utf-8"
    )
    with subprocess.Popen(
        ["prlimit", f"--as={_MOST_BYTES}", VIRTUOSO, "-f", "-c", settings],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            _wait_for(server, port)
            yield f"virtuoso+http://127.0.0.1:{port}", server.pid
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(60)
            server.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    while server.poll() is None:
        with suppress(httpx2.HTTPError):
            httpx2.get(f"http://127.0.0.1:{port}/", timeout=5, trust_env=False)
            return
        time.sleep(0.2)
    raise SystemExit(f"Virtuoso did not start: exit {server.returncode}")
