"""Search, studies, products, conditions, endpoints, the map and every node, on the running server."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from cellkg.build import build
from cellkg.identifiers import THINGS
from cellkg.loading import Inputs, installed_loaders
from cellkg.places import current_build
from cellkg.resources import shipped
from cellkg.search import open_index
from cellkg.store import open_store
from cellkg.views.study import study_view

PAGES = [
    "/", "/?q=scleroderma", "/?kind=product", "/?kind=condition", "/?kind=endpoint", "/?kind=sponsor", "/questions",
    "/map",
    "/map?condition=MONDO:0005100", "/map?condition=systemic+sclerosis&by=tissue&level=instrument", "/study/virzi-2017",
    "/product/SVF", "/condition/MONDO:0005100", "/endpoint/MRSSTotal", "/endpoint/CHFS", "/thing/CL:0000134",
    "/thing/source/review-table", "/thing/vocab/Autologous",
]  # fmt: skip
FILES = [
    "/search.{form}", "/search.{form}?q=scleroderma", "/study/virzi-2017.{form}", "/product/SVF.{form}",
    "/condition/MONDO:0005100.{form}", "/endpoint/CHFS.{form}", "/map.{form}?condition=MONDO:0005100",
    "/thing/CL:0000134.{form}",
]  # fmt: skip
SCRIPT = "<script>alert(1)</script>"
FORMULA = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def store(flagship: Path) -> Any:
    return open_store(flagship)


@pytest.fixture(scope="module")
def studies(flagship: Path) -> list[str]:
    folder = current_build(flagship)
    assert folder is not None
    return [study.iri.removeprefix(THINGS) for study in open_index(folder).studies]


def page(server: Any, path: str) -> str:
    answer = server.client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, (path, answer.text)
    return str(answer.text)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_no_script_and_no_other_host(server: Any, path: str) -> None:
    text = page(server, path)
    assert "<script" not in text
    assert not re.findall(r'(?:src|action|<link[^>]*href)="(?:https?:)?//', text)
    assert text.count("<h1>") == 1
    assert re.search(r"<title>[^<]+ – cellkg</title>", text)


def test_every_study_has_a_page_and_the_same_as_data(server: Any, studies: list[str]) -> None:
    for key in studies:
        assert "<h1>" in page(server, f"/study/{key}")
        told = server.client.get(f"/study/{key}.json").json()
        assert told["key"] == key
        turtle = ox.parse(server.client.get(f"/study/{key}.ttl").content, format=ox.RdfFormat.TURTLE)
        assert any(str(quad.subject) == f"<{THINGS}{key}>" for quad in turtle)


@pytest.mark.parametrize("path", FILES)
def test_a_page_comes_as_json_csv_and_turtle(server: Any, path: str) -> None:
    told = server.client.get(path.format(form="json"))
    assert (told.status_code, told.headers["content-type"]) == (200, "application/json")
    json.loads(told.content)
    table = server.client.get(path.format(form="csv"))
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(table.text)))
    assert {len(row) for row in rows} == {len(rows[0])}
    turtle = server.client.get(path.format(form="ttl"))
    assert turtle.headers["content-type"] == "text/turtle; charset=utf-8"
    assert list(ox.parse(turtle.content, format=ox.RdfFormat.TURTLE))
    assert server.client.get(path.format(form="docx")).status_code == 404


def test_every_link_of_a_page_leads_somewhere(server: Any) -> None:
    seen: set[str] = set()
    for path in PAGES:
        for target in re.findall(r'href="(/[^"#]*)', page(server, path)):
            seen.add(unescape(target))
    for target in sorted(seen):
        answer = server.client.get(target, headers={"Accept": "text/html"})
        assert answer.status_code in (200, 303), target


def test_the_iris_of_the_graph_lead_to_what_tells_of_them(server: Any, studies: list[str]) -> None:
    def target(path: str, accept: str) -> tuple[int, str]:
        answer = server.client.get(path, headers={"Accept": accept})
        return answer.status_code, answer.headers.get("location", "")

    assert target(f"/id/{studies[0]}", "text/html,*/*;q=0.5") == (303, f"/study/{studies[0]}")
    assert target(f"/id/{studies[0]}", "text/turtle") == (303, f"/study/{studies[0]}.ttl")
    assert target(f"/id/{studies[0]}", "application/json") == (303, f"/study/{studies[0]}.json")
    assert target("/vocab/SVF", "text/html") == (303, "/product/SVF")
    assert target("/vocab/CHFS", "text/html") == (303, "/endpoint/CHFS")
    assert target("/vocab/Study", "text/html") == (303, "/thing/vocab/Study")
    assert target("/source/review-table", "text/turtle") == (303, "/thing/source/review-table.ttl")
    assert target("/id/no-such-thing", "text/html")[0] == 404
    assert target(f"/id/{studies[0]}", "image/png")[0] == 406


def test_every_iri_of_the_graph_dereferences(server: Any, store: Any) -> None:
    nodes = "SELECT DISTINCT ?s WHERE { ?s a ?c . FILTER (STRSTARTS(STR(?s), 'https://w3id.org/cellkg/id/')) }"
    iris = [row[0].value for row in store.query(nodes)]
    for iri in iris[:: max(1, len(iris) // 40)]:
        answer = server.client.get(iri.removeprefix("https://w3id.org/cellkg"), headers={"Accept": "text/turtle"})
        assert answer.status_code == 303, iri
        turtle = server.client.get(answer.headers["location"])
        assert f"<{iri}>" in {str(quad.subject) for quad in ox.parse(turtle.content, format=ox.RdfFormat.TURTLE)}


def test_a_study_shows_what_its_sources_say_each_with_its_source(server: Any, store: Any, studies: list[str]) -> None:
    for key in studies:
        view, text = study_view(store, key), page(server, f"/study/{key}")
        sources = {source.iri for source in view.sources}
        assert len(sources) == len(re.findall(r'<li id="source-\d+">', text)) > 0
        facts = [
            *view.facts,
            *view.dates,
            *view.people,
            *view.changes_reported,
            *view.safety.statements,
            *view.disputed,
        ]
        assert facts
        for fact in facts:
            assert fact.source in sources, (key, fact)
            assert fact.spots, (key, fact)


def test_a_disputed_product_is_shown_with_who_says_it(server: Any, store: Any, studies: list[str]) -> None:
    disputed = [key for key in studies if study_view(store, key).disputed]
    assert disputed
    for key in disputed:
        assert "Its sources name products of different families" in page(server, f"/study/{key}")


@pytest.fixture(scope="module")
def with_texts(flagship: Path, documents: Path, serve: Any) -> Iterator[Any]:
    with serve(flagship, "--texts", str(documents)) as running:
        yield running


def test_every_spot_of_a_study_is_marked_in_its_text(with_texts: Any, studies: list[str]) -> None:
    followed = 0
    for key in studies[:6]:
        for target in dict.fromkeys(re.findall(r'href="(/passage\?[^"]*)"', page(with_texts, f"/study/{key}"))):
            answer = with_texts.client.get(unescape(target).replace("/passage?", "/passage.json?"))
            told = answer.json()
            assert told["marked"], target
            assert told["before"] or told["after"], target
            words = {each["spot"]["as_written"] for each in told["read"]}
            assert told["marked"] in words
            followed += 1
    assert followed > 100


def test_without_texts_a_spot_shows_the_words_that_the_graph_keeps(server: Any, studies: list[str]) -> None:
    (target, *_) = re.findall(r'href="(/passage\?[^"]*)"', page(server, f"/study/{studies[0]}"))
    assert "The text around them is not at hand" in page(server, unescape(target))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/study/NCT00000000", 404), ("/study/%00", 404), ("/study/<script>", 404), ("/study/x%20y", 404),
        ("/product/no-such", 404), ("/condition/MONDO:9999999", 404), ("/endpoint/SVF", 404),
        ("/product/SVF?page=0", 400), ("/product/SVF?page=99", 404), ("/product/SVF?page=x", 400),
        ("/study/virzi-2017?x=1", 400), ("/?kind=drug", 400), ("/?colour=red", 400), ("/?donor=nobody", 404),
        ("/?page=-1", 400), ("/?q=" + "x" * 600, 400), ("/map?by=colour", 400), ("/map?level=x", 400),
        ("/map?condition=no-such", 404), ("/map.csv", 400), ("/passage", 400), ("/passage?source=review-table", 400),
        ("/passage?source=review-table&start=1&end=2", 404), ("/passage?source=x%20y&pointer=/a", 404),
        ("/passage?source=review-table&start=x&end=2", 400), ("/thing/", 404), ("/thing/http://x", 404),
        ("/id/%3E%20%7D", 404), ("/vocab/a%22b", 404),
    ],
)  # fmt: skip
def test_what_is_not_there_or_makes_no_sense_is_said(server: Any, path: str, status: int) -> None:
    answer = server.client.get(path)
    assert answer.status_code == status, answer.text
    assert "Traceback" not in answer.text
    assert len(answer.text) < 400


def test_a_search_leads_to_as_many_studies_as_its_links_say(server: Any) -> None:
    text = page(server, "/")
    links = re.findall(r'<li><a href="(/\?[^"]*)">[^<]*</a> <span class="faint">(\d+)</span></li>', text)
    assert len(links) > 30
    for target, number in links[::4]:
        assert f"{int(number):,} stud" in page(server, unescape(target))


def test_a_bare_store_has_no_search_and_says_so(flagship: Path, serve: Any) -> None:
    folder = current_build(flagship)
    assert folder is not None
    with serve(folder / "store") as running:
        assert "this build has no search index" in page(running, "/")
        assert running.client.get("/study/virzi-2017").status_code == 200
        assert running.client.get("/product/SVF").status_code == 404


def hostile_record() -> dict[str, Any]:
    """A record in whose every text a script and a formula stand."""
    bad = f"{FORMULA}{SCRIPT}"
    group = {"id": "OG000", "title": bad, "description": bad}
    value = {"groupId": "OG000", "value": "1", "spread": "2", "comment": bad}
    measure = {
        "type": "PRIMARY", "title": f"{bad} adverse events", "timeFrame": bad, "reportingStatus": "POSTED",
        "paramType": "MEAN", "dispersionType": "STANDARD_DEVIATION", "unitOfMeasure": bad, "groups": [group],
        "classes": [{"title": bad, "categories": [{"title": bad, "measurements": [value]}]}],
    }  # fmt: skip
    event = {"term": bad, "organSystem": bad, "stats": [{"groupId": "EG000", "numAffected": 1, "numAtRisk": 2}]}
    counts = {"seriousNumAffected": 1, "seriousNumAtRisk": 2, "otherNumAffected": 0, "otherNumAtRisk": 2}
    events = {
        "frequencyThreshold": "5", "timeFrame": bad, "seriousEvents": [event],
        "eventGroups": [{"id": "EG000", "title": bad, "description": bad, **counts}],
    }  # fmt: skip
    flow = {
        "groups": [{"id": "FG000", "title": bad}],
        "periods": [{"title": bad, "milestones": [
            {"type": bad, "achievements": [{"groupId": "FG000", "numSubjects": "3"}]}]}],
    }  # fmt: skip
    arm = {"label": bad, "type": "EXPERIMENTAL", "description": bad, "interventionNames": [bad]}
    given = {"type": "BIOLOGICAL", "name": f"Autologous mesenchymal stem cells {bad}", "description": bad}
    return {
        "protocolSection": {
            "identificationModule": {
                "nctId": "NCT00000009", "briefTitle": bad, "officialTitle": bad, "acronym": bad,
                "orgStudyIdInfo": {"id": bad}, "organization": {"fullName": bad, "class": "OTHER"},
            },
            "statusModule": {"overallStatus": "COMPLETED", "startDateStruct": {"date": "2020-01"}, "whyStopped": bad},
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": bad, "class": "OTHER"}},
            "descriptionModule": {"briefSummary": bad, "detailedDescription": bad},
            "conditionsModule": {"conditions": [bad, "Systemic Sclerosis"], "keywords": [bad]},
            "designModule": {"studyType": "INTERVENTIONAL", "enrollmentInfo": {"count": 3, "type": "ACTUAL"}},
            "armsInterventionsModule": {"armGroups": [arm], "interventions": [given]},
            "outcomesModule": {"primaryOutcomes": [{"measure": bad, "timeFrame": bad, "description": bad}]},
            "referencesModule": {"references": [{"pmid": "1", "type": "RESULT", "citation": bad}]},
        },
        "resultsSection": {
            "outcomeMeasuresModule": {"outcomeMeasures": [measure]}, "adverseEventsModule": events,
            "participantFlowModule": flow,
        },
        "hasResults": True,
    }  # fmt: skip


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, serve: Any) -> Iterator[Any]:
    home = tmp_path_factory.mktemp("attacked")
    file = home / "records.ndjson"
    file.write_text(json.dumps(hostile_record()) + "\n", encoding="utf-8")
    build(Inputs(curated=(shipped("curated"),), registry=(file,)), home, installed_loaders())
    with serve(home) as running:
        yield running


def test_a_script_in_a_record_never_runs(attacked: Any) -> None:
    paths = ["/study/NCT00000009", "/?q=NCT00000009", "/", "/?kind=sponsor", "/map?condition=MONDO:0005100"]
    links = re.findall(r'href="(/[^"#]*)', page(attacked, "/study/NCT00000009"))
    for path in dict.fromkeys([*paths, *map(unescape, links)]):
        answer = attacked.client.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
        assert answer.status_code == 200, path
        if answer.headers["content-type"].startswith("text/html"):
            scripts = re.findall(r"<script[^>]*>", answer.text, re.IGNORECASE)
            own = r'<script type="module" src="/static/[a-z-]+\.js">'
            assert all(re.fullmatch(own, script) for script in scripts), path
    assert "&lt;script&gt;" in page(attacked, "/study/NCT00000009")


def test_no_cell_of_a_file_is_a_formula(attacked: Any) -> None:
    for path in (
        "/study/NCT00000009.csv",
        "/search.csv?q=NCT00000009",
        "/search.csv?kind=sponsor",
        "/endpoint/AdverseEvents.csv",
    ):
        rows = list(csv.reader(io.StringIO(attacked.client.get(path).text)))
        assert any(FORMULA in cell for row in rows for cell in row), path
        assert not [cell for row in rows for cell in row if cell.lstrip().startswith("=")], path


def test_posted_values_stand_as_the_record_writes_them(attacked: Any) -> None:
    told = attacked.client.get("/study/NCT00000009.json").json()
    (measure,) = told["posted"]
    (value,) = measure["rows"][0]["values"]
    assert (value["value"], value["spread"]) == ("1", "2")
    assert told["safety"]["groups"][0]["serious_at_risk"] == 2
    assert "deaths" not in told["safety"]["groups"][0]
    assert told["flow"][0]["numbers"] == [[f"{FORMULA}{SCRIPT}", 3]]
