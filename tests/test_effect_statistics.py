"""Effects and intervals against R with metafor, scipy and published examples, to 1e-6; and what holds for any input.

``tests/data/effects/reference.csv`` was written by ``reference.R`` beside it, which says how.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cellkg.effects import statistics
from cellkg.effects.statistics import (
    ADDED,
    Estimate,
    Sample,
    Table,
    error_of_interval,
    hedges_g,
    mean_difference,
    mean_interval,
    odds_ratio,
    proportion,
    risk_difference,
    risk_ratio,
)

REFERENCE = Path(__file__).parent / "data" / "effects" / "reference.csv"
RATIOS = {"RR": risk_ratio, "OR": odds_ratio}


def cases() -> list[Any]:
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        return [pytest.param(row, id=f"{row['kind']} {row['case']}") for row in csv.DictReader(file)]


def computed(kind: str, numbers: list[float]) -> Estimate:
    whole = [int(number) for number in numbers]
    if kind in ("MD", "SMD"):
        one, other = Sample(numbers[0], numbers[1], whole[2]), Sample(numbers[3], numbers[4], whole[5])
        return mean_difference(one, other) if kind == "MD" else hedges_g(one, other)
    if kind == "PR":
        return proportion(*whole)
    if kind == "MN":
        mean, sd, n = numbers
        lower, upper = mean_interval(mean, sd / math.sqrt(n), n - 1)
        return Estimate(value=mean, lower=lower, upper=upper, effect=mean, variance=sd**2 / n, method="", library="")
    return {**RATIOS, "RD": risk_difference}[kind](Table(*whole))


@pytest.mark.parametrize("row", cases())
def test_a_number_is_that_of_r_to_one_in_a_million(row: dict[str, str]) -> None:
    estimate = computed(row["kind"], [float(number) for number in row["case"].split()])
    assert estimate.value == pytest.approx(float(row["value"]), rel=1e-6, abs=1e-12)
    assert estimate.effect == pytest.approx(float(row["yi"]), rel=1e-6, abs=1e-12)
    assert estimate.lower == pytest.approx(float(row["lower"]), rel=1e-6, abs=1e-9)
    assert estimate.upper == pytest.approx(float(row["upper"]), rel=1e-6, abs=1e-9)
    assert (estimate.variance or 0) == pytest.approx(float(row["vi"]), rel=1e-6, abs=1e-15)


def test_the_reference_has_zero_cells_and_tiny_numbers() -> None:
    rows = [case.values[0] for case in cases()]
    assert len(rows) >= 30
    two_by_two = [list(map(int, row["case"].split())) for row in rows if row["kind"] == "OR"]
    assert sum(Table(*cells).has_zero_cell for cells in two_by_two) >= 5
    assert any(min(cells[1], cells[3]) == 1 for cells in two_by_two)


# ---- published examples


def test_newcombes_own_examples() -> None:
    """Newcombe RG. Stat Med 1998;17:873-890, table II, method 10: 56/70-48/80, 9/10-3/10, 6/7-2/7, 5/56-0/29."""
    for table, limits in {
        (56, 70, 48, 80): (0.0524, 0.3339),
        (9, 10, 3, 10): (0.1705, 0.8090),
        (6, 7, 2, 7): (0.0582, 0.8062),
        (5, 56, 0, 29): (-0.0381, 0.1926),
    }.items():
        found = risk_difference(Table(*table))
        assert (round(found.lower or 0, 4), round(found.upper or 0, 4)) == limits


def test_borensteins_example_of_hedges_g() -> None:
    """Borenstein et al., Introduction to Meta-Analysis, 2009, p. 26-27: means 103 and 100, SD 5.5 and 4.5, 50 each."""
    assert round(hedges_g(Sample(103, 5.5, 50), Sample(100, 4.5, 50)).value, 4) == 0.5924


# ---- scipy, which computes these otherwise


def made(sample: Sample) -> np.ndarray[Any, Any]:
    """Values with exactly this mean and standard deviation."""
    raw = np.arange(sample.n, dtype=float) ** 1.5
    values: np.ndarray[Any, Any] = sample.mean + sample.sd * (raw - raw.mean()) / raw.std(ddof=1)
    return values


@pytest.mark.parametrize("n", [(2, 2), (3, 9), (40, 7)])
def test_a_difference_is_that_of_welchs_test_on_the_values(n: tuple[int, int]) -> None:
    one, other = Sample(4.2, 1.7, n[0]), Sample(3.1, 0.4, n[1])
    interval = stats.ttest_ind(made(one), made(other), equal_var=False).confidence_interval()
    found = mean_difference(one, other)
    assert (found.lower, found.upper) == pytest.approx((interval.low, interval.high), rel=1e-6)


@pytest.mark.parametrize("table", [(3, 12, 7, 15), (1, 4, 2, 3), (90, 100, 40, 90)])
def test_ratios_are_those_of_contingency_tables(table: tuple[int, int, int, int]) -> None:
    a, n1, c, n2 = table
    risk = stats.contingency.relative_risk(a, n1, c, n2)
    odds = stats.contingency.odds_ratio([[a, n1 - a], [c, n2 - c]], kind="sample")
    for found, reference in ((risk_ratio(Table(*table)), risk), (odds_ratio(Table(*table)), odds)):
        interval = reference.confidence_interval()
        value = getattr(reference, "relative_risk", None) or reference.statistic
        limits = (value, interval.low, interval.high)
        assert (found.value, found.lower, found.upper) == pytest.approx(limits, rel=1e-6)


@pytest.mark.parametrize(("events", "n"), [(0, 7), (7, 7), (3, 11), (1, 2)])
def test_an_exact_interval_inverts_the_binomial_test(events: int, n: int) -> None:
    interval = stats.binomtest(events, n).proportion_ci(method="exact")
    found = proportion(events, n)
    assert (found.lower, found.upper) == pytest.approx((interval.low, interval.high), rel=1e-6, abs=1e-9)


def test_a_standard_error_comes_back_from_its_interval() -> None:
    lower, upper = mean_interval(5.0, 0.8, 9, level=0.9)
    assert error_of_interval(lower, upper, 9, 0.9) == pytest.approx(0.8, rel=1e-9)


# ---- what holds for any input

finite = st.floats(-1e6, 1e6, allow_nan=False)
spread = st.floats(1e-3, 1e6, allow_nan=False)
samples = st.builds(Sample, finite, spread, st.integers(2, 2000))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    n1, n2 = draw(st.integers(1, 500)), draw(st.integers(1, 500))
    return Table(draw(st.integers(0, n1)), n1, draw(st.integers(0, n2)), n2)


def estimable(table: Table) -> bool:
    none, every = table.events == table.reference_events == 0, table.events == table.n
    return not none and not (every and table.reference_events == table.reference_n)


@given(samples, samples)
def test_differences_change_sign_when_the_groups_change_place(one: Sample, other: Sample) -> None:
    for effect in (mean_difference, hedges_g):
        found, turned = effect(one, other), effect(other, one)
        assert found.value == pytest.approx(-turned.value, abs=1e-9)
        assert found.lower == pytest.approx(-(turned.upper or 0), rel=1e-9, abs=1e-9)
        assert found.variance == pytest.approx(turned.variance, rel=1e-9)


@given(samples, samples)
def test_the_sign_is_that_of_the_means_and_the_interval_holds_the_estimate(one: Sample, other: Sample) -> None:
    for effect in (mean_difference, hedges_g):
        found = effect(one, other)
        assert found.value * (one.mean - other.mean) >= 0
        assert found.lower is not None
        assert found.upper is not None
        assert found.lower <= found.value <= found.upper


@given(samples, samples, st.floats(1e-3, 1e3))
def test_hedges_g_does_not_depend_on_the_unit(one: Sample, other: Sample, unit: float) -> None:
    scaled = (Sample(s.mean * unit, s.sd * unit, s.n) for s in (one, other))
    assert hedges_g(*scaled).value == pytest.approx(hedges_g(one, other).value, rel=1e-6, abs=1e-9)


@given(samples, samples)
def test_hedges_g_is_smaller_than_the_uncorrected_difference(one: Sample, other: Sample) -> None:
    degrees = one.n + other.n - 2
    pooled = math.sqrt(((one.n - 1) * one.sd**2 + (other.n - 1) * other.sd**2) / degrees)
    assert abs(hedges_g(one, other).value) <= abs(one.mean - other.mean) / pooled


@given(tables().filter(estimable))
def test_ratios_turn_over_when_the_groups_change_place(table: Table) -> None:
    turned = Table(*table[2:], *table[:2])
    for effect in RATIOS.values():
        found, other = effect(table), effect(turned)
        assert found.effect == pytest.approx(-other.effect, abs=1e-9)
        assert found.lower == pytest.approx(1 / (other.upper or 0), rel=1e-6)
        assert (found.zero_rule == ADDED) is table.has_zero_cell


@given(tables().filter(estimable))
def test_an_odds_ratio_turns_over_when_the_event_does(table: Table) -> None:
    other = Table(table.n - table.events, table.n, table.reference_n - table.reference_events, table.reference_n)
    assert odds_ratio(table).effect == pytest.approx(-odds_ratio(other).effect, abs=1e-9)


@given(tables())
def test_a_difference_of_risks_stays_between_its_bounds(table: Table) -> None:
    found, turned = risk_difference(table), risk_difference(Table(*table[2:], *table[:2]))
    assert found.lower is not None
    assert found.upper is not None
    assert -1 - 1e-9 <= found.lower <= found.value + 1e-9
    assert found.value - 1e-9 <= found.upper <= 1 + 1e-9
    assert found.value == pytest.approx(-turned.value, abs=1e-12)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_proportion_mirrors_that_of_its_opposite(count: tuple[int, int]) -> None:
    events, n = count
    found, other = proportion(events, n), proportion(n - events, n)
    assert found.lower == pytest.approx(1 - (other.upper or 0), abs=1e-9)
    assert 0 <= (found.lower or 0) <= found.value <= (found.upper or 0) <= 1


# ---- where it came from


def test_every_estimate_names_method_and_library_with_version() -> None:
    for kind, numbers in {
        "MD": [1, 1, 5, 2, 1, 5],
        "SMD": [1, 1, 5, 2, 1, 5],
        "OR": [1, 5, 2, 5],
        "PR": [1, 5],
    }.items():
        estimate = computed(kind, [float(number) for number in numbers])
        name, version = estimate.library.split()
        assert name in ("scipy", "statsmodels")
        assert version == statistics.library(name).split()[1]
        assert estimate.method
