"""``cellkg push``: the current build, published to a remote store."""

from __future__ import annotations

from pathlib import Path

import click

from cellkg.addresses import read_address
from cellkg.errors import NotFoundError, UsageError
from cellkg.places import current_build
from cellkg.publishing import RemoteGraphs, push
from cellkg.store import EmbeddedStore, open_store

from .options import login, place, store_option, user_option


@click.command("push")
@click.argument("address")
@store_option
@user_option
@click.option("--timeout", default=600.0, show_default=True, help="Seconds that the store may be silent.")
@click.option("--everything", is_flag=True, help="Fetch and compare each graph, whatever the store notes.")
def push_command(address: str, where: str | None, timeout: float, everything: bool) -> None:
    """Publish the current build to a SPARQL 1.1 store.

    ADDRESS is oxigraph+http://HOST:PORT or virtuoso+http://HOST:PORT; the same
    address is the --store of the other commands. Only graphs that differ are
    sent, each is fetched back and compared, and a push that was stopped goes on
    where it was.
    """
    folder = place(where)
    store = open_store(folder)
    if not isinstance(store, EmbeddedStore):
        raise UsageError("what is pushed is a build, not an endpoint; name its folder by --store")
    build = current_build(Path(store.where))
    if build is None:
        raise NotFoundError(f"no build in {folder}; run `cellkg build`")
    with RemoteGraphs(read_address(address), login(), timeout) as remote:
        done = push(
            store.store,
            build.name,
            remote,
            lambda step: click.echo(step, err=True),
            everything=everything,
            report=_report(build),
        )
    click.echo(
        f"{len(done.sent)} graphs sent, {len(done.removed)} taken out, {done.unchanged} unchanged; merge {done.merge}"
    )
    click.echo(f"published {build.name}; ask it with --store {address}")


def _report(build: Path) -> str:
    file = build / "report.json"
    return file.read_text(encoding="utf-8") if file.is_file() else ""
