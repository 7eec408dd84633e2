"""What changed between held versions of a record, dated against the course of the study."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cellkg.build import build
from cellkg.errors import NotFoundError, UsageError
from cellkg.history import History, history
from cellkg.loading import Inputs
from cellkg.store import open_store
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

Changes = list[tuple[Any, ...]]


def record(updated: str, status: str, outcomes: list[str], start: str = "2020-03") -> dict[str, Any]:
    """A small record as the registry serves it."""
    return {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT00000000", "briefTitle": "Cells for a test"},
            "statusModule": {
                "overallStatus": status,
                "startDateStruct": {"date": start, "type": "ACTUAL"},
                "primaryCompletionDateStruct": {"date": "2022-06-30", "type": "ESTIMATED"},
                "studyFirstPostDateStruct": {"date": "2020-01-10", "type": "ACTUAL"},
                "lastUpdatePostDateStruct": {"date": updated, "type": "ACTUAL"},
            },
            "designModule": {"studyType": "INTERVENTIONAL", "enrollmentInfo": {"count": 20, "type": "ESTIMATED"}},
            "outcomesModule": {"primaryOutcomes": [{"measure": name, "timeFrame": "12 weeks"} for name in outcomes]},
        }
    }


def told(folder: Path, versions: list[dict[str, Any]]) -> History:
    """The history of the test record from a build of its versions."""
    records = folder / "records.ndjson"
    records.write_text("".join(f"{json.dumps(version)}\n" for version in versions), encoding="utf-8")
    build(Inputs(registry=(records,)), folder / "home", [ClinicalTrialsGovLoader()])
    return history(open_store(folder / "home"), "NCT00000000")


def test_a_primary_outcome_that_is_dropped_after_primary_completion_is_dated_so(tmp_path: Path) -> None:
    found = told(
        tmp_path,
        [
            record("2021-01-05", "RECRUITING", ["Pain", "Ulcers"]),
            record("2022-09-01", "COMPLETED", ["Pain", "Function"]),
        ],
    )
    assert found.table.rows == [
        ("2022-09-01", "2021-01-05", "primary outcome", "Ulcers [12 weeks]", None, "after primary completion"),
        ("2022-09-01", "2021-01-05", "primary outcome", None, "Function [12 weeks]", "after primary completion"),
        ("2022-09-01", "2021-01-05", "status", "RECRUITING", "COMPLETED", "after primary completion"),
    ]
    assert found.earlier_not_held


def test_a_change_before_the_start_is_told_as_such(tmp_path: Path) -> None:
    found = told(
        tmp_path,
        [
            record("2020-01-10", "NOT_YET_RECRUITING", ["Pain"], start="2020-03"),
            record("2020-03-20", "NOT_YET_RECRUITING", ["Ulcers"], start="2020-03"),
        ],
    )
    assert [row[5] for row in found.table.rows] == ["before the start", "before the start"]
    assert not found.earlier_not_held


def test_the_merge_holds_the_latest_version_alone(tmp_path: Path) -> None:
    told(tmp_path, [record("2021-01-05", "RECRUITING", ["Pain"]), record("2022-09-01", "COMPLETED", ["Pain"])])
    answer = open_store(tmp_path / "home").query(
        "PREFIX cellkg: <https://w3id.org/cellkg/vocab/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        "SELECT ?status WHERE { ?study cellkg:registryId 'NCT00000000' ; cellkg:status/skos:prefLabel ?status }"
    )
    assert [row[0].value for row in answer] == ["COMPLETED"]  # type: ignore[union-attr]


def test_an_id_that_is_none_and_a_record_that_is_not_held_are_told(flagship: Path) -> None:
    with pytest.raises(UsageError, match="NCT and eight digits"):
        history(open_store(flagship), "NCT123")
    with pytest.raises(NotFoundError, match="no record of NCT00000000 is held"):
        history(open_store(flagship), "NCT00000000")
