"""The numbers themselves, by statsmodels and scipy; nothing else computes an effect or an interval.

Intervals are two-sided. Ratios are estimated on the log scale: ``Estimate.effect`` and ``variance`` are on that scale
(what a meta-analysis takes), ``value`` and the limits are not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib import import_module, metadata
from typing import Any, NamedTuple

from cellkg.errors import UsageError

LEVEL = 0.95
ADDED = "a cell is zero: 0.5 added to each of the four cells"
NOTHING_ADDED = "no cell is zero: nothing added"
NOT_NEEDED = "nothing added: a difference of risks needs no correction"


class Sample(NamedTuple):
    """Mean, standard deviation and number of a group."""

    mean: float
    sd: float
    n: int


class Table(NamedTuple):
    """Participants with the event and all, of a group and of the reference."""

    events: int
    n: int
    reference_events: int
    reference_n: int

    @property
    def has_zero_cell(self) -> bool:
        """Tell whether one of the four cells is zero."""
        return 0 in (self.events, self.n - self.events, self.reference_events, self.reference_n - self.reference_events)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """An estimate with its interval, the method that gave them, and the library with its version."""

    value: float
    lower: float | None = None
    upper: float | None = None
    level: float = LEVEL
    effect: float
    variance: float | None = None
    method: str
    library: str
    zero_rule: str | None = None


def mean_difference(one: Sample, reference: Sample) -> Estimate:
    """Return the difference of two means, interval by Welch's t; each number is at least 2, a spread is above zero."""
    parts = one.sd**2 / one.n, reference.sd**2 / reference.n
    degrees = sum(parts) ** 2 / (parts[0] ** 2 / (one.n - 1) + parts[1] ** 2 / (reference.n - 1))
    difference, error = one.mean - reference.mean, math.sqrt(sum(parts))
    lower, upper = _t_interval(difference, error, degrees, LEVEL)
    return Estimate(
        value=difference,
        lower=lower,
        upper=upper,
        effect=difference,
        variance=sum(parts),
        method="difference of means; interval by Welch's t (Satterthwaite degrees of freedom)",
        library=_library("scipy"),
    )


def hedges_g(one: Sample, reference: Sample) -> Estimate:
    """Return Hedges' g with the pooled standard deviation; the numbers add up to at least 4.

    Correction and variance are those of the Cochrane Handbook: 1 − 3/(4N − 9), N/(n₁n₂) + g²/(2(N − 3.94)).
    """
    smd = _module("statsmodels.stats.meta_analysis").effectsize_smd
    g, variance = map(float, smd(one.mean, one.sd, one.n, reference.mean, reference.sd, reference.n))
    lower, upper = normal_interval(g, math.sqrt(variance))
    return Estimate(
        value=g,
        lower=lower,
        upper=upper,
        effect=g,
        variance=variance,
        method="Hedges' g = (1 − 3/(4N − 9)) · difference / pooled SD; normal interval",
        library=_library("statsmodels"),
    )


def risk_ratio(table: Table) -> Estimate:
    """Return the ratio of two risks, interval on the log scale."""
    return _ratio(table, "risk-ratio", "risk ratio; normal interval of its logarithm")


def odds_ratio(table: Table) -> Estimate:
    """Return the ratio of two odds, interval on the log scale."""
    return _ratio(table, "odds-ratio", "odds ratio; normal interval of its logarithm (Woolf)")


def risk_difference(table: Table) -> Estimate:
    """Return the difference of two risks; Newcombe's interval, which holds for zero cells and few participants."""
    difference, variance = _two_proportions(table, "diff", None)
    interval = _module("statsmodels.stats.proportion").confint_proportions_2indep
    lower, upper = interval(*table, method="newcomb", compare="diff", alpha=1 - LEVEL)
    return Estimate(
        value=difference,
        lower=float(lower),
        upper=float(upper),
        effect=difference,
        variance=variance or None,
        method="risk difference; Newcombe's hybrid score interval",
        library=_library("statsmodels"),
        zero_rule=NOT_NEEDED,
    )


def proportion(events: int, n: int) -> Estimate:
    """Return a proportion with its exact (Clopper–Pearson) interval."""
    interval = _module("statsmodels.stats.proportion").proportion_confint
    lower, upper = interval(events, n, alpha=1 - LEVEL, method="beta")
    share = events / n
    return Estimate(
        value=share,
        lower=float(lower),
        upper=float(upper),
        effect=share,
        variance=share * (1 - share) / n or None,
        method="proportion; exact interval (Clopper–Pearson)",
        library=_library("statsmodels"),
    )


def mean_interval(mean: float, error: float, degrees: float, level: float = LEVEL) -> tuple[float, float]:
    """Return the t interval of a mean from its standard error."""
    return _t_interval(mean, error, degrees, level)


def normal_interval(value: float, error: float, level: float = LEVEL) -> tuple[float, float]:
    """Return the normal interval of an estimate from its standard error."""
    lower, upper = _module("scipy.stats").norm.interval(level, loc=value, scale=error)
    return float(lower), float(upper)


def error_of_interval(lower: float, upper: float, degrees: float, level: float) -> float:
    """Return the standard error of a mean whose t interval is posted."""
    return (upper - lower) / 2 / float(_module("scipy.stats").t.ppf((1 + level) / 2, degrees))


def library(name: str = "scipy") -> str:
    """Return a library of statistics with its version."""
    return _library(name)


def _ratio(table: Table, statistic: str, method: str) -> Estimate:
    added = table.has_zero_cell
    # statsmodels adds the correction to counts that need none: it is given only where a cell is zero.
    logarithm, variance = _two_proportions(table, statistic, 0.5 if added else None)
    lower, upper = normal_interval(logarithm, math.sqrt(variance))
    return Estimate(
        value=math.exp(logarithm),
        lower=math.exp(lower),
        upper=math.exp(upper),
        effect=logarithm,
        variance=variance,
        method=method,
        library=_library("statsmodels"),
        zero_rule=ADDED if added else NOTHING_ADDED,
    )


def _two_proportions(table: Table, statistic: str, zero_correction: float | None) -> tuple[float, float]:
    compare = _module("statsmodels.stats.meta_analysis").effectsize_2proportions
    effect, variance = compare(*table, statistic=statistic, zero_correction=zero_correction)
    return float(effect), float(variance)


def _t_interval(mean: float, error: float, degrees: float, level: float) -> tuple[float, float]:
    lower, upper = _module("scipy.stats").t.interval(level, degrees, loc=mean, scale=error)
    return float(lower), float(upper)


@cache
def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise UsageError("derived numbers need statsmodels; install cellkg[statistics]") from None


@cache
def _library(name: str) -> str:
    return f"{name} {metadata.version(name)}"
