"""What a folder of shards holds: written when a conversion has ended, so that half of one is never taken for all."""

from __future__ import annotations

from pathlib import Path

import msgspec

from cellkg.errors import InputError, NotFoundError
from cellkg.swapping import swap_in

from .notes import Found

CONTENTS = "conversion.json"


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """The shards of a conversion, those that could not be made with the reason, and what was found when cutting."""

    shards: list[str]
    failed: dict[str, str] = {}
    found: Found = Found()


def write_contents(folder: Path, contents: Contents) -> None:
    """Declare a conversion ended."""
    swap_in(folder / CONTENTS, msgspec.json.encode(contents) + b"\n")


def read_contents(folder: Path) -> Contents:
    """Return what a folder of shards holds.

    Raises:
        NotFoundError: no conversion has ended there.
        InputError: the file is none of ours.
    """
    file = folder / CONTENTS
    try:
        return msgspec.json.decode(file.read_bytes(), type=Contents)
    except FileNotFoundError:
        raise NotFoundError(f"no finished conversion in {folder}; run `cellkg convert` into it") from None
    except msgspec.MsgspecError as error:
        raise InputError(
            file, "", f"no list of shards: {error}", "run `cellkg convert` into the folder again"
        ) from None
