"""The safety tables: numbers with their own denominators, events by a written list, and nothing unlisted as zero."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cellkg.answers import Cell, ask
from cellkg.build import build
from cellkg.catalogue import find_question
from cellkg.loading import Inputs
from cellkg.store import Store, open_store
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

Command = Callable[..., "subprocess.CompletedProcess[str]"]
DATA = Path(__file__).parents[2] / "shared" / "data"
REAL = ("NCT03060551", "NCT04670068", "NCT02336230", "NCT00491491")

#: A term of a record, its organ system, and the kinds that it is of.
TERMS: tuple[tuple[str, str, set[str]], ...] = (
    ("Cytokine Release Syndrome", "Immune system disorders", {"cytokine release"}),
    ("Graft-versus-Host Disease, skin", "Immune system disorders", {"graft-versus-host disease"}),
    ("Grade III acute GVHD", "General disorders", {"graft-versus-host disease"}),
    ("Nasopharyngitis", "Infections and infestations", {"infection"}),
    ("Infection without neutropenia", "General disorders", {"infection"}),
    ("Aseptic necrosis bone", "Musculoskeletal and connective tissue disorders", set()),
    ("Prolonged cytopenia", "Blood and lymphatic system disorders", {"prolonged cytopenia"}),
    ("Febrile neutropenia", "Blood and lymphatic system disorders", {"cytopenia, duration not stated"}),
    ("Hepatic encephalopathy", "Nervous system disorders", set()),
    ("ICANS", "Nervous system disorders", {"neurotoxicity"}),
    ("Ectopic pregnancy", "Pregnancy, puerperium and perinatal conditions", set()),
    ("Ventricular ectopics", "Cardiac disorders", set()),
    ("Heterotopic ossification", "Musculoskeletal and connective tissue disorders", {"ectopic tissue or tumour"}),
    ("Infusion-related reaction", "Injury, poisoning and procedural complications", {"infusion reaction"}),
    ("Infusion site swelling", "General disorders", set()),
    ("Thrombotic microangiopathy", "Blood and lymphatic system disorders", set()),
    ("Pulmonary embolism", "Respiratory, thoracic and mediastinal disorders", {"thromboembolism"}),
    ("Acute myeloid leukaemia recurrent", "Neoplasms benign, malignant and unspecified", set()),
    ("Treatment related secondary malignancy", "Neoplasms benign, malignant and unspecified", {"second malignancy"}),
    ("Engraftment failure", "Immune system disorders", {"graft failure"}),
    ("Parasite septicus", "", {"infection"}),
)


def record(number: int, events: list[tuple[str, str]], **module: Any) -> dict[str, Any]:
    """A record with posted adverse events in two groups; of the second no number affected is posted."""
    return {
        "protocolSection": {
            "identificationModule": {"nctId": f"NCT{number:08d}", "briefTitle": f"Cells {number}"},
            "designModule": {"studyType": "INTERVENTIONAL"},
            "armsInterventionsModule": {
                "armGroups": [{"label": "cells ", "type": "EXPERIMENTAL", "interventionNames": ["Biological: MSC"]}],
                "interventions": [{"type": "BIOLOGICAL", "name": "MSC"}],
            },
        },
        "resultsSection": {
            "adverseEventsModule": {
                "eventGroups": [
                    {
                        "id": "EG000",
                        "title": "Cells ",
                        "seriousNumAffected": 0,
                        "seriousNumAtRisk": 9,
                        "deathsNumAtRisk": 10,
                    },
                    {"id": "EG001", "title": "Control", "otherNumAffected": 3, "otherNumAtRisk": 8},
                ],
                "otherEvents": [
                    {
                        "term": term,
                        **({"organSystem": organs} if organs else {}),
                        "assessmentType": "SYSTEMATIC_ASSESSMENT",
                        "stats": [
                            {"groupId": "EG000", "numAffected": 2, "numAtRisk": 9},
                            {"groupId": "EG001", "numAtRisk": 8},
                        ],
                    }
                    for term, organs in events
                ],
                **module,
            }
        },
    }


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("safety")
    records = [
        record(1, [each[:2] for each in TERMS], frequencyThreshold="5", timeFrame="1 year"),
        record(2, [], frequencyThreshold="0"),
        record(3, []),
    ]
    file = folder / "records.ndjson"
    file.write_text("".join(f"{json.dumps(each)}\n" for each in records), encoding="utf-8")
    built = build(Inputs(registry=(file,)), folder / "home", [ClinicalTrialsGovLoader()])
    assert built.findings.set_aside == []
    return open_store(folder / "home")


def rows(store: Store, name: str, study: str) -> list[dict[str, Cell]]:
    return list(ask(store, find_question(name), {"study": study}).records())


@pytest.mark.parametrize(("term", "organs", "kinds"), TERMS)
def test_a_term_is_of_the_kinds_of_its_words(store: Store, term: str, organs: str, kinds: set[str]) -> None:
    found = rows(store, "events-of-special-interest", "NCT00000001")
    assert {row["special_interest"] for row in found if row["event"] == term} == kinds


def test_a_number_that_is_left_out_stays_empty(store: Store) -> None:
    found = rows(store, "events-of-special-interest", "NCT00000001")
    assert {(row["group"], row["affected"], row["at_risk"]) for row in found} == {
        ("Cells ", 2, 9),
        ("Control", None, 8),
    }


def test_each_number_has_its_own_denominator(store: Store) -> None:
    first, second = rows(store, "safety-by-group", "NCT00000001")
    names = ("serious", "serious_at_risk", "other", "other_at_risk", "deaths", "deaths_at_risk")
    assert [first[name] for name in names] == [0, 9, None, None, None, 10]
    assert [second[name] for name in names] == [None, None, 3, 8, None, None]
    assert (first["time_frame"], first["assessment"]) == ("1 year", "SYSTEMATIC_ASSESSMENT")
    assert str(first["threshold_percent"]) == "5"


def test_a_group_has_the_interventions_of_the_arm_of_its_name(store: Store) -> None:
    first, second = rows(store, "safety-by-group", "NCT00000001")
    assert (first["interventions"], second["interventions"]) == ("MSC", None)
    assert first["cell_products"] == "MSC, tissue not stated"


def test_what_is_not_listed_is_not_zero(store: Store) -> None:
    said = {study: {row["said"] for row in rows(store, "special-interest-not-listed", study)} for study in IDS}
    assert said == {
        "NCT00000001": set(),
        "NCT00000002": {"not listed: the record gives no threshold above zero"},
        "NCT00000003": {"not listed: threshold not stated"},
    }
    assert len(rows(store, "special-interest-not-listed", "NCT00000003")) == 11


IDS = ("NCT00000001", "NCT00000002", "NCT00000003")


def test_a_kind_is_listed_or_not_listed_and_never_both(store: Store) -> None:
    for study in IDS:
        listed = {row["special_interest"] for row in rows(store, "events-of-special-interest", study)}
        missing = {row["special_interest"] for row in rows(store, "special-interest-not-listed", study)}
        assert not listed & missing
        assert len(listed | missing) == 11


# ---- the command


def test_the_command_shows_the_three_tables(cellkg: Command, flagship: Path) -> None:
    for table, column in (("groups", "serious_at_risk"), ("special", "special_interest"), ("not-listed", "said")):
        done = cellkg("safety", table, "-f", "csv", "--store", flagship)
        assert done.returncode == 0, done.stderr
        assert column in done.stdout.splitlines()[0]
        assert "not zero" in done.stderr


def test_a_study_without_a_row_is_exit_code_three(cellkg: Command, flagship: Path) -> None:
    done = cellkg("safety", "--study", "NCT99999999", "--store", flagship)
    assert done.returncode == 3
    assert "no row for NCT99999999" in done.stderr


# ---- real records, against their JSON


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Store:
    if not DATA.is_dir():
        pytest.skip("the real registry records are not at hand")
    home = tmp_path_factory.mktemp("real")
    files = tuple(next(DATA.glob(f"*/{each}.json")) for each in REAL)
    build(Inputs(registry=files), home, [ClinicalTrialsGovLoader()])
    return open_store(home)


@pytest.mark.parametrize("study", REAL)
def test_the_groups_are_those_of_the_record(real: Store, study: str) -> None:
    module = json.loads(next(DATA.glob(f"*/{study}.json")).read_text(encoding="utf-8"))["resultsSection"][
        "adverseEventsModule"
    ]
    keys = (
        "title",
        "seriousNumAffected",
        "seriousNumAtRisk",
        "otherNumAffected",
        "otherNumAtRisk",
        "deathsNumAffected",
    )
    posted = [tuple(group.get(key) for key in keys) for group in module["eventGroups"]]
    columns = ("group", "serious", "serious_at_risk", "other", "other_at_risk", "deaths")
    found = [tuple(row[column] for column in columns) for row in rows(real, "safety-by-group", study)]
    assert sorted(found, key=str) == sorted(posted, key=str)


def test_every_number_of_an_event_leads_to_its_place(real: Store) -> None:
    answer = ask(real, find_question("events-of-special-interest"), evidence=True)
    assert answer.evidence is not None
    assert len(answer) > 20
    records = {each: json.loads(next(DATA.glob(f"*/{each}.json")).read_text(encoding="utf-8")) for each in REAL}
    for row, spots in zip(answer.records(), answer.evidence, strict=True):
        for spot in spots:
            at: Any = records[str(row["study"])]
            for step in spot.place.removeprefix("/").split("/"):
                at = at[int(step)] if isinstance(at, list) else at[step]
            assert (at.get("numAffected"), at.get("numAtRisk")) == (row["affected"], row["at_risk"])
