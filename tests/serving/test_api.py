"""The JSON API keeps to its OpenAPI description: Schemathesis finds nothing, and it says what the pages say."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest

from cellkg.answers import ask
from cellkg.catalogue import catalogue, find_question
from cellkg.gaps import Asked as AskedMap
from cellkg.gaps import ask_gaps
from cellkg.gaps.reading import Facet
from cellkg.store import open_store


def test_schemathesis_finds_nothing(server: Any, tmp_path: Path) -> None:
    pytest.importorskip("schemathesis", reason="Schemathesis is not installed")
    tool = Path(sys.executable).with_name("schemathesis")
    command = [str(tool), "run", f"{server.url}/api/openapi.json", "--max-examples", "8", "--seed", "1", "--no-color"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=500)
    assert done.returncode == 0, done.stdout[-6000:]
    assert "No issues found" in done.stdout


def test_the_description_names_every_field_that_is_sent(server: Any) -> None:
    schemas = server.client.get("/api/openapi.json").json()["components"]["schemas"]
    told = server.client.get("/api/study/virzi-2017").json()
    assert set(told) <= set(schemas["StudyView"]["properties"])
    assert told["note"] == "not medical advice; not a pooled estimate"
    assert told["sources"]


@pytest.mark.parametrize(
    ("api", "page"),
    [
        ("/api/study/virzi-2017", "/study/virzi-2017.json"),
        ("/api/product/SVF", "/product/SVF.json"),
        ("/api/endpoint/CHFS", "/endpoint/CHFS.json"),
        ("/api/compare/CHFS", "/endpoint/CHFS/comparison.json"),
        ("/api/map?condition=MONDO:0005100", "/map.json?condition=MONDO:0005100"),
        ("/api/thing/CL:0000134", "/thing/CL:0000134.json"),
        ("/api/thing/CL%3A0000134", "/thing/CL:0000134.json"),
    ],
)
def test_the_api_says_what_the_page_says(server: Any, api: str, page: str) -> None:
    assert server.client.get(api).json() == server.client.get(page).json()


def test_questions_are_listed_and_answered_with_their_sources(server: Any, flagship: Path) -> None:
    listed = server.client.get("/api/questions").json()
    assert [each["name"] for each in listed] == list(catalogue())
    rows = server.client.get("/api/question/cell-doses").json()
    table = ask(open_store(flagship), find_question("cell-doses"), evidence=True)
    assert len(rows) == len(table) > 0
    assert all(row["sources"] for row in rows)


def test_an_error_is_json(server: Any) -> None:
    answer = server.client.get("/api/study/NCT00000000", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.json()["status"]) == (404, 404)
    assert "no study 'NCT00000000'" in answer.json()["message"]
    assert server.client.get("/api/none").json()["status"] == 404


def test_the_map_counts_as_the_command_line_does(server: Any, flagship: Path) -> None:
    for by in get_args(Facet):
        told = server.client.get(f"/api/map?condition=MONDO:0005100&by={by}").json()
        asked = AskedMap(by=by, conditions=("systemic sclerosis",))
        table = ask_gaps(open_store(flagship), asked).table
        wanted = {(row[by], row["endpoint"], row["state"]): row["studies"] for row in table.records() if row["studies"]}
        cells = {
            (cell["value"], cell["endpoint"], state): number
            for cell in told["cells"]
            for state, number in cell.get("states", {}).items()
        }
        assert cells == wanted
        empty = [cell for cell in told["cells"] if cell.get("reading") == "none in this graph"]
        assert empty
        assert told["searched"]
        assert json.dumps(told)
