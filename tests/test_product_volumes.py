"""Doses that a record spreads over its texts, or says as a volume only: small records of our own words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from .test_product_wider_reading import cells, read

Dose = tuple[Decimal, Decimal, str]


def doses(name: str, told: str, **texts: str) -> list[Dose]:
    (given,) = read(cells(name, told), **texts)
    return sorted((dose.least, dose.most, dose.basis) for dose in given.doses)


def single(*numbers: str, basis: str) -> list[Dose]:
    return [(Decimal(n), Decimal(n), basis) for n in numbers]


def test_a_list_goes_on_after_its_semicolons() -> None:
    told = "MSC will be given intravenously at 1x10^6 cells/kg; 2x10^6 cells/kg; 4x10^6 cells/kg"
    assert doses("Mesenchymal stem cells", told) == single("1e6", "2e6", "4e6", basis="cells/kg")


def test_a_level_below_the_first_is_one_of_the_doses() -> None:
    told = "Dose level 1: 1x10^6 CAR-T cells/kg. Dose level 2: 3x10^6 CAR-T cells/kg"
    below = "If toxicity is seen, dose level -1 of 3x10^5 CAR-T cells/kg is given."
    assert doses("CD19 CAR-T cells", told, summary=below) == single("3e5", "1e6", "3e6", basis="cells/kg")


@pytest.mark.parametrize(
    ("name", "told", "read"),
    [
        ("Bone marrow aspirate concentrate", "4 ml of bone marrow concentrate is injected into the knee", ["4"]),
        ("SVF", "SVF suspension (5 ml) is injected into the knee. 60 ml of fat is aspirated.", ["5"]),
        ("SVF", "60 ml of adipose tissue is harvested and SVF is injected.", []),
        ("SVF", "SVF in 5 ml of saline is injected.", []),
        ("SVF", "1 ml of SVF is injected at each of 4 sites", []),
    ],
)
def test_a_volume_of_the_product_is_its_dose_where_no_cells_are_said(name: str, told: str, read: list[str]) -> None:
    assert doses(name, told) == single(*read, basis="ml")


def test_a_number_of_cells_is_the_dose_where_a_volume_stands_beside_it() -> None:
    assert doses("SVF", "5 ml of SVF with 2x10^7 cells is injected") == single("2e7", basis="cells")


def test_what_one_of_several_containers_holds_is_not_the_dose() -> None:
    told = "1.0x10^8 cells are given. Two 5 mL vials of 5x10^7 cells/5 mL are mixed."
    assert doses("Mesenchymal stem cells", told) == single("1e8", basis="cells")


def test_a_cumulative_number_is_no_dose_of_one_giving() -> None:
    assert doses("NK cells", "NK cells are given twice at 1x10^8 cells, cumulatively 2x10^8 cells") == single(
        "1e8", basis="cells"
    )


def test_where_an_escalation_starts_its_most_is_not_known() -> None:
    (given,) = read(cells("CD19 CAR-T cells", "Doses are escalated from a starting dose of 1x10^6 CAR-T cells/kg"))
    assert [(dose.least, dose.open) for dose in given.doses] == [(Decimal("1e6"), True)]
    (given,) = read(
        cells("CD19 CAR-T cells", "A starting dose of 1x10^6 CAR-T cells/kg is escalated to 5x10^6 cells/kg")
    )
    assert [dose.open for dose in given.doses] == [False, False]
