"""Facts: what is said of a node, in words, each with its source, the words printed there and their spot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rdflib import DCAT, DCTERMS, PROV, RDF, SKOS

from cellkg.identifiers import VOCABULARY
from cellkg.vocabulary import CELLKG as C

from .statements import Said, Statements
from .wording import (
    amount_of,
    change_of,
    criterion_of,
    dose_of,
    event_of,
    in_words,
    joined,
    lengths_of,
    number,
    statistic_of,
    time_of,
    unique,
)

if TYPE_CHECKING:
    from cellkg.pages.network import Fact

About = tuple[str, "Fact"]
"""A node and a fact about it: some statements are worth telling on both of the nodes that they tie."""

Tell = Callable[[Statements, str], Iterator[About]]

_FAMILIES = f"{VOCABULARY}list/product_family"


def fact(told: Statements, name: str, value: str, parts: list[Said]) -> Fact:
    """Return the fact that these statements of one source make together."""
    told_fact: Fact = told.as_fact(name, value, parts)
    return told_fact


def study_facts(told: Statements, study: str) -> Iterator[About]:
    """Yield what is said of a study, and what its outcomes, events and organisations are in it."""
    for tell in _OF_A_STUDY:
        yield from tell(told, study)


def arm_facts(told: Statements, arm: str) -> Iterator[About]:
    """Yield who an arm is and what it is given, how, how much and when."""
    yield from _plain(told, arm, C.name, C.groupRole, C.species)
    given = told.of(arm, C.hasAdministration)
    for each in given:
        what = _product_names(told, each.value) if len(given) > 1 else ""
        yield from ((arm, one) for one in administration_facts(told, each.value, what))
    yield from procedure_facts(told, arm)


def product_facts(told: Statements, product: str) -> Iterator[About]:
    """Yield what a source says of a cell product."""
    yield from _plain(told, product, C.productType, C.cellLabel, C.donorRelation, C.tissueSource)
    yield from _plain(told, product, C.manipulation, C.targetAntigen)
    for said in _cells(told, product, C.hasComponent):
        yield product, fact(told, "mainly consists of", told.word(said), [said])
    for each in told.of(product, C.hasProcessing):
        text, parts = lengths_of(told, each.value)
        for said in told.of(each.value, C.processing):
            yield product, fact(told, told.name(C.processing), joined(told.word(said), text), [said, *parts])
    for each in told.of(product, C.hasFraction):
        cells = [said for said in _cells(told, product, C.hasFraction) if said.subject == each.value]
        for said in told.of(each.value, C.percent):
            text = " ".join([f"{number(said.value)} %", *map(told.word, cells)])
            yield product, fact(told, "share of cells", text, [said, *cells])


def report_facts(told: Statements, report: str) -> Iterator[About]:
    """Yield how a source cites a report."""
    yield from _plain(told, report, C.citation, C.recordPublished, C.recordAccessed)


def source_facts(told: Statements, source: str) -> Iterator[About]:
    """Yield what a source is, the lists it prints and the rates it gives as context."""
    yield from _plain(told, source, C.sourceKind)
    for name, predicate in (
        ("identifier", DCTERMS.identifier),
        ("published", DCTERMS.issued),
        ("page", DCAT.landingPage),
        ("derived from", PROV.wasDerivedFrom),
        ("file", C.fileName),
    ):
        for said in told.of(source, predicate):
            yield source, fact(told, name, told.word(said).removeprefix("src:"), [said])
    for said in told.along(source, C.hasList, C.name):
        yield source, fact(told, "prints a list of studies", told.word(said), [said])
    for each in told.of(source, C.hasBackgroundRate):
        yield source, _background(told, each.value)


def term_facts(told: Statements, term: str) -> Iterator[About]:
    """Yield what the vocabulary says of a term."""
    for said in told.of(term, SKOS.definition):
        yield term, fact(told, "definition", said.value, [said])
    written = told.of(term, SKOS.altLabel)
    if written:
        yield term, fact(told, "also written", " · ".join(said.value for said in written), written)
    yield from _plain(told, term, C.instrument, C.higherMeans, C.outcomeDomain)
    yield from _plain(told, term, C.processingKind, C.composedOf, C.tissueOfType)


def disputed(told: Statements, study: str) -> Iterator[About]:
    """Yield who names which product, where the names of a study's product belong to more than one family.

    This is computed and stands in no source. One source that gives two arms different products is no dispute:
    it is one when a single administration, or one source beside another, names two families.
    """
    named = list(_named_products(told, study))
    families: dict[str, set[str]] = {}
    for place, said, family in named:
        families.setdefault(place, set()).add(family)
        families.setdefault(said.source, set()).add(family)
    between_sources = {frozenset(families[said.source]) for _, said, _ in named}
    if len(between_sources) > 1 or any(len(families[place]) > 1 for place, _, _ in named):
        for _, said, family in named:
            yield study, fact(told, "product disputed", f"{family}: {told.word(said)}", [said])


def _named_products(told: Statements, study: str) -> Iterator[tuple[str, Said, str]]:
    """Each name of a product with its family, and with where it is named: an administration, or the study."""
    given = [said.value for said in told.along(study, C.hasArm, C.hasAdministration)]
    for place, step in [(study, C.makesProduct), *((each, C.ofProduct) for each in given)]:
        for said in told.along(place, step, C.productType):
            for family in told.of(said.value, SKOS.broader):
                if any(each.value == _FAMILIES for each in told.of(family.value, SKOS.inScheme)):
                    yield place, said, told.word(family)


def identity(told: Statements, study: str) -> Iterator[About]:
    """Yield what a study is called, under which ids, and of which type it is."""
    for said in told.of(study, DCTERMS.title):
        yield study, fact(told, "title", said.value, [said])
    yield from _plain(told, study, C.registryId)
    with_id = {said.source for said in told.of(study, C.registryId)}
    for said in told.of(study, C.identifiedBy):
        if said.source not in with_id:
            yield study, fact(told, told.name(C.identifiedBy), told.word(said), [said])
    for said in told.of(study, RDF.type):
        if said.value != str(C.Study):
            yield study, fact(told, "type of study", told.word(said), [said])


def design(told: Statements, study: str) -> Iterator[About]:
    """Yield how a study is made: status, phase, conditions, design and dates."""
    yield from _plain(told, study, C.status, C.phase, C.condition, C.allocation, C.assignment, C.masking)
    yield from _plain(told, study, C.startDate, C.completionDate, C.unlabelledDate, C.therapyNamed)


def people(told: Statements, study: str) -> Iterator[About]:
    """Yield who takes part in a study."""
    nodes = [said.value for said in told.of(study, C.hasPopulation)]
    for kind, tell in _OF_PEOPLE.items():
        for node in nodes:
            if told.is_a(node, kind):
                name, text, parts = tell(told, node)
                yield study, fact(told, name, text, parts)


def _count(told: Statements, node: str) -> tuple[str, str, list[Said]]:
    numbers, who, kind = (told.of(node, each) for each in (C.n, C.population, C.countKind))
    text = " ".join([*(number(said.value) for said in numbers), *map(told.word, who)])
    text = text.removesuffix("s") if text.startswith("1 ") else text
    return "participants", joined(text, *map(told.word, kind)), [*numbers, *who, *kind]


def _subgroup(told: Statements, node: str) -> tuple[str, str, list[Said]]:
    parts = told.of(node, C.n, C.subgroupFinding)
    return "participants with a finding", ": ".join(map(told.word, parts)), parts


def _sexes(told: Statements, node: str) -> tuple[str, str, list[Said]]:
    males, females = told.of(node, C.nMale), told.of(node, C.nFemale)
    counts = [(said, word) for group, word in ((males, "male"), (females, "female")) for said in group]
    return "sex", joined(*(f"{number(said.value)} {word}" for said, word in counts)), males + females


def _age(told: Statements, node: str) -> tuple[str, str, list[Said]]:
    (text, parts), (statistic, kinds) = amount_of(told, node), statistic_of(told, node)
    return "age", joined(text, statistic), parts + kinds


def follow_up(told: Statements, study: str) -> Iterator[About]:
    """Yield how long a study follows its participants."""
    for each in told.of(study, C.hasFollowUp):
        kinds = told.of(each.value, C.followUpKind)
        (text, parts), (_, statistics) = lengths_of(told, each.value), statistic_of(told, each.value)
        name = joined("follow-up", *unique(map(told.word, kinds + statistics)))
        yield study, fact(told, name, text, [*parts, *kinds, *statistics])


def plans(told: Statements, study: str) -> Iterator[About]:
    """Yield what a study plans to measure."""
    for each in told.of(study, C.hasOutcomeMeasure):
        rank, target = told.of(each.value, C.rank), told.of(each.value, C.targetAtLeast)
        when, times = time_of(told, each.value, C.hasTime)
        goals = [f"target at least {number(said.value)}" for said in target]
        text = joined(*map(told.word, rank), when, *goals) or "planned"
        for said in told.of(each.value, C.outcome):
            yield from _on_both(told, study, said, "planned", text, [said, *rank, *times, *target])


def results(told: Statements, study: str) -> Iterator[About]:
    """Yield which changes sources report of a study."""
    for each in told.of(study, C.hasResult):
        text, parts = change_of(told, each.value)
        for said in told.of(each.value, C.outcome):
            yield from _on_both(told, study, said, "result", text or "reported", [said, *parts])


def safety(told: Statements, study: str) -> Iterator[About]:
    """Yield what sources say of the safety of a study."""
    for each in told.of(study, C.hasResult):
        scope = told.of(each.value, C.safetyScope)
        when, times = time_of(told, each.value, C.hasTime)
        for said in told.of(each.value, C.safetyState):
            text = joined(told.word(said), *map(told.word, scope), when)
            yield study, fact(told, "adverse events", text, [said, *scope, *times])
    for each in told.of(study, C.hasResult):
        text, parts = event_of(told, each.value)
        for said in told.of(each.value, C.adverseEvent):
            yield from _on_both(told, study, said, "adverse event", text or "reported", [said, *parts])


def organisations(told: Statements, study: str) -> Iterator[About]:
    """Yield who sponsors a study and where it takes place."""
    for each in told.of(study, C.hasSponsorship):
        printed = told.of(each.value, C.printedAs)
        text = f"printed as: {joined(*map(told.word, printed))}"
        for said in told.of(each.value, C.organisation):
            yield from _on_both(told, study, said, "sponsorship", text, [said, *printed])
    for each in told.of(study, C.hasSite):
        parts = told.of(each.value, C.name, C.city, C.country)
        yield study, fact(told, "site", joined(*map(told.word, parts)), parts or [each])


def uses(told: Statements, study: str) -> Iterator[About]:
    """Yield what a study intends for later, and what it does besides."""
    for each in told.of(study, C.hasIntendedUse):
        for one in administration_facts(told, each.value, "intended later"):
            yield study, one
    yield from procedure_facts(told, study)


def eligibility(told: Statements, study: str) -> Iterator[About]:
    """Yield who may take part in a study."""
    for each in told.of(study, C.hasCriterion):
        text, parts = criterion_of(told, each.value)
        kind, place = told.of(each.value, C.criterionKind), told.of(each.value, C.criterionNumber)
        name = " ".join([*map(told.word, kind), "criterion", *map(told.word, place)])
        if text:
            yield study, fact(told, name, text, parts)


_OF_PEOPLE = {C.ParticipantCount: _count, C.SubgroupCount: _subgroup, C.SexCount: _sexes, C.AgeSummary: _age}
_OF_A_STUDY: tuple[Tell, ...] = (
    disputed,
    identity,
    design,
    people,
    results,
    safety,
    plans,
    follow_up,
    organisations,
    uses,
    eligibility,
)


def _on_both(told: Statements, study: str, said: Said, name: str, text: str, parts: list[Said]) -> Iterator[About]:
    """The fact twice: on the study under what it is about, and on that under the study."""
    yield study, fact(told, f"{name}: {told.word(said)}", text, parts)
    yield said.value, fact(told, f"{name}: {told.name(study)}", text, parts)


def _plain(told: Statements, node: str, *properties: str) -> Iterator[About]:
    """A fact for each statement, under the name that the vocabulary gives its property."""
    for said in told.of(node, *properties):
        yield node, fact(told, told.name(said.property), in_words(told, said), [said])


def administration_facts(told: Statements, node: str, what: str = "") -> Iterator[Fact]:
    """Yield dose, route, site, technique and times of an administration, ``what`` beside each name."""
    for each in told.of(node, C.hasDose):
        text, parts = dose_of(told, each.value)
        yield fact(told, joined("dose", what), text, parts)
    for said in told.along(node, C.ofProduct, C.comparatorType):
        yield fact(told, "given for comparison", told.word(said), [said])
    for said in told.along(node, C.ofProduct, C.coInterventionType):
        yield fact(told, "given too", told.word(said), [said])
    for name, predicate in (("route", C.route), ("site", C.site), ("technique", C.technique)):
        for said in told.of(node, predicate):
            yield fact(told, joined(name, what), told.word(said), [said])
    times = told.of(node, C.administrationsMin, C.administrationsMax)
    if times:
        numbers = "–".join(unique(number(said.value) for said in times))
        yield fact(told, joined("times given", what), numbers, times)
    for each in told.of(node, C.hasOccasion):
        for unit, predicate in (("day", C.occasionDay), ("month", C.occasionMonth)):
            for said in told.of(each.value, predicate):
                yield fact(told, joined("given on", what), f"{unit} {said.value}", [said])


def _product_names(told: Statements, administration: str) -> str:
    names = (
        told.word(said)
        for predicate in (C.productType, C.comparatorType, C.coInterventionType)
        for said in told.along(administration, C.ofProduct, predicate)
    )
    return " / ".join(unique(names))


def procedure_facts(told: Statements, node: str) -> Iterator[About]:
    """Yield what is done besides."""
    for each in told.of(node, C.hasProcedure):
        what, units = (
            told.of(each.value, C.procedureType, C.route, C.agent),
            told.of(each.value, C.amountUnit),
        )
        amount, numbers = amount_of(told, each.value, " ".join(map(told.word, units)))
        lasting, times = time_of(told, each.value, C.lasts)
        text = joined(*map(told.word, what), amount, f"for {lasting}" if lasting else "")
        yield node, fact(told, "procedure", text, [*what, *numbers, *units, *times])


def _cells(told: Statements, product: str, predicate: str) -> Iterator[Said]:
    """The classes of the cells in a product, apart from the one that says that they are cells."""
    for said in told.along(product, predicate, RDF.type):
        if said.value != str(C.CellComponent):
            yield said


def _background(told: Statements, node: str) -> Fact:
    percent, event, of = (told.of(node, each) for each in (C.percent, C.event, C.denominator))
    when, times = time_of(told, node, C.hasTime)
    text = " ".join([*(f"{number(said.value)} %" for said in percent), *map(told.word, event)])
    name = joined("background", *map(told.word, of))
    return fact(told, name, joined(text, when), [*percent, *event, *of, *times])
