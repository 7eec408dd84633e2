"""Doses that are fixed by what is treated are rows of their own; levels for the same patients are one."""

from __future__ import annotations

from typing import Any

from cellkg_loaders.products import read_products

from .test_product_reading import arm, cells, record, values


def doses_by_arm(study: dict[str, Any]) -> dict[tuple[float, ...], list[str]]:
    """Return the amounts of each administration with the numbers of its arms."""
    return {
        tuple(sorted({float(dose.most) for dose in one.doses})): [pointer.rpartition("/")[2] for pointer in one.arms]
        for one in read_products(study).administrations
    }


def study(
    *arms: tuple[str, str], conditions: tuple[str, ...] = ("Graft Failure", "Graft Versus Host Disease"), text: str = ""
) -> dict[str, Any]:
    made: dict[str, Any] = record(
        cells("Mesenchymal stromal cells", text),
        arms=tuple(arm(label, said, "EXPERIMENTAL", "Mesenchymal stromal cells") for label, said in arms),
    )
    made["protocolSection"]["conditionsModule"] = {"conditions": list(conditions)}
    return made


def test_arms_whose_dose_goes_with_their_condition_are_rows() -> None:
    made = study(
        ("A", "MSC for steroid-refractory acute GVHD, 4 x 10^6 MSC/kg."),
        ("B", "MSC for graft failure, 1 x 10^6 MSC/kg."),
    )
    assert doses_by_arm(made) == {(4e6,): ["0"], (1e6,): ["1"]}


def test_arms_of_one_dose_stay_together_whatever_they_treat() -> None:
    made = study(
        ("A", "MSC for acute GVHD, 4 x 10^6 MSC/kg."),
        ("B", "MSC for graft failure, 1 x 10^6 MSC/kg."),
        ("C", "MSC for pulmonary fibrosis, 1 x 10^6 MSC/kg."),
        conditions=("Graft Failure", "Graft Versus Host Disease", "Pulmonary Fibrosis"),
    )
    assert doses_by_arm(made) == {(4e6,): ["0"], (1e6,): ["1", "2"]}


def test_one_arm_may_have_a_dose_for_each_condition() -> None:
    text = "Patients receive 4 x 10^6 MSC/kg for graft versus host disease and 1 x 10^6 MSC/kg for graft failure."
    assert doses_by_arm(study(("All", ""), text=text)) == {(4e6,): ["0"], (1e6,): ["0"]}


def test_a_dose_for_children_and_one_for_adults_are_rows() -> None:
    made = study(("Children", "1 x 10^6 MSC/kg"), ("Adults", "2 x 10^6 MSC/kg"), conditions=("Crohn Disease",))
    assert doses_by_arm(made) == {(1e6,): ["0"], (2e6,): ["1"]}


def test_levels_for_the_same_patients_are_one_row() -> None:
    made = study(("Low", "1 x 10^6 MSC/kg for acute GVHD"), ("High", "2 x 10^6 MSC/kg for acute GVHD"))
    assert doses_by_arm(made) == {(1e6, 2e6): ["0", "1"]}


def test_levels_of_each_condition_are_one_row() -> None:
    made = study(
        ("A1", "1 x 10^6 MSC/kg for acute GVHD"),
        ("A2", "2 x 10^6 MSC/kg for acute GVHD"),
        ("B1", "1 x 10^6 MSC/kg for graft failure"),
        ("B2", "2 x 10^6 MSC/kg for graft failure"),
    )
    assert doses_by_arm(made) == {(1e6, 2e6): ["0", "1", "2", "3"]}


def test_a_dose_whose_condition_is_not_said_splits_nothing() -> None:
    made = study(("A", "MSC for acute GVHD, 4 x 10^6 MSC/kg."), ("B", "1 x 10^6 MSC/kg."))
    assert doses_by_arm(made) == {(1e6, 4e6): ["0", "1"]}


def test_donor_lymphocytes_that_an_arm_adds_by_their_abbreviation_are_a_product() -> None:
    made = study(("A", "MSC for acute GVHD"), ("B", "MSC + DLI for graft failure"))
    given = read_products(made).administrations
    assert [one.product.value for one in given] == ["MSC", "T cells (other)"]
    assert given[1].arms == ("/protocolSection/armsInterventionsModule/armGroups/1",)
    assert values(given[1].donors) == ["allogeneic"]


def test_donor_lymphocytes_that_patients_had_before_are_no_product() -> None:
    made = study(("A", "MSC after DLI"), ("B", "MSC in patients who failed DLI"))
    assert [one.product.value for one in read_products(made).administrations] == ["MSC"]
