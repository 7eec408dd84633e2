"""What the links make possible, asked of a fixed set of real records, against rows that were read in them by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cellkg.answers import Cell, ask
from cellkg.build import build
from cellkg.catalogue import find_question
from cellkg.loading import Inputs
from cellkg.store import Store, open_store
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

DATA = Path(__file__).parents[2] / "shared" / "data"
RECORDS = (
    "NCT01663116",
    "NCT02054208",
    "NCT02403947",
    "NCT02544802",
    "NCT02963727",
    "NCT03608579",
    "NCT04452097",
    "NCT06414135",
)
ADIPOSE = "mesenchymal stem cell of adipose tissue"
UMBILICAL = "mesenchymal stem cell of umbilical cord"
STROMAL = "mesenchymal stromal cells"
WHARTON = "mesenchymal stem cell of Wharton's jelly"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real registry records are not at hand")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A build of the eight records alone."""
    home = tmp_path_factory.mktemp("products")
    files = tuple(next(DATA.glob(f"*/{record}.json")) for record in RECORDS)
    build(Inputs(registry=files), home, [ClinicalTrialsGovLoader()])
    return open_store(home)


def rows(store: Store, name: str, **filters: str) -> list[tuple[Cell, ...]]:
    return list(ask(store, find_question(name), filters))


# ---- mesenchymal products by tissue


def test_each_mesenchymal_product_stands_under_its_tissue_and_under_those_that_hold_it(store: Store) -> None:
    assert [row[:4] for row in rows(store, "msc-products-by-tissue")] == [
        ("adipose tissue", "adipose tissue", ADIPOSE, "NCT01663116"),
        ("adipose tissue", "adipose tissue", ADIPOSE, "NCT02544802"),
        ("adipose tissue", "adipose tissue", ADIPOSE, "NCT03608579"),
        ("blood", "umbilical cord blood", "mesenchymal stem cell", "NCT02054208"),
        ("bone marrow", "bone marrow", "mesenchymal stem cell of the bone marrow", "NCT02403947"),
        ("umbilical cord", "umbilical cord", WHARTON, "NCT02963727"),
        ("umbilical cord", "umbilical cord", UMBILICAL, "NCT04452097"),
        ("umbilical cord blood", "umbilical cord blood", "mesenchymal stem cell", "NCT02054208"),
    ]


def test_a_tissue_finds_the_subtypes_of_its_cells(store: Store) -> None:
    found = {row[2] for row in rows(store, "msc-products-by-tissue", within="umbilical cord")}
    assert found == {UMBILICAL, WHARTON}


def test_a_car_t_product_is_no_mesenchymal_one(store: Store) -> None:
    assert "NCT06414135" not in {row[3] for row in rows(store, "msc-products-by-tissue")}


# ---- autoimmune conditions


def test_one_autoimmune_condition_is_treated_with_car_t(store: Store) -> None:
    assert rows(store, "autoimmune-conditions-treated-with-car-t") == [
        ("NCT06414135", "Systemic Sclerosis", "systemic sclerosis", "CD19")
    ]


def test_the_antigen_shows_the_words_that_say_it(store: Store) -> None:
    answer = ask(store, find_question("autoimmune-conditions-treated-with-car-t"), evidence=True)
    assert answer.evidence is not None
    assert "CD19" in {spot.as_written for spot in answer.evidence[0]}


def test_autoimmune_conditions_have_the_cells_that_their_records_give(store: Store) -> None:
    assert rows(store, "autoimmune-conditions-treated-with-cells") == [
        (
            "NCT01663116",
            "Rheumatoid Arthritis Aggravated",
            "rheumatoid arthritis",
            "adipose-derived MSC, cultured",
        ),
        (
            "NCT02403947",
            "Multiple Sclerosis",
            "multiple sclerosis",
            "bone marrow-derived MSC, culture not stated",
        ),
        ("NCT06414135", "Systemic Sclerosis", "systemic sclerosis", "CAR-T cells, not further named"),
    ]


# ---- the same source in related conditions


def test_cells_of_one_tissue_and_donor_relation_are_given_in_two_kinds_of_osteoarthritis(store: Store) -> None:
    assert [row[:5] for row in rows(store, "same-source-in-related-conditions")] == [
        ("osteoarthritis", "adipose tissue", "autologous", "osteoarthritis, hip", "NCT03608579"),
        ("osteoarthritis", "adipose tissue", "autologous", "osteoarthritis, knee", "NCT02544802"),
    ]


# ---- dose levels


def test_dose_levels_keep_counted_cells_and_basis(store: Store) -> None:
    million = Decimal(10) ** 6
    found = [
        (cells, counted, basis, low / million, high / million, studies)
        for cells, counted, basis, low, high, studies in rows(store, "dose-levels-by-counted-cells")
        if isinstance(low, Decimal) and isinstance(high, Decimal)
    ]
    assert found == [
        ("T cell", "CAR-positive cells", "cells", 25, 25, 1),
        ("T cell", "CAR-positive cells", "cells", 50, 50, 1),
        ("T cell", "CAR-positive cells", "cells", 75, 75, 1),
        ("mesenchymal stem cell", "not stated", "cells", 10, 10, 1),
        ("mesenchymal stem cell", "not stated", "cells", 30, 30, 1),
        (WHARTON, STROMAL, "cells", 50, 50, 1),
        (ADIPOSE, STROMAL, "cells", 8, 10, 1),
        (ADIPOSE, STROMAL, "cells", 30, 30, 1),
        (ADIPOSE, "not stated", "cells/kg", 1, 1, 1),
        (ADIPOSE, "not stated", "cells/kg", 2, 2, 1),
        (ADIPOSE, "not stated", "cells/kg", 4, 4, 1),
        ("mesenchymal stem cell of the bone marrow", STROMAL, "cells/kg", 1, 2, 1),
        (UMBILICAL, "not stated", "cells/kg", Decimal("0.5"), Decimal("0.5"), 1),
        (UMBILICAL, "not stated", "cells/kg", 1, 1, 1),
        (UMBILICAL, "not stated", "cells/kg", Decimal("1.5"), Decimal("1.5"), 1),
    ]
