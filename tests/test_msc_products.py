"""Strict and containing are two questions: what is stated to be mesenchymal stromal cells, and what contains them."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from cellkg.answers import ask
from cellkg.catalogue import find_question
from cellkg.identifiers import compress
from cellkg.store import Store, open_store

PREFIXES = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX obo: <http://purl.obolibrary.org/obo/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
SVF_TYPE = {"stromal vascular fraction", "adipose-derived regenerative cells"}


@pytest.fixture(scope="module")
def store(flagship: Path) -> Store:
    return open_store(flagship)


def column(store: Store, sparql: str) -> set[str]:
    answer = store.query(PREFIXES + sparql)
    assert isinstance(answer, ox.QuerySolutions)
    return {solution[0].value for solution in answer}


def test_one_path_finds_the_products_stated_to_be_such_cells(store: Store) -> None:
    found = column(
        store,
        """SELECT ?product { ?product cellkg:hasComponent/a/rdfs:subClassOf* obo:CL_0000134 }""",
    )
    stated = column(
        store,
        """SELECT ?product { ?product a cellkg:CellProduct ; cellkg:productType/skos:broader+/skos:prefLabel "MSC" }""",
    )
    assert found == stated
    assert len(found) > 15


def test_endothelial_progenitors_are_no_such_cells(store: Store) -> None:
    below = {compress(each) for each in column(store, "SELECT ?c { ?c rdfs:subClassOf* obo:CL_0000134 }")}
    progenitors = {compress(each) for each in column(store, "SELECT ?c { ?c rdfs:subClassOf* obo:CL_0000566 }")}
    assert {"CL:0002570", "CL:0002540", "CL:0002569"} <= below
    assert progenitors
    assert below & progenitors == set()


def test_the_strict_view_holds_no_mixture(store: Store) -> None:
    products = {row["product"] for row in ask(store, find_question("msc-products")).records()}
    assert products
    assert products & SVF_TYPE == set()


def test_a_study_is_disputed_where_its_sources_name_two_families(store: Store) -> None:
    rows = list(ask(store, find_question("msc-products")).records())
    disputed = {row["study"] for row in rows if row["disputed"]}
    conflicts = {row["study"] for row in ask(store, find_question("product-label-conflicts")).records()}
    assert disputed == conflicts
    assert all(isinstance(row["disputed"], bool) for row in rows)


def test_without_the_disputed_no_source_names_a_mixture(store: Store) -> None:
    undisputed = ask(store, find_question("msc-products"), {"disputed": "false"})
    studies = {row["study"] for row in undisputed.records()}
    named = ask(store, find_question("products-per-study"))
    assert studies
    assert {row["product_family"] for row in named.records() if row["study"] in studies} == {"MSC"}


def test_the_containing_view_adds_the_mixtures_and_nothing_else(store: Store) -> None:
    strict = {
        (row["study"], row["product"], row["source"]) for row in ask(store, find_question("msc-products")).records()
    }
    containing = {
        (row["study"], row["product"], row["source"])
        for row in ask(store, find_question("msc-containing-products")).records()
    }
    assert strict < containing
    assert {product for _, product, _ in containing - strict} == SVF_TYPE
