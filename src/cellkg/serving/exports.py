"""Files of a whole build: dump, derived numbers, conflicts; made when they are first asked for, and kept with it.

A process of its own, of low priority, makes a file by the command line, so that pages are answered all the while.
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import os
import sys
import tempfile
import zipfile
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool

from cellkg.addresses import is_address
from cellkg.dump import DUMP

from .builds import ServedBuild
from .cells import harmless
from .engines import Source
from .refusals import Refusal
from .site import Site

_NICENESS = 15
_WAIT_SECONDS = 15.0
_RETRY_SECONDS = 20
_MOST_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class Export:
    """A file that can be made: what it holds, and the command that makes it.

    One with a folder is a zip of it; one that is taken out of a folder stays as it is.
    """

    holds: str
    command: tuple[str, ...]
    is_folder: bool = False
    is_taken_out: bool = False


EXPORTS = {
    DUMP: Export("everything, as N-Quads: the merge, and a named graph for each source", ("dump",), is_taken_out=True),
    "effects.zip": Export(
        "changes, effects, proportions, posted comparisons, what is not computed and why; characteristics of studies",
        ("export", "effects", "-f", "csv"),
        is_folder=True,
    ),
    "metafor.zip": Export("what escalc and rma (R) read", ("export", "effects", "-f", "metafor"), is_folder=True),
    "revman.zip": Export("the data rows of RevMan", ("export", "effects", "-f", "revman"), is_folder=True),
    "conflicts.csv": Export("what does not fit together, a row for each side", ("conflicts", "-f", "csv")),
}


@dataclass(slots=True)
class _Made:
    """The exports of a build: its folder goes with it; one is made at a time."""

    folder: tempfile.TemporaryDirectory[str]
    making: dict[str, asyncio.Task[Path]] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


_made: WeakKeyDictionary[ServedBuild, _Made] = WeakKeyDictionary()


def exports_of(build: ServedBuild) -> dict[str, Export]:
    """Return the exports that can be made; everything as N-Quads is written from a build alone."""
    published = is_address(build.source.where)
    return {name: export for name, export in EXPORTS.items() if not (published and export.is_taken_out)}


async def export_file(site: Site, name: str) -> Path:
    """Return the file of an export of the build that is served, which the first who asks begins to make.

    Raises:
        Refusal: it is still being made, or cannot be made.
    """
    build = site.builds.current
    if build not in _made:
        _made[build] = _Made(tempfile.TemporaryDirectory(prefix="cellkg-exports-"))
    made = _made[build]
    if name not in made.making or _has_failed(made.making[name]):
        made.making[name] = asyncio.create_task(_make(build, made, name))
    try:
        return await asyncio.wait_for(asyncio.shield(made.making[name]), _WAIT_SECONDS)
    except TimeoutError:
        told = f"{name} is being made from the whole graph; ask again in a moment"
        raise Refusal(503, told, retry_after=_RETRY_SECONDS) from None


def _has_failed(task: asyncio.Task[Path]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


async def _make(build: ServedBuild, made: _Made, name: str) -> Path:
    export, folder = EXPORTS[name], Path(made.folder.name)
    part, whole = folder / f"{name}.part", folder / name
    async with made.turn, build.used():
        await _run((*export.command, *build.source.arguments, "-o", str(part)), build.source, name)
        await run_in_threadpool(_finish, export, part, whole)
    return whole


async def _run(command: tuple[str, ...], source: Source, name: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cellkg", *command, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, env=source.environment
    )
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)
    try:
        async with asyncio.timeout(_MOST_SECONDS):
            _, said = await process.communicate()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        raise
    if process.returncode:
        last = said.decode("utf-8", "replace").replace(source.where, "the store").strip().splitlines()[-1:]
        raise Refusal(500, f"{name} could not be made: {' '.join(last)[:300]}")


def _finish(export: Export, part: Path, whole: Path) -> None:
    if export.is_taken_out:
        (part / whole.name).replace(whole)
    elif export.is_folder:
        _zipped(part, whole)
    else:
        _made_harmless(part, whole)


def _zipped(part: Path, whole: Path) -> None:
    beside = whole.with_name(f"{whole.name}.zipped")
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(part.iterdir()):
            packed.write(file, file.name)
    beside.replace(whole)


def _made_harmless(part: Path, whole: Path) -> None:
    """Copy rows so that no cell becomes a formula in a spreadsheet."""
    beside = whole.with_name(f"{whole.name}.harmless")
    with (
        part.open(encoding="utf-8", newline="") as read,
        beside.open("w", encoding="utf-8", newline="") as out,
    ):
        csv.writer(out, lineterminator="\r\n").writerows([harmless(cell) for cell in row] for row in csv.reader(read))
    beside.replace(whole)
