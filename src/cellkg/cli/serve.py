"""``cellkg serve``: the graph in the browser and as a SPARQL endpoint."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path

import click

from cellkg.errors import UsageError

from .options import asked_store_option, caution, login, place

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command("serve")
@asked_store_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--name", "names", metavar="HOST", multiple=True, help="A name under which it answers; repeatable.")
@click.option(
    "--allow-origin",
    "origins",
    metavar="ORIGIN",
    multiple=True,
    help="Let pages of this origin (https://example.org, or * for all) read answers; repeatable.",
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Queries at the same time.")
@click.option("--timeout", type=click.FloatRange(0.1), default=20, show_default=True, help="Seconds for one query.")
@click.option("--memory", type=click.IntRange(64), default=1024, show_default=True, help="MiB for one query.")
@click.option("--result", type=click.IntRange(1), default=64, show_default=True, help="MiB of one answer.")
@click.option(
    "--texts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of the texts behind curated documents: pages then show a spot in its text.",
)
@click.option("--browser/--no-browser", default=None, help="Open a browser; by default on a desktop.")
def serve_command(
    where: str | None,
    host: str,
    port: int,
    names: tuple[str, ...],
    origins: tuple[str, ...],
    workers: int,
    timeout: float,
    memory: int,
    result: int,
    texts: Path | None,
    browser: bool | None,
) -> None:
    """Serve pages and a read-only SPARQL 1.1 endpoint (/sparql) until interrupted.

    A newer build is taken up by itself. By default only this machine reaches the server. With the address of a store
    that `push` published a build in, pages and endpoint ask that store.
    """
    from cellkg.serving.access import LOOPBACK, Access
    from cellkg.serving.homes import home_of
    from cellkg.serving.limits import MEBIBYTE, Limits
    from cellkg.serving.running import serve

    if host not in _LOOPBACK and not names:
        raise UsageError(f"say with --name under which name others reach {host}, for example --name kg.example.org")
    limits = Limits(
        workers=workers, query_seconds=timeout, memory_bytes=memory * MEBIBYTE, result_bytes=result * MEBIBYTE
    )
    access = Access(hosts=LOOPBACK | {name.lower() for name in names}, origins=frozenset(origins))
    opens = browser if browser is not None else _on_a_desktop()

    def started(address: str) -> None:
        click.echo(f"serving at {address} (Ctrl+C ends it)", err=True)
        if opens:
            webbrowser.open(address)

    caution(place(where))
    home = home_of(place(where), login(), lambda step: click.echo(step, err=True))
    serve(home, host, port, limits, access, started, texts)


def _on_a_desktop() -> bool:
    if not sys.stderr.isatty():
        return False
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
