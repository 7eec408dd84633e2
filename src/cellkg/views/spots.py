"""Where a source says something, and the spot that a place in words stands for."""

from __future__ import annotations

import re

import msgspec

from cellkg.identifiers import SOURCES

_CHARACTERS = re.compile(r"line \d+, characters (\d+)–(\d+)")


class Spot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a source says something: lines of a document, or a JSON Pointer of a record, with the words there.

    ``start`` and ``end`` count characters: of the document, or of the text at the pointer. ``kind`` is stated,
    normalised, derived or ambiguous; a reading by rule has the rule and its confidence, from 0 to 1.
    """

    source: str
    place: str = ""
    as_written: str = ""
    kind: str = ""
    start: int | None = None
    end: int | None = None
    pointer: str = ""
    rule: str = ""
    confidence: str = ""


def spot_at(source: str, place: str, as_written: str = "") -> Spot:
    """Return the spot of a place of a source, by the IRI of its graph.

    A graph that is no source, such as one of the ontology, has no spot that could be shown.

    >>> spot = spot_at("https://w3id.org/cellkg/source/review", "line 3, characters 40–52", "12 patients")
    >>> spot.start, spot.end, spot.pointer
    (40, 52, '')
    >>> spot_at("https://w3id.org/cellkg/source/record", "/protocolSection/armGroups/0").pointer
    '/protocolSection/armGroups/0'
    """
    found = _CHARACTERS.fullmatch(place)
    if not source.startswith(SOURCES):
        return Spot(source=source, place=place, as_written=as_written)
    if found:
        start, end = int(found[1]), int(found[2])
        return Spot(source=source, place=place, as_written=as_written, start=start, end=end)
    return Spot(source=source, place=place, as_written=as_written, pointer=place if place.startswith("/") else "")
