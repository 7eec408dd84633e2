"""What is planted in made sources is found, by the rule for it and by no other; what is clean has no finding."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cellkg.build import build
from cellkg.conflicts import Finding, ask_conflicts
from cellkg.conflicts.places import KEYS
from cellkg.conflicts.rules import rules
from cellkg.errors import NotFoundError
from cellkg.loading import Inputs, installed_loaders
from cellkg.store import Store, open_store
from cellkg_loaders.clinicaltrials_gov.fields import read_fields

from .conflict_sources import CLEAN, Plant, Study, write_document, write_records

Command = Callable[..., Any]
DATA = Path(__file__).parents[2] / "shared" / "data" / "ctgov_rebuilt"


def _design(study: Study) -> Study:
    found: Study = study["protocolSection"]["designModule"]
    return found


def _status(study: Study) -> Study:
    found: Study = study["protocolSection"]["statusModule"]
    return found


def _results(study: Study) -> Study:
    found: Study = study["resultsSection"]
    return found


def _title(words: str) -> Plant:
    def plant(study: Study) -> None:
        study["protocolSection"]["identificationModule"]["officialTitle"] = words

    return plant


def _parallel(study: Study) -> None:
    _design(study)["designInfo"]["interventionModel"] = "PARALLEL"


def _masked(study: Study) -> None:
    _design(study)["designInfo"]["maskingInfo"] = {"masking": "SINGLE", "whoMasked": ["PARTICIPANT"]}


def _masked_beside_nothing(study: Study) -> None:
    _masked(study)
    _design(study)["designInfo"] |= {"allocation": "RANDOMIZED", "interventionModel": "PARALLEL"}
    study["protocolSection"]["armsInterventionsModule"]["armGroups"].append(
        {"label": "Nothing", "type": "NO_INTERVENTION"}
    )


def _age_in_words(study: Study) -> None:
    eligibility = study["protocolSection"]["eligibilityModule"]
    eligibility["eligibilityCriteria"] = eligibility["eligibilityCriteria"].replace("18 to 70", "21 to 65")


def _late_start(study: Study) -> None:
    _status(study)["startDateStruct"]["date"] = "2019-06-30"


def _estimated_end(study: Study) -> None:
    _status(study)["completionDateStruct"]["type"] = "ESTIMATED"


def _fewer_started(study: Study) -> None:
    flow = _results(study)["participantFlowModule"]["periods"][0]["milestones"][0]
    flow["achievements"][0]["numSubjects"] = "17"


def _died(study: Study) -> None:
    _results(study)["participantFlowModule"]["periods"][0]["dropWithdraws"] = [
        {"type": "Death", "reasons": [{"groupId": "FG000", "numSubjects": "2"}]}
    ]


def _more_affected(study: Study) -> None:
    _results(study)["adverseEventsModule"]["otherEvents"][0]["stats"][0]["numAffected"] = 9


def _unposted(study: Study) -> None:
    del _results(study)["outcomeMeasuresModule"]["outcomeMeasures"][1]


def _unplanned(study: Study) -> None:
    study["protocolSection"]["outcomesModule"]["primaryOutcomes"].pop()


def _after_the_fact(study: Study) -> None:
    measures = _results(study)["outcomeMeasuresModule"]["outcomeMeasures"]
    measures.append({**measures[0], "type": "POST_HOC", "title": "Something looked at later"})


def _announced(study: Study) -> None:
    measures = _results(study)["outcomeMeasuresModule"]["outcomeMeasures"]
    later = {"type": "SECONDARY", "title": "A later result", "timeFrame": "1 year"}
    measures.append({**later, "reportingStatus": "NOT_POSTED", "anticipatedPostingDate": "2020-03"})


def _no_results(study: Study) -> None:
    del study["resultsSection"], _status(study)["resultsFirstPostDateStruct"]
    study["hasResults"] = False


def _low_baseline(study: Study) -> None:
    measure = _results(study)["outcomeMeasuresModule"]["outcomeMeasures"][0]
    measure["classes"][0]["categories"][0]["measurements"][0]["value"] = "7.5"


def _baseline_measure(named: str, unit: str, value: str, **more: Any) -> Plant:
    def plant(study: Study) -> None:
        categories = [{"measurements": [{"groupId": "BG000", "value": value}], **more}]
        _results(study)["baselineCharacteristicsModule"]["measures"] = [
            {"title": named, "paramType": "MEAN", "unitOfMeasure": unit, "classes": [{"categories": categories}]}
        ]

    return plant


def _men(study: Study) -> None:
    _baseline_measure("Sex: Female, Male", "Participants", "2", title="Male")(study)
    _results(study)["baselineCharacteristicsModule"]["measures"][0]["paramType"] = "COUNT_OF_PARTICIPANTS"


def _fewer_analysed(study: Study) -> None:
    for measure in _results(study)["outcomeMeasuresModule"]["outcomeMeasures"]:
        measure["denoms"][0]["counts"][0]["value"] = "18"


def _superior(study: Study) -> None:
    measure = _results(study)["outcomeMeasuresModule"]["outcomeMeasures"][0]
    measure["analyses"] = [{"groupIds": ["OG000"], "nonInferiorityType": "SUPERIORITY", "pValue": "0.01"}]


def _another_event(study: Study) -> None:
    events = _results(study)["adverseEventsModule"]
    events["otherEvents"].append(
        {"term": "Dizziness", "stats": [{"groupId": "EG000", "numAffected": 1, "numAtRisk": 20}]}
    )


_SAME = _title("One official title that stands in two records of the same sponsor")
IN_RECORDS: dict[str, tuple[str, Plant]] = {
    "NCT00000101": ("masking-and-title", _title("A double-blind study of stromal vascular fraction")),
    "NCT00000102": ("allocation-and-title", _title("A randomised study of stromal vascular fraction")),
    "NCT00000103": ("phase-and-title", _title("A phase II study of stromal vascular fraction")),
    "NCT00000104": ("arms-and-design", _parallel),
    "NCT00000105": ("masked-with-one-arm", _masked),
    "NCT00000106": ("masked-without-sham", _masked_beside_nothing),
    "NCT00000107": ("minimum-age maximum-age", _age_in_words),
    "NCT00000108": ("dates-out-of-order", _late_start),
    "NCT00000109": ("status-and-dates", _estimated_end),
    "NCT00000110": ("enrolment-and-flow", _fewer_started),
    "NCT00000111": ("deaths-in-flow-and-events", _died),
    "NCT00000112": ("events-beyond-their-total", _more_affected),
    "NCT00000113": ("planned-primary-not-posted", _unposted),
    "NCT00000114": ("posted-primary-not-planned", _unplanned),
    "NCT00000115": ("posted-after-the-fact", _after_the_fact),
    "NCT00000116": ("announced-result-not-posted", _announced),
    "NCT00000117": ("results-overdue", _no_results),
    "NCT00000118": ("score-at-baseline-beyond-limit", _low_baseline),
    "NCT00000119": ("body-mass-at-baseline-beyond-limit", _baseline_measure("Body mass index", "kg/m2", "16")),
    "NCT00000120": ("age-at-baseline-beyond-limit", _baseline_measure("Age, Continuous", "years", "75")),
    "NCT00000121": ("sex-at-baseline-beyond-limit", _men),
    "NCT00000122": ("events-of-more-than-analysed", _fewer_analysed),
    "NCT00000123": ("superiority-of-one-group", _superior),
    "NCT00000124": ("possible-duplicates", _SAME),
    "NCT00000125": ("possible-duplicates", _SAME),
}
BETWEEN_SOURCES: dict[str, tuple[str, dict[str, str]]] = {
    "NCT00000130": ("product-between-sources", {"product": "adipose-derived MSC, culture not stated"}),
    "NCT00000131": ("participants-between-sources", {"enrolled": "24"}),
    "NCT00000132": ("indication-between-sources", {"condition": "systemic sclerosis with digital ulcers"}),
    "NCT00000133": ("direction-and-numbers", {"final": "50"}),
    "NCT00000134": ("thresholds", {"bmi": "18"}),
    "NCT00000135": ("donor-between-sources", {"donor": "allogeneic"}),
    "NCT00000136": ("design-between-sources", {"phase": "PHASE2"}),
    "NCT00000137": ("status-at-different-dates", {"status": "RECRUITING"}),
    "NCT00000138": ("improvement-without-significance", {"significance": "not significant"}),
    "NCT00000139": ("result-before-follow-up", {"shortest": "12"}),
    "NCT00000140": ("events-one-source-omits", {}),
}
PLANTED = {**{key: rule for key, (rule, _) in IN_RECORDS.items()}, **{k: r for k, (r, _) in BETWEEN_SOURCES.items()}}


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store built from made sources: a clean study, and studies in each of which one thing is at odds."""
    home = tmp_path_factory.mktemp("conflicts")
    plants: dict[str, Plant | None] = {CLEAN: None, **{key: plant for key, (_, plant) in IN_RECORDS.items()}}
    plants |= dict.fromkeys(BETWEEN_SOURCES)
    plants["NCT00000140"] = _another_event
    said: dict[str, dict[str, str]] = {CLEAN: {}, **{key: values for key, (_, values) in BETWEEN_SOURCES.items()}}
    document = write_document(home / "review.yaml", said)
    inputs = Inputs(curated=(document,), registry=(write_records(home / "records", plants),))
    report = build(inputs, home / "built", installed_loaders())
    assert report.findings.set_aside == []
    return open_store(home / "built")


@pytest.fixture(scope="session")
def found(made: Store) -> dict[str, list[Finding]]:
    """All findings on the made sources, by study."""
    by_study: dict[str, list[Finding]] = {}
    for finding in ask_conflicts(made):
        by_study.setdefault(finding.study, []).append(finding)
    return by_study


def test_a_clean_study_has_no_finding(found: dict[str, list[Finding]]) -> None:
    assert found.get(CLEAN, []) == []


@pytest.mark.parametrize("study", PLANTED)
def test_what_is_planted_is_found_by_its_rule_and_by_no_other(found: dict[str, list[Finding]], study: str) -> None:
    assert {finding.rule for finding in found.get(study, [])} == set(PLANTED[study].split())


@pytest.mark.parametrize("study", PLANTED)
def test_a_study_asked_alone_has_the_same_findings(made: Store, found: dict[str, list[Finding]], study: str) -> None:
    assert ask_conflicts(made, study) == found[study]


def test_every_side_that_a_record_says_has_a_pointer_that_leads_into_it(
    made: Store, found: dict[str, list[Finding]], tmp_path: Path
) -> None:
    plants = {CLEAN: None, **{key: plant for key, (_, plant) in IN_RECORDS.items()}}
    folder = write_records(tmp_path / "records", plants)
    for study in IN_RECORDS:
        content = json.loads((folder / f"{study}.json").read_text(encoding="utf-8"))
        for claim in (claim for finding in found[study] for claim in finding.claims):
            if claim.value == "not reported" or claim.value.startswith("NCT"):
                continue
            at = content
            for step in claim.place.partition(",")[0].split("/")[1:]:
                at = at[int(step)] if isinstance(at, list) else at[step]
            assert at not in (None, "", [])


def test_every_rule_has_a_plant_or_real_documents_that_show_it() -> None:
    shown = {rule for planted in PLANTED.values() for rule in planted.split()}
    shown |= {"product-named-twice", "treatment-nobody-gets"}  # test_the_shipped_documents_show_…
    shown |= {"enrolment-at-different-dates", "course-at-different-dates", "planned-number-at-different-dates"}
    assert {rule.question.name for rule in rules()} == shown


def test_the_shipped_documents_show_a_product_named_twice_and_a_treatment_nobody_gets(flagship: Path) -> None:
    rules_found = {finding.rule for finding in ask_conflicts(open_store(flagship))}
    assert {"product-named-twice", "treatment-nobody-gets", "direction-and-numbers"} <= rules_found


def test_two_versions_of_a_record_show_what_changed(tmp_path: Path) -> None:
    def earlier(study: Study) -> None:
        _no_results(study)
        _status(study)["overallStatus"] = "RECRUITING"
        _status(study)["lastUpdatePostDateStruct"]["date"] = "2018-05-01"
        _status(study)["completionDateStruct"] = {"date": "2020-12", "type": "ESTIMATED"}
        _design(study)["enrollmentInfo"] = {"count": 40, "type": "ESTIMATED"}

    folders = [write_records(tmp_path / name, {CLEAN: plant}) for name, plant in (("new", None), ("old", earlier))]
    document = write_document(tmp_path / "review.yaml", {CLEAN: {}})
    text = document.read_text(encoding="utf-8").replace("counted: enrolled", "counted: planned")
    document.write_text(text, encoding="utf-8")
    build(Inputs(curated=(document,), registry=tuple(folders)), tmp_path / "built", installed_loaders())
    findings = ask_conflicts(open_store(tmp_path / "built"), CLEAN, kinds=("change over time",))
    told = {(each.rule, each.about): [(claim.date, claim.value) for claim in each.claims] for each in findings}
    assert told["enrolment-at-different-dates", "enrolment"] == [("2018-05-01", "40"), ("2020-06-01", "20")]
    assert told["course-at-different-dates", "completion"] == [("2018-05-01", "2020-12"), ("2020-06-01", "2019-03-01")]
    assert ("status-at-different-dates", "status") in told


def test_a_decision_settles_a_finding_while_its_source_says_so(tmp_path: Path, cellkg: Command) -> None:
    study = "NCT00000130"
    (tmp_path / "curated" / "decisions").mkdir(parents=True)
    write_document(tmp_path / "curated" / "review.yaml", {study: BETWEEN_SOURCES[study][1]})
    decisions = tmp_path / "curated" / "decisions" / "decisions.yaml"
    said = {"study": study, "rule": "product-between-sources", "about": "product", "follow": "clinicaltrials.gov"}
    said |= {"value": "stromal vascular fraction", "reason": "the arm says so", "curator": "c1", "date": "2026-11-25"}
    decisions.write_text(json.dumps({"decisions": [said]}), encoding="utf-8")
    records = write_records(tmp_path / "records", {study: None})
    inputs = Inputs(curated=(tmp_path / "curated",), registry=(records,))
    build(inputs, tmp_path / "built", installed_loaders())
    store = open_store(tmp_path / "built")
    (finding,) = ask_conflicts(store, study)
    assert finding.decision is not None
    assert finding.is_settled
    assert ask_conflicts(store, study, view="curated") == []
    done = cellkg("conflicts", study, "--store", tmp_path / "built", "-f", "tsv")
    assert "the arm says so" in done.stdout
    assert (
        "the arm says so"
        not in cellkg("conflicts", study, "--view", "curated", "--store", tmp_path / "built", "-f", "tsv").stdout
    )
    decisions.write_text(json.dumps({"decisions": [said | {"value": "something else"}]}), encoding="utf-8")
    build(inputs, tmp_path / "built", installed_loaders())
    (again,) = ask_conflicts(open_store(tmp_path / "built"), study, view="curated")
    assert again.decision is not None
    assert not again.decision.holds


def test_a_decision_without_a_reason_is_set_aside_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "decisions").mkdir()
    file = tmp_path / "decisions" / "mine.yaml"
    file.write_text("decisions:\n  - {study: NCT00000130, rule: x, about: y}\n", encoding="utf-8")
    write_document(tmp_path / "review.yaml", {CLEAN: {}})
    report = build(Inputs(curated=(tmp_path,)), tmp_path / "built", installed_loaders())
    (error,) = report.findings.set_aside
    assert "mine.yaml:2" in str(error)
    assert "'reason' is missing" in str(error)


def test_a_study_that_is_not_there_is_told(made: Store) -> None:
    with pytest.raises(NotFoundError, match="no study 'NCT09999999'"):
        ask_conflicts(made, "NCT09999999")


def test_the_pointers_of_a_record_are_those_of_the_published_table() -> None:
    published = {(field.prop, "/" + field.path.replace(".", "/").removesuffix("[]")) for field in read_fields()}
    for prop, pointer in KEYS.items():
        name = prop if prop.startswith("dcterms:") else prop.removeprefix("cellkg:")
        assert (name, pointer) in published


def test_a_registry_record_beside_a_review_shows_all_that_is_at_odds(flagship: Path, tmp_path: Path) -> None:
    file = DATA / "NCT03060551.json"
    if not file.is_file():
        pytest.skip(f"the real records are not at hand: no {file}")
    curated = Path(__file__).parents[1] / "graph_data" / "curated"
    build(Inputs(curated=(curated,), registry=(file,)), tmp_path, installed_loaders())
    findings = {(each.rule, each.about): each for each in ask_conflicts(open_store(tmp_path), "NCT03060551")}
    told = {key: {claim.value for claim in each.claims} for key, each in findings.items()}
    assert told["product-between-sources", "product"] == {
        "adipose-derived MSC, culture not stated",
        "stromal vascular fraction",
    }
    assert told["direction-and-numbers", "RCS"] == {"improved", "5", "6", "worse"}
    assert {"20", "18"} < told["events-of-more-than-analysed", "participants counted"]
    assert told["score-at-baseline-beyond-limit", "CHFS"] == {"20", "7.5"}
    assert ("indication-between-sources", "indication: systemic sclerosis with digital ulcers") in told
    omitted = {about for rule, about in told if rule == "events-one-source-omits"}
    assert omitted == {"Dizziness after lidocaine injection", "Transient paresthesia in liposuction lesions"}


def test_the_command_writes_findings_as_json_with_their_claims(flagship: Path, cellkg: Command) -> None:
    done = cellkg("conflicts", "--kind", "contradiction", "--store", flagship, "-f", "json")
    assert done.returncode == 0, done.stderr
    for finding in json.loads(done.stdout):
        assert finding["kind"] == "contradiction"
        assert len(finding["claims"]) >= 2
