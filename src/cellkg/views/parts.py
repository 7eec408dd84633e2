"""What the records of several views are made of: facts with their spots, sources, links."""

from __future__ import annotations

import msgspec

from .spots import Spot as Spot

NOTE = "not medical advice; not a pooled estimate"


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one source says: a name, a value in words, the term that it stands for, and every spot."""

    name: str
    value: str
    iri: str = ""
    source: str = ""
    spots: tuple[Spot, ...] = ()


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document, or a version of a registry record: its IRI, key, title and kind; days are dates of the source."""

    iri: str
    key: str
    title: str
    kind: str = ""
    day: str = ""
    copied: str = ""
    page: str = ""


class Link(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that has a page of its own; ``kind`` says which."""

    kind: str
    key: str
    label: str
    iri: str = ""
    studies: int | None = None
