"""A run: inputs are cut, shards converted by workers of one kind or another, and what became of all is noted last."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from filelock import FileLock, Timeout

from cellkg.errors import CellkgError, DataError
from cellkg.loading import CuttingLoader, Findings, Inputs, Loader

from .contents import CONTENTS, Contents, write_contents
from .converter import converter_of
from .notes import findings_of, noted
from .shards import shards
from .work import Done, Failed, Outcome, Task

Workers: TypeAlias = Callable[[Iterable[Task]], Iterator[Outcome]]
SHARD_BYTES = 32 * 1024 * 1024
_OURS = re.compile(r"\.?[0-9]{5,}(\.nq\.gz|\.json|\.json\.part|-\w+\.part)")


@dataclass(slots=True, kw_only=True)
class Conversion:
    """What a run did: its findings, its shards, how many of them were made now, and those that could not be made."""

    findings: Findings = field(default_factory=Findings)
    shards: list[str] = field(default_factory=list)
    made: int = 0
    failed: list[Failed] = field(default_factory=list)
    quads: int = 0


def convert(
    inputs: Inputs,
    folder: Path,
    loaders: list[Loader],
    workers: Workers,
    progress: Callable[[Outcome], None] = lambda outcome: None,
    size: int = SHARD_BYTES,
) -> Conversion:
    """Convert all that can be cut into shards of about ``size`` bytes in a folder; those that are whole stay.

    A shard that cannot be made is in the findings, by its name, and the rest goes on.

    Raises:
        CellkgError: another conversion runs in the folder, or nothing can be written there.
        NetworkError: a cluster does not answer.
    """
    with _locked(folder):
        (folder / CONTENTS).unlink(missing_ok=True)
        done, planning = Conversion(), Findings()
        told: dict[str, Outcome] = {}
        for outcome in workers(_tasks(inputs, folder, loaders, planning, size, done.shards)):
            told[outcome.shard] = outcome
            progress(outcome)
            if isinstance(outcome, Failed) and outcome.all:
                raise CellkgError(f"shard {outcome.shard}: {outcome.why}")
        _gather(done, planning, told)
        _clear(folder, done.shards)
        failed = {each.shard: each.why for each in done.failed}
        write_contents(folder, Contents(shards=done.shards, failed=failed, found=noted(planning)))
        return done


def _tasks(
    inputs: Inputs, folder: Path, loaders: list[Loader], findings: Findings, size: int, names: list[str]
) -> Iterator[Task]:
    for loader in loaders:
        if not isinstance(loader, CuttingLoader):
            continue
        for shard in shards(loader.name, loader.pieces(inputs, findings, size), size, first=len(names)):
            names.append(shard.name)
            yield Task(shard=shard, folder=str(folder.resolve()), converter=converter_of(loader.name))


def _gather(done: Conversion, planning: Findings, told: dict[str, Outcome]) -> None:
    done.findings.add(planning)
    for name in sorted(told):
        outcome = told[name]
        if isinstance(outcome, Done):
            done.made += outcome.made
            done.quads += outcome.quads
            done.findings.add(findings_of(outcome.found, name))
        else:
            done.failed.append(outcome)
            done.findings.set_aside.append(DataError(f"shard {name}: {outcome.why}"))


def _clear(folder: Path, names: list[str]) -> None:
    """Delete what is left of shards of earlier runs."""
    for file in folder.iterdir():
        name = file.name.partition(".")[0]
        if _OURS.fullmatch(file.name) and name not in names:
            file.unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=0):
            yield
    except Timeout:
        raise CellkgError(f"another conversion writes in {folder}; wait for it, or choose another folder") from None
