"""A conflict is one product said to be of two families, in one source or in two; two products side by side are none."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from cellkg.answers import ask
from cellkg.build import build
from cellkg.catalogue import find_question
from cellkg.loading import Inputs, installed_loaders
from cellkg.resources import shipped
from cellkg.store import Store, open_store

from .test_product_reading import arm, cells, record

TOLD_BY_A_REVIEW = "NCT04356287"
SIDE_BY_SIDE = "NCT00000000"


def told(study: str, *products: str) -> dict[str, Any]:
    """A record of a study with these products, each in an arm of its own."""
    arms = tuple(arm(f"{one} arm", "", "EXPERIMENTAL", one) for one in products)
    made: dict[str, Any] = record(*(cells(one) for one in products), arms=arms)
    made["protocolSection"]["identificationModule"]["nctId"] = study
    made["protocolSection"]["statusModule"] = {"lastUpdatePostDateStruct": {"date": "2024-01-01"}}
    return made


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The curated documents with two records: one names what a review calls stromal cells, one has two products."""
    home = tmp_path_factory.mktemp("conflicts")
    for made in (
        told(TOLD_BY_A_REVIEW, "Stromal vascular fraction"),
        told(SIDE_BY_SIDE, "Mesenchymal stromal cells", "Stromal vascular fraction"),
    ):
        name = made["protocolSection"]["identificationModule"]["nctId"]
        (home / f"{name}.json").write_bytes(msgspec.json.encode(made))
    inputs = Inputs(curated=(shipped("curated"),), registry=tuple(sorted(home.glob("*.json"))))
    done = build(inputs, home / "store", installed_loaders())
    assert done.findings.set_aside == []
    return open_store(home / "store")


def test_a_record_that_names_another_family_than_a_document_is_a_conflict(store: Store) -> None:
    rows = list(ask(store, find_question("product-label-conflicts"), {"study": TOLD_BY_A_REVIEW}).records())
    read = [row for row in rows if row["source"] == "clinicaltrials.gov"]
    assert {(row["product"], row["stated_in"]) for row in read} == {("stromal vascular fraction", "intervention")}
    assert {row["source"] for row in rows} > {"clinicaltrials.gov"}


def test_the_stromal_cells_of_such_a_study_are_disputed(store: Store) -> None:
    rows = ask(store, find_question("msc-products"), {"study": TOLD_BY_A_REVIEW}).records()
    assert {row["disputed"] for row in rows} == {True}


def test_two_products_side_by_side_are_no_conflict(store: Store) -> None:
    assert list(ask(store, find_question("product-label-conflicts"), {"study": SIDE_BY_SIDE})) == []
    rows = list(ask(store, find_question("msc-products"), {"study": SIDE_BY_SIDE}).records())
    assert [(row["product"], row["disputed"]) for row in rows] == [("MSC, tissue not stated", False)]
