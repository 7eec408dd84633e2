"""Comparisons on the pages of endpoints, conflicts on those of studies: the same as the command line says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.conflict_sources import CLEAN, Plant, Study, write_document, write_records

from cellkg.build import build
from cellkg.comparing import Asked, compare
from cellkg.comparing.tables import rows_table
from cellkg.conflicts import ask_conflicts
from cellkg.formats import write
from cellkg.loading import Inputs, installed_loaders
from cellkg.store import open_store

NOTE = "Not medical advice; not a pooled estimate."
ENDPOINTS = ("CHFS", "RCS")
IN_RECORD, BESIDE_DOCUMENT = "NCT00000102", "NCT00000136"


def _randomised(study: Study) -> None:
    names = study["protocolSection"]["identificationModule"]
    names["officialTitle"] = "A randomised study of stromal vascular fraction"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of made sources: a clean study, one at odds with itself, one at odds with a document."""
    folder = tmp_path_factory.mktemp("compared")
    plants: dict[str, Plant | None] = {CLEAN: None, IN_RECORD: _randomised, BESIDE_DOCUMENT: None}
    document = write_document(folder / "review.yaml", {CLEAN: {}, BESIDE_DOCUMENT: {"phase": "PHASE2"}})
    inputs = Inputs(curated=(document,), registry=(write_records(folder / "records", plants),))
    build(inputs, folder / "built", installed_loaders())
    return folder / "built"


@pytest.fixture(scope="module")
def made(home: Path, serve: Any) -> Iterator[Any]:
    with serve(home) as running:
        yield running


def page(server: Any, path: str) -> str:
    answer = server.client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, (path, answer.text)
    return unescape(str(answer.text))


@pytest.mark.parametrize("key", ENDPOINTS)
def test_an_endpoint_shows_what_the_command_line_compares(server: Any, flagship: Path, key: str) -> None:
    comparison = compare(open_store(flagship), Asked(instrument=f"cellkg:{key}"))
    assert comparison.rows
    text = page(server, f"/endpoint/{key}")
    assert NOTE in text
    assert f"Data of {comparison.data_day}" in text
    assert comparison.view.capitalize()[:30] in text
    told = server.client.get(f"/endpoint/{key}.json").json()["compared"]
    assert [row["iri"] for row in told["rows"]] == [row.spot.node for row in comparison.rows]
    for row in comparison.rows:
        assert str(row.direction) in text
        assert all(flag in text for flag in (*row.risks, *row.gaps))
    out = io.StringIO()
    write(rows_table(comparison), "csv", out)
    sent = server.client.get(f"/endpoint/{key}/comparison.csv")
    assert list(csv.DictReader(io.StringIO(sent.text))) == list(csv.DictReader(io.StringIO(out.getvalue())))
    assert 'filename="comparison-' in sent.headers["content-disposition"]


@pytest.mark.parametrize("key", ENDPOINTS)
def test_every_number_leads_to_its_node_and_its_words(server: Any, key: str) -> None:
    for row in server.client.get(f"/endpoint/{key}.json").json()["compared"]["rows"]:
        spot = row["spot"]
        source = spot["source"].removeprefix("https://w3id.org/cellkg/source/")
        place = {"source": source, "start": spot["start"], "end": spot["end"]}
        passage = server.client.get("/passage.json", params=place)
        assert passage.status_code == 200
        assert passage.json()["marked"] == spot["as_written"]
        assert row["iri"] in {each["subject"] for each in passage.json()["read"]}
        assert server.client.get(f"/id/{row['iri'].partition('/id/')[2]}").status_code == 303


def test_a_posted_value_is_drawn_and_its_mark_leads_to_the_record(made: Any, home: Path) -> None:
    comparison = compare(open_store(home), Asked(instrument="CHFS"))
    text = str(made.client.get("/endpoint/CHFS").text)
    (plot, *_) = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert "style=" not in plot
    assert "<style" not in plot
    drawn = ElementTree.fromstring(plot)
    nodes = {each.get("data-node") for each in drawn.iter() if each.get("data-node")}
    assert nodes
    assert nodes <= {row.spot.node for row in comparison.rows}
    links = {each.get("href") or "" for each in drawn.iter("{http://www.w3.org/2000/svg}a")}
    own = {link for link in links if link.startswith("/passage?")}
    assert own
    for link in own:
        assert made.client.get(link).status_code == 200
    assert all(link.startswith(("/passage?", "https://")) for link in links), links
    alone = made.client.get("/endpoint/CHFS/comparison.svg")
    assert alone.headers["content-type"].startswith("image/svg+xml")
    assert ElementTree.fromstring(alone.content).tag.endswith("svg")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/endpoint/CHFS/comparison.ttl", 404), ("/endpoint/CHFS/comparison.svg?plot=pie", 400),
        ("/endpoint/no-such/comparison.csv", 404), ("/api/compare/no-such", 404), ("/api/conflicts/NCT00000000", 404),
        ("/api/compare/CHFS?x=1", 400),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(server: Any, path: str, status: int) -> None:
    answer = server.client.get(path)
    assert answer.status_code == status, answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("study", [IN_RECORD, BESIDE_DOCUMENT])
def test_a_study_shows_its_conflicts_with_both_sides(made: Any, home: Path, study: str) -> None:
    findings = ask_conflicts(open_store(home), study)
    assert findings
    text, told = page(made, f"/study/{study}"), made.client.get(f"/study/{study}.json").json()["conflicts"]
    assert "What does not fit together" in text
    assert [each["rule"] for each in told] == [each.rule for each in findings]
    rows = list(csv.DictReader(io.StringIO(made.client.get(f"/study/{study}.csv").text)))
    for finding, each in zip(findings, told, strict=True):
        assert finding.question in text
        assert [(side["value"], side["source"], side["spot"].get("place", "")) for side in each["sides"]] == [
            (claim.value, claim.source, claim.place) for claim in finding.claims
        ]
        values = [row["value"] for row in rows if row["section"] == "conflict" and row["kind"] == finding.rule]
        assert sorted(values) == sorted(claim.value for claim in finding.claims)
    assert made.client.get(f"/api/conflicts/{study}").json()["conflicts"] == told


@pytest.mark.parametrize("study", [IN_RECORD, BESIDE_DOCUMENT])
def test_each_side_leads_to_its_place(made: Any, study: str) -> None:
    section = page(made, f"/study/{study}").partition('id="conflicts"')[2].partition("</section>")[0]
    links = re.findall(r'href="(/passage[^"]*)"', section)
    assert links
    for link in links:
        assert made.client.get(link, headers={"Accept": "text/html"}).status_code == 200, link


def test_a_clean_study_has_no_conflict(made: Any) -> None:
    assert "What does not fit together" not in page(made, f"/study/{CLEAN}")
    assert "conflicts" not in made.client.get(f"/study/{CLEAN}.json").json()
