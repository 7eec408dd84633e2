"""The pages: every question with its answer in each form, the data, and nothing that needs a script or another host."""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from cellkg.answers import ask
from cellkg.catalogue import catalogue
from cellkg.conflicts import ask_conflicts, claims_table
from cellkg.formats import write
from cellkg.store import EmbeddedStore, open_store

QUESTIONS = catalogue()


def test_the_questions_page_lists_every_question(server: Any) -> None:
    text = server.client.get("/questions").text
    for name, question in QUESTIONS.items():
        assert f'href="/question/{name}"' in text
        assert html.escape(question.header.summary, quote=False) in text.replace("&#39;", "'").replace("&#34;", '"')


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_is_answered_as_the_command_line_answers_it(server: Any, flagship: Path, name: str) -> None:
    table = ask(open_store(flagship), QUESTIONS[name])
    page = server.client.get(f"/question/{name}")
    assert page.status_code == 200
    assert f"{len(table)} row" in page.text
    out = io.StringIO()
    write(table, "json", out)
    assert server.client.get(f"/question/{name}.json").json() == json.loads(out.getvalue())
    rows = list(csv.reader(io.StringIO(server.client.get(f"/question/{name}.csv").text)))
    assert rows[0] == table.names
    assert len(rows) == len(table) + 1


def test_a_page_shows_the_evidence_and_takes_parameters(server: Any) -> None:
    name, question = next((n, q) for n, q in QUESTIONS.items() if q.header.parameters and q.header.evidence)
    parameter = question.header.parameters[0]
    plain = server.client.get(f"/question/{name}").text
    assert f'name="{parameter.name}"' in plain
    assert "<cite>" not in plain
    assert "<cite>" in server.client.get(f"/question/{name}?evidence=1").text
    none = server.client.get(f"/question/{name}.json", params={parameter.name: "NCT00000000"})
    assert none.json() == []
    assert server.client.get(f"/question/{name}", params={"no-such": "x"}).status_code == 400


@pytest.mark.parametrize(
    "path", ["/questions", "/sparql", "/data", "/question/cell-doses", "/sparql?example=cell-doses", "/none"]
)
def test_pages_ask_no_other_host_and_need_no_script(server: Any, path: str) -> None:
    answer = server.client.get(path, headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    assert not re.findall(r'(?:src|action|<link[^>]*href)="(?:https?:)?//', answer.text)
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", answer.text, re.DOTALL)
    assert not any(scripts), "a script lies in the page, which its policy would not run"
    assert "<form" not in answer.text or "<button" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert '<html lang="en">' in answer.text


def test_errors_are_a_page_for_people_and_a_line_for_programs(server: Any) -> None:
    page = server.client.get("/question/no-such", headers={"Accept": "text/html"})
    assert (page.status_code, "<h1>404 Not Found</h1>" in page.text) == (404, True)
    line = server.client.get("/question/cell-dose.csv")
    assert line.status_code == 404
    assert "did you mean cell-doses" in line.text
    assert line.headers["content-type"].startswith("text/plain")


def test_the_exports_are_those_of_the_command_line(server: Any, flagship: Path, cellkg: Any, tmp_path: Path) -> None:
    text = server.client.get("/data").text
    for form, name in (("csv", "effects.zip"), ("metafor", "metafor.zip"), ("revman", "revman.zip")):
        assert f'href="/data/{name}"' in text
        folder = tmp_path / form
        assert cellkg("export", "effects", "-f", form, "-o", folder, "--store", flagship).returncode == 0
        with zipfile.ZipFile(io.BytesIO(made(server, f"/data/{name}"))) as packed:
            sent = {each: packed.read(each) for each in packed.namelist()}
        assert sent == {file.name: file.read_bytes() for file in folder.iterdir()}
    rows = list(csv.DictReader(io.StringIO(made(server, "/data/conflicts.csv").decode())))
    claims = claims_table(ask_conflicts(open_store(flagship)))
    assert len(rows) == len(claims) > 0
    assert [row["study"] for row in rows] == [row["study"] for row in claims.records()]
    record = list(csv.DictReader(io.StringIO(server.client.get("/data/search-record.csv").text)))
    assert record
    assert all(int(row["documents_or_records"]) > 0 for row in record)


def made(server: Any, path: str) -> bytes:
    """A file of the server, asked for again while it is being made."""
    for _ in range(20):
        answer = server.client.get(path)
        if answer.status_code != 503:
            break
        assert int(answer.headers["retry-after"]) > 0
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)


def test_the_dump_is_made_when_it_is_asked_for_and_holds_what_the_store_says(server: Any, flagship: Path) -> None:
    assert 'href="/data/cellkg.nq.gz"' in server.client.get("/data").text
    dump = ox.Store()
    dump.load(gzip.decompress(made(server, "/data/cellkg.nq.gz")), format=ox.RdfFormat.N_QUADS)
    opened = open_store(flagship)
    assert isinstance(opened, EmbeddedStore)
    assert len(dump) == len(opened.store)


def test_the_data_page_links_what_is_there(server: Any, flagship: Path) -> None:
    text = server.client.get("/data").text
    for name in ("report.json", "void.ttl"):
        assert f'href="/data/{name}"' in text
        assert server.client.head(f"/data/{name}").status_code == 200
    assert server.client.get("/data/nothing.txt").status_code == 404
