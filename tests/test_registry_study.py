"""The protocol part of a registry record: criteria, arms and their interventions, references, sponsors, dates."""

from __future__ import annotations

import json
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from cellkg.loading import Findings, Inputs
from cellkg.ntriples import lines
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader
from cellkg_loaders.clinicaltrials_gov.eligibility import split_criteria
from cellkg_loaders.clinicaltrials_gov.limits import read_limits

DATA = Path(__file__).parents[2] / "shared" / "data"
FOLDERS = (DATA / "ctgov_v2", DATA / "ctgov_rebuilt")
VOCABULARY = "https://w3id.org/cellkg/vocab/"


def graph_of(tmp_path: Path, **modules: Any) -> ox.Store:
    study = {"protocolSection": {"identificationModule": {"nctId": "NCT00000102"}, **modules}}
    (tmp_path / "one.json").write_text(json.dumps(study), encoding="utf-8")
    findings = Findings()
    quads = ClinicalTrialsGovLoader().quads(Inputs(registry=(tmp_path,)), findings)
    store = ox.Store()
    store.bulk_load("".join(lines(quads)).encode(), format=ox.RdfFormat.N_QUADS)
    assert findings.set_aside == []
    return store


def rows(store: ox.Store, where: str, *names: str) -> list[tuple[str, ...]]:
    variables = " ".join(f"?{name}" for name in names)
    query = f"SELECT {variables} WHERE {{ GRAPH ?g {{ {where} }} }} ORDER BY {variables}"
    answer = store.query(f"PREFIX cellkg: <{VOCABULARY}> {query}")
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(str(getattr(term, "value", "")).removeprefix(VOCABULARY) for term in row) for row in answer]


# ---- eligibility


def split(written: str) -> list[tuple[str, int, str]]:
    return [(item.kind, item.number, written[item.start : item.end]) for item in split_criteria(written)]


@pytest.mark.parametrize(
    "written",
    [
        "Inclusion Criteria:\n\n* Adult\n* SSc\n\nExclusion Criteria:\n\n* Cancer",
        "INCLUSION:\n1. Adult\n2. SSc\nEXCLUSION:\n1. Cancer",
        "Key Inclusion Criteria\n\n- Adult\n- SSc\n\nKey Exclusion Criteria\n\n- Cancer",
        "Inclusion criteria :\n\nAdult\n\nSSc\n\nExclusion criteria:\n\nCancer",
        "  * Inclusion Criteria:\r\n\r\n    1. Adult\r\n    2. SSc\r\n\r\n  * Exclusion Criteria: Cancer",
        "Read this.\n\nInclusion Criteria (patients):\n(1) Adult\n(2) SSc\n\nExclusion Criteria - all:\na) Cancer\n",
    ],
)
def test_criteria_are_split_in_each_of_the_usual_forms(written: str) -> None:
    assert split(written) == [("inclusion", 1, "Adult"), ("inclusion", 2, "SSc"), ("exclusion", 1, "Cancer")]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Adults with SSc.",
        "DISEASE CHARACTERISTICS: SSc\n\nPATIENT CHARACTERISTICS: Age: 18 to 60",
        "Patients must meet the inclusion criteria of the parent study.",
        "Other inclusion/exclusion criteria may apply.",
        "* Any exclusion criteria included in the drug labeling",
    ],
)
def test_a_text_without_headings_is_not_split(written: str) -> None:
    assert split(written) == []


def test_what_is_below_a_criterion_belongs_to_it() -> None:
    listed = "All of:\n\n* SSc with\n\n  * ulcers or\n  * fibrosis\n* Adult,\nat home"
    written = f"Inclusion Criteria:\n\n{listed}\n\nExclusion Criteria:\n"
    assert [words for _, _, words in split(written)] == ["SSc with\n\n  * ulcers or\n  * fibrosis", "Adult,\nat home"]


def test_a_second_list_of_one_kind_goes_on_counting() -> None:
    written = "Inclusion Criteria - donor:\n* A\nExclusion Criteria - donor:\n* B\nInclusion Criteria - recipient:\n* C"
    assert split(written) == [("inclusion", 1, "A"), ("inclusion", 2, "C"), ("exclusion", 1, "B")]


@pytest.mark.parametrize(
    ("words", "limits"),
    [
        ("Age ≥ 18 years", ["age >= 18 years"]),
        ("Age \\>= 18 and \\<= 75", ["age >= 18"]),
        ("Aged 18-75 years", ["age >= 18 years", "age <= 75 years"]),
        ("18 years of age or older", ["age >= 18 years"]),
        ("Older than 6 months old", ["age > 6 months"]),
        ("BMI > 17 kg/m2", ["body mass index > 17 kg/m2"]),
        ("Body mass index (BMI) less than 35", ["body mass index < 35"]),
        ("Haemoglobin \\< 9.5 g/dL or platelets \\< 100", ["Haemoglobin < 9.5 g/dL"]),
        ("HbA1c > 9 g/dl", []),
        ("Gestational age < 26 weeks", []),
        ("Sexual partner < 18 years of age", []),
        ("Creatinine > 2 mg/dl for 18 years", []),
        ("BMI 17 or so", []),
    ],
)
def test_only_a_plain_limit_is_read(words: str, limits: list[str]) -> None:
    found = read_limits(words)
    shown = [(limit.measure or limit.printed, limit.comparison, str(limit.value), limit.unit) for limit in found]
    assert [" ".join(filter(None, each)) for each in shown] == limits
    assert all(str(limit.value) in words[limit.start : limit.end] for limit in found)


def test_every_criterion_of_every_record_is_its_piece_of_the_text() -> None:
    files = list(chain.from_iterable(sorted(folder.glob("*.json")) for folder in FOLDERS))
    if not files:
        pytest.skip(f"the real records are not at hand: no folder {DATA}")
    split_texts = 0
    for file in files:
        protocol = json.loads(file.read_text(encoding="utf-8"))["protocolSection"]
        written = protocol.get("eligibilityModule", {}).get("eligibilityCriteria", "")
        found = split_criteria(written)
        split_texts += bool(found)
        spots = sorted((item.start, item.end) for item in found)
        assert all(written[start:end].strip() == written[start:end] != "" for start, end in spots), file.name
        assert all(one[1] <= other[0] for one, other in pairwise(spots)), file.name
    assert split_texts > 1_600


def test_a_criterion_is_a_node_with_its_words_and_their_spot(tmp_path: Path) -> None:
    text = "Inclusion Criteria:\n\n* Age ≥ 18 years\n\nExclusion Criteria:\n\n* Call +32 9 333 44 55"
    store = graph_of(tmp_path, eligibilityModule={"eligibilityCriteria": text, "minimumAge": "6 Months"})
    where = """?s cellkg:hasCriterion ?c ; cellkg:eligibilityCriteria ?text . ?c cellkg:criterionKind ?kind ;
      cellkg:criterionNumber ?number ; cellkg:mentions ?words ; cellkg:textStart ?start ; cellkg:textEnd ?end ;
      cellkg:pointer ?pointer . FILTER(SUBSTR(?text, ?start + 1, ?end - ?start) = ?words)"""
    pointer = "/protocolSection/eligibilityModule/eligibilityCriteria"
    assert rows(store, where, "kind", "number", "words", "pointer") == [
        ("CriterionExclusion", "1", "Call ••••••••••••••••"[: len("Call +32 9 333 44 55")], pointer),
        ("CriterionInclusion", "1", "Age ≥ 18 years", pointer),
    ]
    limit = """?c cellkg:hasLimit ?l . ?l cellkg:limitOf ?of ; cellkg:comparison ?how ; cellkg:limitValue ?n ;
      cellkg:limitUnit ?u"""
    assert rows(store, limit, "of", "how", "n", "u") == [("MeasureAge", "ComparisonMoreOrEqual", "18", "years")]
    assert rows(store, "?s cellkg:minimumAge ?a ; cellkg:minimumAgeYears ?y", "a", "y") == [("6 Months", "0.5")]


# ---- arms and interventions


def test_arms_and_interventions_are_tied_by_the_names_they_give_each_other(tmp_path: Path) -> None:
    arms = [
        {"label": "Cells", "type": "EXPERIMENTAL", "interventionNames": ["Biological: SVF: fresh", "Drug: unknown"]},
        {"label": "Sham", "type": "SHAM_COMPARATOR", "interventionNames": ["Procedure: Lipoaspiration"]},
        {"label": "Other", "type": "OTHER"},
        {"label": "Nothing", "type": "NO_INTERVENTION"},
    ]
    interventions = [
        {"type": "BIOLOGICAL", "name": "SVF: fresh", "armGroupLabels": ["Cells"]},
        {"type": "PROCEDURE", "name": "Lipoaspiration", "armGroupLabels": ["Cells", "no such arm"]},
    ]
    store = graph_of(tmp_path, armsInterventionsModule={"armGroups": arms, "interventions": interventions})
    tied = "?arm cellkg:usesIntervention ?what . ?arm cellkg:name ?a . ?what cellkg:name ?i"
    assert rows(store, tied, "a", "i") == [
        ("Cells", "Lipoaspiration"),
        ("Cells", "SVF: fresh"),
        ("Sham", "Lipoaspiration"),
    ]
    roles = "?arm a cellkg:Arm ; cellkg:name ?a OPTIONAL { ?arm cellkg:groupRole ?role }"
    assert rows(store, roles, "a", "role") == [
        ("Cells", "GroupExperimental"),
        ("Nothing", ""),
        ("Other", ""),
        ("Sham", "GroupComparator"),
    ]
    assert len(rows(store, "?arm cellkg:interventionName ?n", "n")) == 3


# ---- references


def test_a_reference_that_the_registry_found_is_marked(tmp_path: Path) -> None:
    references = [
        {"pmid": "1", "type": "DERIVED", "citation": "Doe J. Never kept beside a PubMed id."},
        {"pmid": "2", "type": "RESULT", "retractions": [{"pmid": "3", "source": "J Ret"}]},
        {"type": "BACKGROUND", "citation": "Doe J. A report without an id. 2019."},
    ]
    store = graph_of(tmp_path, referencesModule={"references": references})
    where = """?r cellkg:reports ?study ; cellkg:linkOrigin ?o
      OPTIONAL { ?r cellkg:pmid ?p } OPTIONAL { ?r cellkg:citation ?c }"""
    assert rows(store, where, "o", "p", "c") == [
        ("LinkDerived", "1", ""),
        ("LinkGiven", "", f"{'•' * 6} A report without an id. 2019."),
        ("LinkGiven", "2", ""),
    ]
    assert rows(store, "?r cellkg:pmid '2' ; cellkg:hasRetraction/cellkg:pmid ?p", "p") == [("3",)]
