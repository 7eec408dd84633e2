"""A new build beside the old one: made in a folder of its own under a lock, and swapped in whole or not at all."""

from __future__ import annotations

import errno
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from cellkg.errors import CellkgError
from cellkg.places import publish


@contextmanager
def staged(home: Path) -> Iterator[Path]:
    """Yield an empty folder; when the block ends it is the current build of ``home``, when it fails it is gone.

    Its name while it is made has the suffix ``.part``.

    Raises:
        CellkgError: another build runs in the same folder, or nothing can be written there.
    """
    with _told(home), _locked(home), _part(home) as staging:
        yield staging
        publish(home, staging.rename(finished(staging)))


def finished(staging: Path) -> Path:
    """Return the name that a folder in the making has once it is whole."""
    return staging.with_suffix("")


@contextmanager
def _told(home: Path) -> Iterator[None]:
    try:
        yield
    except Timeout:
        raise CellkgError(f"another build holds {home}; wait for it, or build elsewhere with --store") from None
    except OSError as error:
        if error.errno == errno.ENOSPC or "No space left" in str(error):
            raise CellkgError(f"the disk of {home} is full; nothing was changed. Free space and run it again") from None
        raise CellkgError(f"cannot build in {home}: {error}; nothing was changed") from error


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / ".lock", timeout=0):
        yield


@contextmanager
def _part(home: Path) -> Iterator[Path]:
    for left_over in home.glob("build-*.part"):
        shutil.rmtree(left_over)
    staging = home / f"build-{time.strftime('%Y%m%dT%H%M%S')}-{time.time_ns() % 10**9:09d}.part"
    try:
        staging.mkdir()
        yield staging
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
