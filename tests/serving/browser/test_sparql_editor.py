"""The SPARQL editor in a browser: completion, answers, charts, the network of a CONSTRUCT, and downloads."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from cellkg.serving.words import read_words
from cellkg.store import open_store

PREFIX = "PREFIX cellkg: <https://w3id.org/cellkg/vocab/>\n"
PHASES = PREFIX + "SELECT ?phase (COUNT(*) AS ?studies) { ?s cellkg:phase ?phase } GROUP BY ?phase ORDER BY ?phase"
NETWORK = PREFIX + "CONSTRUCT { ?s cellkg:phase ?phase } WHERE { ?s cellkg:phase ?phase }"
EDITOR = "[data-testid=query-editor]"


def write(at: Any, query: str) -> None:
    at.page.locator(EDITOR).click()
    at.page.keyboard.press("Control+A")
    at.page.keyboard.insert_text(query)


def ask(at: Any) -> None:
    done = int(at.page.locator("#answer").get_attribute("data-answered") or 0)
    at.page.get_by_role("button", name="Ask").click()
    at.page.wait_for_function(f"() => Number(document.getElementById('answer').dataset.answered ?? 0) > {done}")


def test_a_query_is_run_and_its_answer_downloaded(server: Any, visit: Any, tmp_path: Path) -> None:
    expected = server.ask(PHASES).json()["results"]["bindings"]
    with visit(server.url) as at:
        at.go("/sparql")
        write(at, PHASES)
        ask(at)
        rows = at.page.locator("table.answer tbody tr")
        assert rows.count() == len(expected)
        assert [row.split("\t")[1] for row in rows.all_inner_texts()] == [row["studies"]["value"] for row in expected]
        with at.page.expect_download() as waiting:
            at.page.get_by_role("button", name="CSV").click()
        waiting.value.save_as(tmp_path / "answer.csv")
        with (tmp_path / "answer.csv").open(encoding="utf-8", newline="") as file:
            assert [row["studies"] for row in csv.DictReader(file)] == [row["studies"]["value"] for row in expected]
        at.page.reload()
        assert at.page.locator("table.answer tbody tr").count() == len(expected)


def test_rows_are_put_in_order_and_drawn_as_bars(server: Any, visit: Any) -> None:
    with visit(server.url) as at:
        at.go(f"/sparql?query={quote(PHASES)}")
        at.page.get_by_role("button", name="studies").click()
        numbers = [int(row.split("\t")[1]) for row in at.page.locator("table.answer tbody tr").all_inner_texts()]
        assert numbers == sorted(numbers)
        assert at.page.locator("th[aria-sort=ascending]").count() == 1
        at.page.get_by_text("Chart of studies").click()
        bars = at.page.locator(".chart rect")
        assert bars.count() == len(numbers)
        widths = sorted(float(bar.get_attribute("width") or 0) for bar in bars.all())
        assert widths == pytest.approx([number / max(numbers) * 340 for number in numbers], abs=0.1)
        at.keep("sparql-chart")


def test_words_of_the_graph_complete_and_bring_their_prefix(server: Any, visit: Any) -> None:
    with visit(server.url) as at:
        at.go("/sparql")
        write(at, "SELECT * { ?study a ")
        at.page.keyboard.type("CellProd")
        option = at.page.locator(".cm-tooltip-autocomplete li").first
        option.wait_for()
        assert option.inner_text().startswith("cellkg:CellProduct")
        at.keep("sparql-completion")
        option.click()
        text = at.page.locator("#query").input_value()
        assert text.startswith(PREFIX)
        assert text.endswith("?study a cellkg:CellProduct")
        at.page.keyboard.type(" ; bone marrow")
        at.page.locator(".cm-tooltip-autocomplete li", has_text="UBERON:0002371").wait_for()


def test_the_words_are_those_of_the_store(server: Any, flagship: Path) -> None:
    words = server.client.get("/sparql/words.json").json()
    assert words == json.loads(json.dumps(read_words(open_store(flagship))))
    named = {curie for kind in ("classes", "properties", "terms") for curie, *_ in words[kind]}
    assert {"cellkg:Study", "cellkg:hasDose", "cellkg:AdiposeMSC", "CL:0000134", "rdf:type", "rdfs:label"} <= named


def test_a_mistake_is_told_at_its_place(server: Any, visit: Any) -> None:
    with visit(server.url, allowed="400") as at:
        at.go("/sparql")
        write(at, "SELECT * {\n  ?s ?p\n}")
        ask(at)
        problem = at.page.locator("#problem")
        assert "not SPARQL" in problem.inner_text()
        assert at.page.locator(".cm-lintRange-error, .cm-lintPoint-error").count() == 1
        write(at, PHASES)
        ask(at)
        assert not problem.is_visible()
        assert at.page.locator(".cm-lintRange-error").count() == 0


def test_the_triples_of_a_construct_are_drawn(server: Any, visit: Any) -> None:
    with visit(server.url) as at:
        at.go("/sparql")
        write(at, NETWORK)
        ask(at)
        triples = server.ask(NETWORK, accept="application/n-triples").text.strip().splitlines()
        ends = {term for line in triples for term in (line.split()[0], line.split()[2])}
        at.page.wait_for_function("window.drawn?.cy.nodes().length > 0")
        assert at.page.evaluate("drawn.cy.edges().length") == len(triples)
        assert at.page.evaluate("drawn.cy.nodes().length") == len(ends)
        at.keep("sparql-network")


def test_a_question_of_the_catalogue_is_an_example(server: Any, visit: Any) -> None:
    with visit(server.url) as at:
        at.go("/sparql?example=cell-doses")
        assert "cellkg:hasDose" in at.page.locator("#query").input_value()
        ask(at)
        assert at.page.locator("table.answer tbody tr").count() > 0


def test_the_form_works_without_a_script(server: Any, visit: Any) -> None:
    with visit(server.url, java_script_enabled=False) as at:
        at.go("/sparql")
        at.page.locator("#query").fill(PHASES)
        at.page.get_by_role("button", name="Ask").click()
        assert at.page.locator("table.answer tbody tr").count() == len(server.ask(PHASES).json()["results"]["bindings"])
        at.page.get_by_text("Chart of studies").click()
        assert at.page.locator(".chart svg").is_visible()
