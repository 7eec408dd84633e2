"""The words of a source at a spot, with what was read there; the text where it is at hand."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pyoxigraph as ox

from cellkg.conflicts.places import KEYS
from cellkg.effects.tree import select
from cellkg.errors import NotFoundError
from cellkg.identifiers import expand
from cellkg.store import Store

from .parts import Source, Spot
from .told import Told, named

_AT = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
SELECT DISTINCT ?subject ?property ?value ?written ?kind ?rule ?confidence WHERE {{
  GRAPH <{source}> {{
    ?evidence cellkg:{first} {start} ; cellkg:{last} {end} ; cellkg:aboutSubject ?subject ;
      cellkg:aboutProperty ?property ; cellkg:aboutValue ?value ; cellkg:asWritten ?written ;
      cellkg:statementKind ?kind .
    {pointer}
    OPTIONAL {{ ?evidence cellkg:readingRule ?rule }}
    OPTIONAL {{ ?evidence cellkg:confidence ?confidence }}
  }}
}} ORDER BY ?subject ?property ?value LIMIT 100"""
_TEXTS = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
SELECT DISTINCT ?property ?text WHERE {{
  GRAPH <{source}> {{
    {{ ?node cellkg:pointer {pointer} }} UNION {{ <{source}> cellkg:versionOf ?node }}
    ?node ?property ?text .
    FILTER (isLiteral(?text))
  }}
}} ORDER BY ?property ?text LIMIT 400"""
_NODE = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
SELECT DISTINCT ?subject ?property ?value WHERE {{
  GRAPH <{source}> {{ ?subject cellkg:pointer {pointer} ; ?property ?value . FILTER (isLiteral(?value)) }}
}} ORDER BY ?property ?value LIMIT 100"""
_FIELD = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
SELECT DISTINCT ?subject ?property ?value WHERE {{
  VALUES ?property {{ {properties} }}
  GRAPH <{source}> {{ ?subject a cellkg:Study ; ?property ?value }}
}} ORDER BY ?property ?value LIMIT 100"""
_OF_SOURCE = "SELECT ?p ?o WHERE {{ GRAPH <{source}> {{ <{source}> ?p ?o }} }}"
_FILE = "https://w3id.org/cellkg/vocab/fileName"
_SUM = "https://w3id.org/cellkg/vocab/sha256"
_AROUND = 600


class Read(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was read at a spot: of which node, by which property, as which value."""

    property: str
    value: str
    subject: str
    spot: Spot | None = None


class Passage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A spot of a source; ``before``, ``marked`` and ``after`` are its text, empty where that is not at hand."""

    source: Source
    place: str
    before: str = ""
    marked: str = ""
    after: str = ""
    read: tuple[Read, ...] = ()


def passage(
    store: Store, source: str, *, pointer: str = "", start: int | None = None, end: int | None = None,
    texts: Path | None = None,
) -> Passage:  # fmt: skip
    """Return a spot of a source by a JSON Pointer, by characters, or both; ``texts`` is a folder of documents.

    Raises:
        NotFoundError: nothing was read at that spot.
    """
    rows = list(select(store, _query(source, pointer, start, end))) or _field(store, source, pointer)
    if not rows:
        raise NotFoundError("nothing was read at that spot of that source")
    things = {source, *(row["property"] for row in rows)}
    things |= {
        row["value"] for row in rows if row["value"].startswith("https://") or row["value"].startswith("http://purl.")
    }
    told = Told([], named(store, filter(_is_iri, things)), {})
    place = pointer + (f", characters {start}–{end}" if start is not None else "")
    before, marked, after = _text(store, source, pointer, start, end, rows[0].get("written", ""), texts)
    return Passage(
        source=told.source(source),
        place=place.removeprefix(", "),
        before=before,
        marked=marked,
        after=after,
        read=tuple(_read(told, source, row) for row in rows),
    )


def _query(source: str, pointer: str, start: int | None, end: int | None) -> str:
    if start is None or end is None:
        return _NODE.format(source=source, pointer=ox.Literal(pointer))
    first, last = ("textStart", "textEnd") if pointer else ("charStart", "charEnd")
    at = f"?evidence cellkg:pointer {ox.Literal(pointer)} ." if pointer else ""
    return _AT.format(source=source, first=first, last=last, start=start, end=end, pointer=at)


def _field(store: Store, source: str, pointer: str) -> list[dict[str, str]]:
    """What a record says at a field of the study itself, which is no node of its own."""
    named = [ox.NamedNode(str(expand(name))) for name, at in KEYS.items() if at == pointer]
    if not named:
        return []
    return list(select(store, _FIELD.format(source=source, properties=" ".join(map(str, named)))))


def _read(told: Told, source: str, row: dict[str, str]) -> Read:
    spot = None
    if "kind" in row:
        spot = Spot(
            source=source,
            as_written=row["written"],
            kind=row["kind"].rpartition("/")[2].lower(),
            rule=row.get("rule", ""),
            confidence=row.get("confidence", ""),
        )
    value = told.name(row["value"]) if _is_iri(row["value"]) else row["value"]
    return Read(property=told.name(row["property"]), value=value, subject=row["subject"], spot=spot)


def _text(
    store: Store, source: str, pointer: str, start: int | None, end: int | None, written: str, texts: Path | None
) -> tuple[str, str, str]:
    """The text before, at and after a span: of a field of a record, or of the document that the source was made of."""
    if start is None or end is None:
        return "", "", ""
    if pointer:
        parent = ox.Literal(pointer.rpartition("/")[0])
        for row in select(store, _TEXTS.format(source=source, pointer=parent)):
            if row["text"][start:end] == written:
                return _around(row["text"], start, end)
        return "", written, ""
    text = _document(store, source, texts)
    return _around(text, start, end) if text[start:end] and text[start:end] == written else ("", written, "")


def _around(text: str, start: int, end: int) -> tuple[str, str, str]:
    first, last = max(0, start - _AROUND), end + _AROUND
    before = ("… " if first else "") + text[first:start]
    return before, text[start:end], text[end:last] + (" …" if last < len(text) else "")


def _document(store: Store, source: str, texts: Path | None) -> str:
    """The text of a document, where a file of its name and checksum lies in the folder; else nothing."""
    if texts is None:
        return ""
    said = {row["p"]: row["o"] for row in select(store, _OF_SOURCE.format(source=source))}
    name = said.get(_FILE, "")
    if not name or Path(name).name != name or not (texts / name).is_file():
        return ""
    body = (texts / name).read_bytes()
    return body.decode("utf-8", "replace") if hashlib.sha256(body).hexdigest() == said.get(_SUM) else ""


def _is_iri(value: str) -> bool:
    return value.startswith(("http://", "https://")) and not any(sign in value for sign in ' <>"{}|\\^`\n')
