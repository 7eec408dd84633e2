"""Routes in places and words that are less usual: each test is a small record of our own words."""

from __future__ import annotations

import pytest

from cellkg_loaders.products import read_products

from .test_product_wider_reading import cells, read, record, values


@pytest.mark.parametrize(
    ("name", "told", "route"),
    [
        ("SVF", "SVF is injected into the vocal fold.", ["other:local injection into vocal fold"]),
        ("Mesenchymal stem cells", "MSC are infused through a catheter in the abdomen.", ["intraperitoneal"]),
        ("Mesenchymal stem cells", "MSC are injected depending on the joint.", []),
        ("Mesenchymal stem cells", "MSC are put into bone progenitor cells.", []),
        ("Mesenchymal stem cells", "MSC are given through an arm vein.", ["intravenous"]),
        ("Mesenchymal stem cells", "MSC are delivered bronchoscopically.", ["other:endobronchial"]),
    ],
)
def test_a_route_is_read_by_vessel_and_place(name: str, told: str, route: list[str]) -> None:
    (given,) = read(cells(name, told))
    assert values(given.routes) == route


def test_an_outcome_names_the_route_right_before_the_cells() -> None:
    study = record(cells("CD19 CAR-T cells"))
    study["protocolSection"]["outcomesModule"] = {
        "primaryOutcomes": [{"measure": "Toxicity 28 days after intravenous CAR-T cell infusion"}]
    }
    (given,) = read_products(study).administrations
    assert values(given.routes) == ["intravenous"]
    assert given.routes[0].rule == "route right before the cells"
    study["protocolSection"]["outcomesModule"]["primaryOutcomes"][0]["measure"] = "after intravenous contrast"
    (given,) = read_products(study).administrations
    assert given.routes == ()


def test_a_title_gives_the_route_of_all_its_cells_at_once() -> None:
    given = read(
        cells("Mesenchymal stem cells"),
        cells("Bone marrow mononuclear cells"),
        title="Intracoronary Stem Cells",
    )
    assert [values(each.routes) for each in given] == [["intracoronary"], ["intracoronary"]]


def test_a_keyword_names_the_place_of_the_only_cells() -> None:
    study = record(cells("Mesenchymal stem cells"))
    study["protocolSection"]["conditionsModule"] = {"keywords": ["Injection of Degenerated Lumbar Disc"]}
    (given,) = read_products(study).administrations
    assert values(given.routes) == ["intradiscal"]
