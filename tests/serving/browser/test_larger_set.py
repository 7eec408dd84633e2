"""Every page on real registry records beside the curated data, wide and light, narrow and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tests.comparison_stores import RECORDS, STUDIES

from cellkg.build import build
from cellkg.loading import Inputs, installed_loaders
from cellkg.resources import shipped

from .conftest import DESKTOP, PHONE

OTHERS = 46
STUDY, DISEASE = "NCT01586312", "MONDO:0005178"
PREFIX = "PREFIX cellkg: <https://w3id.org/cellkg/vocab/> "
NETWORK = f"{PREFIX} CONSTRUCT WHERE {{ ?s cellkg:condition ?c }}"
COUNTED = f"{PREFIX} SELECT ?status (COUNT(*) AS ?n) {{ ?s cellkg:status ?status }} GROUP BY ?status"
PAGES = {
    "search": "/?q=mesenchymal&results=yes",
    "found-terms": "/?q=arthritis&kind=condition",
    "study": f"/study/{STUDY}",
    "attribution": "/study/NCT03060551",
    "product": "/product/AdiposeMSC",
    "condition": f"/condition/{DISEASE}",
    "endpoint": "/endpoint/WOMAC",
    "endpoint-over-time": "/endpoint/WOMAC?plot=slope",
    "endpoint-effects": "/endpoint/LVEF?plot=effects",
    "map": f"/map?condition={DISEASE}",
    "map-by-route": f"/map?condition={DISEASE}&by=route&level=domain&all=1",
    "explore": "/explore",
    "explorer": f"/explore?node={STUDY}",
    "link": f"/explore/link?start=kg:{STUDY}&end={DISEASE}",
    "question": "/question/adverse-events-by-attribution?evidence=1",
    "sparql-network": f"/sparql?query={quote(NETWORK)}",
    "sparql-bars": f"/sparql?query={quote(COUNTED)}",
    "data": "/data",
}


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory, serve: Any) -> Iterator[Any]:
    if not RECORDS.is_dir():
        pytest.skip(f"the registry records are not at hand: no folder {RECORDS}")
    every = sorted(RECORDS.glob("*.json"))
    others = [path for path in every[:: max(1, len(every) // OTHERS)] if path.stem not in STUDIES]
    records = (*(RECORDS / f"{study}.json" for study in STUDIES), *others)
    home: Path = tmp_path_factory.mktemp("larger")
    build(Inputs(curated=(shipped("curated"),), registry=records), home, installed_loaders())
    with serve(home) as running:
        running.client.get("/endpoint/WOMAC")  # the libraries of plots are loaded once
        yield running


@pytest.mark.parametrize("looks", ["wide-light", "narrow-dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_reachable(larger: Any, visit: Any, name: str, looks: str) -> None:
    width, _, scheme = looks.partition("-")
    with visit(larger.url, viewport=DESKTOP if width == "wide" else PHONE, color_scheme=scheme) as at:
        at.go(PAGES[name])
        if name == "explorer":
            at.settled(1)
        if name.startswith("sparql"):
            at.page.locator("[data-testid=query-editor]").wait_for()
        at.keep(f"larger-{name}-{looks}")
        assert not at.page.get_by_role("alert").is_visible() if name.startswith("sparql") else True
        assert not at.faults()


def test_a_plot_is_chosen_and_its_mark_leads_to_the_record(larger: Any, visit: Any) -> None:
    with visit(larger.url) as at:
        page = at.go("/endpoint/WOMAC").page
        assert page.locator("svg.plot").count() == 1
        page.get_by_role("navigation", name="Plots").get_by_role("link", name="Over time").click()
        assert "plot=slope" in page.url
        assert page.locator("svg.plot").count() == 1
        page.locator("table.compared a.place").first.press("Enter")
        assert "/passage?" in page.url
        assert "/resultsSection/" in page.locator("main").inner_text()


def test_serious_events_are_drawn_and_lead_to_their_place(larger: Any, visit: Any) -> None:
    study, serious = next((study, found) for study in STUDIES if (found := serious_events(larger, study)))
    with visit(larger.url) as at:
        at.explore(f"/explore?node={study}")
        drawn = {node["label"] for node in at.nodes().values() if node["kind"] == "Adverse event"}
        assert drawn == serious
        at.page.goto(f"{larger.url}/study/{study}#safety")
        table = at.page.get_by_role("region", name="Adverse events", exact=True)
        at.page.locator("summary", has_text="serious ones").click()
        assert all(event in table.inner_text() for event in serious)


def serious_events(server: Any, study: str) -> set[str]:
    events = server.client.get(f"/study/{study}.json").json()["safety"].get("events", [])
    return {event["event"] for event in events if event["seriousness"] == "serious"}


def test_an_answer_of_sparql_leads_to_our_pages(larger: Any, visit: Any) -> None:
    query = f"{PREFIX} SELECT ?study WHERE {{ ?study cellkg:registryId '{STUDY}' }}"
    with visit(larger.url) as at:
        page = at.go(f"/sparql?query={quote(query)}").page
        page.locator("table.answer").get_by_role("link").first.click()
        assert page.url == f"{larger.url}/study/{STUDY}"
