"""A study as quads: who it is, how it is designed, and all that stands below it."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import DCTERMS, RDF, RDFS, URIRef

from cellkg.identifiers import below, mint, slug
from cellkg.ntriples import Statement, date, text
from cellkg.vocabulary import CELLKG as C
from cellkg_loaders.records import Administration, Arm, Product, Report, Site, Sponsor, Study

from .outcomes import adverse_event_quads, change_quads, planned_quads, safety_quads
from .people import criterion_quads, follow_up_quads, population_quads
from .products import administration_quads, arm_quads, procedure_quads, product_quads
from .telling import Telling


def study_iri(study: Study) -> URIRef:
    """Return the IRI of a study: its registry id, or the key by which it is known here."""
    return mint(study.id.word if study.id else str(study.key))


def study_quads(telling: Telling, study: Study) -> Iterator[Statement]:
    """Yield everything that one source says of one study."""
    node = study_iri(study)
    yield from identity_quads(telling, node, study)
    yield from design_quads(telling, node, study)
    yield from organisation_quads(telling, node, study)
    yield from population_quads(telling, node, study)
    yield from intervention_quads(telling, node, study.arms, study.makes, study.intended_use)
    yield from finding_quads(telling, node, study)


def identity_quads(telling: Telling, node: URIRef, study: Study) -> Iterator[Statement]:
    """Yield the ids, labels, titles and reports of a study."""
    yield Statement(node, RDF.type, C.Study)
    if study.type:
        yield from telling.says(node, RDF.type, "study_type", study.type)
    if study.id:
        yield from telling.writes(node, C.registryId, study.id)
        yield Statement(node, RDFS.label, text(study.id.word))
        yield Statement(node, C.identifiedBy, telling.word("identified_by", "registry id"))
    elif study.label:
        yield Statement(node, RDFS.label, text(study.label))
    for title in study.titles:
        yield from telling.writes(node, DCTERMS.title, title)
    for i, report in enumerate(study.reports, 1):
        yield from report_quads(telling, below(telling.base, "report", i), node, report)


def report_quads(telling: Telling, node: URIRef, study: URIRef, report: Report) -> Iterator[Statement]:
    """Yield a report as its source cites it."""
    yield Statement(node, RDF.type, C.Report)
    yield Statement(node, C.reports, study)
    yield from telling.writes(node, C.citation, report.citation)
    if report.published:
        yield from telling.said(node, C.recordPublished, date(report.published.value), report.published)
    if report.accessed:
        yield from telling.said(node, C.recordAccessed, date(report.accessed.value), report.accessed)


def design_quads(telling: Telling, node: URIRef, study: Study) -> Iterator[Statement]:
    """Yield condition, status, phase, dates and design."""
    for condition in study.conditions:
        yield from telling.says(node, C.condition, "indication", condition)
    if study.status:
        yield from telling.says(node, C.status, "status", study.status)
    if study.phase:
        yield from telling.says(node, C.phase, "phase", study.phase)
    if study.start:
        yield from telling.said(node, C.startDate, date(study.start.value), study.start)
    if study.completion:
        yield from telling.said(node, C.completionDate, date(study.completion.value), study.completion)
    if study.unlabelled_date:
        yield from telling.said(node, C.unlabelledDate, date(study.unlabelled_date.value), study.unlabelled_date)
    if study.allocation:
        yield from telling.says(node, C.allocation, "allocation", study.allocation)
    if study.assignment:
        yield from telling.says(node, C.assignment, "assignment", study.assignment)
    if study.masking:
        yield from telling.says(node, C.masking, "masking", study.masking)
    if study.therapy_named:
        yield from telling.says(node, C.therapyNamed, "listed_therapy", study.therapy_named)


def organisation_quads(telling: Telling, node: URIRef, study: Study) -> Iterator[Statement]:
    """Yield sponsors and sites."""
    for i, sponsor in enumerate(study.sponsors, 1):
        tie = below(telling.base, "sponsorship", i)
        yield Statement(node, C.hasSponsorship, tie)
        yield from sponsor_quads(telling, tie, sponsor)
    for i, site in enumerate(study.sites, 1):
        place = below(telling.base, "site", i)
        yield Statement(node, C.hasSite, place)
        yield from site_quads(telling, place, site)


def sponsor_quads(telling: Telling, node: URIRef, sponsor: Sponsor) -> Iterator[Statement]:
    """Yield an organisation and the words that introduce it."""
    organisation = mint("organisation", slug(sponsor.word))
    yield Statement(node, RDF.type, C.Sponsorship)
    yield from telling.said(node, C.organisation, organisation, sponsor)
    yield Statement(node, C.printedAs, telling.word("sponsor_label", sponsor.printed))
    yield Statement(organisation, RDF.type, C.Organisation)
    yield Statement(organisation, RDFS.label, text(sponsor.word))


def site_quads(telling: Telling, node: URIRef, site: Site) -> Iterator[Statement]:
    """Yield a place of a study."""
    yield Statement(node, RDF.type, C.Site)
    if site.facility:
        yield from telling.writes(node, C.name, site.facility)
    if site.city:
        yield from telling.writes(node, C.city, site.city)
    if site.country:
        yield from telling.writes(node, C.country, site.country)


def intervention_quads(
    telling: Telling,
    node: URIRef,
    arms: tuple[Arm, ...],
    makes: tuple[Product, ...],
    uses: tuple[Administration, ...],
) -> Iterator[Statement]:
    """Yield arms, products that are made, and uses that are meant for later."""
    for i, arm in enumerate(arms, 1):
        group = below(telling.base, "arm", i)
        yield Statement(node, C.hasArm, group)
        yield from arm_quads(telling, group, arm)
    for i, product in enumerate(makes, 1):
        made = below(telling.base, "product", i)
        yield Statement(node, C.makesProduct, made)
        yield from product_quads(telling, made, product)
    for i, use in enumerate(uses, 1):
        meant = below(telling.base, "intended-use", i)
        yield Statement(node, C.hasIntendedUse, meant)
        for j in range(1, len(makes) + 1):
            yield Statement(meant, C.ofProduct, below(telling.base, "product", j))
        yield from administration_quads(telling, meant, use)


def finding_quads(telling: Telling, node: URIRef, study: Study) -> Iterator[Statement]:
    """Yield procedures, follow-up, outcome measures, results, safety and eligibility."""
    for i, procedure in enumerate(study.procedures, 1):
        yield Statement(node, C.hasProcedure, below(telling.base, "procedure", i))
        yield from procedure_quads(telling, below(telling.base, "procedure", i), procedure)
    for i, follow_up in enumerate(study.follow_up, 1):
        yield Statement(node, C.hasFollowUp, below(telling.base, "follow-up", i))
        yield from follow_up_quads(telling, below(telling.base, "follow-up", i), follow_up)
    for i, planned in enumerate(study.outcomes, 1):
        yield Statement(node, C.hasOutcomeMeasure, below(telling.base, "outcome-measure", i))
        yield from planned_quads(telling, below(telling.base, "outcome-measure", i), planned)
    for i, change in enumerate(study.results, 1):
        yield Statement(node, C.hasResult, below(telling.base, "result", i))
        yield from change_quads(telling, below(telling.base, "result", i), change)
    for i, safety in enumerate(study.safety, 1):
        said = below(telling.base, "safety", i)
        yield Statement(node, C.hasResult, said)
        yield from safety_quads(telling, said, safety)
        for j, event in enumerate(safety.events, 1):
            yield Statement(node, C.hasResult, below(said, "event", j))
            yield from adverse_event_quads(telling, below(said, "event", j), event, safety)
    for i, criterion in enumerate(study.eligibility, 1):
        yield Statement(node, C.hasCriterion, below(telling.base, "criterion", i))
        yield from criterion_quads(telling, below(telling.base, "criterion", i), criterion)
