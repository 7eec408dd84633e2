"""Runs the server: its socket, its event loop, its end."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import uvicorn

from cellkg.errors import UsageError

from .access import Access
from .application import application
from .builds import Builds
from .connections import patient_protocol
from .homes import Home
from .limits import Limits
from .site import Site
from .sites.warming import warm
from .spool import Spool

_BACKLOG = 1024
_GRACE_SECONDS = 5
_HEAD_BYTES = 2**16
_WARM_AFTER_SECONDS = 5


def serve(
    home: Home,
    host: str,
    port: int,
    limits: Limits,
    access: Access,
    started: Callable[[str], None],
    texts: Path | None = None,
) -> None:
    """Serve the current build of a home until interrupted; ``started`` gets the address once requests are answered.

    ``texts`` is a folder of the texts behind curated documents: pages then show the words of a spot in their text.

    Raises:
        NotFoundError: nothing was built, or published, there yet.
        ReplacedError: a push to the remote store goes on.
        NetworkError: the remote store does not answer.
        UsageError: the address cannot be used.
        CellkgError: the workers cannot open the store.
    """
    home.look()
    # uvicorn raises the signal that ended it once more: what is open has to be closed all the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with _listening(host, port) as listener:
        asyncio.run(_run(home, listener, limits, access, started, texts))


async def _run(
    home: Home,
    listener: socket.socket,
    limits: Limits,
    access: Access,
    started: Callable[[str], None],
    texts: Path | None,
) -> None:
    builds, spool = Builds(home, limits), Spool(limits.spool_bytes)
    try:
        async with builds.followed():
            config = uvicorn.Config(
                application(Site(builds=builds, spool=spool, limits=limits, texts=texts), access),
                http=patient_protocol(limits),
                ws="none",
                lifespan="off",
                log_level="error",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                h11_max_incomplete_event_size=_HEAD_BYTES,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
            await _Server(config, lambda: started(_address(listener))).serve(sockets=[listener])
    finally:
        spool.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell()
            asyncio.get_running_loop().call_later(_WARM_AFTER_SECONDS, warm)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        raise UsageError(f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port") from None
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
