from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellkg.ntriples import decimal
from cellkg.units import read_duration

DAYS = {"Y": 360, "M": 30, "W": 7, "D": 1}
number = st.decimals(0, 999_999_999, allow_nan=False, places=3)


@given(number, st.sampled_from("YMWD"))
def test_days_and_longer_are_exact(amount: Decimal, unit: str) -> None:
    assert read_duration(f"P{amount:f}{unit}") == amount * DAYS[unit]


@given(st.integers(0, 10**8), st.sampled_from("HMS"))
def test_parts_of_a_day_are_right_to_ten_places(amount: int, unit: str) -> None:
    per_day = {"H": 24, "M": 1440, "S": 86400}[unit]
    assert abs(read_duration(f"PT{amount}{unit}") * per_day - amount) <= per_day * Decimal("1E-10")


@given(number, st.sampled_from(["P{}Y", "P{}M", "P{}W", "P{}D", "PT{}H", "PT{}M", "PT{}S"]))
def test_a_store_can_compute_with_every_number_of_days(amount: Decimal, form: str) -> None:
    days = decimal(read_duration(form.format(f"{amount:f}")))
    answer = ox.Store().query(f"SELECT (({days} >= 0) AS ?computed) {{}}")
    assert isinstance(answer, ox.QuerySolutions)
    assert [row["computed"].value for row in answer] == ["true"]


@pytest.mark.parametrize(
    "written",
    ["", "P", "PT", "12W", "P12", "P1Y2M", "P1DT2H", "P-1D", "-P1D", "P1,5M", "p12w", "P12W ", "P12W\n", "P١٢W",
     "P1e3D", "P12H", "PT12W", "P.5D", "P5.D", f"P{10**9}D"],
)  # fmt: skip
def test_what_is_no_duration_of_one_unit_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not an ISO 8601 duration of one unit"):
        read_duration(written)


@given(st.text(max_size=12))
def test_any_text_is_a_duration_or_refused_with_its_form(written: str) -> None:
    try:
        assert read_duration(written) >= 0
    except ValueError as error:
        assert repr(written) in str(error)  # noqa: PT017
