"""Files that are written beside and then swapped in: a reader finds the old one or the new one, whole."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def swap_in(file: Path, content: bytes) -> bool:
    """Write a file, its folder too, and return whether that was needed: not where it has that content already."""
    with suppress(FileNotFoundError):
        if file.read_bytes() == content:
            return False
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(file)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return True
