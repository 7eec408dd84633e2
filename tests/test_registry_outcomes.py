"""What is read out of the outcome measures of a record, as the graph has it: beside the words, with rule and spot."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from cellkg.build import build
from cellkg.checks import shacl_violations, violations
from cellkg.loading import Findings, Inputs
from cellkg.ntriples import lines
from cellkg.store import open_store
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

DATA = Path(__file__).parents[2] / "shared" / "data"
VOCABULARY = "https://w3id.org/cellkg/vocab/"
MEASURES = [
    {
        "measure": "Number of patients with ≥ 20 points reduction in CDAI",
        "description": "The score ranges from 0 to 600; higher scores mean worse disease.",
        "timeFrame": "Baseline, Week 12 after infusion",
    },
    {"measure": "Colchin Hand Function Scale", "timeFrame": "Baseline to Month 6"},
    {"measure": "Short Form 36", "description": "The total ranges from 0 to 3600.", "timeFrame": "12 weeks"},
    {"measure": "Blood glucose"},
]
POSTED = {
    "type": "PRIMARY",
    "title": "Change in LVEF",
    "paramType": "LEAST_SQUARES_MEAN",
    "dispersionType": "95% Confidence Interval",
    "unitOfMeasure": "percentage of participants",
    "timeFrame": "up to 2 years",
}


def record(nct_id: str = "NCT00000102") -> dict[str, Any]:
    return {
        "protocolSection": {
            "identificationModule": {"nctId": nct_id},
            "conditionsModule": {"conditions": ["Crohn Disease"]},
            "outcomesModule": {"primaryOutcomes": MEASURES},
        },
        "resultsSection": {"outcomeMeasuresModule": {"outcomeMeasures": [POSTED]}},
    }


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[ox.Store, Findings]:
    folder = tmp_path_factory.mktemp("record")
    (folder / "one.json").write_text(json.dumps(record()), encoding="utf-8")
    findings, store = Findings(), ox.Store()
    quads = ClinicalTrialsGovLoader().quads(Inputs(registry=(folder,)), findings)
    store.bulk_load("".join(lines(quads)).encode(), format=ox.RdfFormat.N_QUADS)
    assert findings.set_aside == []
    return store, findings


def rows(store: ox.Store, where: str, *names: str) -> list[tuple[str, ...]]:
    variables = " ".join(f"?{name}" for name in names)
    query = f"SELECT {variables} WHERE {{ GRAPH ?g {{ {where} }} }} ORDER BY {variables}"
    answer = store.query(f"PREFIX cellkg: <{VOCABULARY}> {query}")
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(str(getattr(term, "value", "")).removeprefix(VOCABULARY) for term in row) for row in answer]


def about(title: str) -> str:
    return f'?m cellkg:measureTitle "{title}"'


def test_a_measure_has_the_outcome_that_its_condition_tells(loaded: tuple[ox.Store, Findings]) -> None:
    store, _ = loaded
    assert rows(store, "?m cellkg:measureTitle ?title ; cellkg:outcome ?outcome", "title", "outcome") == [
        ("Change in LVEF", "LVEF"),
        ("Number of patients with ≥ 20 points reduction in CDAI", "CDAI"),
        ("Short Form 36", "SF36"),
    ]


def test_a_misspelt_instrument_is_a_possible_one(loaded: tuple[ox.Store, Findings]) -> None:
    store, findings = loaded
    where = (
        "?e cellkg:aboutProperty cellkg:possibleOutcome ; cellkg:aboutValue ?o ; cellkg:statementKind ?k ;"
        " cellkg:readingRule ?r"
    )
    assert rows(store, where, "o", "k", "r") == [("CHFS", "Ambiguous", "misspelt name")]
    assert findings.counts["outcome measures with an ambiguous instrument"] == 1


def test_every_reading_has_its_words_at_its_spot(loaded: tuple[ox.Store, Findings]) -> None:
    store, _ = loaded
    where = "?e a cellkg:Evidence ; cellkg:pointer ?p ; cellkg:asWritten ?w ; cellkg:textStart ?s ; cellkg:textEnd ?t"
    found = rows(store, where, "p", "w", "s", "t")
    assert len(found) >= 8
    for pointer, words, start, end in found:
        text: Any = record()
        for step in pointer.split("/")[1:]:
            text = text[int(step)] if isinstance(text, list) else text[step]
        assert text[int(start) : int(end)] == words


def test_times_have_kind_days_and_anchor_where_they_are_said(loaded: tuple[ox.Store, Findings]) -> None:
    store, _ = loaded
    where = (
        "?m cellkg:timeFrame ?frame ; cellkg:hasTime ?t ."
        " OPTIONAL { ?t cellkg:timeKind ?kind } OPTIONAL { ?t cellkg:days ?days }"
        " OPTIONAL { ?t cellkg:timeAnchor ?anchor } OPTIONAL { ?t cellkg:beginsAt ?begin }"
    )
    assert rows(store, where, "frame", "kind", "days", "anchor", "begin") == [
        ("12 weeks", "", "84", "", ""),
        ("Baseline to Month 6", "TimeWindow", "180", "", "AnchorBaseline"),
        ("Baseline, Week 12 after infusion", "TimeAt", "", "AnchorBaseline", ""),
        ("Baseline, Week 12 after infusion", "TimeAt", "84", "AnchorAdministration", ""),
        ("up to 2 years", "TimeUpTo", "720", "", ""),
    ]


def test_a_stated_range_stands_on_the_measure_and_another_one_is_told(loaded: tuple[ox.Store, Findings]) -> None:
    store, findings = loaded
    where = "?m cellkg:measureTitle ?title ; cellkg:rangeMinimum ?low ; cellkg:rangeMaximum ?high"
    assert [row[1:] for row in rows(store, where, "title", "low", "high")] == [("0", "600"), ("0", "3600")]
    assert findings.counts["outcome measures whose record states another range than the ontology"] == 1
    assert rows(store, "?m cellkg:higherMeans ?word", "word") == [("HigherIsWorse",)]


def test_a_responder_definition_is_a_thing(loaded: tuple[ox.Store, Findings]) -> None:
    store, _ = loaded
    where = (
        "?m cellkg:hasResponderDefinition ?r ."
        " ?r cellkg:thresholdKind ?kind ; cellkg:threshold ?number ; cellkg:thresholdUnit ?unit ; cellkg:outcome ?o ;"
        " cellkg:thresholdCounts ?counts"
    )
    assert rows(store, where, "kind", "number", "unit", "counts") == [
        ("ThresholdReduction", "20", "points", "at least")
    ]


def test_a_posted_measure_has_unit_statistic_and_dispersion_in_common_words(loaded: tuple[ox.Store, Findings]) -> None:
    store, _ = loaded
    where = (
        "?m cellkg:ucumCode ?unit ; cellkg:statistic ?statistic ; cellkg:dispersionKind ?kind ; cellkg:unitAsWritten ?w"
    )
    assert rows(store, where, "unit", "statistic", "kind", "w") == [
        ("%", "StatisticLeastSquaresMean", "DispersionCI95", "percentage of participants")
    ]
    assert rows(store, "?m cellkg:measureForm ?form ; cellkg:measureTitle ?t", "form", "t") == [
        ("FormChange", "Change in LVEF"),
        ("FormCount", "Number of patients with ≥ 20 points reduction in CDAI"),
    ]


def test_what_names_nothing_gets_no_statement(loaded: tuple[ox.Store, Findings]) -> None:
    store, _ = loaded
    known = {name for (name,) in rows(store, f"{about('Blood glucose')} ; ?property ?value", "property")}
    assert known & {"outcome", "possibleOutcome", "hasTime", "measureForm", "rangeMinimum", "ucumCode"} == set()


def test_a_build_with_such_measures_breaks_no_rule(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(record()), encoding="utf-8")
    build(Inputs(registry=(tmp_path / "one.json",)), tmp_path / "home", [ClinicalTrialsGovLoader()])
    store = open_store(tmp_path / "home")
    assert [*violations(store), *shacl_violations(store)] == []


@pytest.mark.skipif(not DATA.is_dir(), reason="the real registry records are not at hand")
def test_the_measures_of_a_trial_in_systemic_sclerosis_are_known(tmp_path: Path) -> None:
    findings, store = Findings(), ox.Store()
    source = DATA / "ctgov_rebuilt" / "NCT03060551.json"
    quads = ClinicalTrialsGovLoader().quads(Inputs(registry=(source,)), findings)
    store.bulk_load("".join(lines(quads)).encode(), format=ox.RdfFormat.N_QUADS)
    posted = "?s cellkg:hasPostedMeasure ?m . ?m cellkg:outcome|cellkg:possibleOutcome ?o"
    assert Counter(row[0] for row in rows(store, posted, "o", "m")) == {
        "RCS": 1, "VASHandPain": 1, "CHFS": 1, "KapandjiScore": 2, "EQ5D": 2, "HAQDI": 1, "FingerCircumference": 2,
        "NailfoldCapillaroscopy": 6,
    }  # fmt: skip
    visits = "?s cellkg:hasPostedMeasure ?m . ?m cellkg:hasTime ?t . OPTIONAL { ?t cellkg:duration ?d }"
    assert Counter(row[0] for row in rows(store, visits, "d", "m")) == {
        "": 16,
        "P2W": 16,
        "P6W": 16,
        "P12W": 16,
        "P24W": 16,
    }
