"""Hostile clients: heavy queries, huge answers, broken requests, foreign pages, and texts that want to run."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pyoxigraph as ox
import pytest

ALL = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
HEAVY = {
    "count of a product": f"SELECT (COUNT(*) AS ?n) WHERE {{ {ALL} FILTER (CONCAT(STR(?c), STR(?f), STR(?i)) = 'x') }}",
    "nothing found": f"SELECT * WHERE {{ {ALL} FILTER (STRLEN(STR(?c)) + STRLEN(STR(?f)) + STRLEN(STR(?l)) < 0) }}",
    "ask": f"ASK {{ {ALL} FILTER (STR(?c) = CONCAT('x', STR(?f), STR(?i), STR(?l))) }}",
    "paths": "SELECT (COUNT(*) AS ?n) { ?a (<a:x>|!<a:y>)* ?b . ?b (<a:x>|!<a:y>)* ?c . ?c (<a:x>|!<a:y>)* ?d }",
    "order": f"SELECT * WHERE {{ {ALL} }} ORDER BY DESC(?f) ?c",
    "concatenation": f"SELECT (GROUP_CONCAT(?c) AS ?t) WHERE {{ {ALL} }}",
    "rows": f"SELECT * WHERE {{ {ALL} }}",
    "triples": f"CONSTRUCT {{ ?a ?h ?f . ?d ?b ?i }} WHERE {{ {ALL} }}",
    "construct of nothing": f"CONSTRUCT {{ ?a ?b ?c }} WHERE {{ {ALL} FILTER (?c = CONCAT(STR(?f), STR(?i), 'x')) }}",
    "not exists": f"SELECT * {{ ?x ?y ?z FILTER NOT EXISTS {{ {ALL} FILTER (CONCAT(STR(?c), STR(?f)) = STR(?x)) }} }}",
}
OWN_SCRIPT = r'<script type="module" src="/static/[a-z-]+\.js">'
TRAVERSALS = [
    "/static/../../../../pyproject.toml",
    "/static/..%2f..%2fserving/limits.py",
    "/static/%2e%2e/%2e%2e/serving/limits.py",
    "/static//etc/passwd",
    "/static/....//....//limits.py",
    "/static/..\\..\\limits.py",
    "/data/../../../../../../etc/passwd",
    "/data/..%2f..%2fstore%2fCURRENT",
    "/data/store",
    "/data/%00report.json",
    "/question/..%2fchecks%2fregistry-id-violation",
    "/question/..%2f..%2fpyproject.csv",
    "/question/cell-doses%00.csv",
    "//etc/passwd",
]
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-1+2", "\t=1", " =1", "＝1"]


@pytest.fixture(scope="module")
def strict(flagship: Path, serve: Any) -> Iterator[Any]:
    """A server with narrow limits."""
    limits = {"query_seconds": 1.5, "memory_bytes": 200 * 2**20, "result_bytes": 2**20, "request_seconds": 1.5}
    with serve(flagship, limits={**limits, "stall_seconds": 1.5}) as running:
        yield running


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory, serve: Any) -> Iterator[Any]:
    """A server over labels that want to run, in a browser or in a spreadsheet."""
    path = tmp_path_factory.mktemp("marked") / "store"
    store = ox.Store(str(path))
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    for number, text in enumerate([SCRIPT, *FORMULAS, "-1.5", "dose"]):
        store.add(ox.Quad(ox.NamedNode(f"http://example.org/{number}"), label, ox.Literal(text)))
    store.add(ox.Quad(ox.NamedNode("javascript:alert(1)"), label, ox.Literal(SCRIPT, language="en")))
    store.flush()
    del store
    with serve(path) as running:
        yield running


def soon(server: Any) -> None:
    """A light query is answered, at the latest when a killed worker has been replaced."""
    started = time.monotonic()
    while server.ask("ASK {}").status_code == 503:
        assert time.monotonic() - started < 5
    assert server.ask("ASK {}").json() == {"head": {}, "boolean": True}


@pytest.mark.parametrize("query", HEAVY.values(), ids=HEAVY)
def test_a_heavy_query_is_stopped_and_told_so(strict: Any, query: str) -> None:
    soon(strict)
    started = time.monotonic()
    accept = "application/sparql-results+json, application/n-triples"
    answer = strict.ask(query, accept)
    assert answer.status_code in (504, 507)
    assert re.search("more than 1.5 seconds|more than 200 MiB|larger than 1 MiB", answer.text)
    assert time.monotonic() - started < 3
    soon(strict)


def test_a_result_up_to_the_limit_is_whole_and_one_above_is_refused(strict: Any) -> None:
    query = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT %d"
    statuses = {}
    for number in (1000, 3000, 6000, 9000, 12000):
        answer = strict.ask(query % number, "text/csv")
        statuses[number] = answer.status_code
        if answer.status_code == 200:
            assert len(answer.content) <= 2**20
            assert len(list(csv.reader(io.StringIO(answer.text)))) == number + 1
        else:
            assert answer.status_code == 507
    assert set(statuses.values()) == {200, 507}


@pytest.mark.parametrize("depth", [300, 5_000, 100_000])
@pytest.mark.parametrize("pair", ["{}", "()", "[]", "!"])
def test_deep_nesting_ends_a_worker_at_most(strict: Any, depth: int, pair: str) -> None:
    shapes = {"{}": ("", ""), "()": ("?s ?p ", ""), "[]": ("?s ?p ", ""), "!": ("FILTER(", "true)")}
    before, after = shapes[pair]
    query = f"ASK {{ {before}{pair[0] * depth}{after}{pair[1:] * depth} }}"
    answer = strict.client.post("/sparql", data={"query": query})
    assert answer.status_code in (200, 400, 504)
    soon(strict)


def test_a_client_that_leaves_frees_its_worker(flagship: Path, serve: Any) -> None:
    with serve(flagship, "--workers", "1", "--timeout", "60") as running:
        for _ in range(3):
            with pytest.raises(httpx2.TimeoutException):
                running.client.get("/sparql", params={"query": HEAVY["nothing found"]}, timeout=0.5)
            soon(running)


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (413, {"content": b"ASK {}" + b" " * 2_000_000, "headers": {"Content-Type": "application/sparql-query"}}),
        (413, {"content": iter([b" " * 65536] * 40), "headers": {"Content-Type": "application/sparql-query"}}),
        (413, {"content": b"ASK {}" + b" " * 600_000, "headers": {"Content-Type": "application/sparql-query"}}),
        (400, {"content": b"ASK {} # \xff\xfe", "headers": {"Content-Type": "application/sparql-query"}}),
        (
            400,
            {"content": b"query=ASK+%7B%7D+%23%FF", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        ),
        (400, {"content": b"a=b&" * 2000, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}),
        (
            415,
            {
                "content": "ASK {}".encode("utf-16"),
                "headers": {"Content-Type": "application/sparql-query; charset=utf-16"},
            },
        ),
        (415, {"content": b"x", "headers": {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}}),
        (415, {"content": b"<x/>", "headers": {"Content-Type": "application/xml"}}),
        (400, {"content": b"", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}),
    ],
)
def test_a_broken_body_is_refused(server: Any, status: int, request_: dict[str, Any]) -> None:
    assert server.client.post("/sparql", **request_).status_code == status


def test_broken_heads_are_refused(server: Any) -> None:
    for target in ("/sparql?query=ASK%7B%7D%23%FF", "/%ff%fe", "/sparql?query=%00"):
        assert 400 <= server.client.get(target).status_code < 500, target
    for bytes_ in (b"\xff\xfe\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET /\xff HTTP/1.1\r\n\r\n"):
        assert raw(server, bytes_)[:12] in (b"HTTP/1.1 400", b"")
    long = f"GET /sparql?query={'a' * 70_000} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    assert raw(server, long)[:12] in (b"HTTP/1.1 400", b"")
    assert raw(server, b"GET / HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_path_leads_out(server: Any, path: str) -> None:
    host = server.url.removeprefix("http://")
    answer = raw(server, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert re.match(rb"HTTP/1\.1 (400|404) ", answer)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (421, {"Host": "evil.example"}),
        (421, {"Host": "127.0.0.1.evil.example"}),
        (400, {"Host": "localhost:80:80"}),
        (400, {"Host": "user@localhost"}),
        (403, {"Origin": "http://evil.example"}),
        (403, {"Origin": "null"}),
        (403, {"Origin": "http://localhost:1"}),
        (403, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}),
        (200, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}),
        (200, {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}),
    ],
)
def test_foreign_names_and_pages_are_refused(server: Any, status: int, headers: dict[str, str]) -> None:
    for path in ("/", "/sparql?query=ASK%7B%7D", "/data/report.json", "/static/cellkg.css"):
        answer = server.client.get(path, headers=headers)
        assert answer.status_code == status
        assert "access-control-allow-origin" not in answer.headers
    assert server.client.get("/", headers={"Origin": server.url}).status_code == 200


def test_origins_that_are_let_in_may_read(flagship: Path, serve: Any) -> None:
    friend = {"Origin": "https://friend.example"}
    with serve(flagship, "--allow-origin", "https://friend.example", "--name", "kg.example.org") as running:
        answer = running.client.get("/sparql?query=ASK%7B%7D", headers=friend)
        assert answer.headers["access-control-allow-origin"] == "https://friend.example"
        assert running.client.get("/", headers={"Host": "kg.example.org"}).status_code == 200
        assert running.client.get("/", headers={"Origin": "https://other.example"}).status_code == 403
    with serve(flagship, "--allow-origin", "*") as running:
        answer = running.client.options("/sparql", headers=friend)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, "*")
        assert "access-control-allow-credentials" not in answer.headers


def scripts_that_are_not_ours(text: str) -> list[str]:
    return [tag for tag in re.findall(r"<script[^>]*>", text) if not re.fullmatch(OWN_SCRIPT, tag)]


def test_texts_of_the_graph_and_of_the_request_never_become_markup(marked: Any) -> None:
    for query in (
        "SELECT * { ?s ?p ?o }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        f"ASK {{}} # </textarea>{SCRIPT}",
        f"ASK {SCRIPT}",
    ):
        answer = marked.ask(query, "text/html")
        assert scripts_that_are_not_ours(answer.text) == []
        assert "<img" not in answer.text
        assert 'href="javascript' not in answer.text
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    for path in (
        f"/question/{quote(SCRIPT)}",
        f"/{quote(SCRIPT)}",
        f"/question/cell-doses?{quote(SCRIPT)}={quote(SCRIPT)}",
    ):
        answer = marked.client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code in (400, 404)
        assert scripts_that_are_not_ours(answer.text) == []


def test_a_download_has_no_formula_and_an_answer_of_the_protocol_is_exact(marked: Any) -> None:
    query = "SELECT ?o WHERE { ?s ?p ?o }"
    download = marked.client.get("/sparql", params={"query": query, "download": "csv"}).text
    cells = {row[0] for row in list(csv.reader(io.StringIO(download, newline="")))[1:]}
    assert {f"'{text}" for text in FORMULAS} | {"-1.5", "dose"} <= cells
    exact = marked.ask(query, "text/csv").text
    assert set(FORMULAS) <= {row[0] for row in csv.reader(io.StringIO(exact, newline="")) if row}


def test_a_client_that_sends_slowly_is_let_go(strict: Any) -> None:
    for start in (b"GET / HTTP/1.1\r\nHost: ", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: 1\r\n", b""):
        with connected(strict) as client:
            client.sendall(start)
            assert client.recv(100) == b""
    with connected(strict) as client:
        client.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
            b"Content-Type: application/sparql-query\r\n\r\nASK"
        )
        assert client.recv(100).startswith(b"HTTP/1.1 408")


def test_a_client_that_does_not_read_is_let_go(flagship: Path, serve: Any) -> None:
    with serve(flagship, limits={"stall_seconds": 1}) as running, contextlib.ExitStack() as clients:
        import psutil

        process = psutil.Process(running.process.pid)
        soon(running)
        before = process.num_fds()
        query = quote("SELECT * WHERE { ?s ?p ?o . ?s ?q ?r }")
        for _ in range(2):
            client = clients.enter_context(connected(running))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        started, most = time.monotonic(), before
        while time.monotonic() - started < 30 and not most > before >= process.num_fds():
            most = max(most, process.num_fds())
            soon(running)
        assert most > before >= process.num_fds()


@contextlib.contextmanager
def connected(server: Any) -> Iterator[socket.socket]:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as client:
        yield client


def raw(server: Any, request: bytes) -> bytes:
    with connected(server) as client:
        client.sendall(request)
        answer = b""
        with contextlib.suppress(ConnectionError):
            while part := client.recv(65536):
                answer += part
        return answer
