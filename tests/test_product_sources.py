"""From where the cells come and how they are made: each test is a small record of our own words."""

from __future__ import annotations

from typing import Any

import pytest

from cellkg_loaders.products import Administration

from .test_product_wider_reading import arm, cells, read, values

BLOOD, MARROW, FAT, CORD, CORD_BLOOD = (
    "UBERON:0000178",
    "UBERON:0002371",
    "UBERON:0001013",
    "UBERON:0002331",
    "UBERON:0012168",
)


def one(*args: Any, **texts: Any) -> Administration:
    (given,) = read(*args, **texts)
    return given


# ---- tissue


def test_a_sentence_on_the_study_outweighs_what_is_told_before_it() -> None:
    given = one(
        cells("Mesenchymal stem cells"),
        description="Bone marrow is the usual tissue for mesenchymal stem cells. In this study, mesenchymal stem cells "
        "from adipose tissue are used.",
    )
    assert values(given.tissues) == [FAT]


def test_a_title_names_the_source_before_the_cells() -> None:
    given = one(cells("Mesenchymal stem cells"), title="Wharton's Jelly as a Source of Mesenchymal Stem Cells")
    assert (given.cell, values(given.tissues)) == ("CL:0002568", [CORD])


def test_white_cells_that_a_product_acts_on_are_no_source() -> None:
    given = one(cells("Donor lymphocytes"), summary="The cells may replace the patient's immune cells.")
    assert given.tissues == ()


def test_a_graft_that_is_only_collected_from_blood_is_one_of_blood() -> None:
    given = one(
        cells("Autologous stem cell transplantation"),
        description="Patients undergo leukapheresis for stem cells.",
    )
    assert (given.cell, values(given.tissues)) == ("CL:0002246", [BLOOD])


GRAFTS = (cells("Peripheral blood stem cell transplantation"), cells("Bone marrow transplantation"))


def test_grafts_that_randomised_arms_compare_are_rows() -> None:
    arms = tuple(arm(label, "", graft["name"]) for label, graft in zip("AB", GRAFTS, strict=True))
    given = read(*GRAFTS, arms=arms, allocation="RANDOMIZED")
    assert [(each.cell, values(each.tissues)) for each in given] == [("CL:0002246", [BLOOD]), ("CL:0000037", [MARROW])]


def test_grafts_that_only_an_outline_compares_are_rows() -> None:
    outline = (
        "OUTLINE: This is a randomized study. Arm I: Patients receive allogeneic bone marrow transplantation on day 0. "
        "Arm II: Patients receive allogeneic peripheral blood stem cell transplantation on day 0."
    )
    given = read(*GRAFTS, allocation="RANDOMIZED", description=outline)
    assert [values(each.tissues) for each in given] == [[BLOOD], [MARROW]]


def test_a_source_that_a_text_gives_as_an_alternative_is_one_too() -> None:
    given = one(
        cells("Peripheral blood stem cell transplantation"),
        description="After PBSC collection or bone marrow harvest, patients receive chemotherapy.",
    )
    assert (given.cell, values(given.tissues)) == ("CL:0000037", [BLOOD, MARROW])


# ---- donor


@pytest.mark.parametrize(
    ("name", "texts", "donor"),
    [
        ("Stem cell injection", {"title": "Autologous Adipose Derived Mesenchymal Stem Cells in Pain"}, ["autologous"]),
        (
            "Mesenchymal stem cells",
            {"summary": "Mesenchymal stem cells from the marrow of healthy, unrelated adult donors are infused."},
            ["allogeneic"],
        ),
        (
            "Mesenchymal stem cells",
            {"summary": "Mesenchymal stem cells are isolated from donated umbilical cords."},
            ["allogeneic"],
        ),
        (
            "Peripheral blood stem cell transplantation",
            {"description": "Patients receive filgrastim and undergo peripheral blood stem cell collection."},
            ["autologous"],
        ),
        (
            "Umbilical cord blood transplantation",
            {"eligibility": "Availability of a suitable cord blood donor"},
            ["allogeneic"],
        ),
        ("CD19 CAR-T cells", {"description": "Patients are observed after reinfusion of the CAR-T cells."}, []),
        (
            "CD19 CAR-T cells",
            {"title": "CAR-T Cells in Patients Who Had a Stem Cell Transplant From Matched Donors"},
            [],
        ),
        (
            "Peripheral blood stem cell transplantation",
            {"description": "Patients undergo stem cell collection, or have a donor."},
            [],
        ),
    ],
)
def test_who_gave_the_cells(name: str, texts: dict[str, str], donor: list[str]) -> None:
    assert values(one(cells(name), **texts).donors) == donor


# ---- manipulation


@pytest.mark.parametrize(
    ("name", "texts", "made"),
    [
        ("SVF", {"description": "Adipose tissue is digested with collagenase."}, ["minimally manipulated"]),
        ("SVF", {"description": "The cells are cultured for two weeks."}, ["culture-expanded"]),
        (
            "Non-cultured epidermal cell suspension",
            {"description": "The epidermal cells were cultured in a dish in the other group."},
            ["minimally manipulated"],
        ),
        ("Mesenchymal stem cells", {"eligibility": "Failure of in vitro MSC expansion"}, ["culture-expanded"]),
        (
            "Mesenchymal stem cells",
            {"description": "Mesenchymal stem cells predifferentiated in osteogenic direction are implanted."},
            ["activated/differentiated"],
        ),
        ("Activated mesenchymal stem cells", {}, ["activated/differentiated"]),
        ("MSC", {"title": "Therapy With Preconditioned Autologous MSC"}, ["activated/differentiated"]),
        ("Mesenchymal stem cells", {"eligibility": "Positive blood culture"}, []),
    ],
)
def test_how_the_cells_are_made(name: str, texts: dict[str, str], made: list[str]) -> None:
    assert values(one(cells(name), **texts).manipulations) == made


def test_cells_that_are_only_separated_are_called_so_as_derived() -> None:
    given = one(cells("SVF"), description="Adipose tissue is digested with collagenase.")
    assert given.manipulations[0].kind == "derived"
