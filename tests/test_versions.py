"""Versions of a registry record: a graph for each, the latest in the merge, whatever the order of reading."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from cellkg.build import Built, build
from cellkg.loading import Findings, Inputs
from cellkg.ntriples import Quad
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

DATA = Path(__file__).parents[2] / "shared" / "data"
NCT_ID = "NCT03060551"
VOCABULARY = "https://w3id.org/cellkg/vocab/"
PREFIX = f"PREFIX cellkg: <{VOCABULARY}> "
Study = dict[str, Any]


@pytest.fixture(scope="module")
def first() -> Study:
    file = DATA / "ctgov_rebuilt" / f"{NCT_ID}.json"
    if not file.is_file():
        pytest.skip(f"the real records are not at hand: no file {file}")
    study: Study = json.loads(file.read_text(encoding="utf-8"))
    return study


@pytest.fixture(scope="module")
def second(first: Study) -> Study:
    """The same record as the registry might show it later: terminated, with fewer people, ended earlier."""
    study = copy.deepcopy(first)
    status = study["protocolSection"]["statusModule"]
    status["overallStatus"] = "TERMINATED"
    status["completionDateStruct"] = {"date": "2019-11-30", "type": "ACTUAL"}
    status["lastUpdatePostDateStruct"] = {"date": "2021-03-04", "type": "ACTUAL"}
    study["protocolSection"]["designModule"]["enrollmentInfo"] = {"count": 77, "type": "ACTUAL"}
    return study


def write(folder: Path, *studies: Study) -> Path:
    folder.mkdir(exist_ok=True)
    for i, study in enumerate(studies):
        (folder / f"{i}.json").write_text(json.dumps(study), encoding="utf-8")
    return folder


def read(folder: Path) -> tuple[list[Quad], Findings]:
    findings = Findings()
    quads = ClinicalTrialsGovLoader().quads(Inputs(registry=(folder,)), findings)
    return [Quad(*parts) for parts in quads], findings


@pytest.fixture
def built(tmp_path: Path) -> Callable[..., tuple[ox.Store, Built]]:
    def run(name: str, *studies: Study) -> tuple[ox.Store, Built]:
        records = write(tmp_path / f"{name}-records", *studies)
        done = build(Inputs(registry=(records,)), tmp_path / name, [ClinicalTrialsGovLoader()])
        return ox.Store.read_only(str(done.folder / "store")), done

    return run


def rows(store: ox.Store, sparql: str) -> list[tuple[str, ...]]:
    answer = store.query(PREFIX + sparql)
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(str(getattr(term, "value", "")) for term in row) for row in answer]


def everything(store: ox.Store) -> set[ox.Quad]:
    """Every quad but those of the blank nodes of the ontology, which get new names in each store."""
    return {quad for quad in store.quads_for_pattern(None, None, None, None) if is_named(quad)}


def merge(store: ox.Store) -> set[ox.Quad]:
    return {quad for quad in everything(store) if isinstance(quad.graph_name, ox.DefaultGraph)}


def is_named(quad: ox.Quad) -> bool:
    return not isinstance(quad.subject, ox.BlankNode) and not isinstance(quad.object, ox.BlankNode)


def test_the_same_record_read_twice_changes_nothing(tmp_path: Path, first: Study) -> None:
    once, _ = read(write(tmp_path / "once", first))
    twice, findings = read(write(tmp_path / "twice", first, first))
    assert twice == once
    assert findings.counts["registry records read twice"] == 1


def test_the_order_of_reading_does_not_matter(tmp_path: Path) -> None:
    files = sorted((DATA / "ctgov_v2").glob("*.json"))[:40]
    if not files:
        pytest.skip(f"the real records are not at hand: no folder {DATA / 'ctgov_v2'}")
    shuffled = random.Random(7).sample(files, len(files))
    in_order = set(ClinicalTrialsGovLoader().quads(Inputs(registry=tuple(files)), Findings()))
    assert in_order == set(ClinicalTrialsGovLoader().quads(Inputs(registry=tuple(shuffled)), Findings()))


def test_two_versions_are_two_graphs_and_the_merge_holds_the_later(
    built: Callable[..., tuple[ox.Store, Built]], first: Study, second: Study
) -> None:
    store, done = built("two", second, first)
    held = "SELECT ?day ?n ?status WHERE { GRAPH ?g { ?g cellkg:versionDate ?day . ?s cellkg:enrolment ?n ; %s } }"
    status = "cellkg:status ?status"
    assert sorted(day for day, _, _ in rows(store, held % status)) == ["2020-10-08", "2021-03-04"]
    assert rows(store, "SELECT ?n ?status WHERE { ?s cellkg:enrolment ?n ; cellkg:status ?status }") == [
        ("77", f"{VOCABULARY}StatusTerminated")
    ]
    assert done.findings.remarks == []
    assert rows(store, "SELECT ?day WHERE { GRAPH ?g { ?g a cellkg:EarlierVersion ; cellkg:versionDate ?day } }") == [
        ("2020-10-08",)
    ]


def test_the_merge_with_an_earlier_version_is_the_merge_without_it(
    built: Callable[..., tuple[ox.Store, Built]], first: Study, second: Study
) -> None:
    both, _ = built("both", first, second)
    alone, _ = built("alone", second)
    assert merge(both) == merge(alone)
    assert everything(alone) < everything(both)


def test_without_the_later_version_the_earlier_one_is_merged_again(
    built: Callable[..., tuple[ox.Store, Built]], first: Study, second: Study, tmp_path: Path
) -> None:
    built("home", first, second)
    (tmp_path / "home-records" / "1.json").unlink()
    repaired, _ = built("home", first)
    fresh, _ = built("fresh", first)
    assert everything(repaired) == everything(fresh)


def test_two_contents_of_one_day_are_two_versions_and_a_remark(
    built: Callable[..., tuple[ox.Store, Built]], first: Study
) -> None:
    other = copy.deepcopy(first)
    other["protocolSection"]["designModule"]["enrollmentInfo"]["count"] = 5
    store, done = built("day", first, other)
    assert done.findings.remarks == [f"two contents of {NCT_ID} under 2020-10-08"]
    assert len(rows(store, "SELECT ?g WHERE { GRAPH ?g { ?g cellkg:versionOf ?study } }")) == 2
    assert len(rows(store, "SELECT ?n WHERE { ?study cellkg:enrolment ?n }")) == 1


def added(first: Study, **misc: Any) -> Study:
    study = copy.deepcopy(first)
    study.setdefault("derivedSection", {})["miscInfoModule"] = misc
    return study


def test_the_day_on_which_the_registry_writes_a_record_makes_no_version(
    built: Callable[..., tuple[ox.Store, Built]], first: Study
) -> None:
    early, late = added(first, versionHolder="2026-01-05"), added(first, versionHolder="2026-02-06")
    there, done = built("there", early, late)
    back, _ = built("back", late, early)
    assert done.findings.remarks == []
    assert everything(there) == everything(back)
    assert rows(there, "SELECT ?g WHERE { GRAPH ?g { ?g cellkg:versionOf ?s } }") != []
    days = rows(there, "SELECT ?day WHERE { GRAPH ?g { ?g cellkg:processedOn ?day } } ORDER BY ?day")
    assert days == [("2026-01-05",), ("2026-02-06",)]


def test_of_two_contents_of_one_day_the_merge_holds_what_the_registry_wrote_later(
    built: Callable[..., tuple[ox.Store, Built]], first: Study
) -> None:
    late = added(first, versionHolder="2026-02-06")
    late["protocolSection"]["designModule"]["enrollmentInfo"]["count"] = 5
    store, _ = built("later", late, added(first, versionHolder="2026-01-05"))
    assert rows(store, "SELECT ?n WHERE { ?study cellkg:enrolment ?n }") == [("5",)]


def test_a_record_without_a_day_of_update_is_a_version_too(tmp_path: Path) -> None:
    study = {"protocolSection": {"identificationModule": {"nctId": "NCT00000102"}}}
    quads, findings = read(write(tmp_path / "undated", study))
    assert findings.set_aside == []
    assert {quad.graph.split("/")[-2] for quad in quads} == {"undated"}
