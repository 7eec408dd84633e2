"""What a study plans to measure, and what it posted, in the signs of its sources."""

from __future__ import annotations

from itertools import groupby

from cellkg.effects.reading import read_trial
from cellkg.effects.records import Analysis, Measure, Number
from cellkg.effects.records import Posted as PostedValue
from cellkg.projection.statements import Said
from cellkg.projection.wording import joined, number, time_of
from cellkg.store import Store
from cellkg.vocabulary import CELLKG as C

from .asking import page_rows
from .keys import REGISTRY, key_of
from .parts import Link
from .study_records import Planned, Posted, PostedAnalysis, Value, ValueRow
from .told import Told

_RANKS = {"primary": 0, "secondary": 1}


def planned_of(told: Told, study: str) -> tuple[Planned, ...]:
    """Return the planned outcomes of all sources, primary ones first."""
    found = [_planned(told, said) for said in told.of(study, C.hasOutcomeMeasure)]
    return tuple(sorted(found, key=lambda each: (each.source, _RANKS.get(each.rank, 2))))


def posted_of(store: Store, study: str, name: str) -> tuple[Posted, ...]:
    """Return the posted measures of a study, with every value as the record writes it."""
    outcomes: dict[str, list[Link]] = {}
    for row in page_rows(store, "posted-outcomes", study=study):
        link = Link(kind="endpoint", key=key_of(row["outcome"]), label=row["label"], iri=row["outcome"])
        outcomes.setdefault(row["measure"], []).append(link)
    graph = next((row["graph"] for row in page_rows(store, "posting-source", study=study)), "")
    if not graph:
        return ()
    trial = read_trial(store, study, name)
    return tuple(_posted(each, graph, outcomes.get(each.spot.node, [])) for each in trial.measures)


def endpoint_link(told: Told, said: Said) -> Link:
    """Return the link to the page of an outcome."""
    return Link(kind="endpoint", key=key_of(said.value), label=told.word(said), iri=said.value)


def _planned(told: Told, said: Said) -> Planned:
    node = said.value
    parts = told.of(node, C.outcome, C.possibleOutcome, REGISTRY.measureTitle)

    def words(prop: str) -> str:
        return " / ".join(told.word(each) for each in told.of(node, prop))

    def links(prop: str) -> tuple[Link, ...]:
        return tuple(endpoint_link(told, each) for each in told.of(node, prop))

    when, _ = time_of(told, node, C.hasTime)
    goals = [f"target at least {number(each.value)}" for each in told.of(node, C.targetAtLeast)]
    return Planned(
        source=said.source,
        rank=words(C.rank),
        title=words(REGISTRY.measureTitle),
        time_frame=joined(words(REGISTRY.timeFrame) or when, *goals),
        description=words(REGISTRY.description),
        outcomes=links(C.outcome),
        possible=links(C.possibleOutcome),
        spots=told.spots(*parts) if parts else (),
    )


def _posted(measure: Measure, source: str, outcomes: list[Link]) -> Posted:
    rows = [list(each) for _, each in groupby(measure.results, key=lambda result: result.row)]
    return Posted(
        source=source,
        title=measure.title,
        rank=(measure.rank or "").lower(),
        time_frame=measure.time_frame or "",
        statistic=measure.statistic_as_written or "",
        dispersion=measure.dispersion_as_written or "",
        unit=measure.unit or "",
        population=measure.population or "",
        place=measure.spot.place,
        outcomes=tuple(outcomes),
        groups=tuple(dict.fromkeys(result.group.name for result in measure.results)),
        rows=tuple(
            ValueRow(
                class_title=row[0].class_title or "",
                category=row[0].category or "",
                values=tuple(map(_value, row)),
            )
            for row in rows
        ),
        analyses=tuple(map(_analysis, measure.analyses)),
    )


def _value(result: PostedValue) -> Value:
    return Value(
        group=result.group.name,
        value=_written(result.value),
        spread=_written(result.spread),
        lower=_written(result.lower),
        upper=_written(result.upper),
        n=result.n,
        n_unit=result.n_unit or "",
        comment=result.comment or "",
        place=result.spot.place,
    )


def _analysis(analysis: Analysis) -> PostedAnalysis:
    comparator = analysis.p_comparator or ""
    interval = ""
    if analysis.lower.written or analysis.upper.written:
        level = f"{_written(analysis.level)} % " if analysis.level.written else ""
        interval = f"{level}interval {_written(analysis.lower)} to {_written(analysis.upper)}"
    estimate = joined(analysis.estimate_type or "", _written(analysis.estimate)).replace(", ", " ", 1)
    dispersion = joined(analysis.dispersion or "", _written(analysis.dispersion_value)).replace(", ", " ", 1)
    p = f"p {comparator} {_written(analysis.p)}".replace("  ", " ") if analysis.p.written else ""
    said = [f"{words}" for _, words in analysis.words]
    return PostedAnalysis(
        groups=tuple(group.name for group in analysis.groups),
        text="; ".join(each for each in (estimate, interval, dispersion, p, analysis.method or "", *said) if each),
        place=analysis.spot.place,
    )


def _written(value: Number) -> str:
    return value.written if value.written is not None else (value.state or "")
