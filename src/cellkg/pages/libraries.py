"""The browser libraries that ship with cellkg, as `npm run --prefix browser vendor` wrote them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec


class Package(msgspec.Struct, frozen=True):
    """A package of the npm registry that is in a library; its licence text lies beside the library."""

    name: str
    version: str
    license: str


class Library(msgspec.Struct, frozen=True):
    """One file of the vendor folder: its checksum, its size in bytes, and what it is made of."""

    sha256: str
    bytes: int
    packages: list[Package]


class _Manifest(msgspec.Struct, frozen=True):
    files: dict[str, Library]


def libraries() -> dict[str, Library]:
    """Return every library by the name of its file."""
    return msgspec.json.decode((vendor_folder() / "vendor.json").read_bytes(), type=_Manifest).files


@cache
def vendored(name: str) -> str:
    """Return the text of a library."""
    return (vendor_folder() / name).read_text(encoding="utf-8")


def vendor_folder() -> Path:
    """Return the folder that the libraries lie in."""
    return Path(str(files("cellkg.pages") / "vendor"))
