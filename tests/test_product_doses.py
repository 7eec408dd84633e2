"""Doses and numbers of administrations: every way of writing one number gives that number."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellkg_loaders.products.amounts import read_amounts
from cellkg_loaders.products.doses import read_doses
from cellkg_loaders.products.passages import Passage
from cellkg_loaders.products.schedules import read_times

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
TIMES = ("x", "X", "×", "*", "\\*", "·")
SPACES = ("", " ", "\u00a0", "\u2009", "\u202f")


def doses(text: str) -> list[tuple[Decimal, Decimal, str]]:
    passage = Passage("/x", "arm", text)
    return [(d.amount.least, d.amount.most, d.basis) for s in passage.sentences for d in read_doses(s) if not d.limit]


@pytest.mark.parametrize(
    ("text", "least", "most", "basis"),
    [
        ("2 x 10^6 cells/kg", "2e6", "2e6", "cells/kg"),
        ("1×10E6 MSC", "1e6", "1e6", "cells"),
        ("MSC at 10(6)/kg", "1e6", "1e6", "cells/kg"),
        ("106 cells/kg", "1e6", "1e6", "cells/kg"),
        ("3 x 105 transduced cells/kg", "3e5", "3e5", "cells/kg"),
        ("50 million cells", "5e7", "5e7", "cells"),
        ("twenty million cells", "2e7", "2e7", "cells"),
        ("1-3 million cells per knee", "1e6", "3e6", "cells"),
        ("5 ml containing 10 million cells", "1e7", "1e7", "cells"),
        ("dose of 1x10e8 cells/3mL", "1e8", "1e8", "cells"),
        ("2-8,000,000/kg MSC", "2e6", "8e6", "cells/kg"),
        ("1-2 x 1000000 MSC/Kg body weight", "1e6", "2e6", "cells/kg"),
        ("80, 160, or 240 x 10^6 cells", "8e7", "2.4e8", "cells"),
        ("1.000.000 cells/kg", "1e6", "1e6", "cells/kg"),
        ("4\\*10\\^6 neural progenitor cells", "4e6", "4e6", "cells"),
        ("2 x 10^6 CD34+ cells/m2", "2e6", "2e6", "cells/m2"),
    ],
)
def test_a_dose_is_read_in_base_units(text: str, least: str, most: str, basis: str) -> None:
    assert doses(text) == [(Decimal(least), Decimal(most), basis)]


@pytest.mark.parametrize(
    "text",
    [
        "platelets above 100 x 10^9/L",
        "1 x 10^11 viral particles",
        "hydrocortisone 100 mg",
        "NSC-373364",
        "10 million patients have it",
        "harvest of 5 x 10^6 CD34+ cells/kg",
        "until 6 million CD34+ cells/kg are collected",
        "10,000 clusters of stem cells",
    ],
)
def test_what_is_no_dose_of_cells_is_none(text: str) -> None:
    assert doses(text) == []


def test_several_doses_of_a_list_share_the_basis_that_the_last_one_names() -> None:
    found = doses("0.5×10^6, 1.0×10^6, or 1.5×10^6 cells/kg of body weight")
    assert [(most, basis) for _, most, basis in found] == [
        (Decimal("0.5e6"), "cells/kg"),
        (Decimal("1.0e6"), "cells/kg"),
        (Decimal("1.5e6"), "cells/kg"),
    ]


def test_10e6_is_a_million_and_keeps_its_literal_reading() -> None:
    (amount,) = read_amounts("10e6 cells")
    assert (amount.most, amount.literal) == (Decimal("1e6"), Decimal("1e7"))
    (amount,) = read_amounts("4x10e7 cells")
    assert (amount.most, amount.literal) == (Decimal("4e7"), Decimal("4e8"))


def test_1e6_is_no_ambiguous_number() -> None:
    (amount,) = read_amounts("1e6 cells")
    assert (amount.most, amount.literal) == (Decimal("1e6"), None)


def test_a_mean_keeps_its_deviation_and_range() -> None:
    (amount,) = read_amounts("3.76 ± 1.85 (1.19–7.07)x106 cells")
    values = (amount.most, amount.spread, amount.low, amount.high)
    assert values == tuple(Decimal(n) for n in ("3.76e6", "1.85e6", "1.19e6", "7.07e6"))


@given(
    coefficient=st.integers(1, 99),
    tenths=st.integers(0, 9),
    exponent=st.integers(4, 11),
    times=st.sampled_from(TIMES),
    space=st.sampled_from(SPACES),
    style=st.integers(0, 6),
    per_kg=st.sampled_from(["", "/kg", " per kg", "/ kg", " / Kg"]),
)
def test_reformatting_a_dose_never_changes_its_value(
    coefficient: int, tenths: int, exponent: int, times: str, space: str, style: int, per_kg: str
) -> None:
    power = [
        f"10^{exponent}",
        f"10\\^{exponent}",
        f"10{str(exponent).translate(RAISED)}",
        f"10({exponent})",
        f"10E{exponent}",
        f"10{exponent}",
        f"10**{exponent}",
    ][style]
    number = f"{coefficient}.{tenths}" if tenths else str(coefficient)
    value = Decimal(number) * Decimal(10) ** exponent
    basis = "cells/kg" if per_kg else "cells"
    expected = [(value, value, basis)] if value < Decimal(10) ** 14 else []
    assert doses(f"{number}{space}{times}{space}{power} cells{per_kg}") == expected


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("once a week for 7 weeks followed by a booster injection at 6 months", 8, 8),
        ("once per day for 3 consecutive days", 3, 3),
        ("on weeks 0, 2, and 4", 3, 3),
        ("on days 0, 7, 14, and weeks 4, 6, 8, 11, 14, 17 and 20", 10, 10),
        ("Three doses of cells", 3, 3),
        ("a total of two times", 2, 2),
        ("a single infusion", 1, 1),
        ("up to three infusions", 1, 3),
        ("once every 4 weeks for 12 weeks", 3, 3),
        ("twice per week for 2 weeks", 4, 4),
        ("(9 times in total)", 9, 9),
    ],
)
def test_the_number_of_administrations_is_counted(text: str, least: int, most: int) -> None:
    found = [one for s in Passage("/x", "arm", text).sentences for one in read_times(s)]
    best = max(found, key=lambda one: one.weight)
    assert (best.least, best.most) == (least, most)


@pytest.mark.parametrize(
    "text",
    [
        "monitored for 24h after administration",
        "at week 24 treatments will be reversed",
        "Phase 2a treatment",
        "three different doses",
        "once daily",
        "three treatment groups",
        "visits on days 1, 7 and 30 to complete all assessments",
        "0.5 x 10^6 three times a day more",
    ],
)
def test_what_counts_something_else_is_no_number_of_administrations(text: str) -> None:
    assert [one for s in Passage("/x", "arm", text).sentences for one in read_times(s)] == []
