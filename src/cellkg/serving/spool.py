"""Where answers lie between the worker that writes them whole and the client that reads them slowly."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from .refusals import crowded

_PREFIX = "cellkg-answers-"


class Spool:
    """A private folder for answers; what a killed server left behind goes when the next one starts."""

    def __init__(self, most_bytes: int) -> None:
        self._most, self._held = most_bytes, 0
        base = Path(tempfile.gettempdir())
        _sweep(base)
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
        self._lock = FileLock(self.folder / ".lock")
        self._lock.acquire()
        self._numbers = itertools.count()

    @contextmanager
    def file(self) -> Iterator[Path]:
        """Yield a path for one answer; the file is gone when the block ends, for whoever has not opened it by then."""
        path = self.folder / str(next(self._numbers))
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def hold(self, path: Path) -> tuple[BinaryIO, int]:
        """Open an answer for sending and return it with its size in bytes; it counts until the file is closed.

        Raises:
            Refusal: slow clients already hold as much as the spool may have.
        """
        file = path.open("rb")
        size = os.fstat(file.fileno()).st_size
        if self._held + size > self._most:
            file.close()
            raise crowded()
        self._held += size
        weakref.finalize(file, self._release, size)
        return file, size

    def _release(self, size: int) -> None:
        self._held -= size

    def close(self) -> None:
        """Remove the folder."""
        self._lock.release()
        shutil.rmtree(self.folder, ignore_errors=True)


def _sweep(base: Path) -> None:
    for folder in base.glob(f"{_PREFIX}*"):
        try:
            if folder.is_symlink() or not os.access(folder, os.W_OK):
                continue
            with FileLock(folder / ".lock", timeout=0):
                shutil.rmtree(folder, ignore_errors=True)
        except (Timeout, OSError):
            continue
