"""The quirks of real registry records, each with a record that has it or a small made-up one."""

from __future__ import annotations

import copy
import json
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
Study = dict[str, Any]
Rows = list[tuple[str, ...]]


def store_of(*places: Path) -> tuple[ox.Store, Findings]:
    findings, store = Findings(), ox.Store()
    quads = ClinicalTrialsGovLoader().quads(Inputs(registry=places), findings)
    store.bulk_load("".join(lines(quads)).encode(), format=ox.RdfFormat.N_QUADS)
    return store, findings


def made(tmp_path: Path, **sections: Any) -> tuple[ox.Store, Findings]:
    protocol = {"identificationModule": {"nctId": "NCT00000102"}, **sections.pop("protocol", {})}
    (tmp_path / "one.json").write_text(json.dumps({"protocolSection": protocol, **sections}), encoding="utf-8")
    return store_of(tmp_path / "one.json")


def real(nct_id: str) -> Study:
    file = next((file for folder in FOLDERS if (file := folder / f"{nct_id}.json").is_file()), None)
    if file is None:
        pytest.skip(f"the real records are not at hand: no {nct_id} in {DATA}")
    study: Study = json.loads(file.read_text(encoding="utf-8"))
    return study


def graph(nct_id: str) -> ox.Store:
    real(nct_id)
    store, findings = store_of(*(file for folder in FOLDERS if (file := folder / f"{nct_id}.json").is_file()))
    assert findings.set_aside == []
    return store


def rows(store: ox.Store, where: str, *names: str) -> Rows:
    variables = " ".join(f"?{name}" for name in names)
    answer = store.query(
        f"PREFIX cellkg: <{VOCABULARY}> SELECT {variables} WHERE {{ GRAPH ?g {{ {where} }} }} ORDER BY {variables}"
    )
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(str(getattr(term, "value", "")).removeprefix(VOCABULARY) for term in row) for row in answer]


def count(store: ox.Store, where: str) -> int:
    return int(rows(store, f"{{ SELECT (COUNT(*) AS ?n) WHERE {{ {where} }} }}", "n")[0][0])


# ---- results


def test_a_posted_outcome_without_numbers_is_there_and_has_none() -> None:
    store = graph("NCT00162773")
    bare = (
        "?m a cellkg:PostedMeasure ; cellkg:reportingStatus 'POSTED' FILTER NOT EXISTS { ?m cellkg:hasMeasureClass ?c }"
    )
    assert count(store, bare) > 0


def test_a_class_without_categories_keeps_its_title() -> None:
    store = graph("NCT02336230")
    assert count(store, "?c a cellkg:MeasureClass FILTER NOT EXISTS { ?c cellkg:hasCategory ?k }") > 0


def test_a_category_title_that_is_data_is_kept() -> None:
    wanted = {
        category["title"]
        for measure in real("NCT02475213")["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"]
        for each in measure.get("classes", [])
        for category in each.get("categories", [])
        if category.get("title")
    }
    named = rows(
        graph("NCT02475213"),
        "?m a cellkg:PostedMeasure ; cellkg:hasMeasureClass/cellkg:hasCategory/cellkg:name ?n",
        "n",
    )
    assert wanted
    assert {name for (name,) in named} == wanted


def test_more_than_eight_groups_are_all_there() -> None:
    store = graph("NCT02475213")
    assert (
        max(
            int(n)
            for _, n in rows(
                store,
                "{ SELECT ?m (COUNT(?group) AS ?n) WHERE { ?m cellkg:hasReportedGroup ?group } GROUP BY ?m }",
                "m",
                "n",
            )
        )
        > 8
    )


def test_a_group_that_is_not_measured_has_no_number() -> None:
    store = graph("NCT00925054")
    lacking = """?measure cellkg:hasReportedGroup ?group ; cellkg:hasMeasureClass/cellkg:hasCategory ?k .
      FILTER NOT EXISTS { ?k cellkg:hasMeasurement/cellkg:inGroup ?group }"""
    assert count(store, lacking) > 0


def test_a_class_has_its_own_denominators() -> None:
    assert (
        count(graph("NCT00925054"), "?c a cellkg:MeasureClass ; cellkg:hasDenominator/cellkg:hasDenominatorCount ?n")
        > 0
    )


def test_an_analysis_may_be_about_one_group_and_have_no_p() -> None:
    one = """{ SELECT ?a (COUNT(?group) AS ?n) WHERE { ?a cellkg:comparesGroup ?group }
      GROUP BY ?a HAVING (COUNT(?group) = 1) }"""
    assert rows(graph("NCT00829179"), one, "a")
    assert count(graph("NCT00663260"), "?a a cellkg:Analysis FILTER NOT EXISTS { ?a cellkg:writtenPValue ?p }") > 0


def test_no_one_at_risk_is_a_zero_and_an_absent_count_is_absent() -> None:
    assert count(graph("NCT01723254"), "?e a cellkg:EventCount ; cellkg:atRisk 0") > 0
    without = "?e a cellkg:EventCount ; cellkg:inGroup ?group FILTER NOT EXISTS { ?e cellkg:affected ?n }"
    assert count(graph("NCT04313647"), without) > 0


def test_limits_without_a_kind_of_dispersion_are_kept_and_get_none() -> None:
    bare = """?measure cellkg:hasMeasureClass/cellkg:hasCategory/cellkg:hasMeasurement/cellkg:lowerLimit ?s
      FILTER NOT EXISTS { ?measure cellkg:dispersionAsWritten ?kind }"""
    assert count(graph("NCT00314574"), bare) > 0


def results(value: dict[str, Any], **measure: Any) -> dict[str, Any]:
    groups = [{"id": "OG000", "title": "Cells"}, {"id": "OG001", "title": "Sham"}]
    classes = [{"categories": [{"measurements": [{"groupId": "OG000", **value}]}]}]
    posted = {"title": "mRSS", "groups": groups, "classes": classes, **measure}
    return {"outcomeMeasuresModule": {"outcomeMeasures": [posted]}}


def test_a_kind_of_dispersion_without_a_spread_makes_no_spread(tmp_path: Path) -> None:
    store, _ = made(tmp_path, resultsSection=results({"value": "5"}, dispersionType="Standard Deviation"))
    assert rows(store, "?m cellkg:dispersionAsWritten ?kind", "kind") == [("Standard Deviation",)]
    assert count(store, "?m a cellkg:Measurement ; ?p ?s FILTER(CONTAINS(LCASE(STR(?p)), 'spread'))") == 0


@pytest.mark.parametrize(
    ("written", "number", "state"),
    [
        (".05", "0.05", ""),
        ("-.90", "-0.9", ""),
        ("1,234", "1234", ""),
        ("1,234,567.80", "1234567.8", ""),
        ("+3", "3", ""),
        ("0", "0", ""),
        ("-0", "0", ""),
        ("NA", "", "ValueNotAvailable"),
        ("1,23", "", "ValueNotANumber"),
        ("12 %", "", "ValueNotANumber"),
        ("٣", "", "ValueNotANumber"),
        ("0." + "1" * 25, "", "ValueBeyondPrecision"),
        ("9" * 30, "", "ValueBeyondPrecision"),
    ],
)
def test_a_number_is_kept_as_written_and_has_its_decimal_or_a_reason(
    written: str, number: str, state: str, tmp_path: Path
) -> None:
    store, _ = made(tmp_path, resultsSection=results({"value": written}))
    where = "?m cellkg:writtenValue ?w OPTIONAL { ?m cellkg:value ?n } OPTIONAL { ?m cellkg:valueState ?s }"
    assert rows(store, where, "w", "n", "s") == [(written, number, state)]


def test_na_in_a_limit_is_an_open_bound(tmp_path: Path) -> None:
    store, _ = made(tmp_path, resultsSection=results({"value": "7.2", "lowerLimit": "1.5", "upperLimit": "NA"}))
    where = "?m cellkg:lowerLimit ?low ; cellkg:upperLimitState ?s FILTER NOT EXISTS { ?m cellkg:upperLimit ?high }"
    assert rows(store, where, "low", "s") == [("1.5", "ValueOpenBound")]


@pytest.mark.parametrize(
    ("written", "sign", "number"),
    [
        ("<0.001", "<", "0.001"),
        (">0.999", ">", "0.999"),
        ("=0.0017", "=", "0.0017"),
        (".003", "", "0.003"),
        ("NS", "", ""),
    ],
)
def test_a_p_value_keeps_its_sign(written: str, sign: str, number: str, tmp_path: Path) -> None:
    analysis = {"groupIds": ["OG000", "OG001"], "pValue": written}
    store, _ = made(tmp_path, resultsSection=results({"value": "1"}, analyses=[analysis]))
    where = "?a cellkg:writtenPValue ?w OPTIONAL { ?a cellkg:pComparator ?s } OPTIONAL { ?a cellkg:pValue ?n }"
    assert rows(store, where, "w", "s", "n") == [(written, sign, number)]


def test_a_number_of_a_group_that_is_not_listed_is_kept_with_the_id_and_told(tmp_path: Path) -> None:
    """No record at hand does this; refusing the whole record for it would lose every other number."""
    module = results({"value": "1"})
    measured = module["outcomeMeasuresModule"]["outcomeMeasures"][0]["classes"][0]["categories"][0]["measurements"]
    measured.append({"groupId": "OG009", "value": "2"})
    store, findings = made(tmp_path, resultsSection=module)
    assert findings.counts["references to a group that its record does not list"] == 1
    assert rows(store, "?m cellkg:writtenValue '2' ; cellkg:groupId ?id", "id") == [("OG009",)]
    assert count(store, "?m cellkg:writtenValue '2' ; cellkg:inGroup ?group") == 0


def test_units_keep_their_signs(tmp_path: Path) -> None:
    for sign in ("µg/l", "μg/l", "Scores on a Scale"):
        store, _ = made(
            tmp_path, resultsSection=results({"value": "1"}, unitOfMeasure=sign, typeUnitsAnalyzed="Fingers")
        )
        assert rows(store, "?m cellkg:unitAsWritten ?u ; cellkg:typeUnitsAnalyzed ?t", "u", "t") == [(sign, "Fingers")]


def test_thousands_of_adverse_event_terms_are_all_there(tmp_path: Path) -> None:
    groups = [{"id": f"EG{i:03}", "title": f"Group {i}"} for i in range(3)]
    stats = [{"groupId": group["id"], "numAffected": 1, "numAtRisk": 9} for group in groups]
    events = [{"term": f"Event {i}", "organSystem": "Skin", "stats": stats} for i in range(5_000)]
    store, _ = made(tmp_path, resultsSection={"adverseEventsModule": {"eventGroups": groups, "otherEvents": events}})
    assert count(store, "?e a cellkg:ReportedEvent ; cellkg:eventTerm ?t") == 5_000
    assert count(store, "?c a cellkg:EventCount ; cellkg:affected 1 ; cellkg:inGroup ?group") == 15_000


# ---- protocol


def test_a_month_without_a_day_stays_a_month() -> None:
    study = real("NCT00001909")
    store = graph("NCT00001909")
    written = study["protocolSection"]["statusModule"]["completionDateStruct"]["date"]
    assert len(written) == 7
    datatype = rows(store, "?s cellkg:completionDate ?d BIND(DATATYPE(?d) AS ?t)", "d", "t")
    assert datatype == [(written, "http://www.w3.org/2001/XMLSchema#gYearMonth")]


def test_a_date_without_a_kind_has_none(tmp_path: Path) -> None:
    store, _ = made(tmp_path, protocol={"statusModule": {"startDateStruct": {"date": "2010"}}})
    assert rows(store, "?s cellkg:startDate ?d", "d") == [("2010",)]
    assert count(store, "?s cellkg:startDateKind ?k") == 0


@pytest.mark.parametrize(("nct_id", "number"), [("NCT00576225", 0), ("NCT06330974", None)])
def test_enrolment_is_what_the_record_says(nct_id: str, number: int | None) -> None:
    written = real(nct_id)["protocolSection"]["designModule"]["enrollmentInfo"]["count"]
    assert number is None or written == number
    assert number == 0 or written >= 1_000_000
    assert rows(graph(nct_id), "?s cellkg:enrolment ?n", "n") == [(str(written),)]


def test_an_age_in_months_is_in_years_too() -> None:
    written = real("NCT00346398")["protocolSection"]["eligibilityModule"]["minimumAge"]
    months = int(written.split()[0])
    (found,) = rows(graph("NCT00346398"), "?s cellkg:minimumAge ?a ; cellkg:minimumAgeYears ?y", "a", "y")
    assert found[0] == written
    assert float(found[1]) == pytest.approx(months / 12)


def test_backslashes_and_former_ids_and_removed_countries_are_kept() -> None:
    criteria = real("NCT00001909")["protocolSection"]["eligibilityModule"]["eligibilityCriteria"]
    assert "\\" in criteria
    assert rows(graph("NCT00001909"), "?s cellkg:eligibilityCriteria ?t", "t") == [(criteria,)]
    aliases = real("NCT03103880")["protocolSection"]["identificationModule"]["nctIdAliases"]
    assert [alias for (alias,) in rows(graph("NCT03103880"), "?s cellkg:formerRegistryId ?i", "i")] == sorted(aliases)
    removed = real("NCT00089661")["derivedSection"]["miscInfoModule"]["removedCountries"]
    assert [name for (name,) in rows(graph("NCT00089661"), "?s cellkg:removedCountry ?c", "c")] == sorted(set(removed))


def test_a_text_is_never_cut(tmp_path: Path) -> None:
    long = 'Zellen \\ "und" mehr\n\t\U0001f9ec ' * 40_000
    store, _ = made(tmp_path, protocol={"descriptionModule": {"detailedDescription": long}})
    assert rows(store, "?s cellkg:detailedDescription ?t", "t") == [(long,)]


def test_a_record_is_read_without_any_of_its_modules(tmp_path: Path) -> None:
    study = real("NCT03060551")
    parts = [(section, module) for section in study if isinstance(study[section], dict) for module in study[section]]
    for number, (section, module) in enumerate(parts):
        less = copy.deepcopy(study)
        if module != "identificationModule":
            del less[section][module]
        less["protocolSection"]["identificationModule"]["nctId"] = f"NCT{number:08}"
        (tmp_path / f"{number}.json").write_text(json.dumps(less), encoding="utf-8")
    _, findings = store_of(tmp_path)
    assert findings.set_aside == []
    assert findings.counts["registry records"] == len(parts) > 20


def test_every_record_at_hand_is_read() -> None:
    files = list(chain.from_iterable(sorted(folder.glob("*.json")) for folder in FOLDERS))
    if not files:
        pytest.skip(f"the real records are not at hand: no folder {DATA}")
    findings = Findings()
    for _ in ClinicalTrialsGovLoader().quads(Inputs(registry=tuple(files)), findings):
        pass
    assert findings.set_aside == []
    assert findings.counts["registry records"] == len(files) == 1_845
