"""The rules of a curated document beyond its shape: words, numbers, dates, spots, and studies that are said once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, get_args

import msgspec

from cellkg.identifiers import read_url
from cellkg.lexicon import Lexicon, UnknownWordError
from cellkg.ntriples import date
from cellkg.units import read_duration
from cellkg_loaders.records import (
    BackgroundRate,
    Change,
    Date,
    Document,
    Dose,
    Duration,
    DurationRange,
    Fraction,
    Place,
    Procedure,
    Range,
    Record,
    Source,
    Study,
    Text,
)

from .shape import Problem, fields

_REGISTRY_ID = re.compile(r"NCT[0-9]{8}")
_MAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
_MEND_SPOT = "write a hint such as L17 there and run `cellkg curate locate`, or mend the offsets"


def problems(document: Document, lexicon: Lexicon) -> Iterator[Problem]:
    """Yield what is wrong in a document that can be told without the text it is about."""
    for path, value, name in _walk(document, "$"):
        yield from _word_problems(path, value, name, lexicon)
        yield from _form_problems(path, value)
        yield from _number_problems(path, value)
        if isinstance(value, Place):
            yield from _spot_problems(path, value)
        if isinstance(value, Study):
            yield from _identity_problems(path, value)
            yield from _order_problems(path, value)
    yield from _repeated_studies(document)


def document_problems(document: Document, text_file: Path) -> Iterator[Problem]:
    """Yield where a document differs from the text it is about: checksum, offsets, lines, words."""
    raw = text_file.read_bytes()
    found = hashlib.sha256(raw).hexdigest()
    if found != document.source.sha256:
        yield Problem(
            "$.source.sha256",
            f"the document {text_file.name} has SHA-256 {found}",
            "the document changed: write the new checksum, then check again for the spots that moved",
        )
        return
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"the document {text_file.name} is not UTF-8 (byte {error.start})"
        yield Problem("$.source.file", found, "save it as UTF-8 and write the new checksum")
        return
    for path, value, _ in _walk(document, "$"):
        if isinstance(value, Place) and value.span:
            yield from _text_problems(path, value, text)


def _walk(value: Any, path: str, name: str | None = None) -> Iterator[tuple[str, Any, str | None]]:
    if isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _walk(item, f"{path}[{i}]", name)
    elif value is not None:
        yield path, value, name
        if isinstance(value, Record):
            for attribute, key, inner in _lists(type(value)):
                yield from _walk(getattr(value, attribute), f"{path}.{key}", inner)


@cache
def _lists(record: type[Record]) -> list[tuple[str, str, str | None]]:
    return [(field.name, field.encode_name, _list_name(field.type)) for field in fields(record)]


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
        yield Problem(path, str(error), f"`cellkg curate words {name}` shows all; new words go to ontology/values.ttl")


def _form_problems(path: str, value: Any) -> Iterator[Problem]:
    when = "write an ISO 8601 value with the precision of the source"
    if isinstance(value, Date):
        yield from _refusals(path, [value.value], date, when)
    elif isinstance(value, Duration):
        yield from _refusals(path, [value.value], read_duration, when)
    elif isinstance(value, DurationRange):
        given = [value.value, value.plus_minus, value.low, value.high]
        yield from _refusals(path, given, read_duration, when)
    elif isinstance(value, Source):
        yield from _refusals(f"{path}.published", [value.published], date, when)
        yield from _refusals(f"{path}.url", [value.url], read_url, "write the address as a browser shows it")
    elif isinstance(value, str) and (mail := _MAIL.search(value)):
        yield Problem(path, f"the e-mail address {mail[0]!r}", "leave out what identifies a person")


def _refusals(path: str, values: list[str | None], read: Callable[[str], object], next_step: str) -> Iterator[Problem]:
    for value in values:
        try:
            if value is not None:
                read(value)
        except ValueError as error:
            yield Problem(path, str(error), next_step)


def _number_problems(path: str, value: Any) -> Iterator[Problem]:
    for number in _never_negative(value):
        if number is not None and number < 0:
            yield Problem(path, f"the number {number} is negative", "check the spot: a dash may belong to a range")
    if isinstance(value, Range) and value.low is not None and value.high is not None and value.low > value.high:
        yield Problem(path, f"low ({value.low}) is above high ({value.high})", "change them over")


def _never_negative(value: Any) -> list[Decimal | None]:
    if isinstance(value, Dose | Procedure):
        return [value.value, value.low, value.high, value.plus_minus]
    if isinstance(value, Study) and value.age:
        return [value.age.value, value.age.low, value.age.high]
    if isinstance(value, Range):
        return [value.plus_minus]
    if isinstance(value, Change) and value.percent:
        return [value.percent.value]
    return [value.value] if isinstance(value, Fraction | BackgroundRate) else []


def _spot_problems(path: str, place: Place) -> Iterator[Problem]:
    span = place.span
    if span and span.end - span.start != len(place.as_written):
        found = f"{place.as_written!r} has {len(place.as_written)} characters, {place.at} has {span.end - span.start}"
        yield Problem(f"{path}.at", found, _MEND_SPOT)


def _identity_problems(path: str, study: Study) -> Iterator[Problem]:
    if study.id and not _REGISTRY_ID.fullmatch(study.id.word):
        yield Problem(f"{path}.id", f"{study.id.word!r} is no registry id", "write NCT and eight digits")
    if study.key and _REGISTRY_ID.fullmatch(study.key):
        yield Problem(f"{path}.key", f"the registry id {study.key!r} as a key", "write it as `id`, with its spot")
    if not study.id and not study.key:
        yield Problem(path, "a study with neither id nor key", "give it a key")
    if not study.id and not study.label and not study.titles:
        yield Problem(path, "a study without id, label or title", "give it a label")


def _order_problems(path: str, study: Study) -> Iterator[Problem]:
    if study.start and study.completion:
        start, end = study.start.value, study.completion.value
        known = min(len(start), len(end))
        if start[:known] > end[:known]:
            yield Problem(path, f"it starts on {start}, after its completion on {end}", "check both spots")


def _repeated_studies(document: Document) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for path, value, _ in _walk(document, "$"):
        if isinstance(value, Study) and (value.id or value.key):
            key = value.id.word if value.id else str(value.key)
            if key in seen:
                found = f"the study {key} is said twice (first as {seen[key][2:]})"
                yield Problem(path, found, "make one entry of both")
            seen.setdefault(key, path)


def _text_problems(path: str, place: Place, text: str) -> Iterator[Problem]:
    span = place.span
    assert span is not None
    there = text[span.start : span.end]
    line = text.count("\n", 0, span.start) + 1
    if there != place.as_written:
        found = f"the document has {there!r} at {place.at}, not {place.as_written!r}"
        yield Problem(f"{path}.at", found, _MEND_SPOT)
    elif line != span.line:
        yield Problem(f"{path}.at", f"the spot is on line {line}, not {span.line}", "mend the line")
