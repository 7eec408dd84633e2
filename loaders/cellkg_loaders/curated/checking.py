"""The rules of a curated document beyond its shape: words, dates, spots, and studies that are said once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import msgspec

from cellkg.errors import InputError
from cellkg.lexicon import Lexicon, UnknownWordError
from cellkg.ntriples import date
from cellkg.units import read_duration

from cellkg_loaders.records import Date, Document, Duration, DurationRange, Place, Record, Study, Text

if TYPE_CHECKING:
    from .reading import ReadDocument

Problem = tuple[str, str, str]
"""Path of a field, what was found there, and the next step."""

_REGISTRY_ID = re.compile(r"NCT\d{8}")


def problems(document: Document, lexicon: Lexicon) -> Iterator[Problem]:
    """Yield what is wrong in a document that can be told without the text it is about."""
    for path, value, name in _walk(document, "$"):
        yield from _word_problems(path, value, name, lexicon)
        yield from _value_problems(path, value)
        if isinstance(value, Place):
            yield from _spot_problems(path, value)


def document_problems(document: Document, text_file: Path) -> Iterator[Problem]:
    """Yield where a document differs from the text it is about: checksum, offsets, lines, words."""
    raw = text_file.read_bytes()
    found = hashlib.sha256(raw).hexdigest()
    if found != document.source.sha256:
        yield (
            "$.source.sha256",
            f"the document {text_file.name} has SHA-256 {found}",
            "the document changed: compare it, then run `cellkg curate locate`",
        )
        return
    text = raw.decode("utf-8")
    for path, value, _ in _walk(document, "$"):
        if isinstance(value, Place) and value.span:
            yield from _text_problems(path, value, text)


def check_set(documents: list[ReadDocument]) -> list[InputError]:
    """Return an error for each source key or study that a later file or entry says again."""
    errors = []
    keys: dict[str, Path] = {}
    for read in documents:
        key = read.document.source.key
        if key in keys:
            found = f"the source key {key!r} is that of {keys[key].name} too"
            errors.append(read.error("$.source.key", found, "give it a key of its own"))
        keys.setdefault(key, read.file)
    return errors


def _walk(value: Any, path: str, name: str | None = None) -> Iterator[tuple[str, Any, str | None]]:
    if isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _walk(item, f"{path}[{i}]", name)
    elif value is not None:
        yield path, value, name
        if isinstance(value, Record):
            for attribute, key, inner in _fields(type(value)):
                yield from _walk(getattr(value, attribute), f"{path}.{key}", inner)


@cache
def _fields(record: type[Record]) -> list[tuple[str, str, str | None]]:
    hints = get_type_hints(record, include_extras=True)
    return [(f.name, f.encode_name, _list_name(hints[f.name])) for f in msgspec.structs.fields(record)]


def _list_name(hint: Any) -> str | None:
    for part in getattr(hint, "__metadata__", ()):
        if isinstance(part, msgspec.Meta) and part.extra:
            return str(part.extra["list"])
    return next((name for part in get_args(hint) if (name := _list_name(part))), None)


def _word_problems(path: str, value: Any, name: str | None, lexicon: Lexicon) -> Iterator[Problem]:
    if name is None or not isinstance(value, str | Text):
        return
    try:
        lexicon.iri(name, value if isinstance(value, str) else value.word)
    except UnknownWordError as error:
        yield path, str(error), "write one of these, or add the word to ontology/values.ttl"


def _value_problems(path: str, value: Any) -> Iterator[Problem]:
    if isinstance(value, Date):
        yield from _refusals(path, [value.value], date)
    elif isinstance(value, Duration):
        yield from _refusals(path, [value.value], read_duration)
    elif isinstance(value, DurationRange):
        given = [value.value, value.plus_minus, value.low, value.high]
        yield from _refusals(path, [written for written in given if written], read_duration)
    elif isinstance(value, Document):
        yield from _study_problems(value)
    elif isinstance(value, Study):
        yield from _identity_problems(path, value)


def _refusals(path: str, values: list[str], read: Any) -> Iterator[Problem]:
    for value in values:
        try:
            read(value)
        except ValueError as error:
            yield path, str(error), "write an ISO 8601 value with the precision of the source"


def _identity_problems(path: str, study: Study) -> Iterator[Problem]:
    if study.id and not _REGISTRY_ID.fullmatch(study.id.word):
        yield f"{path}.id", f"{study.id.word!r} is no registry id", "write NCT and eight digits"
    if not study.id and not study.key:
        yield path, "a study with neither id nor key", "give it a key"
    if not study.id and not study.label and not study.titles:
        yield path, "a study without id, label or title", "give it a label"


def _study_problems(document: Document) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    listed = [(f"$.lists[{i}].studies[{j}]", s) for i, each in enumerate(document.lists) for j, s in enumerate(each.studies)]
    for path, study in [(f"$.studies[{i}]", s) for i, s in enumerate(document.studies)] + listed:
        key = study.id.word if study.id else str(study.key)
        if key in seen:
            yield path, f"the study {key} is said twice (first as {seen[key][2:]})", "make one entry of both"
        seen.setdefault(key, path)


def _spot_problems(path: str, place: Place) -> Iterator[Problem]:
    span = place.span
    if span and span.end - span.start != len(place.as_written):
        found = f"{place.as_written!r} has {len(place.as_written)} characters, {place.at} has {span.end - span.start}"
        yield f"{path}.at", found, "run `cellkg curate locate` or mend the offsets"


def _text_problems(path: str, place: Place, text: str) -> Iterator[Problem]:
    span = place.span
    assert span is not None
    there = text[span.start : span.end]
    if there != place.as_written:
        found = f"the document has {there!r} at {place.at}, not {place.as_written!r}"
        yield f"{path}.at", found, "run `cellkg curate locate` or mend the offsets"
    elif text.count("\n", 0, span.start) + 1 != span.line:
        found = f"the spot is on line {text.count(chr(10), 0, span.start) + 1}, not {span.line}"
        yield f"{path}.at", found, "mend the line"
