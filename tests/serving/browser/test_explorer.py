"""The explorer in a browser: expand, filter, why two nodes are joined, paths, undo, and the files to take along."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import networkx as nx
import pytest

from cellkg.exploring import joined, step
from cellkg.identifiers import THINGS, compress
from cellkg.store import open_store

STUDY = "NCT02975960"
IRI = f"{THINGS}{STUDY}"
START = f"/explore?node={STUDY}"
DISEASE = "MONDO:0005100"


@pytest.fixture(scope="module")
def near(flagship: Path) -> Any:
    return step(open_store(flagship), IRI)


def test_the_drawing_holds_what_the_store_says(server: Any, visit: Any, near: Any) -> None:
    with visit(server.url) as at:
        at.explore(START)
        assert set(at.nodes()) == {node.curie for node in (near.node, *near.nodes)}
        assert at.edges() == {(compress(link.start), link.label, compress(link.end)) for link in near.links}
        assert at.page.locator("#nodes li").count() == len(near.nodes) + 1
        at.keep("explorer")


def test_a_link_shows_the_words_and_the_source_behind_it(server: Any, visit: Any, flagship: Path, near: Any) -> None:
    store = open_store(flagship)
    link = next(each for each in near.links if each.label == "treats")
    chain = joined(store, link.start, link.end)[0]
    proof = next(proof for statement in chain.statements for proof in statement.proofs)
    with visit(server.url) as at:
        at.explore(START)
        at.click_link(compress(link.start), compress(link.end))
        panel = at.page.locator("#panel")
        panel.locator("#why li").first.wait_for()
        text = panel.inner_text()
        assert proof.words in text
        assert proof.spot in text
        assert chain.statements[0].sources[0][1] in text
        at.keep("explorer-link")


def test_a_node_expands_and_undo_takes_it_back(server: Any, visit: Any) -> None:
    with visit(server.url) as at:
        at.explore(START)
        before, places = set(at.nodes()), at.places()
        assert at.page.locator("#undo").is_disabled()
        turn = at.turn()
        at.click_node(DISEASE, times=2)
        at.settled(turn + 1)
        after = at.nodes()
        assert before < set(after)
        assert parse_qs(urlsplit(at.page.url).query)["open"] == [DISEASE]
        for node, place in at.places().items():
            assert node not in places or place == pytest.approx(places[node], abs=1), "what was there stays there"
        at.keep("explorer-expanded")
        turn = at.turn()
        at.page.locator("#undo").click()
        at.settled(turn + 1)
        assert set(at.nodes()) == before
        at.page.go_forward()
        at.settled(turn + 2)
        assert set(at.nodes()) == set(after)


def test_an_address_holds_all_that_was_done(server: Any, visit: Any) -> None:
    with visit(server.url) as at:
        at.explore(f"{START}&open={DISEASE}")
        turn = at.turn()
        at.page.get_by_role("checkbox", name="Outcome").uncheck()
        at.settled(turn + 1)
        shown, address = set(at.nodes()), at.page.url
    with visit(server.url) as again:
        again.explore(address.removeprefix(server.url))
        assert set(again.nodes()) == shown
        assert not again.page.get_by_role("checkbox", name="Outcome").is_checked()


def test_kinds_and_links_and_facets_filter(server: Any, visit: Any) -> None:
    with visit(server.url) as at:
        at.explore(f"{START}&open={DISEASE}")
        kinds = {node["kind"] for node in at.nodes().values()}
        assert {"Outcome", "Condition", "Study"} <= kinds
        turn = at.turn()
        at.page.get_by_role("checkbox", name="Outcome").uncheck()
        at.settled(turn + 1)
        assert {node["kind"] for node in at.nodes().values()} == kinds - {"Outcome"}
        at.page.get_by_text("Links", exact=True).click()
        at.page.get_by_role("checkbox", name="is a kind of").uncheck()
        at.settled(turn + 2)
        assert not [edge for edge in at.edges() if edge[1] == "is a kind of"]
        statuses = {status for node in at.nodes().values() for _, status in node["facets"].get("status", [])}
        at.page.get_by_text("Only studies of this status").click()
        chosen = sorted(statuses)[0]
        at.page.locator("#filters details", has_text="of this status").get_by_text(chosen).click()
        at.settled(turn + 3)
        for node in at.nodes().values():
            if node["kind"] == "Study" and node["id"] not in (f"kg:{STUDY}",):
                assert chosen in [status for _, status in node["facets"].get("status", [])] or not node["facets"]
        for _ in range(3):
            turn = at.turn()
            at.page.locator("#undo").click()
            at.settled(turn + 1)
        assert {node["kind"] for node in at.nodes().values()} == kinds


def test_a_path_to_another_study_is_found_and_drawn(server: Any, visit: Any) -> None:
    other = "NCT00962923"
    with visit(server.url) as at:
        at.explore(START)
        at.click_node(f"kg:{STUDY}")
        turn = at.turn()
        at.page.locator("#panel input[name=other]").fill(other)
        at.page.locator("#panel").get_by_role("button", name="Find").click()
        at.settled(turn + 1)
        assert at.page.locator("#panel li").first.inner_text().startswith(f"{STUDY} —")
        graph: nx.Graph[str] = nx.Graph((start, end) for start, _, end in at.edges())
        assert nx.has_path(graph, f"kg:{STUDY}", f"kg:{other}")
        at.keep("explorer-path")


def test_the_drawing_can_be_taken_along(server: Any, visit: Any, near: Any, tmp_path: Path) -> None:
    with visit(server.url) as at:
        at.explore(START)
        files = {}
        for button in ("save-png", "save-svg", "save-graphml", "save-page"):
            with at.page.expect_download() as waiting:
                at.page.locator(f"#{button}").click()
            files[button] = tmp_path / waiting.value.suggested_filename
            waiting.value.save_as(files[button])
        names = {node.label for node in (near.node, *near.nodes)}
        assert files["save-png"].read_bytes().startswith(b"\x89PNG")
        drawn = ElementTree.parse(files["save-svg"])
        titles = {each.text.partition(": ")[2] for each in drawn.iter("{http://www.w3.org/2000/svg}title") if each.text}
        assert names <= titles
        graph = nx.read_graphml(files["save-graphml"])
        assert {told["label"] for _, told in graph.nodes(data=True)} == names
        assert graph.number_of_edges() == len(near.links)
        assert all(told["sources"] for *_, told in graph.edges(data=True))
        assert "Content-Security-Policy" in files["save-page"].read_text(encoding="utf-8")
        with visit(server.url, allowed="file:") as page:
            page.page.goto(files["save-page"].as_uri())
            page.page.wait_for_function("cellkg.settled()")


def test_all_of_it_can_be_read_without_a_script(server: Any, visit: Any, near: Any) -> None:
    with visit(server.url, java_script_enabled=False) as at:
        at.go(START)
        rows = at.page.locator(".neighbours tbody tr")
        assert rows.count() == len(near.links)
        assert not at.page.locator("#explorer").is_visible()
        row = rows.filter(has_text="systemic sclerosis").first
        row.get_by_role("link", name="Evidence").click()
        assert at.page.locator("q").count() > 0
        at.page.get_by_role("link", name=STUDY, exact=True).click()
        assert at.page.locator("h1").inner_text().startswith(STUDY)


def test_a_hub_is_capped_and_more_is_shown_on_demand(serve: Any, visit: Any, crowded: Path) -> None:
    with serve(crowded) as running, visit(running.url) as at:
        at.explore("/explore?node=kg:illness")
        assert len(at.nodes()) == 151
        turn = at.turn()
        at.page.locator("#more").click()
        at.settled(turn + 1)
        assert len(at.nodes()) == 301
        turn = at.turn()
        at.page.get_by_text("Only studies of this status").click()
        at.page.locator("#filters").get_by_text("three").click()
        at.settled(turn + 1)
        studies = [node for node in at.nodes().values() if node["kind"] == "Study"]
        assert len(studies) == 100
        assert {node["facets"]["status"][0][1] for node in studies} == {"three"}


def test_a_script_in_a_name_stays_text(serve: Any, visit: Any, crowded: Path) -> None:
    with serve(crowded) as running, visit(running.url) as at:
        at.explore("/explore?node=kg:study-0")
        assert "onerror=alert" in at.page.locator("#nodes").inner_text()
        at.click_node("kg:illness")
        assert "onerror=alert" in at.page.locator("#panel h2").inner_text()
        at.click_link("kg:study-0", "kg:illness")
        at.page.locator("#why li").first.wait_for()
        assert at.page.locator("main img").count() == 0
