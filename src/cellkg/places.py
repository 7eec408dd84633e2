"""Where a build lies: a folder of builds, one of which is the current one.

``current.txt`` names it and is replaced in one step, so that a reader finds the old build or the new one, whole.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_POINTER = "current.txt"


def current_build(home: Path) -> Path | None:
    """Return the folder of the current build, or ``None`` where nothing was built yet."""
    try:
        name = (home / _POINTER).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return home / name


def publish(home: Path, build: Path) -> None:
    """Make ``build`` the current build; keep the one before for readers that still have it open."""
    previous = current_build(home)
    pointer = home / f"{_POINTER}.new"
    with pointer.open("w", encoding="utf-8") as file:
        file.write(f"{build.name}\n")
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(home / _POINTER)
    for folder in home.glob("build-*"):
        if folder not in (build, previous):
            shutil.rmtree(folder, ignore_errors=True)
