"""Options that several commands share."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from cellkg.addresses import is_address, read_address
from cellkg.errors import CellkgError, NetworkError, UsageError
from cellkg.protocol import Login
from cellkg.resources import built
from cellkg.store import RemoteStore, Store, open_store

Command = TypeVar("Command", bound=Callable[..., Any])

store_option = click.option(
    "--store",
    "where",
    metavar="PATH|URL",
    help="Another build folder, a SPARQL 1.1 endpoint, or an ADDRESS as for `push`.",
)

_PASSWORD = "CELLKG_PASSWORD"
_LOGIN = "cellkg.login"


def _keep_login(context: click.Context, parameter: click.Parameter, user: str | None) -> None:
    if user is None:
        return
    password = os.environ.get(_PASSWORD)
    context.meta[_LOGIN] = user, click.prompt("password", hide_input=True, err=True) if password is None else password


user_option = click.option(
    "--user",
    expose_value=False,
    callback=_keep_login,
    help=f"Name to log in to a remote store with; the password is read from {_PASSWORD}, or asked for.",
)


def asked_store_option(command: Command) -> Command:
    """Let a command that only asks take another store, and the name to log in to it with."""
    return store_option(user_option(command))


def login() -> Login | None:
    """Return the name and password that the command was given, or ``None``."""
    given: Login | None = click.get_current_context().meta.get(_LOGIN)
    return given


def caution(where: str) -> None:
    """Tell what there is to know about a kind of store."""
    if is_address(where) and (told := read_address(where).caution):
        click.echo(told, err=True)


@contextmanager
def opened(where: str | None) -> Iterator[Store]:
    """Open a store for all that a command asks of it; a remote one must be of one build from beginning to end.

    Raises:
        ReplacedError: another build was published meanwhile.
    """
    caution(place(where))
    store = open_store(place(where), login())
    try:
        yield store
    except CellkgError:
        # What is missing may be missing because it is being replaced.
        with suppress(NetworkError):
            _confirm(store)
        raise
    _confirm(store)


def _confirm(store: Store) -> None:
    if isinstance(store, RemoteStore):
        store.confirm()


def place(where: str | None) -> str:
    """Return the store that was named, or the folder where builds go by default."""
    return where or str(built())


@contextmanager
def output(path: Path | None) -> Iterator[IO[str]]:
    """Open a file that is written beside and then swapped in, or standard output: UTF-8 and LF in both."""
    if path is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        yield sys.stdout
        return
    if path.exists() and not path.is_file():
        # A device or a pipe, such as /dev/null: written to, never replaced.
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            yield file
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def pairs(parameters: tuple[str, ...]) -> dict[str, str]:
    """Return the values of ``--param`` by name; ``UsageError`` when one has no name."""
    values = {}
    for parameter in parameters:
        name, sign, value = parameter.partition("=")
        if not sign:
            raise UsageError(f"--param takes NAME=VALUE, found {parameter!r}")
        values[name] = value
    return values
