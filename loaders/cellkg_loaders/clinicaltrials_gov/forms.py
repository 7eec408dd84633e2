"""The forms of plain values: how text, number, date and truth of a field are written about the node above it.

A form is bound to the property of its row once, when the table is read, and then called for each value. Literals of
values that come again and again (``"0"``, ``"Participants"``, a day) are kept ready.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, TypeAlias

from rdflib import URIRef

from cellkg.identifiers import PREFIXES, VOCABULARY
from cellkg.lexicon import Lexicon
from cellkg.ntriples import Literal, boolean, date, decimal, integer
from cellkg.terms.names import load_names

from .citations import without_authors
from .errors import unlike
from .terms import REGISTRY as R
from .values import is_computable, read_age_years, read_number, read_p_value
from .walk import Node, Step, Walk

Form: TypeAlias = Callable[[URIRef, Lexicon, str], Step]
Pairs: TypeAlias = tuple[tuple[URIRef, Node], ...]
_KEPT = 8192
_LARGEST_INTEGER = 2**63 - 1
_day = lru_cache(_KEPT)(date)
_whole = lru_cache(_KEPT)(integer)
_TRUTH = {True: boolean(True), False: boolean(False)}


def write_text(predicate: URIRef, *_: object) -> Step:
    """Return the form of a text; an empty one says nothing."""

    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        if type(value) is not str:
            raise unlike("a text", value)
        if value:
            walk.say((node, predicate, walk.text(value)))

    return write


def _citation(predicate: URIRef, *_: object) -> Step:
    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        if type(value) is not str:
            raise unlike("a text", value)
        # With a PubMed id a citation says nothing more.
        if value and "pmid" not in walk.record:
            walk.say((node, predicate, walk.text(without_authors(value))))

    return write


def _integer(predicate: URIRef, *_: object) -> Step:
    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        if type(value) is not int or not 0 <= value <= _LARGEST_INTEGER:
            raise unlike("a whole number from 0", value)
        walk.say((node, predicate, _whole(value)))

    return write


def _boolean(predicate: URIRef, *_: object) -> Step:
    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        if type(value) is not bool:
            raise unlike("true or false", value)
        walk.say((node, predicate, _TRUTH[value]))

    return write


def _date(predicate: URIRef, *_: object) -> Step:
    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        if type(value) is not str:
            raise unlike("a date", value)
        try:
            # Some dates carry a time of day; the graph keeps the day, with the precision that the record has.
            walk.say((node, predicate, _day(value.partition("T")[0])))
        except ValueError:
            raise unlike("a date", value) from None

    return write


def _number(predicate: URIRef, lexicon: Lexicon, _: str) -> Step:
    """A number: as written, its decimal, and where it has none the state of the value."""
    name = predicate.removeprefix(VOCABULARY)
    written, state = _own(f"written{name[0].upper()}{name[1:]}"), _own(f"{name}State")
    missing = "open bound" if name.endswith("Limit") else "not available"

    @lru_cache(_KEPT)
    def normal(value: str) -> tuple[URIRef, Node]:
        number = read_number(value)
        if number is None:
            return state, lexicon.iri("value_state", missing if value.strip().upper() == "NA" else "not a number")
        return _decimal(predicate, state, number, lexicon)

    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        if type(value) is not str:
            raise unlike("a number as text", value)
        if value:
            walk.say((node, written, walk.text(value)))
            walk.say((node, *normal(value)))

    return write


def _p_value(predicate: URIRef, lexicon: Lexicon, _: str) -> Step:
    state = _own("pValueState")

    @lru_cache(_KEPT)
    def normal(value: str) -> Pairs:
        read = read_p_value(value)
        if read is None:
            return ((state, lexicon.iri("value_state", "not a number")),)
        number = _decimal(predicate, state, read[1], lexicon)
        return (number, (R.pComparator, Literal(f'"{read[0]}"'))) if read[0] else (number,)

    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        if type(value) is not str:
            raise unlike("a p value as text", value)
        if value:
            walk.say((node, R.writtenPValue, walk.text(value)))
            for pair in normal(value):
                walk.say((node, *pair))

    return write


def _decimal(predicate: URIRef, state: URIRef, number: Decimal, lexicon: Lexicon) -> tuple[URIRef, Node]:
    if is_computable(number):
        return predicate, decimal(number)
    return state, lexicon.iri("value_state", "beyond precision")


def _age(predicate: URIRef, *_: object) -> Step:
    written, in_years = write_text(predicate), URIRef(f"{predicate}Years")

    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        written(walk, value, node, place)
        years = read_age_years(value)
        if years is not None:
            walk.say((node, in_years, decimal(years)))

    return write


def _degrees(predicate: URIRef, *_: object) -> Step:
    largest = 90 if predicate.endswith("latitude") else 180

    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        if type(value) not in (int, float) or not -largest <= value <= largest:
            raise unlike("degrees", value)
        walk.say((node, predicate, decimal(round(Decimal(str(value)), 10))))

    return write


def _mesh(predicate: URIRef, *_: object) -> Step:
    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        if type(value) is not str or not value.isascii() or not value.isalnum():
            raise unlike("a MeSH id", value)
        walk.say((node, predicate, URIRef(PREFIXES["MESH"] + load_names().descriptor(value))))

    return write


@cache
def _own(name: str) -> URIRef:
    return URIRef(VOCABULARY + name)


FORMS: dict[str, Form] = {
    "age": _age,
    "boolean": _boolean,
    "citation": _citation,
    "date": _date,
    "degrees": _degrees,
    "integer": _integer,
    "mesh": _mesh,
    "number": _number,
    "pvalue": _p_value,
    "text": write_text,
}
