"""The converter as a fingerprint: the same loader, words and code make the same quads, on whichever machine."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cellkg.errors import NotFoundError
from cellkg.loading import Loader, installed_loaders
from cellkg.resources import shipped, slices

_GRAPH = Path(__file__).parents[1]


@cache
def loader_named(name: str) -> Loader:
    """Return the installed loader of that name.

    Raises:
        NotFoundError: there is none.
    """
    for loader in installed_loaders():
        if loader.name == name:
            return loader
    raise NotFoundError(f"no loader {name!r} is installed here; install the same cellkg everywhere")


@cache
def converter_of(name: str) -> str:
    """Return a fingerprint of a loader: of its code, of the code below it, and of the ontology with its words."""
    package = importlib.import_module(type(loader_named(name)).__module__.partition(".")[0])
    digest = hashlib.sha256()
    for folder in (Path(str(package.__file__)).parent, _GRAPH, shipped("ontology"), slices()):
        for file in _files(folder):
            digest.update(f"{file.relative_to(folder).as_posix()}\x00".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    code = folder == _GRAPH
    found = [*folder.glob("*.py"), *folder.glob("terms/*.py")] if code else folder.rglob("*")
    ours = (file for file in found if file.is_file() and "__pycache__" not in file.parts)
    return iter(sorted(file for file in ours if not file.name.startswith(".")))
