"""Literals and statements as N-Quads writes them: the fastest form between a record and a store."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import NamedTuple, TypeAlias

from rdflib import URIRef

_XSD = "http://www.w3.org/2001/XMLSchema#"
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_PRECISION = (
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "date"),
    (re.compile(r"[0-9]{4}-[0-9]{2}"), "gYearMonth"),
    (re.compile(r"[0-9]{4}"), "gYear"),
)


class Literal(str):
    """An RDF literal in the syntax of N-Triples."""

    __slots__ = ()


_BLOCK = 256


class Statement(NamedTuple):
    """Subject, predicate and object; the graph is that of the source that is read."""

    subject: URIRef
    predicate: URIRef
    object: URIRef | Literal


class Quad(NamedTuple):
    """A statement with the graph of the source that makes it."""

    subject: URIRef
    predicate: URIRef
    object: URIRef | Literal
    graph: URIRef


#: What is written: a ``Quad``, or its four parts as a plain tuple, which is quicker to make.
Written: TypeAlias = tuple[URIRef, URIRef, URIRef | Literal, URIRef]


def text(value: str) -> Literal:
    r"""Return a plain string.

    >>> print(text('say "no"'))
    "say \"no\""
    """
    return Literal(f'"{value.translate(_ESCAPES)}"')


def integer(value: int) -> Literal:
    """Return an ``xsd:integer``."""
    return Literal(f'"{value}"^^<{_XSD}integer>')


def boolean(value: bool) -> Literal:
    """Return an ``xsd:boolean``."""
    return Literal(f'"{"true" if value else "false"}"^^<{_XSD}boolean>')


def decimal(value: Decimal) -> Literal:
    """Return an ``xsd:decimal`` in plain notation, without trailing zeros.

    >>> print(decimal(Decimal("3.760E+6")))
    "3760000"^^<http://www.w3.org/2001/XMLSchema#decimal>
    """
    return Literal(f'"{plain(value)}"^^<{_XSD}decimal>')


def plain(value: Decimal) -> str:
    """Return a number in plain notation, without exponent and trailing zeros; ``ValueError`` when it is none.

    >>> plain(Decimal("1E+6")), plain(Decimal("17.80")), plain(Decimal("-0.0"))
    ('1000000', '17.8', '0')
    """
    if not value.is_finite():
        raise ValueError(f"not a number: {value}")
    written = format(value, "f")
    if "." in written:
        written = written.rstrip("0").removesuffix(".")
    return "0" if written == "-0" else written


def date(value: str) -> Literal:
    """Return an ISO date with the precision it has; ``ValueError`` when no calendar has that day.

    >>> print(date("2025-12"))
    "2025-12"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>
    """
    for form, datatype in _PRECISION:
        if form.fullmatch(value) and _in_calendar(f"{value}-01-01"[:10] if len(value) < 7 else f"{value}-01"[:10]):
            return Literal(f'"{value}"^^<{_XSD}{datatype}>')
    raise ValueError(f"not a date: {value!r}")


def _in_calendar(day: str) -> bool:
    try:
        datetime.date.fromisoformat(day)
    except ValueError:
        return False
    return True


def lines(quads: Iterable[Written]) -> Iterator[str]:
    """Yield quads as N-Quads, a line for each, in texts of many lines."""
    for some in _blocks(quads):
        parts: list[str] = []
        for subject, predicate, value, graph in some:
            # Joining all parts at once is faster than a string for each line.
            if type(value) is Literal:
                parts += ("<", subject, "> <", predicate, "> ", value, " <", graph, "> .\n")
            else:
                parts += ("<", subject, "> <", predicate, "> <", value, "> <", graph, "> .\n")
        yield "".join(parts)


def merged_lines(quads: Iterable[Written]) -> Iterator[str]:
    """Yield two lines for each quad: it stands in its graph and in the default graph, which is the merge."""
    for some in _blocks(quads):
        parts: list[str] = []
        for subject, predicate, value, graph in some:
            shown = ("> ", value, "") if type(value) is Literal else ("> <", value, ">")
            parts += ("<", subject, "> <", predicate, *shown, " <", graph, "> .\n")
            parts += ("<", subject, "> <", predicate, *shown, " .\n")
        yield "".join(parts)


def _blocks(quads: Iterable[Written]) -> Iterator[list[Written]]:
    rest = iter(quads)
    while some := list(islice(rest, _BLOCK)):
        yield some
