"""What a dose counts, and what stands in a millilitre."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cellkg_loaders.products import CellDose, read_products
from cellkg_loaders.products.doses import read_doses
from cellkg_loaders.products.passages import Passage

from .test_product_reading import cells, only, record


def counted(text: str) -> list[list[str]]:
    passage = Passage("/x", "intervention", text)
    return [[value for value, _, _ in dose.counted] for s in passage.sentences for dose in read_doses(s)]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("2 x 10^6 CD34+ cells/kg", ["CD34-positive cells"]),
        ("2-8,000,000/kg CD34+ cells via infusion", ["CD34-positive cells"]),
        ("a CD34+ cell dose of 2 x 10^6/kg", ["CD34-positive cells"]),
        ("1 x 10^8 CAR-positive viable T cells", ["CAR-positive cells"]),
        ("1 x 10^8 viable CAR+ T cells", ["viable cells", "CAR-positive cells"]),
        ("1 x 10^8 CAR-T cells", ["CAR-T cells"]),
        ("3 x 10^5 transduced cells/kg", ["transduced cells"]),
        ("2.5 x 10exp7 nucleated cells per kg", ["nucleated cells"]),
        ("1 x 10^7 CD3+ cells/kg", ["CD3-positive cells"]),
        ("2 x 10^6 UC-MSC/kg", ["mesenchymal stromal cells"]),
        ("1 x 10^9 NK cells", ["NK cells"]),
        ("2 x 10^6 cells/kg", []),
        ("2 x 10^6 CD3-depleted cells/kg", []),
    ],
)
def test_a_dose_counts_what_its_noun_says(text: str, kinds: list[str]) -> None:
    assert counted(text) == [kinds]


def test_the_doses_of_a_list_count_what_the_last_one_says() -> None:
    assert counted("1 x 10^6, 3 x 10^6 or 1 x 10^7 CAR+ T cells/kg") == [["CAR-positive cells"]] * 3


def test_two_doses_of_one_sentence_count_their_own_cells() -> None:
    text = "Patients receive 2 x 10^6 CD34+ cells/kg and 1 x 10^5 CD3+ cells/kg"
    assert counted(text) == [["CD34-positive cells"], ["CD3-positive cells"]]


def numbers(doses: tuple[CellDose, ...]) -> list[tuple[Decimal, str]]:
    return [(dose.most, dose.basis) for dose in doses]


def test_a_concentration_is_no_dose_and_is_kept() -> None:
    given = only(read_products(record(cells("MSC", "MSC at a concentration of 5 x 10^6 cells/ml"))))
    assert given.doses == ()
    assert numbers(given.concentrations) == [(Decimal(5_000_000), "cells/ml")]


def test_volume_times_concentration_is_derived_from_both() -> None:
    given = only(read_products(record(cells("MSC", "5 ml of MSC at 10^7 cells/ml are injected"))))
    assert numbers(given.doses) == [(Decimal(50_000_000), "cells")]
    assert numbers(given.doses[0].inputs) == [(Decimal(10_000_000), "cells/ml"), (Decimal(5), "ml")]
    assert [one.spot.text for one in given.doses[0].inputs] == ["10^7 cells/ml", "5 ml"]


@pytest.mark.parametrize(
    "text",
    [
        "MSC at 10^7 cells/ml, 0.5 ml at each of ten sites",
        "MSC at 10^7 cells/ml in 5 ml saline",
        "MSC at 10^7 cells/ml. Blood is taken, 5 ml",
        "MSC at 10^7 cells/ml, 5 ml or 10 ml",
    ],
)
def test_a_volume_of_something_else_or_of_one_site_is_not_multiplied(text: str) -> None:
    assert only(read_products(record(cells("MSC", text)))).doses == ()


def test_a_dose_that_is_said_is_not_computed() -> None:
    given = only(read_products(record(cells("MSC", "40 million MSC/ml, 0.5 ml, for a total of 2 x 10^7 MSC"))))
    assert numbers(given.doses) == [(Decimal(20_000_000), "cells")]
    assert given.doses[0].inputs == ()


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("MSC dose .5 x 10^6/kg", 500_000),
        ("for six weeks.9×10^9 NK cells", 9_000_000_000),
        ("1,5-3,0 10E6 MSC/kg", 3_000_000),
        ("1,5-3,010E6 MSC/kg", 3_000_000),
        ("MSC at a dose of 3000000/kg/d", 3_000_000),
    ],
)
def test_odd_ways_of_writing_keep_their_value(text: str, most: int) -> None:
    passage = Passage("/x", "intervention", text)
    assert [dose.amount.most for s in passage.sentences for dose in read_doses(s)] == [most]


def test_a_total_that_is_divided_is_not_one_administration() -> None:
    text = "MSC: total dose of 300 x 10^6 cells, divided in 3 injections of 100 x 10^6 cells"
    assert numbers(only(read_products(record(cells("MSC", text)))).doses) == [(Decimal(10) ** 8, "cells")]


@pytest.mark.parametrize(
    "text",
    [
        "minimal 2 (6/6) or 3 (4/6) x 10exp7 nucleated cells per kg",
        "MSC were seeded at a density of 5x10^4 cells per well",
        "the device yields 30 million SVF cells per 100 mL of adipose tissue",
        "In one gram of adipose tissue it is found an average of 2x10^6 cells",
    ],
)
def test_what_a_device_yields_or_a_plate_holds_is_no_dose(text: str) -> None:
    passage = Passage("/x", "description", text)
    assert [dose for s in passage.sentences for dose in read_doses(s) if not dose.limit] == []


def test_each_product_of_a_mixture_has_the_number_of_its_own_cells() -> None:
    study = record(
        cells("Mesenchymal stromal cells and NK cells", "199 million MSC and 1 million NK cells are infused"),
    )
    found = {one.product.value: numbers(one.doses) for one in read_products(study).administrations}
    assert found == {"MSC": [(Decimal(199_000_000), "cells")], "NK": [(Decimal(1_000_000), "cells")]}


def test_what_one_of_many_injections_gets_is_no_dose() -> None:
    text = "MSC: 25 million cells in ten injections of 2.5 million cells"
    assert numbers(only(read_products(record(cells("MSC", text)))).doses) == [(Decimal(25_000_000), "cells")]
