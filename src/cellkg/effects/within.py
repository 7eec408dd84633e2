"""Changes within one group: posted as such, or final minus baseline mean; before–after, without a comparator.

An interval comes only from the posted dispersion of the change, never from those of baseline and final value.
"""

from __future__ import annotations

from collections.abc import Iterator

from .between import place
from .derived import BEFORE_AFTER, Change, NotComputed
from .inputs import read_mean, read_n, read_spread, why_no_participants
from .kinds import Dispersion, Scale, Statistic, WhyNot
from .records import Measure, Posted, Trial
from .scales import without_time
from .statistics import Estimate, Sample, library, mean_interval, normal_interval

_CHANGES = (Scale.CHANGE, Scale.PERCENT_CHANGE)
_VALUES = (Statistic.MEAN, Statistic.LEAST_SQUARES_MEAN, Statistic.GEOMETRIC_MEAN, Statistic.MEDIAN)
_DIFFERENCE = "final minus baseline mean; no interval"
_POSTED = "change as posted"


def changes(trial: Trial, measure: Measure) -> Iterator[Change | NotComputed]:
    """Yield the change of each group that the posted values give, and why others are not computed."""
    for posted in measure.results:
        if measure.statistic not in (Statistic.MEAN, Statistic.LEAST_SQUARES_MEAN):
            break
        if posted.scale in _CHANGES:
            yield _posted_change(trial, measure, posted)
        elif posted.scale is Scale.UNCLEAR:
            yield _refused(trial, measure, posted, WhyNot.SCALE)
    if measure.statistic in _VALUES:
        for before, after in _before_and_after(measure):
            yield _difference(trial, measure, before, after)


def _posted_change(trial: Trial, measure: Measure, posted: Posted) -> Change | NotComputed:
    here = place(trial, measure, posted.class_title, posted.category)
    n = read_n(posted)
    why = why_no_participants(measure, posted)
    if why is not None or posted.value.value is None:
        return _refused(trial, measure, posted, why or WhyNot.NO_VALUE)
    estimate, sample = posted_interval(measure, posted, None if isinstance(n, WhyNot) else n)
    return Change(
        place=here,
        group=posted.group.name,
        statistic=str(measure.statistic),
        scale=posted.scale,
        estimate=estimate if isinstance(estimate, Estimate) else _bare(float(posted.value.value), _POSTED),
        n=None if isinstance(n, WhyNot) else n,
        posted=True,
        sample=sample,
        interval_why_not=None if isinstance(estimate, Estimate) else estimate,
        inputs=posted.inputs,
    )


def _refused(trial: Trial, measure: Measure, posted: Posted, why: WhyNot) -> NotComputed:
    here = place(trial, measure, posted.class_title, posted.category)
    return NotComputed(place=here, kind="change", groups=(posted.group.name,), why=why, inputs=posted.inputs)


def posted_interval(measure: Measure, posted: Posted, n: int | None) -> tuple[Estimate | WhyNot, Sample | None]:
    """Return a posted mean with the interval that its dispersion gives; an interval that is posted stays as it is."""
    assert posted.value.value is not None
    value, lower, upper = float(posted.value.value), posted.lower.value, posted.upper.value
    spread = WhyNot.NO_N if n is None else WhyNot.TOO_FEW if n < 2 else read_spread(measure, posted, n)
    is_mean = measure.statistic is Statistic.MEAN
    sample = None if isinstance(spread, WhyNot) or n is None or not is_mean else Sample(value, spread.error * n**0.5, n)
    if measure.dispersion is Dispersion.INTERVAL and measure.level and lower is not None and upper is not None:
        method = f"{_POSTED}, with the posted interval"
        return _around(value, (float(lower), float(upper)), method, measure.level / 100, sample), sample
    if isinstance(spread, WhyNot):
        return spread, None
    if spread.error == 0:
        return WhyNot.NO_SPREAD, None
    if is_mean:
        limits = mean_interval(value, spread.error, spread.degrees)
        return _around(
            value, limits, f"{_POSTED}; t interval from its posted {measure.dispersion}", 0.95, sample
        ), sample
    if measure.dispersion is not Dispersion.SE:
        return WhyNot.ADJUSTED, None
    limits = normal_interval(value, spread.error)
    method = f"{_POSTED}; normal interval from its posted standard error, degrees of freedom not posted"
    return _around(value, limits, method, 0.95, None), None


def _before_and_after(measure: Measure) -> Iterator[tuple[Posted, Posted]]:
    """Yield the value before treatment and each later one of a group, category and subscale."""
    before = {
        (posted.group.node, posted.category, without_time(posted.class_title)): posted
        for posted in measure.results
        if posted.is_baseline
    }
    subscales = {key[2] for key in before}
    for posted in measure.results:
        if posted.is_baseline or posted.scale in _CHANGES:
            continue
        subscale = without_time(posted.class_title)
        if subscale is None and len(subscales) == 1:
            subscale = next(iter(subscales))
        first = before.get((posted.group.node, posted.category, subscale))
        if first is not None:
            yield first, posted


def _difference(trial: Trial, measure: Measure, before: Posted, after: Posted) -> Change | NotComputed:
    here = place(trial, measure, after.class_title, after.category)
    means = read_mean(measure, before), read_mean(measure, after)
    inputs = tuple(dict.fromkeys((*before.inputs, *after.inputs)))
    why = next((mean for mean in means if isinstance(mean, WhyNot)), None) or _why_not_same(before, after)
    if why is not None or before.value.value is None or after.value.value is None:
        why = why or WhyNot.NO_VALUE
        return NotComputed(place=here, kind="change", groups=(after.group.name,), why=why, inputs=inputs)
    return Change(
        place=here,
        group=after.group.name,
        statistic=str(measure.statistic),
        scale=Scale.CHANGE,
        estimate=_bare(float(after.value.value - before.value.value), _DIFFERENCE),
        n=after.n,
        posted=False,
        interval_why_not=WhyNot.CHANGE_DISPERSION,
        notes=(BEFORE_AFTER,),
        inputs=inputs,
    )


def _why_not_same(before: Posted, after: Posted) -> WhyNot | None:
    if before.scale is not after.scale:
        return WhyNot.OTHER_SCALE
    if without_time(after.class_title) is None:
        return WhyNot.OTHER_TIME
    if before.n is None or after.n is None:
        return WhyNot.NO_N
    return None if before.n == after.n else WhyNot.OTHER_POPULATION


def _bare(value: float, method: str) -> Estimate:
    return Estimate(value=value, effect=value, method=method, library=library("cellkg"))


def _around(value: float, limits: tuple[float, float], method: str, level: float, sample: Sample | None) -> Estimate:
    lower, upper = limits
    variance = None if sample is None else sample.sd**2 / sample.n
    name = "cellkg" if "posted interval" in method else "scipy"
    return Estimate(
        value=value, lower=lower, upper=upper, level=level, effect=value, variance=variance, method=method,
        library=library(name),
    )  # fmt: skip
