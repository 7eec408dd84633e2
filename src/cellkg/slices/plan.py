"""What each slice takes of its ontology: the rows of ``slices.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from cellkg.errors import InputError

FILE = "slices.toml"

_SUBSET = "a subset: the terms of terms.tsv and all their ancestors"
_DIRECT = "direct parents within the ontology only; no definitions, no axioms but rdfs:subClassOf"
_EXACT = "exact synonyms as they are, unless a line below says otherwise"
_BARE = "ids and labels of single terms only: no hierarchy, no synonyms, no definitions"


class Root(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A class whose descendants are all taken."""

    curie: str
    label: str


class DroppedEdge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A direct parent that the slice leaves out, and why."""

    child: str
    parent: str
    why: str


class DemotedSynonyms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exact synonyms of a term that the slice lists as related only, and why."""

    curie: str
    synonyms: tuple[str, ...]
    why: str


class Slice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One slice of one ontology."""

    name: str
    prefix: str
    title: str
    ontology: str
    latest: str
    """Address of the newest release, as OBO or OBO Graphs JSON."""
    release: str
    """IRI of a release; ``{}`` is its version."""
    licence: str
    hierarchy: bool = False
    parts: bool = False
    """True when parents may also be wholes."""
    roots: tuple[Root, ...] = ()
    dropped: tuple[DroppedEdge, ...] = ()
    demoted: tuple[DemotedSynonyms, ...] = ()
    notes: tuple[str, ...] = ()

    def changes(self, relations: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return what the slice changes of its ontology; ``relations`` says how parents were read, if at all."""
        if not self.hierarchy:
            return (_BARE, *self.notes)
        direct = () if self.parts else (_DIRECT,)
        return (self._subset(), *direct, *relations, _EXACT, *self._corrections(), *self.notes)

    def _subset(self) -> str:
        if not self.roots:
            return _SUBSET
        roots = ", ".join(f"{root.label} ({root.curie})" for root in self.roots)
        return f"{_SUBSET}, and all descendants of {roots}"

    def _corrections(self) -> Iterator[str]:
        for edge in self.dropped:
            yield f"dropped: {edge.child} rdfs:subClassOf {edge.parent}, because {edge.why}"
        for each in self.demoted:
            listed = ", ".join(f"'{synonym}'" for synonym in each.synonyms)
            yield f"demoted to related synonyms of {each.curie}: {listed}, because {each.why}"


class _Plans(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    slice: tuple[Slice, ...]


def read_plans(file: Path) -> dict[str, Slice]:
    """Return every slice by name; ``InputError`` when the file is not as it should be."""
    try:
        read = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _Plans)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise InputError(file, "", str(error), "mend the file") from None
    return {each.name: each for each in read.slice}
