"""Effects between two concurrent groups of one trial, at one class and category of one measure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from .derived import NOT_RANDOMISED, Derived, Effect, NotComputed, Place, Proportion
from .inputs import counts_events, read_events, read_mean, read_sample, why_no_participants
from .kinds import Reference, Scale, Statistic, WhyNot
from .pairs import Pair, pairs
from .records import Measure, Posted, Trial
from .statistics import (
    Estimate,
    Sample,
    Table,
    hedges_g,
    library,
    mean_difference,
    odds_ratio,
    proportion,
    risk_difference,
    risk_ratio,
)

_RISKS: tuple[tuple[str, Callable[[Table], Estimate]], ...] = (
    ("RR", risk_ratio),
    ("OR", odds_ratio),
    ("RD", risk_difference),
)
_SHARED = "shares its reference group with another effect of this measure"
_ORDER = "reference not stated: the groups stand in the order of the record"


class _Contrast(NamedTuple):
    """Two posted values of one row, of a group and of its reference."""

    trial: Trial
    measure: Measure
    place: Place
    pair: Pair
    one: Posted
    other: Posted


def effects(trial: Trial, measure: Measure) -> Iterator[Derived]:
    """Yield every effect that the posted values of a measure give, and why others are not computed."""
    compared, refused = pairs(trial, measure)
    risks = counts_events(measure)
    for each in refused:
        names = tuple(group.name for group in each.groups)
        yield NotComputed(
            place=place(trial, measure), kind="effect", groups=names, why=each.why, inputs=(measure.spot,)
        )
    for row in _rows(measure):
        first = next(iter(row.values()))
        here = place(trial, measure, first.class_title, first.category)
        if compared and first.is_baseline:
            yield _refusal(here, "effect", list(row.values()), WhyNot.BASELINE)
            continue
        for pair in compared:
            one, other = row.get(pair.group.node), row.get(pair.reference.node)
            if one is not None and other is not None:
                yield from (_risks if risks else _means)(_Contrast(trial, measure, here, pair, one, other))


def proportions(trial: Trial, measure: Measure) -> Iterator[Proportion | NotComputed]:
    """Yield the share of participants with an event in each group, with its exact interval."""
    if not counts_events(measure):
        return
    for posted in measure.results:
        here = place(trial, measure, posted.class_title, posted.category)
        count = read_events(measure, posted)
        if isinstance(count, WhyNot):
            yield _refusal(here, "proportion", [posted], count)
        else:
            yield Proportion(
                place=here,
                group=posted.group,
                events=count[0],
                n=count[1],
                estimate=proportion(*count),
                inputs=posted.inputs,
            )


def place(trial: Trial, measure: Measure, title: str | None = None, category: str | None = None) -> Place:
    """Return where a derived number belongs."""
    return Place(
        study=trial.label,
        source=trial.source,
        version=trial.version,
        measure=measure.title,
        rank=measure.rank,
        class_title=title,
        category=category,
        time_frame=measure.time_frame,
        unit=measure.unit,
        population=measure.population,
    )


def _rows(measure: Measure) -> list[dict[str, Posted]]:
    """Return the values of each class and category by group."""
    rows: dict[str, dict[str, Posted]] = {}
    for posted in measure.results:
        rows.setdefault(posted.row, {}).setdefault(posted.group.node, posted)
    return list(rows.values())


def _means(at: _Contrast) -> Iterator[Effect | NotComputed]:
    if at.measure.statistic is Statistic.LEAST_SQUARES_MEAN:
        yield from _adjusted(at)
        return
    read, other_read = read_sample(at.measure, at.one), read_sample(at.measure, at.other)
    if isinstance(read, WhyNot) or isinstance(other_read, WhyNot):
        why = read if isinstance(read, WhyNot) else other_read
        assert isinstance(why, WhyNot)
        yield from _without_sample(at, why)
        return
    (sample, note), (reference, other_note) = read, other_read
    notes = tuple(dict.fromkeys(filter(None, (note, other_note))))
    if sample.sd == reference.sd == 0:
        bare = _bare(sample.mean - reference.mean)
        yield _effect(at, "MD", bare, why=WhyNot.NO_SPREAD, notes=notes)
        yield _refused(at, "SMD", WhyNot.NO_SPREAD)
        return
    both = sample, reference
    difference, standardised = mean_difference(*both), hedges_g(*both)
    yield _effect(at, "MD", difference, samples=both, notes=notes)
    scale = f"of the values, {at.one.scale}" if at.one.scale is Scale.UNCLEAR else f"of {at.one.scale}"
    pooled = f"pooled SD {scale}" + (f" ({'; '.join(notes)})" if notes else "")
    yield _effect(at, "SMD", standardised, samples=both, notes=notes, standardised_by=pooled)


def _without_sample(at: _Contrast, why: WhyNot) -> Iterator[Effect | NotComputed]:
    means = read_mean(at.measure, at.one), read_mean(at.measure, at.other)
    if isinstance(means[0], WhyNot) or isinstance(means[1], WhyNot) or why is WhyNot.NOT_PARTICIPANTS:
        yield _refused(at, "MD, SMD", why)
        return
    yield _effect(at, "MD", _bare(means[0] - means[1]), why=why)
    yield _refused(at, "SMD", why)


def _adjusted(at: _Contrast) -> Iterator[Effect | NotComputed]:
    why = why_no_participants(at.measure, at.one) or why_no_participants(at.measure, at.other)
    if why is not None or at.one.value.value is None or at.other.value.value is None:
        yield _refused(at, "MD, SMD", why or WhyNot.NO_VALUE)
        return
    difference = _bare(float(at.one.value.value - at.other.value.value))
    note = "adjusted: the means are of a model; their covariance is not posted"
    yield _effect(at, "MD", difference, why=WhyNot.ADJUSTED, notes=(note,))
    yield _refused(at, "SMD", WhyNot.ADJUSTED)


def _risks(at: _Contrast) -> Iterator[Effect | NotComputed]:
    counts = read_events(at.measure, at.one), read_events(at.measure, at.other)
    if isinstance(counts[0], WhyNot) or isinstance(counts[1], WhyNot):
        why = next(count for count in counts if isinstance(count, WhyNot))
        yield _refused(at, "RR, OR, RD", why)
        return
    table = Table(*counts[0], *counts[1])
    none, every = table.events == table.reference_events == 0, table[0:3:2] == table[1:4:2]
    for kind, estimate in _RISKS:
        if kind != "RD" and (none or every):
            yield _refused(at, kind, WhyNot.NO_EVENTS if none else WhyNot.ALL_EVENTS)
        else:
            yield _effect(at, kind, estimate(table), table=table)


def _bare(difference: float) -> Estimate:
    method = "difference of the posted values; no interval"
    return Estimate(value=difference, effect=difference, method=method, library=library("cellkg"))


def _effect(
    at: _Contrast,
    kind: str,
    estimate: Estimate,
    *,
    why: WhyNot | None = None,
    notes: tuple[str, ...] = (),
    samples: tuple[Sample, Sample] | None = None,
    table: Table | None = None,
    standardised_by: str | None = None,
) -> Effect:
    remarks = (
        *(() if at.trial.is_randomised else (NOT_RANDOMISED,)),
        *((_ORDER,) if at.pair.known is Reference.UNKNOWN else ()),
        *((_SHARED,) if at.pair.shares_reference else ()),
        *notes,
    )
    return Effect(
        place=at.place,
        kind=kind,
        group=at.pair.group,
        reference=at.pair.reference,
        reference_known=at.pair.known,
        statistic=str(at.measure.statistic),
        scale=None if table is not None else at.one.scale,
        estimate=estimate,
        randomised=at.trial.is_randomised,
        samples=samples,
        table=table,
        standardised_by=standardised_by,
        interval_why_not=why,
        notes=remarks,
        inputs=(*at.one.inputs, *at.other.inputs),
    )


def _refused(at: _Contrast, kind: str, why: WhyNot) -> NotComputed:
    return _refusal(at.place, kind, [at.one, at.other], why)


def _refusal(here: Place, kind: str, posted: list[Posted], why: WhyNot) -> NotComputed:
    spots = tuple(dict.fromkeys(spot for each in posted for spot in each.inputs))
    return NotComputed(place=here, kind=kind, groups=tuple(each.group.name for each in posted), why=why, inputs=spots)
