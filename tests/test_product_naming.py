"""Products that a record names by a code, or only in its texts, and texts on others: small records of ours."""

from __future__ import annotations

from decimal import Decimal

import pytest

from .test_product_wider_reading import arm, cells, read, values


def test_a_coded_name_means_the_cells_in_every_text() -> None:
    (given,) = read(
        cells("Mesenchymal stem cells (ABC-12)"), summary="ABC-12 is given by intravenous infusion at 1x10^6 cells/kg."
    )
    assert values(given.routes) == ["intravenous"]
    assert [(dose.least, dose.basis) for dose in given.doses] == [(Decimal("1e6"), "cells/kg")]


def test_a_word_of_the_field_is_no_code() -> None:
    (given,) = read(cells("Mesenchymal stem cells (IV)"), summary="Fluids are given IV. A DMSO infusion is avoided.")
    assert (given.product.value, values(given.routes)) == ("MSC", ["intravenous"])


def test_the_only_intervention_that_can_be_the_cells_of_the_texts_is_them() -> None:
    (given,) = read(
        cells("XQR101 infusion", "", "BIOLOGICAL"),
        arms=(arm("A", "", "XQR101 infusion"),),
        title="Infusion of Allogeneic Mesenchymal Stem Cells",
        summary="Patients will receive one infusion of allogeneic mesenchymal stem cells.",
    )
    assert (given.product.value, values(given.donors)) == ("MSC", ["allogeneic"])


def test_a_drug_is_not_taken_for_the_cells_of_the_texts() -> None:
    given = read(
        cells("prednisone", "", "DRUG"),
        arms=(arm("A", "", "prednisone"),),
        summary="Patients who had mesenchymal stem cells take tablets.",
    )
    assert given == ()


def test_what_is_told_as_history_says_nothing_of_the_product() -> None:
    (given,) = read(
        cells("Stem cells", "Injection into the heart"),
        description="In 2001 a group reported the first use of cultured bone marrow mesenchymal stem cells. These "
        "cells were given intravenously to ten patients. In this study, stem cells from adipose tissue are injected.",
    )
    assert (values(given.tissues), values(given.routes), given.manipulations) == (
        ["UBERON:0001013"],
        ["intramyocardial"],
        (),
    )


@pytest.mark.parametrize(
    ("texts", "routes"),
    [
        (
            {"summary": "Patients in group A received intravenous mesenchymal stem cells."},
            ["intravenous"],
        ),
        ({"eligibility": "Patients who received intravenous mesenchymal stem cells"}, []),
    ],
)
def test_received_is_told_of_the_groups_of_the_study_alone(texts: dict[str, str], routes: list[str]) -> None:
    (given,) = read(cells("Mesenchymal stem cells"), **texts)
    assert values(given.routes) == routes


def test_leukocytes_of_a_record_on_lymphocytes_are_lymphocytes() -> None:
    (given,) = read(cells("Leukocyte transfusion"), summary="Paternal lymphocytes are given as immunotherapy.")
    assert given.product.value == "T cells (other)"


def test_marrow_cells_placed_into_an_organ_are_no_graft_of_blood() -> None:
    (given,) = read(
        cells("Bone marrow stem cells", "Injected into the heart"),
        description="Hematopoietic stem cells are in the marrow.",
    )
    assert given.product.value == "bone marrow mononuclear cells"
