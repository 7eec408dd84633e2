"""Every number of a registry record is found again in the graph, as written, with what it is a number of.

The numbers are read twice: straight from the JSON by a few lines here that know nothing of the loader, and by SPARQL
from a store that holds what the loader wrote. Both are multisets and must be equal, over every record with results.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from cellkg.loading import Findings, Inputs
from cellkg.ntriples import lines
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

DATA = Path(__file__).parents[2] / "shared" / "data"
FOLDERS = (DATA / "ctgov_v2", DATA / "ctgov_rebuilt")
VOCABULARY = "https://w3id.org/cellkg/vocab/"
#: Always in the sample: nearly every quirk, systemic sclerosis, no one at risk, no count of affected, many groups.
WANTED = ("NCT04585815", "NCT03060551", "NCT01723254", "NCT04313647", "NCT02475213", "NCT02336230", "NCT00314574")
PREFIXES = f"PREFIX cellkg: <{VOCABULARY}>"
Row = tuple[Any, ...]
Study = dict[str, Any]


@pytest.fixture(scope="module")
def records() -> list[Path]:
    if not all(folder.is_dir() for folder in FOLDERS):
        pytest.skip(f"the real records are not at hand: no folders {', '.join(map(str, FOLDERS))}")
    files = chain.from_iterable(sorted(folder.glob("*.json")) for folder in FOLDERS)
    return [file for file in files if '"resultsSection"' in file.read_text(encoding="utf-8")]


@pytest.fixture(scope="module")
def studies(records: list[Path]) -> list[Study]:
    return [json.loads(file.read_text(encoding="utf-8")) for file in records]


@pytest.fixture(scope="module")
def store(records: list[Path]) -> ox.Store:
    findings = Findings()
    quads = ClinicalTrialsGovLoader().quads(Inputs(registry=tuple(records)), findings)
    store = ox.Store()
    store.bulk_load("".join(lines(quads)).encode(), format=ox.RdfFormat.N_QUADS)
    assert findings.set_aside == []
    return store


def asked(store: ox.Store, sparql: str) -> Counter[Row]:
    answer = store.query(PREFIXES + sparql)
    assert isinstance(answer, ox.QuerySolutions)
    return Counter(tuple(None if term is None else getattr(term, "value", None) for term in row) for row in answer)


def assert_equal(graph: Counter[Row], record: Counter[Row]) -> None:
    assert record, "nothing to compare"
    assert list((record - graph).items())[:3] == []
    assert list((graph - record).items())[:3] == []


# ---- the independent reader


def said(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None


def results(study: Study, module: str) -> dict[str, Any]:
    return study.get("resultsSection", {}).get(module, {}) or {}


def nct(study: Study) -> str:
    return str(study["protocolSection"]["identificationModule"]["nctId"])


def measures(study: Study) -> Iterator[tuple[str, dict[str, Any]]]:
    for measure in results(study, "outcomeMeasuresModule").get("outcomeMeasures", []):
        yield "outcome", measure
    for measure in results(study, "baselineCharacteristicsModule").get("measures", []):
        yield "baseline", measure


def measurement_rows(study: Study) -> Iterator[Row]:
    for kind, measure in measures(study):
        for each in measure.get("classes", []):
            for category in each.get("categories", []):
                for number in category.get("measurements", []):
                    titles = (
                        measure.get("title"),
                        measure.get("unitOfMeasure"),
                        each.get("title"),
                        category.get("title"),
                    )
                    keys = ("groupId", "value", "spread", "lowerLimit", "upperLimit", "comment")
                    yield (nct(study), kind, *map(said, titles), *(said(number.get(key)) for key in keys))


def denominator_rows(study: Study) -> Iterator[Row]:
    baseline = results(study, "baselineCharacteristicsModule")
    yield from (row for row in counted(baseline, (nct(study), "whole", None, None)))
    for kind, measure in measures(study):
        title = said(measure.get("title"))
        yield from counted(measure, (nct(study), kind, title, None))
        for each in measure.get("classes", []):
            yield from counted(each, (nct(study), f"{kind} class", title, said(each.get("title"))))


def counted(part: dict[str, Any], start: Row) -> Iterator[Row]:
    for denominator in part.get("denoms", []):
        for count in denominator.get("counts", []):
            yield (*start, said(denominator.get("units")), said(count.get("groupId")), said(count.get("value")))


def flow_rows(study: Study) -> Iterator[Row]:
    for period in results(study, "participantFlowModule").get("periods", []):
        for listed, counts in (("milestones", "achievements"), ("dropWithdraws", "reasons")):
            for part in period.get(listed, []):
                for count in part.get(counts, []):
                    keys = ("groupId", "numSubjects", "numUnits", "comment")
                    start = (nct(study), said(period.get("title")), listed, said(part.get("type")))
                    yield (*start, *(said(count.get(key)) for key in keys))


def analysis_rows(study: Study) -> Iterator[Row]:
    keys = (
        "pValue", "statisticalMethod", "paramType", "paramValue", "dispersionType", "dispersionValue", "ciPctValue",
        "ciNumSides", "ciLowerLimit", "ciUpperLimit", "nonInferiorityType",
    )  # fmt: skip
    for measure in results(study, "outcomeMeasuresModule").get("outcomeMeasures", []):
        for analysis in measure.get("analyses", []):
            groups = " ".join(sorted(analysis.get("groupIds", [])))
            yield (nct(study), said(measure.get("title")), groups, *(said(analysis.get(key)) for key in keys))


def event_rows(study: Study) -> Iterator[Row]:
    module = results(study, "adverseEventsModule")
    for kind in ("serious", "other"):
        for event in module.get(f"{kind}Events", []):
            for count in event.get("stats", []):
                start = (nct(study), kind, said(event.get("term")), said(event.get("organSystem")))
                yield (*start, *(said(count.get(key)) for key in ("groupId", "numAffected", "numAtRisk", "numEvents")))


def event_group_rows(study: Study) -> Iterator[Row]:
    for group in results(study, "adverseEventsModule").get("eventGroups", []):
        keys = (f"{kind}{what}" for kind in ("deaths", "serious", "other") for what in ("NumAffected", "NumAtRisk"))
        yield (nct(study), said(group.get("id")), said(group.get("title")), *(said(group.get(key)) for key in keys))


# ---- the same, asked of the graph

MEASUREMENTS = """
SELECT ?nct (?called AS ?kind) ?title ?unit ?class ?category ?group ?value ?spread ?lower ?upper ?comment WHERE {
  VALUES (?tie ?called) { (cellkg:hasPostedMeasure "outcome") (cellkg:hasBaselineMeasure "baseline") }
  GRAPH ?version {
    ?study cellkg:registryId ?nct ; ?tie ?measure .
    ?measure cellkg:hasMeasureClass ?c . ?c cellkg:hasCategory ?k . ?k cellkg:hasMeasurement ?m .
    ?m cellkg:ofMeasure ?measure ; cellkg:inGroup/cellkg:groupId ?group .
    OPTIONAL { ?measure cellkg:measureTitle ?title } OPTIONAL { ?measure cellkg:unitAsWritten ?unit }
    OPTIONAL { ?c cellkg:name ?class } OPTIONAL { ?k cellkg:name ?category }
    OPTIONAL { ?m cellkg:writtenValue ?value } OPTIONAL { ?m cellkg:writtenSpread ?spread }
    OPTIONAL { ?m cellkg:writtenLowerLimit ?lower } OPTIONAL { ?m cellkg:writtenUpperLimit ?upper }
    OPTIONAL { ?m cellkg:comment ?comment }
  }
}"""
DENOMINATORS = """
SELECT ?nct ?kind ?title ?class ?units ?group ?value WHERE {
  GRAPH ?version {
    ?study cellkg:registryId ?nct .
    { ?study cellkg:hasBaselineDenominator ?d . BIND("whole" AS ?kind) }
    UNION { ?study cellkg:hasPostedMeasure ?o . ?o cellkg:hasDenominator ?d . BIND("outcome" AS ?kind)
            OPTIONAL { ?o cellkg:measureTitle ?title } }
    UNION { ?study cellkg:hasBaselineMeasure ?b . ?b cellkg:hasDenominator ?d . BIND("baseline" AS ?kind)
            OPTIONAL { ?b cellkg:measureTitle ?title } }
    UNION { ?study cellkg:hasPostedMeasure ?o . ?o cellkg:hasMeasureClass ?c . ?c cellkg:hasDenominator ?d .
            BIND("outcome class" AS ?kind)
            OPTIONAL { ?o cellkg:measureTitle ?title } OPTIONAL { ?c cellkg:name ?class } }
    UNION { ?study cellkg:hasBaselineMeasure ?b . ?b cellkg:hasMeasureClass ?c . ?c cellkg:hasDenominator ?d .
            BIND("baseline class" AS ?kind)
            OPTIONAL { ?b cellkg:measureTitle ?title } OPTIONAL { ?c cellkg:name ?class } }
    ?d cellkg:hasDenominatorCount ?count . ?count cellkg:inGroup/cellkg:groupId ?group .
    OPTIONAL { ?d cellkg:units ?units } OPTIONAL { ?count cellkg:writtenValue ?value }
  }
}"""
FLOW = """
SELECT ?nct ?period ?kind ?type ?group ?subjects ?units ?comment WHERE {
  GRAPH ?version {
    ?study cellkg:registryId ?nct ; cellkg:hasPeriod ?p .
    { ?p cellkg:hasMilestone ?part . BIND("milestones" AS ?kind) OPTIONAL { ?part cellkg:milestoneType ?type } }
    UNION { ?p cellkg:hasWithdrawal ?part . BIND("dropWithdraws" AS ?kind)
            OPTIONAL { ?part cellkg:withdrawalReason ?type } }
    ?part cellkg:hasFlowCount ?count . ?count cellkg:inGroup/cellkg:groupId ?group .
    OPTIONAL { ?p cellkg:name ?period } OPTIONAL { ?count cellkg:writtenSubjects ?subjects }
    OPTIONAL { ?count cellkg:writtenUnitsCounted ?units } OPTIONAL { ?count cellkg:comment ?comment }
  }
}"""
ANALYSES = """
SELECT ?nct ?title ?groups ?p ?method ?type ?estimate ?dispersion ?spread ?level ?sides ?lower ?upper ?inferiority
WHERE {
  GRAPH ?version {
    ?study cellkg:registryId ?nct ; cellkg:hasPostedMeasure ?measure . ?measure cellkg:hasAnalysis ?a .
    OPTIONAL { ?measure cellkg:measureTitle ?title }
    { SELECT ?version ?a (GROUP_CONCAT(?id; separator=" ") AS ?groups) WHERE {
        { SELECT ?version ?a ?id WHERE { GRAPH ?version { ?a a cellkg:Analysis .
            OPTIONAL { ?a cellkg:comparesGroup/cellkg:groupId ?id } } } ORDER BY ?a ?id }
      } GROUP BY ?version ?a }
    OPTIONAL { ?a cellkg:writtenPValue ?p } OPTIONAL { ?a cellkg:statisticalMethod ?method }
    OPTIONAL { ?a cellkg:estimateType ?type } OPTIONAL { ?a cellkg:writtenEstimate ?estimate }
    OPTIONAL { ?a cellkg:dispersionAsWritten ?dispersion } OPTIONAL { ?a cellkg:writtenDispersionValue ?spread }
    OPTIONAL { ?a cellkg:writtenConfidenceLevel ?level } OPTIONAL { ?a cellkg:intervalSides ?sides }
    OPTIONAL { ?a cellkg:writtenLowerLimit ?lower } OPTIONAL { ?a cellkg:writtenUpperLimit ?upper }
    OPTIONAL { ?a cellkg:nonInferiorityType ?inferiority }
  }
}"""
EVENTS = """
SELECT ?nct ?kind ?term ?system ?group ?affected ?atRisk ?events WHERE {
  GRAPH ?version {
    ?study cellkg:registryId ?nct ; cellkg:hasReportedEvent ?event .
    ?event cellkg:seriousness ?kind ; cellkg:hasEventCount ?count . ?count cellkg:inGroup/cellkg:groupId ?group .
    OPTIONAL { ?event cellkg:eventTerm ?term } OPTIONAL { ?event cellkg:organSystem ?system }
    OPTIONAL { ?count cellkg:affected ?affected } OPTIONAL { ?count cellkg:atRisk ?atRisk }
    OPTIONAL { ?count cellkg:events ?events }
  }
}"""
EVENT_GROUPS = """
SELECT ?nct ?id ?title ?deaths ?deathsAtRisk ?serious ?seriousAtRisk ?other ?otherAtRisk WHERE {
  GRAPH ?version {
    ?study cellkg:registryId ?nct ; cellkg:hasEventGroup ?group . ?group cellkg:groupId ?id .
    OPTIONAL { ?group cellkg:name ?title }
    OPTIONAL { ?group cellkg:deathsAffected ?deaths } OPTIONAL { ?group cellkg:deathsAtRisk ?deathsAtRisk }
    OPTIONAL { ?group cellkg:seriousAffected ?serious } OPTIONAL { ?group cellkg:seriousAtRisk ?seriousAtRisk }
    OPTIONAL { ?group cellkg:otherAffected ?other } OPTIONAL { ?group cellkg:otherAtRisk ?otherAtRisk }
  }
}"""


@pytest.mark.parametrize(
    ("sparql", "read"),
    [
        pytest.param(MEASUREMENTS, measurement_rows, id="measurements"),
        pytest.param(DENOMINATORS, denominator_rows, id="denominators"),
        pytest.param(FLOW, flow_rows, id="flow of participants"),
        pytest.param(ANALYSES, analysis_rows, id="analyses"),
        pytest.param(EVENTS, event_rows, id="adverse events"),
        pytest.param(EVENT_GROUPS, event_group_rows, id="deaths and totals"),
    ],
)
def test_what_the_record_says_is_what_the_graph_says(
    sparql: str, read: Any, store: ox.Store, studies: list[Study]
) -> None:
    assert_equal(asked(store, sparql), Counter(row for study in studies for row in read(study)))


def test_the_comparison_sees_a_single_number_that_is_lost(store: ox.Store, studies: list[Study]) -> None:
    record = Counter(row for study in studies for row in measurement_rows(study))
    changed = asked(store, MEASUREMENTS) - Counter([next(iter(record))])
    with pytest.raises(AssertionError):
        assert_equal(changed, record)


# ---- normal forms

NUMBERS = ("Value", "Spread", "LowerLimit", "UpperLimit", "Estimate", "DispersionValue", "ConfidenceLevel", "Subjects")


@pytest.mark.parametrize("name", NUMBERS)
def test_a_decimal_is_the_number_that_is_written(name: str, store: ox.Store) -> None:
    short = name[0].lower() + name[1:]
    sparql = f"""
    SELECT ?written ?number ?state WHERE {{
      GRAPH ?version {{ ?node cellkg:written{name} ?written . OPTIONAL {{ ?node cellkg:{short} ?number }}
        OPTIONAL {{ ?node cellkg:{short}State ?state }} }} }}"""
    rows = asked(store, sparql)
    assert rows
    missing = f"{VOCABULARY}{'ValueOpenBound' if name.endswith('Limit') else 'ValueNotAvailable'}"
    for written, number, state in rows:
        if re.search("[0-9]", written):
            assert Decimal(number) == Decimal(written.replace(",", "")), written
            assert state is None
        else:
            assert (written, number, state) == ("NA", None, missing)


def test_a_p_value_keeps_its_sign_apart(store: ox.Store) -> None:
    rows = asked(
        store,
        """SELECT ?written ?sign ?number WHERE { GRAPH ?version {
             ?a cellkg:writtenPValue ?written ; cellkg:pValue ?number . OPTIONAL { ?a cellkg:pComparator ?sign } } }""",
    )
    assert {sign for _, sign, _ in rows} >= {None, "<"}
    for written, sign, number in rows:
        assert written.replace(" ", "").removeprefix(sign or "") == written.lstrip("<>= ")
        assert Decimal(number) == Decimal(written.lstrip("<>= "))


def test_an_absent_dispersion_stays_absent(store: ox.Store, studies: list[Study]) -> None:
    rows = [row for study in studies for row in measurement_rows(study)]
    without = sum(1 for row in rows if row[8] is None)
    sparql = """SELECT (COUNT(?m) AS ?n) WHERE { GRAPH ?version { ?m a cellkg:Measurement .
      FILTER NOT EXISTS { ?m cellkg:writtenSpread ?w } FILTER NOT EXISTS { ?m cellkg:spread ?s }
      FILTER NOT EXISTS { ?m cellkg:spreadState ?state } } }"""
    assert asked(store, sparql) == Counter([(str(without),)])


def test_no_number_has_both_a_decimal_and_a_state(store: ox.Store) -> None:
    for name in NUMBERS:
        short = name[0].lower() + name[1:]
        assert not asked(store, f"SELECT ?n WHERE {{ GRAPH ?v {{ ?n cellkg:{short} ?d ; cellkg:{short}State ?s }} }}")
