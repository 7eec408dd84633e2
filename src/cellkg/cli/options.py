"""Options that several commands share."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from cellkg.errors import UsageError
from cellkg.resources import built

store_option = click.option(
    "--store",
    "where",
    metavar="PATH|URL",
    help="Another build folder, a SPARQL 1.1 endpoint, or an ADDRESS as for `push`.",
)


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
