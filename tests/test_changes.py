"""What a question answers otherwise than on an earlier day, with the reason."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cellkg.build import build
from cellkg.catalogue import find_question, parse_question
from cellkg.changes import changes
from cellkg.errors import NotFoundError, UsageError
from cellkg.loading import Inputs
from cellkg.places import current_build
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

BY_STATUS = """#+ summary: How many studies have which status?
#+ description: Counts over studies.
#+ columns:
#+   - {name: status, type: string}
#+   - {name: studies, type: int}
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?status (COUNT(DISTINCT ?study) AS ?studies) WHERE { ?study cellkg:status/skos:prefLabel ?status }
GROUP BY ?status ORDER BY ?status
"""
STATUSES = """#+ summary: Which study has which status and enrolment?
#+ description: One row for each study.
#+ columns:
#+   - {name: study, type: string}
#+   - {name: status, type: string}
#+   - {name: enrolled, type: int}
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?study ?status ?enrolled WHERE {
  ?s cellkg:status/skos:prefLabel ?status ; rdfs:label ?study ; cellkg:enrolment ?enrolled
} ORDER BY ?study
"""


def record(number: int, updated: str, status: str = "RECRUITING", **more: Any) -> dict[str, Any]:
    """A small record as the registry serves it; ``more`` sets what a test is about."""
    titles = more.get("outcomes", ["Pain"])
    dates = {"studyFirstPostDateStruct": more.get("first_posted", "2020-01-10")}
    if "results" in more:
        dates["resultsFirstPostDateStruct"] = more["results"]
    return {
        "protocolSection": {
            "identificationModule": {"nctId": f"NCT{number:08d}", "briefTitle": f"Cells {number}"},
            "statusModule": {
                "overallStatus": status,
                "lastUpdatePostDateStruct": {"date": updated, "type": "ACTUAL"},
                **{name: {"date": day, "type": "ACTUAL"} for name, day in dates.items()},
            },
            "designModule": {"studyType": "INTERVENTIONAL", "enrollmentInfo": {"count": more.get("enrolled", 20)}},
            "outcomesModule": {"primaryOutcomes": [{"measure": name, "timeFrame": "12 weeks"} for name in titles]},
        }
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of five studies, four of them in two versions."""
    folder = tmp_path_factory.mktemp("changes")
    records = [
        record(1, "2021-01-01"),
        record(1, "2022-06-01", "COMPLETED", results="2022-05-01"),
        record(2, "2021-01-01"),
        record(2, "2022-06-01", outcomes=["Ulcers"], enrolled=30),
        record(3, "2022-06-01", first_posted="2022-02-01"),
        record(4, "2022-06-01"),
        record(5, "2021-01-01"),
        record(5, "2021-06-01", "COMPLETED"),
    ]
    file = folder / "records.ndjson"
    file.write_text("".join(f"{json.dumps(each)}\n" for each in records), encoding="utf-8")
    build(Inputs(registry=(file,)), folder / "home", [ClinicalTrialsGovLoader()])
    return folder / "home"


def found(home: Path, text: str, since: str) -> list[tuple[Any, ...]]:
    return changes(home, parse_question(Path("test.rq"), text), since).table.rows


def test_rows_that_changed_and_appeared_have_their_reason(home: Path) -> None:
    assert found(home, STATUSES, "2022-01-01") == [
        (
            "changed",
            "results posted; status",
            "NCT00000001",
            "status: RECRUITING",
            "NCT00000001",
            "COMPLETED",
            20,
        ),
        (
            "changed",
            "primary outcomes altered; enrolment",
            "NCT00000002",
            "enrolled: 20",
            "NCT00000002",
            "RECRUITING",
            30,
        ),
        ("appeared", "new study", "NCT00000003", None, "NCT00000003", "RECRUITING", 20),
        ("appeared", "earlier versions not held", "NCT00000004", None, "NCT00000004", "RECRUITING", 20),
    ]


def test_a_row_that_counts_names_the_studies_that_changed(home: Path) -> None:
    rows = found(home, BY_STATUS, "2022-01-01")
    assert [(row[0], row[3], *row[4:]) for row in rows] == [
        ("changed", "studies: 1", "COMPLETED", 2),
        ("changed", "studies: 2", "RECRUITING", 3),
    ]
    assert {row[2] for row in rows} == {"NCT00000001 NCT00000002 NCT00000003 NCT00000004"}


def test_a_row_that_vanished_is_told_with_what_it_said(home: Path) -> None:
    recruiting = STATUSES.replace("?s cellkg:status/", "?s cellkg:status cellkg:StatusRecruiting ; cellkg:status/")
    rows = found(home, recruiting, "2021-03-01")
    assert [row for row in rows if row[0] == "vanished"] == [
        ("vanished", "results posted; status", "NCT00000001", None, "NCT00000001", "RECRUITING", 20),
        ("vanished", "status", "NCT00000005", None, "NCT00000005", "RECRUITING", 20),
    ]


def test_since_the_last_update_nothing_changed(home: Path) -> None:
    assert found(home, STATUSES, "2022-06-01") == []


def test_before_all_versions_every_row_appeared(home: Path) -> None:
    assert {row[0] for row in found(home, STATUSES, "1999-01-01")} == {"appeared"}


def test_the_build_itself_is_left_as_it_is(home: Path) -> None:
    before, question = current_build(home), parse_question(Path("test.rq"), STATUSES)
    first = changes(home, question, "2021-03-01")
    assert changes(home, question, "2021-03-01") == first
    assert current_build(home) == before


def test_what_is_no_day_and_no_build_is_told(home: Path, tmp_path: Path) -> None:
    question = find_question("registry-overdue-results")
    with pytest.raises(UsageError, match="'last week' is no day; write it as 2026-01-31"):
        changes(home, question, "last week")
    with pytest.raises(NotFoundError, match="run `cellkg build`"):
        changes(tmp_path, question, "2021-01-01")


def test_the_command_writes_the_rows_and_counts_the_reasons(
    cellkg: Callable[..., subprocess.CompletedProcess[str]], home: Path
) -> None:
    done = cellkg("changes", "registry-overdue-results", "--since", "2022-01-01", "-f", "csv", "--store", str(home))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("change,change_reason,change_studies,change_before,study,status")
    assert "4 studies have another record than on 2022-01-01" in done.stderr
    assert "1  new study" in done.stderr
