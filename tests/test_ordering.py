"""Rows that a store sends in any order are put in the order that the embedded store has for the same query."""

from __future__ import annotations

import json
import random

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellkg.ordering import ordered

TERMS = {
    "numbers": st.one_of(st.integers(-50, 50), st.decimals(-50, 50, places=2)),
    "texts": st.text("aAbzäß ,-0", max_size=40),
    "things": st.sampled_from([ox.NamedNode(f"http://example.org/{name}") for name in "acdB"]),
}
Shown = list[dict[str, str]]


def literal(value: object) -> ox.NamedNode | ox.Literal:
    if isinstance(value, ox.NamedNode):
        return value
    if isinstance(value, str):
        return ox.Literal(value)
    kind = "integer" if isinstance(value, int) else "decimal"
    return ox.Literal(str(value), datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}"))


def answer(store: ox.Store, query: str) -> dict[str, dict[str, Shown]]:
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    body: dict[str, dict[str, Shown]] = json.loads(found.serialize(format=ox.QueryResultsFormat.JSON) or b"")
    return body


def store_of(rows: list[tuple[object, object]]) -> ox.Store:
    store = ox.Store()
    for number, row in enumerate(rows):
        node = ox.NamedNode(f"http://example.org/row/{number:03}")
        store.add(ox.Quad(node, ox.NamedNode("http://example.org/is"), node))
        for name, value in zip("ab", row, strict=True):
            if value is not None:
                store.add(ox.Quad(node, ox.NamedNode(f"http://example.org/{name}"), literal(value)))
    return store


def query(order: str) -> str:
    return (
        "PREFIX : <http://example.org/> SELECT ?s ?a ?b "
        f"{{ ?s :is ?s OPTIONAL {{ ?s :a ?a }} OPTIONAL {{ ?s :b ?b }} }} ORDER BY {order} # in order"
    )


@pytest.mark.parametrize("order", ["?a ?b ?s", "DESC(?a) ?s", "?b DESC(?a) ?s", "ASC(?b) desc( ?s )"])
@pytest.mark.parametrize("kinds", [("numbers", "texts"), ("things", "numbers"), ("texts", "things")])
def test_rows_come_in_the_order_of_the_embedded_store(order: str, kinds: tuple[str, str]) -> None:
    row = st.tuples(*(st.none() | TERMS[kind] for kind in kinds))

    @given(st.lists(row, max_size=12), st.randoms(use_true_random=False))
    def check(rows: list[tuple[object, object]], chance: random.Random) -> None:
        expected = answer(store_of(rows), query(order))
        shuffled = json.loads(json.dumps(expected))
        chance.shuffle(shuffled["results"]["bindings"])
        assert json.loads(ordered(json.dumps(shuffled).encode(), query(order))) == expected

    check()


@pytest.mark.parametrize("order", ["STR(?a)", "?a LIMIT 2", "?not_selected", "?a VALUES ?b { 1 }"])
def test_what_cannot_be_sorted_here_stays_as_it_came(order: str) -> None:
    body = json.dumps(
        {"head": {"vars": ["a"]}, "results": {"bindings": [{"a": {"type": "literal", "value": "z"}}, {}]}}
    )
    assert ordered(body.encode(), f"SELECT ?a {{ ?s ?p ?a }} ORDER BY {order}") == body.encode()


def test_an_answer_to_ask_stays_as_it_came() -> None:
    body = b'{"head": {}, "boolean": true}'
    assert ordered(body, "ASK { ?s ?p ?o }") == body
