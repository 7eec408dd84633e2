"""The endpoints that may be asked, and the ready questions for them: ``queries/federated``."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import pyoxigraph as ox
import yaml

from cellkg.errors import InputError, NotFoundError
from cellkg.identifiers import expand, is_curie
from cellkg.resources import shipped

ASKED = "asked"
_VALUES = re.compile(r"^[ \t]*#@asked[ \t]*$", re.MULTILINE)


class Endpoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A SPARQL 1.1 endpoint; times are in seconds."""

    title: str
    url: str
    about: str
    terms: str
    method: Literal["GET", "POST"] = "POST"
    pace: float = 0.5
    silence: int = 60


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column of the answer and what may stand in it: an IRI that begins so, or a text that matches."""

    name: str
    kind: Literal["iri", "text"]
    within: str = ""
    pattern: str = ""
    optional: bool = False


class Keep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement that is kept of each row; subject and value are columns, or ``asked``."""

    subject: str
    property: str
    value: str

    def predicate(self) -> ox.NamedNode:
        """Return the property as a node."""
        return ox.NamedNode(str(expand(self.property)) if is_curie(self.property) else self.property)


class _Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    summary: str
    description: str
    endpoint: str
    batch: int
    about: str
    columns: tuple[Column, ...]
    keeps: tuple[Keep, ...]
    question: str | None = None
    """The question of the catalogue that asks the kept rows."""


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """A ready question: what to ask about, whom, and what to keep of the answer."""

    name: str
    header: _Header
    endpoint: Endpoint
    text: str

    def batches(self, asked: Iterable[ox.NamedNode | ox.Literal]) -> list[tuple[list[ox.NamedNode | ox.Literal], str]]:
        """Return what each batch asks about, sorted, and its query."""
        terms = sorted(set(asked), key=str)
        size = self.header.batch
        groups = [terms[start : start + size] for start in range(0, len(terms), size)]
        return [(group, self._query(group)) for group in groups]

    def _query(self, group: list[ox.NamedNode | ox.Literal]) -> str:
        body = "\n".join(line for line in self.text.splitlines() if not line.startswith("#+"))
        values = f"  VALUES ?{ASKED} {{ {' '.join(map(str, group))} }}"
        return _VALUES.sub(lambda _: values, body).strip() + "\n"


def ready_questions() -> dict[str, Ready]:
    """Return every ready question by name."""
    return {file.stem: _read(file) for file in sorted(_folder().glob("*.rq"))}


def find_ready(name: str) -> Ready:
    """Return the ready question of that name; ``NotFoundError`` when there is none."""
    known = ready_questions()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3)
        hint = f"did you mean {', '.join(near)}?" if near else "`cellkg federate --list` shows all"
        raise NotFoundError(f"no ready question {name!r}; {hint}")
    return known[name]


@cache
def endpoints() -> dict[str, Endpoint]:
    """Return the endpoints that may be asked, by name; no other is."""
    file = _folder() / "endpoints.toml"
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), dict[str, Endpoint])
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise InputError(file, "", str(error), "mend the file") from None


def _read(file: Path) -> Ready:
    text = file.read_text(encoding="utf-8")
    header = "\n".join(line[3:] for line in text.splitlines() if line.startswith("#+ "))
    try:
        read = msgspec.convert(yaml.load(header, Loader=yaml.BaseLoader), _Header, strict=False)
    except (msgspec.ValidationError, yaml.YAMLError) as error:
        raise InputError(file, "header", str(error), "see docs/decisions/0012-federation.md") from None
    if read.endpoint not in endpoints():
        raise InputError(file, "header", f"no endpoint {read.endpoint!r}", f"take one of {', '.join(endpoints())}")
    columns = {ASKED, *(column.name for column in read.columns)}
    if unknown := sorted({name for keep in read.keeps for name in (keep.subject, keep.value)} - columns):
        raise InputError(file, "header", f"keeps {unknown[0]!r}, which is no column", "add the column")
    if not _VALUES.search(text):
        raise InputError(file, "", "no line #@asked", "mark the place where the terms go")
    return Ready(name=file.stem, header=read, endpoint=endpoints()[read.endpoint], text=text)


def _folder() -> Path:
    return shipped("queries") / "federated"
