"""Trials with posted results, read from any store: one query for what stands below a study, streamed study by study."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pyoxigraph as ox

from cellkg.errors import NotFoundError
from cellkg.store import Store

from .kinds import Statistic, counts_participants, read_dispersion, read_statistic
from .records import Analysis, Arm, Group, Measure, Posted, Spot, Time, Trial
from .scales import is_baseline, is_only_baseline, numbers_said, read_scale, without_time
from .tree import Tree, local, select, tree_below

_TIES = (
    "hasPostedMeasure", "hasReportedGroup", "hasDenominator", "hasDenominatorCount", "hasMeasureClass", "hasCategory",
    "hasMeasurement", "hasAnalysis", "hasArm", "usesIntervention", "hasTime",
)  # fmt: skip
_STUDIES = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
SELECT DISTINCT ?study ?id WHERE {{ ?study cellkg:registryId ?id ; {tie} ?found . {wanted} }} ORDER BY ?id ?study
"""
_SAID = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?property ?value ?label ?source ?version WHERE {{
  {{ SELECT DISTINCT ?graph WHERE {{ GRAPH ?graph {{ <{study}> cellkg:hasPostedMeasure ?measure }} }} }}
  ?graph a cellkg:Source ; cellkg:sourceKey ?source .
  OPTIONAL {{ ?graph cellkg:versionDate ?version }}
  GRAPH ?graph {{ <{study}> ?property ?value }}
  OPTIONAL {{ ?value skos:prefLabel ?label }}
}}
"""
#: Words of an analysis that may say what was compared.
_WORDS = (
    "groupDescription", "estimateComment", "pValueComment", "statisticalComment", "nonInferiorityComment",
    "otherAnalysisDescription", "ciLowerLimitComment", "ciUpperLimitComment",
)  # fmt: skip
_TITLE = "http://purl.org/dc/terms/title"


def studies_with(store: Store, tie: str, study: str | None = None) -> list[tuple[str, str]]:
    """Return the IRI and registry id of each study that has something, in order of the id; or of one by its id."""
    wanted = "" if study is None else f"VALUES ?id {{ {ox.Literal(study)} }}"
    rows = select(store, _STUDIES.format(tie=tie, wanted=wanted))
    return list(dict.fromkeys((row["study"], row["id"]) for row in rows))


def check_study(store: Store, study: str) -> None:
    """Check that the graph knows a study by its registry id.

    Raises:
        NotFoundError: it does not.
    """
    if not studies_with(store, "a", study):
        raise NotFoundError(
            f"no study {study} in {store.where}; give a registry id such as NCT00000000 that was loaded"
        )


def trials(store: Store, study: str | None = None) -> Iterator[Trial]:
    """Yield each trial with posted results, one at a time, in order of its registry id."""
    for node, registry_id in studies_with(store, "cellkg:hasPostedMeasure", study):
        yield read_trial(store, node, registry_id)


def read_trial(store: Store, node: str, registry_id: str) -> Trial:
    """Return a trial as the graph that holds its posted results tells it."""
    tree = tree_below(store, node, _TIES)
    said: dict[str, list[str]] = {}
    source, version = "", None
    for row in select(store, _SAID.format(study=node)):
        said.setdefault(local(row["property"]), []).append(row.get("label") or row["value"])
        source, version = row["source"], row.get("version")
    own = Tree((node, name, value) for name, values in said.items() for value in values)
    arms = tuple(_arm(tree, arm) for arm in own.below(node, "hasArm"))
    return Trial(
        node=node,
        label=registry_id,
        source=source,
        version=version,
        title=own.one(node, _TITLE),
        allocation=own.one(node, "allocation"),
        assignment=own.one(node, "assignment"),
        masking=own.one(node, "masking"),
        phase=own.one(node, "phase"),
        status=own.one(node, "status"),
        enrolment=own.one(node, "enrolment"),
        start_date=own.one(node, "startDate"),
        conditions=tuple(own.all(node, "conditionAsWritten")),
        arms=arms,
        measures=tuple(_measure(tree, each, arms) for each in own.below(node, "hasPostedMeasure")),
    )


def _arm(tree: Tree, node: str) -> Arm:
    return Arm(
        name=tree.one(node, "name") or "",
        kind=tree.one(node, "armType"),
        gets=tuple(name for each in tree.below(node, "usesIntervention") if (name := tree.one(each, "name"))),
    )


def _measure(tree: Tree, node: str, arms: tuple[Arm, ...]) -> Measure:
    title = tree.one(node, "measureTitle") or ""
    statistic = tree.one(node, "statisticAsWritten")
    dispersion, level = read_dispersion(tree.one(node, "dispersionAsWritten"))
    kinds = {_key(arm.name): arm.kind for arm in arms}
    groups = {
        each: Group(node=each, name=(name := tree.one(each, "name") or ""), kind=kinds.get(_key(name)))
        for each in tree.below(node, "hasReportedGroup")
    }
    measure = Measure(
        spot=tree.spot(node, "measure", title),
        title=title,
        rank=tree.one(node, "measureType"),
        time_frame=tree.one(node, "timeFrame"),
        statistic=read_statistic(statistic),
        statistic_as_written=statistic,
        dispersion=dispersion,
        dispersion_as_written=tree.one(node, "dispersionAsWritten"),
        level=level,
        unit=tree.one(node, "unitAsWritten"),
        population=tree.one(node, "populationDescription"),
        unit_of_analysis=tree.one(node, "typeUnitsAnalyzed"),
        description=tree.one(node, "description"),
        times=_times(tree, node),
        higher_means=tree.one(node, "higherMeans"),
        scale_range=_range(tree, node),
    )
    results = tuple(_results(tree, node, measure, groups))
    analyses = tuple(_analysis(tree, each, groups) for each in tree.below(node, "hasAnalysis"))
    return replace(measure, results=results, analyses=analyses)


def _results(tree: Tree, node: str, measure: Measure, groups: dict[str, Group]) -> Iterator[Posted]:
    classes = tree.below(node, "hasMeasureClass")
    before = is_only_baseline(measure.time_frame)
    times = sum(without_time(tree.one(each, "name")) is not None for each in classes)
    timed = any(_is_before(tree, each) for each in classes)
    shared = _denominators(tree, node, measure)
    for each in classes:
        title = tree.one(each, "name")
        counts = shared | _denominators(tree, each, measure)
        scale = read_scale(
            measure.title,
            title,
            measure.unit,
            measure.description,
            timed=timed,
            times=0 if _spans(tree, each) else times,
        )
        for category in tree.below(each, "hasCategory"):
            for number in tree.below(category, "hasMeasurement"):
                group = groups.get(tree.one(number, "inGroup") or "")
                if group is None:
                    continue
                n, n_unit, n_spot = counts.get(group.node, (None, None, None))
                if n is not None and (said := numbers_said(title)) and n not in said:
                    n = None
                value = tree.number(number, "value")
                yield Posted(
                    spot=tree.spot(number, "value", value.written),
                    row=category,
                    group=group,
                    class_title=title,
                    category=tree.one(category, "name"),
                    scale=scale,
                    is_baseline=before or _is_before(tree, each),
                    value=value,
                    spread=tree.number(number, "spread"),
                    lower=tree.number(number, "lowerLimit"),
                    upper=tree.number(number, "upperLimit"),
                    n=n,
                    n_unit=n_unit,
                    n_spot=n_spot,
                    comment=tree.one(number, "comment"),
                    times=_times(tree, each),
                )


def _times(tree: Tree, node: str) -> tuple[Time, ...]:
    return tuple(_time(tree, each) for each in tree.below(node, "hasTime"))


def _time(tree: Tree, node: str) -> Time:
    return Time(
        node=node,
        duration=tree.one(node, "duration"),
        days=tree.number(node, "days").value,
        kind=tree.one(node, "timeKind"),
        anchor=tree.one(node, "timeAnchor"),
        from_baseline=tree.one(node, "beginsAt") is not None,
    )


def _range(tree: Tree, node: str) -> tuple[Decimal, Decimal] | None:
    low, high = tree.number(node, "rangeMinimum").value, tree.number(node, "rangeMaximum").value
    return None if low is None or high is None else (low, high)


def _spans(tree: Tree, node: str) -> bool:
    """Tell whether a class is a span from before treatment to a time after it."""
    return any(time.from_baseline for time in _times(tree, node))


def _is_before(tree: Tree, node: str) -> bool:
    """Tell whether a class is before treatment: by its words, unless its normal form is a later time."""
    times = _times(tree, node)
    starts = any(time.is_baseline or time.days == 0 for time in times)
    later = any(time.from_baseline or (time.days or 0) > 1 for time in times)
    return is_baseline(tree.one(node, "name")) and not _spans(tree, node) and (starts or not later)


def _denominators(tree: Tree, node: str, measure: Measure) -> dict[str, tuple[int, str | None, Spot]]:
    """Return the number analysed of each group: participants where participants are counted, else the unit analysed."""
    found: dict[str, tuple[int, str | None, Spot]] = {}
    of_participants = measure.statistic is Statistic.COUNT_OF_PARTICIPANTS or measure.unit_of_analysis is None
    for denominator in tree.below(node, "hasDenominator"):
        unit = tree.one(denominator, "units")
        for count in tree.below(denominator, "hasDenominatorCount"):
            group, number = tree.one(count, "inGroup"), tree.number(count, "value")
            if group is None or number.value is None or number.value != int(number.value):
                continue
            if group in found and counts_participants(unit) is not of_participants:
                continue
            found[group] = (int(number.value), unit, tree.spot(count, "number analysed", number.written))
    return found


def _analysis(tree: Tree, node: str, groups: dict[str, Group]) -> Analysis:
    named = (groups[each] for each in groups if each in tree.all(node, "comparesGroup"))
    p = tree.number(node, "pValue")
    return Analysis(
        spot=tree.spot(node, "analysis", p.written),
        groups=tuple(named),
        method=tree.one(node, "statisticalMethod"),
        estimate_type=tree.one(node, "estimateType"),
        estimate=tree.number(node, "estimate"),
        lower=tree.number(node, "lowerLimit"),
        upper=tree.number(node, "upperLimit"),
        level=tree.number(node, "confidenceLevel"),
        sides=tree.one(node, "intervalSides"),
        p=p,
        p_comparator=tree.one(node, "pComparator"),
        dispersion=tree.one(node, "dispersionAsWritten"),
        dispersion_value=tree.number(node, "dispersionValue"),
        hypothesis=tree.one(node, "nonInferiorityType"),
        words=tuple((name, said) for name in _WORDS for said in tree.all(node, name)),
    )


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
