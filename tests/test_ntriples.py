from __future__ import annotations

import datetime
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import XSD, URIRef

from cellkg.identifiers import mint, source_iri
from cellkg.ntriples import Literal, Quad, date, decimal, integer, lines, plain, text

any_text = st.text(st.characters(exclude_categories=["Cs"]))
finite = st.decimals(allow_nan=False, allow_infinity=False)
SUBJECT, PREDICATE, GRAPH = mint("a"), URIRef("https://example.org/p"), source_iri("g")


def read_back(*values: URIRef | Literal) -> list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]:
    """What a reader of N-Quads takes the values for."""
    written = "".join(lines(iter([Quad(SUBJECT, PREDICATE, value, GRAPH) for value in values])))
    return [quad.object for quad in ox.parse(written.encode("utf-8"), format=ox.RdfFormat.N_QUADS)]


@given(st.lists(any_text))
def test_every_text_comes_back_as_it_was(values: list[str]) -> None:
    assert read_back(*map(text, values)) == [ox.Literal(value) for value in values]


@given(any_text)
def test_every_text_is_one_line(value: str) -> None:
    (line,) = lines(iter([Quad(SUBJECT, PREDICATE, text(value), GRAPH)]))
    assert line.count("\n") == 1
    assert "\r" not in line


@given(any_text, any_text)
def test_every_minted_iri_comes_back_as_it_was(one: str, other: str) -> None:
    quad = Quad(mint(one, other), PREDICATE, mint(other), source_iri(one))
    (read,) = ox.parse("".join(lines(iter([quad]))).encode("utf-8"), format=ox.RdfFormat.N_QUADS)
    assert read == ox.Quad(*(ox.NamedNode(part) for part in quad))


@given(st.integers())
def test_every_whole_number_comes_back_as_it_was(value: int) -> None:
    assert read_back(integer(value)) == [ox.Literal(str(value), datatype=ox.NamedNode(XSD.integer))]


@given(finite)
def test_every_number_is_written_exactly_and_in_plain_notation(value: Decimal) -> None:
    written = plain(value)
    assert Decimal(written) == value
    assert set(written) <= set("-.0123456789")
    assert read_back(decimal(value)) == [ox.Literal(written, datatype=ox.NamedNode(XSD.decimal))]


@given(finite)
def test_equal_numbers_are_written_alike(value: Decimal) -> None:
    assert (
        plain(value) == plain(Decimal(plain(value))) == plain(Decimal(f"{value:f}0" if "." in f"{value:f}" else value))
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [("1E+6", "1000000"), ("3.10", "3.1"), ("-0", "0"), ("-0.000", "0"), ("100", "100"), ("0.0010", "0.001"),
     ("12345678901234567890123456789012345.5", "12345678901234567890123456789012345.5")],
)  # fmt: skip
def test_a_number_has_one_form(value: str, written: str) -> None:
    assert plain(Decimal(value)) == written


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        decimal(Decimal(value))


@given(st.dates())
def test_every_date_keeps_its_precision(day: datetime.date) -> None:
    full = day.isoformat()
    for form, datatype in ((full, XSD.date), (full[:7], XSD.gYearMonth), (full[:4], XSD.gYear)):
        assert read_back(date(form)) == [ox.Literal(form, datatype=ox.NamedNode(datatype))]


@pytest.mark.parametrize(
    "written",
    ["2025-02-30", "2025-13", "2023-02-29", "0000", "25-01-01", "2025-1-1", "2025/01/01", "January 2025",
     "2025-01-01T00:00", "20250101", "2025-W01", "２０２５", "", "2025-", "2025-01-01\n", " 2025"],
)  # fmt: skip
def test_what_no_calendar_has_is_refused_with_its_form(written: str) -> None:
    with pytest.raises(ValueError, match="not a date: ") as caught:
        date(written)
    assert repr(written) in str(caught.value)


@given(st.text(max_size=10))
def test_any_text_is_a_date_or_refused(written: str) -> None:
    try:
        assert written in date(written)
    except ValueError as error:
        assert repr(written) in str(error)  # noqa: PT017
