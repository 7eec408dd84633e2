"""Participants, ages, follow-up and eligibility as quads."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import RDF, URIRef

from cellkg.identifiers import below
from cellkg.ntriples import Statement, decimal, integer, text
from cellkg.vocabulary import CELLKG as C
from cellkg_loaders.records import Criterion, FollowUp, Limit, Participants, PriorTherapy, Sex, Study, Subgroup, Summary

from .telling import Telling, duration_range_quads, range_quads, time_quads


def population_quads(telling: Telling, study_node: URIRef, study: Study) -> Iterator[Statement]:
    """Yield every count and description of the participants of a study."""
    for i, count in enumerate(study.participants, 1):
        node = below(telling.base, "participants", i)
        yield Statement(study_node, C.hasPopulation, node)
        yield from participants_quads(telling, node, count)
    for i, subgroup in enumerate(study.subgroups, 1):
        node = below(telling.base, "subgroup", i)
        yield Statement(study_node, C.hasPopulation, node)
        yield from subgroup_quads(telling, node, subgroup)
    if study.sex:
        node = below(telling.base, "sex")
        yield Statement(study_node, C.hasPopulation, node)
        yield from sex_quads(telling, node, study.sex)
    if study.age:
        node = below(telling.base, "age")
        yield Statement(study_node, C.hasPopulation, node)
        yield Statement(node, RDF.type, C.AgeSummary)
        yield from summary_quads(telling, node, study.age)


def participants_quads(telling: Telling, node: URIRef, count: Participants) -> Iterator[Statement]:
    """Yield a number of participants with its kind."""
    yield Statement(node, RDF.type, C.ParticipantCount)
    yield from telling.said(node, C.n, integer(count.value), count)
    if count.counted:
        yield from telling.said(node, C.countKind, telling.word("n_kind", count.counted), count)
    yield Statement(node, C.population, telling.word("population", count.who))


def subgroup_quads(telling: Telling, node: URIRef, subgroup: Subgroup) -> Iterator[Statement]:
    """Yield a number of participants who share a finding."""
    yield Statement(node, RDF.type, C.SubgroupCount)
    yield from telling.said(node, C.n, integer(subgroup.value), subgroup)
    yield from telling.writes(node, C.subgroupFinding, subgroup.finding)


def sex_quads(telling: Telling, node: URIRef, sex: Sex) -> Iterator[Statement]:
    """Yield counts by sex."""
    yield Statement(node, RDF.type, C.SexCount)
    yield from telling.said(node, C.nMale, integer(sex.male), sex)
    yield from telling.said(node, C.nFemale, integer(sex.female), sex)


def summary_quads(telling: Telling, node: URIRef, summary: Summary) -> Iterator[Statement]:
    """Yield an observed number with the statistics that its source names."""
    yield from range_quads(telling, node, summary)
    if summary.statistic:
        yield from telling.says(node, C.statistic, "statistic", summary.statistic)
    if summary.dispersion:
        yield from telling.says(node, C.dispersionKind, "dispersion_kind", summary.dispersion)


def follow_up_quads(telling: Telling, node: URIRef, follow_up: FollowUp) -> Iterator[Statement]:
    """Yield a printed follow-up."""
    yield Statement(node, RDF.type, C.FollowUp)
    yield Statement(node, C.followUpKind, telling.word("follow_up_kind", follow_up.printed))
    yield from duration_range_quads(telling, node, follow_up)
    if follow_up.statistic:
        yield from telling.says(node, C.statistic, "statistic", follow_up.statistic)
    if follow_up.dispersion:
        yield from telling.says(node, C.dispersionKind, "dispersion_kind", follow_up.dispersion)


def criterion_quads(telling: Telling, node: URIRef, criterion: Criterion) -> Iterator[Statement]:
    """Yield a criterion of eligibility: what it is about, its conditions, limits and earlier treatments."""
    yield Statement(node, RDF.type, C.EligibilityCriterion)
    yield Statement(node, C.criterionKind, telling.word("criterion", criterion.kind))
    if criterion.number is not None:
        yield Statement(node, C.criterionNumber, integer(criterion.number))
    for about in criterion.about:
        yield from telling.writes(node, C.mentions, about)
    for condition in criterion.conditions:
        yield from telling.says(node, C.criterionCondition, "indication", condition)
    if criterion.within:
        yield Statement(node, C.hasLookBack, below(node, "within"))
        yield from time_quads(telling, below(node, "within"), criterion.within)
    for i, limit in enumerate(criterion.limits, 1):
        yield Statement(node, C.hasLimit, below(node, "limit", i))
        yield from limit_quads(telling, below(node, "limit", i), limit)
    for i, prior in enumerate(criterion.prior, 1):
        yield Statement(node, C.hasPriorTherapy, below(node, "prior", i))
        yield from prior_quads(telling, below(node, "prior", i), prior)


def limit_quads(telling: Telling, node: URIRef, limit: Limit) -> Iterator[Statement]:
    """Yield a numeric limit of a criterion."""
    yield Statement(node, RDF.type, C.NumericLimit)
    yield from telling.said(node, C.limitValue, decimal(limit.value), limit)
    yield from telling.said(node, C.comparison, telling.word("comparison", limit.comparison), limit)
    if limit.outcome:
        yield Statement(node, C.limitOf, telling.word("outcome", limit.outcome))
    if limit.measure:
        yield Statement(node, C.limitOf, telling.word("limit_measure", limit.measure))
    if limit.analyte:
        yield Statement(node, C.analyte, text(limit.analyte))
    if limit.unit:
        yield Statement(node, C.limitUnit, text(limit.unit))
    if limit.scale_maximum:
        yield from telling.said(node, C.scaleMaximum, decimal(limit.scale_maximum.value), limit.scale_maximum)


def prior_quads(telling: Telling, node: URIRef, prior: PriorTherapy) -> Iterator[Statement]:
    """Yield an earlier treatment with cells and how far back it counts."""
    yield Statement(node, RDF.type, C.PriorTherapy)
    yield from telling.says(node, C.priorTherapy, "prior_therapy", prior.therapy)
    if prior.within:
        yield Statement(node, C.hasLookBack, below(node, "within"))
        yield from time_quads(telling, below(node, "within"), prior.within)
