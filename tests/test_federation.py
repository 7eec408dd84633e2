"""Public endpoints are asked about what the graph holds: real servers on this machine play them, honest and not."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sysconfig
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pyoxigraph as ox
import pytest

from cellkg.answers import ask
from cellkg.build import build
from cellkg.catalogue import catalogue, find_question
from cellkg.errors import DataError, NetworkError, NotFoundError
from cellkg.federation import Federated, Ready, endpoints, federate, find_ready, ready_questions
from cellkg.kept import kept_files
from cellkg.loading import Inputs, installed_loaders
from cellkg.patience import Patience
from cellkg.resources import shipped
from cellkg.store import EmbeddedStore, Store, open_store

Command = Callable[..., "subprocess.CompletedProcess[str]"]
Ask = Callable[..., Federated]
OXIGRAPH = shutil.which("oxigraph", path=sysconfig.get_path("scripts"))
JSON = "application/sparql-results+json"
HOSTILE = '"> } DROP ALL ; <script>alert(1)</script> \\u0000 \n \\" ^^<http://evil>'

#: What the endpoints hold, in their shapes: a few statements that are asked for and some that are not.
WORLD = """
PREFIX cello: <https://purl.expasy.org/cellosaurus/rdf/ontology/>
PREFIX cvcl: <https://purl.expasy.org/cellosaurus/rdf/cvcl/>
PREFIX mesh: <http://id.nlm.nih.gov/mesh/>
PREFIX meshv: <http://id.nlm.nih.gov/mesh/vocab#>
PREFIX obo: <http://purl.obolibrary.org/obo/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX uniprot: <http://purl.uniprot.org/uniprot/>
PREFIX up: <http://purl.uniprot.org/core/>
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
INSERT DATA {
  GRAPH <http://reasoner.renci.org/nonredundant> {
    obo:CL_0000134 obo:RO_0002104 obo:PR_000001843 , obo:PR_000001800 .
    obo:CL_0000084 obo:RO_0002104 obo:PR_000001002 .
    obo:CL_0002570 obo:RO_0002104 obo:GO_0000001 .
  }
  GRAPH <http://reasoner.renci.org/ontology> {
    obo:PR_000001843 rdfs:label "Thy-1 membrane glycoprotein" .
    obo:PR_000001800 rdfs:label "5'-nucleotidase" .
    obo:PR_000001002 rdfs:label "CD19 molecule" .
    obo:GO_0000001 rdfs:label "no protein" .
    obo:MONDO_0005100 skos:exactMatch mesh:D012595 , <http://identifiers.org/snomedct/0> .
    obo:MONDO_0000001 skos:exactMatch mesh:D004194 .
  }
  wd:Q1 wdt:P3098 "NCT02975960" . wd:Q2 wdt:P3098 "NCT99999999" .
  wd:Q11 wdt:P921 wd:Q1 ; wdt:P1476 "Cells in \\"hands\\""@en ; wdt:P698 "12345" ; wdt:P356 "10.1000/ABC.1" .
  wd:Q12 wdt:P921 wd:Q1 ; wdt:P698 "not a number" .
  wd:Q13 wdt:P921 wd:Q2 ; wdt:P1476 "Of another trial"@en .
  uniprot:P15391 up:encodedBy [ skos:prefLabel "CD19" ] ;
    up:recommendedName [ up:fullName "B-lymphocyte antigen CD19" ] .
  uniprot:P00000 up:encodedBy [ skos:prefLabel "NONE" ] .
  mesh:D012595 meshv:broaderDescriptor mesh:D003240 . mesh:D003240 rdfs:label "Connective Tissue Diseases"@en .
  cvcl:CVCL_0000 cello:derivedFromSite [ cello:isIdentifiedByXref [ skos:notation "UBERON_0001013" ] ] ;
    cello:recommendedName "A line" .
}
"""
ANSWERS: dict[str, list[dict[str, str]]] = {
    "cell-type-markers": [
        {"asked": "CL_0000134", "marker": "PR_000001800", "name": "5'-nucleotidase"},
        {"asked": "CL_0000134", "marker": "PR_000001843", "name": "Thy-1 membrane glycoprotein"},
    ],
    "condition-cross-references": [
        {"asked": "MONDO_0005100", "same": "0"},
        {"asked": "MONDO_0005100", "same": "D012595"},
    ],
    "trial-publications": [
        {"asked": "NCT02975960", "work": "Q11", "title": 'Cells in "hands"', "pmid": "12345", "doi": "10.1000/ABC.1"}
    ],
    "protein-genes": [{"asked": "P15391", "gene": "CD19", "name": "B-lymphocyte antigen CD19"}],
    "heading-parents": [{"asked": "D012595", "broader": "D003240", "name": "Connective Tissue Diseases"}],
    "tissue-cell-lines": [{"asked": "UBERON_0001013", "line": "CVCL_0000", "name": "A line"}],
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an oxigraph server that holds the small world."""
    if OXIGRAPH is None:
        pytest.skip("the oxigraph server is not installed; `uv sync` brings it")
    folder, port = tmp_path_factory.mktemp("world"), free_port()
    world = ox.Store(str(folder))
    world.update(WORLD)
    world.flush()
    del world
    command = [OXIGRAPH, "serve-read-only", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            while server.poll() is None:
                try:
                    opener.open(f"http://127.0.0.1:{port}/", timeout=5).close()
                    break
                except urllib.error.URLError:
                    time.sleep(0.02)
            yield f"http://127.0.0.1:{port}/query"
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def store(flagship: Path) -> Store:
    return open_store(flagship)


@pytest.fixture
def asked(store: Store, tmp_path: Path) -> Ask:
    """Ask a ready question of an address; the waits between tries are noted, and nothing is waited for."""

    def run(name: str, url: str, waits: list[float] | None = None, **more: Any) -> Federated:
        patience = Patience(attempts=3, sleep=(waits if waits is not None else []).append)
        ready = quick(find_ready(name), more.pop("batch", None))
        return federate(ready, store, tmp_path / "home", tmp_path / "cache", mirror=url, patience=patience, **more)

    return run


def quick(ready: Ready, batch: int | None = None) -> Ready:
    endpoint = msgspec.structs.replace(ready.endpoint, silence=1, pace=0.0)
    header = msgspec.structs.replace(ready.header, batch=batch) if batch else ready.header
    return msgspec.structs.replace(ready, endpoint=endpoint, header=header)


def short(done: Federated) -> list[dict[str, str]]:
    rows = [
        {
            name: term.value.rpartition("/")[2] if isinstance(term, ox.NamedNode) else term.value
            for name, term in row.items()
        }
        for row in done.rows
    ]
    return sorted(rows, key=str)


# ---- the ready questions


@pytest.mark.parametrize("name", ready_questions())
def test_an_honest_endpoint_is_asked_and_only_what_was_asked_is_kept(asked: Ask, honest: str, name: str) -> None:
    done = asked(name, honest)
    assert short(done) == ANSWERS[name]
    assert done.changed


def test_every_ready_question_is_tried_here_and_asks_an_endpoint_of_the_list() -> None:
    assert set(ANSWERS) == set(ready_questions())
    assert {each.endpoint for each in ready_questions().values()} == set(endpoints().values())
    assert all(endpoint.url.startswith("https://") for endpoint in endpoints().values())
    asked = {each.header.question for each in ready_questions().values()} - {None}
    assert asked == {name for name, each in catalogue().items() if "federated" in each.header.tags}


def test_a_row_of_another_form_is_dropped_and_counted(asked: Ask, honest: str) -> None:
    done = asked("trial-publications", honest)
    assert (done.received, done.dropped) == (2, {"has a pmid of another form": 1})


def test_terms_go_in_batches(asked: Ask, honest: str, proxy: Proxy) -> None:
    proxy.behind = honest
    done = asked("trial-publications", proxy.address, batch=5)
    assert short(done) == ANSWERS["trial-publications"]
    assert len(proxy.queries) == -(-done.asked // 5)
    assert all(query.count('"NCT') <= 5 for query in proxy.queries)


def test_a_get_endpoint_is_asked_by_get(asked: Ask, honest: str, proxy: Proxy) -> None:
    proxy.behind = honest
    asked("heading-parents", proxy.address)
    asked("protein-genes", proxy.address)
    assert set(proxy.methods[:-1]) == {"GET"}
    assert proxy.methods[-1] == "POST"
    assert all(agent.startswith("cellkg/") for agent in proxy.agents)


# ---- what is kept


def test_the_same_again_asks_nobody_and_changes_nothing(asked: Ask, honest: str, proxy: Proxy) -> None:
    proxy.behind = honest
    first = asked("cell-type-markers", proxy.address)
    before = (first.file.read_bytes(), first.file.stat().st_mtime_ns)
    again = asked("cell-type-markers", proxy.address)
    assert (again.changed, again.rows, len(proxy.queries)) == (False, first.rows, 1)
    time.sleep(1.1)  # the time of retrieval has seconds
    fresh = asked("cell-type-markers", proxy.address, fresh=True)
    assert (fresh.changed, len(proxy.queries)) == (False, 2)
    assert (first.file.read_bytes(), first.file.stat().st_mtime_ns) == before
    assert [path.name for path in first.file.parent.iterdir()] == ["cell-type-markers.nq"]


def test_a_file_says_whence_when_and_how_many(asked: Ask, honest: str) -> None:
    done = asked("trial-publications", honest)
    memory = ox.Store()
    memory.load(path=str(done.file), format=ox.RdfFormat.N_QUADS)
    prefixes = "PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX cellkg: <https://w3id.org/cellkg/vocab/> "
    graph = "https://w3id.org/cellkg/federated/trial-publications"
    (row,) = memory.query(  # type: ignore[misc]
        f"{prefixes} SELECT * {{ GRAPH <{graph}> {{ <{graph}> prov:wasDerivedFrom ?from ; prov:wasGeneratedBy ?run . "
        "?run prov:endedAtTime ?at ; cellkg:queryHash ?hash ; cellkg:termsAsked ?asked ; "
        "cellkg:rowsReceived ?came ; cellkg:rowsDropped ?dropped } }"
    )
    assert row["from"].value == honest
    assert [row[name].value for name in ("asked", "came", "dropped")] == [str(done.asked), "2", "1"]
    assert len(row["hash"].value) == 64
    assert list(memory.named_graphs()) == [ox.NamedNode(graph)]


def test_the_next_build_takes_the_rows_in_apart_from_the_merge_and_questions_ask_them(
    asked: Ask, honest: str, store: Store, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    for name in ready_questions():
        asked(name, honest)
    done = build(Inputs(curated=(shipped("curated"),), federated=kept_files(home)), home, installed_loaders())
    assert done.findings.set_aside == []
    built = open_store(home)
    markers = ask(built, find_question("cell-type-markers"), evidence=True)
    assert [row[:4] for row in markers] == [
        (cells, "CL:0000134", marker, name)
        for cells in ("CL:0000134", "CL:0002540", "CL:0002569", "CL:0002570")
        for marker, name in (("PR:000001800", "5'-nucleotidase"), ("PR:000001843", "Thy-1 membrane glycoprotein"))
    ]
    assert markers.evidence is not None
    assert all(markers.evidence)
    references = {row[1:3] for row in ask(built, find_question("condition-cross-references"))}
    assert references == {
        ("MONDO:0005100", "http://id.nlm.nih.gov/mesh/D012595"),
        ("MONDO:0005100", "http://identifiers.org/snomedct/0"),
    }
    assert ask(built, find_question("trial-publications")).rows == [
        ("NCT02975960", "http://www.wikidata.org/entity/Q11", 'Cells in "hands"', "12345", "10.1000/ABC.1", honest)
    ]
    for name in catalogue():
        if "federated" not in catalogue()[name].header.tags:
            assert ask(built, catalogue()[name]).rows == ask(store, catalogue()[name]).rows
    merged = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    assert str(next(iter(built.query(merged)))[0]) == str(next(iter(store.query(merged)))[0])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("nonsense", "no N-Quads"),
        ("<http://a> <http://b> <http://c> <https://w3id.org/cellkg/source/review> .", "not in <https://w3id.org"),
        ("<http://a> <http://b> <http://c> .", "a statement in the graph"),
        ("_:a <http://b> <http://c> <https://w3id.org/cellkg/federated/markers> .", "a node without a name"),
    ],
)
def test_a_kept_file_that_is_not_ours_is_set_aside_whole(tmp_path: Path, line: str, message: str) -> None:
    folder = tmp_path / "federated"
    folder.mkdir()
    good = '<http://a> <http://b> "c" <https://w3id.org/cellkg/federated/{}> .\n'
    (folder / "markers.nq").write_text(good.format("markers") + line + "\n", encoding="utf-8")
    (folder / "other.nq").write_text(good.format("other"), encoding="utf-8")
    done = build(Inputs(federated=kept_files(tmp_path)), tmp_path, installed_loaders())
    (error,) = done.findings.set_aside
    assert message in str(error)
    assert str(folder / "markers.nq") in str(error)
    assert done.findings.counts["statements of endpoints"] == 1
    built = open_store(tmp_path)
    assert isinstance(built, EmbeddedStore)
    assert not built.query("ASK { GRAPH <https://w3id.org/cellkg/federated/markers> { ?s ?p ?o } }")


# ---- endpoints that fail


@dataclass
class Proxy:
    """Stands before an endpoint; ``faults`` are answered first, one a request, and then the endpoint."""

    behind: str = ""
    address: str = ""
    faults: list[Callable[[Handler, bytes], None]] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    proxy: Proxy

    def do_POST(self) -> None:
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self) -> None:
        self.answer(self.path.partition("?")[2].encode())

    def answer(self, form: bytes) -> None:
        query = urllib.parse.parse_qs(form.decode())["query"][0]
        self.proxy.queries.append(query)
        self.proxy.methods.append(self.command)
        self.proxy.agents.append(self.headers["User-Agent"])
        body = b'{"head": {"vars": []}, "results": {"bindings": []}}'
        if self.proxy.behind:
            request = urllib.request.Request(self.proxy.behind, urllib.parse.urlencode({"query": query}).encode())
            request.add_header("Accept", JSON)
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as response:
                body = response.read()
        if self.proxy.faults:
            self.proxy.faults.pop(0)(self, body)
        else:
            self.send(body)

    def send(self, body: bytes, status: int = 200, kind: str = JSON, **headers: str) -> None:
        self.send_response(status)
        sent = {"Content-Type": kind, "Content-Length": str(len(body))}
        for name, value in {**sent, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    stands = Proxy()
    with ThreadingHTTPServer(("127.0.0.1", 0), type("ProxyHandler", (Handler,), {"proxy": stands})) as server:
        server.daemon_threads = True
        stands.address = f"http://127.0.0.1:{server.server_port}/sparql"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield stands
        stands.hold.set()
        server.shutdown()
        thread.join()


def says(
    status: int, body: bytes = b"no", kind: str = "text/plain", **headers: str
) -> Callable[[Handler, bytes], None]:
    return lambda handler, _: handler.send(body, status, kind, **headers)


def is_silent(handler: Handler, body: bytes) -> None:
    handler.proxy.hold.wait(10)


def drips(handler: Handler, body: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        if handler.proxy.hold.wait(0.3):
            return


def breaks_off(handler: Handler, body: bytes) -> None:
    handler.send(body[: len(body) // 2], Content_Length=str(len(body)))


def truncates(handler: Handler, body: bytes) -> None:
    handler.send(body[: len(body) // 2])


PASSING: dict[str, Callable[[Handler, bytes], None]] = {
    "500": says(500),
    "503": says(503),
    "429": says(429, Retry_After="7"),
    "part of the answer": says(206, b"{}", JSON),
    "silence": is_silent,
    "a broken connection": breaks_off,
    "half of the JSON": truncates,
}


@pytest.mark.parametrize("fault", PASSING)
def test_what_may_pass_is_asked_again(asked: Ask, honest: str, proxy: Proxy, fault: str) -> None:
    proxy.behind, proxy.faults = honest, [PASSING[fault]]
    waits: list[float] = []
    assert short(asked("cell-type-markers", proxy.address, waits)) == ANSWERS["cell-type-markers"]
    assert len(proxy.queries) == 2
    assert len(waits) == 1
    assert waits[0] == 7 if fault == "429" else waits[0] > 0


@pytest.mark.parametrize("fault", ["500", "429", "half of the JSON", "part of the answer"])
def test_what_does_not_pass_is_a_network_error_and_what_was_kept_stays(
    asked: Ask, honest: str, proxy: Proxy, fault: str
) -> None:
    kept = asked("cell-type-markers", honest).file
    before = kept.read_bytes()
    proxy.behind, proxy.faults = honest, [PASSING[fault]] * 3
    with pytest.raises(NetworkError, match=rf"{proxy.address}.*asked 3 times"):
        asked("cell-type-markers", proxy.address)
    assert kept.read_bytes() == before


def test_an_endpoint_that_asks_to_wait_for_an_hour_is_left_alone(asked: Ask, proxy: Proxy) -> None:
    proxy.faults = [says(429, Retry_After="3600")]
    with pytest.raises(NetworkError, match="asks to wait 3600 s; asked 1 times"):
        asked("cell-type-markers", proxy.address)


FINAL: dict[str, tuple[Callable[[Handler, bytes], None], str]] = {
    "400": (says(400, b"no such query"), "refuses the query"),
    "403": (says(403), "answered 403"),
    "404": (says(404), "refuses the query: EndPointNotFound"),
    "a web page": (says(200, b"<html>Welcome</html>", "text/html"), "answered with text/html"),
    "triples": (says(200, b"<http://a> <http://b> <http://c> .", "application/n-triples"), "n-triples, not with"),
    "yes": (says(200, b'{"head": {}, "boolean": true}', JSON), "answered yes or no"),
}


@pytest.mark.parametrize("fault", FINAL)
def test_what_will_not_pass_is_asked_once(asked: Ask, proxy: Proxy, fault: str) -> None:
    answer, message = FINAL[fault]
    proxy.faults = [answer]
    with pytest.raises(NetworkError, match=message):
        asked("cell-type-markers", proxy.address)
    assert len(proxy.queries) == 1


def test_a_redirect_to_somebody_else_is_not_read(asked: Ask, proxy: Proxy, honest: str) -> None:
    elsewhere = honest.replace("127.0.0.1", "localhost")
    proxy.faults = [says(302, b"", Location=f"{elsewhere}?query=SELECT%20%2A%20%7B%7D")]
    with pytest.raises(NetworkError, match="leads to localhost, which is not on the list"):
        asked("cell-type-markers", proxy.address)


def test_an_endpoint_that_drips_is_not_waited_for_without_end(asked: Ask, proxy: Proxy) -> None:
    proxy.faults = [drips] * 3
    with pytest.raises(NetworkError, match="sends too slowly; asked 3 times"):
        asked("cell-type-markers", proxy.address)


def test_after_a_failure_the_answered_batches_are_not_asked_again(asked: Ask, honest: str, proxy: Proxy) -> None:
    proxy.behind = honest
    proxy.faults = [lambda handler, body: handler.send(body), *[says(500)] * 3]
    with pytest.raises(NetworkError):
        asked("trial-publications", proxy.address, batch=20)
    assert len(proxy.queries) == 4
    asked("trial-publications", proxy.address, batch=20)
    assert len(proxy.queries) == 5


def test_a_broken_cache_costs_a_request_and_nothing_else(asked: Ask, honest: str, proxy: Proxy, tmp_path: Path) -> None:
    proxy.behind = honest
    first = asked("cell-type-markers", proxy.address)
    (cached,) = (tmp_path / "cache" / "federated").iterdir()
    cached.write_bytes(cached.read_bytes()[:40])
    assert asked("cell-type-markers", proxy.address).rows == first.rows
    assert len(proxy.queries) == 2


# ---- endpoints that lie


def iri(value: str) -> dict[str, str]:
    return {"type": "uri", "value": f"http://purl.obolibrary.org/obo/{value}"}


def text(value: str, **more: str) -> dict[str, str]:
    return {"type": "literal", "value": value, **more}


CELL, MARKER = iri("CL_0000134"), iri("PR_000001843")
UNASKED, NO_MARKER, NO_NAME = "answers what was not asked", "has a marker of another form", "has a name of another form"
GOOD = {"asked": CELL, "marker": MARKER, "name": text("Thy-1")}
LIES: dict[str, tuple[dict[str, dict[str, str]], str]] = {
    "a cell that was not asked for": ({**GOOD, "asked": iri("CL_0000084")}, UNASKED),
    "a text for a cell": ({**GOOD, "asked": text("CL:0000134")}, UNASKED),
    "no cell": ({"marker": MARKER, "name": text("x")}, UNASKED),
    "a blank node": ({**GOOD, "marker": {"type": "bnode", "value": "b"}}, "has no marker"),
    "a marker of another kind": ({**GOOD, "marker": iri("GO_1")}, NO_MARKER),
    "a text for a marker": ({**GOOD, "marker": text("CD90")}, NO_MARKER),
    "an IRI for a name": ({**GOOD, "name": iri("PR_1")}, NO_NAME),
    "an empty name": ({**GOOD, "name": text("  ")}, NO_NAME),
    "an endless name": ({**GOOD, "name": text("x" * 5000)}, NO_NAME),
    "no name": ({"asked": CELL, "marker": MARKER}, "has no name"),
    "an address of a person": ({**GOOD, "name": text("ask a.b@example.org")}, "looks like personal data"),
}


def answers(*rows: dict[str, dict[str, str]]) -> Callable[[Handler, bytes], None]:
    body = {"head": {"vars": ["asked", "marker", "name"]}, "results": {"bindings": list(rows)}}
    return lambda handler, _: handler.send(json.dumps(body).encode())


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_dropped_and_counted_and_the_truth_beside_it_kept(asked: Ask, proxy: Proxy, lie: str) -> None:
    row, fault = LIES[lie]
    proxy.faults = [answers(row, GOOD)]
    done = asked("cell-type-markers", proxy.address)
    assert (done.received, done.dropped) == (2, {fault: 1})
    assert [term["name"].value for term in done.rows] == ["Thy-1"]
    assert done.file.read_text(encoding="utf-8").count("RO_0002104") == 1


@pytest.mark.parametrize("language", [{}, {"xml:lang": "en"}, {"datatype": "http://evil/type"}])
def test_hostile_text_is_only_ever_a_literal(
    asked: Ask, proxy: Proxy, tmp_path: Path, language: dict[str, str]
) -> None:
    proxy.faults = [answers({**GOOD, "name": text(HOSTILE, **language)})]
    done = asked("cell-type-markers", proxy.address)
    home = tmp_path / "home"
    built = build(Inputs(curated=(shipped("curated"),), federated=kept_files(home)), home, installed_loaders())
    assert built.findings.set_aside == []
    answer = ask(open_store(home), find_question("cell-type-markers"))
    assert {row[3] for row in answer} == {HOSTILE}
    quads = list(ox.parse(path=str(done.file), format=ox.RdfFormat.N_QUADS))
    assert [quad.object for quad in quads if "evil" in str(quad.object)] == [ox.Literal(HOSTILE)]
    assert not [quad for quad in quads if "evil" in str((quad.subject, quad.predicate, quad.graph_name))]


def test_an_iri_that_is_none_breaks_the_whole_answer(asked: Ask, proxy: Proxy) -> None:
    proxy.faults = [answers({**GOOD, "marker": iri("PR_1> . <http://evil")}, GOOD)] * 3
    with pytest.raises(NetworkError, match="sent what is no"):
        asked("cell-type-markers", proxy.address)


# ---- around it


def test_a_graph_with_nothing_to_ask_about_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has nothing that cell-type-markers could ask about"):
        federate(find_ready("cell-type-markers"), EmbeddedStore(ox.Store(), "empty"), tmp_path, tmp_path)


def test_an_unknown_ready_question_names_a_near_one() -> None:
    with pytest.raises(NotFoundError, match="did you mean trial-publications"):
        find_ready("trial-publication")


def test_the_command_keeps_builds_and_asks(cellkg: Command, honest: str, flagship: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(flagship, home)
    where = ("--store", home)
    command = ("federate", "trial-publications", *where, "--mirror", honest, "--cache", tmp_path / "cache", "-f", "csv")
    done = cellkg(*command)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "asked,work,title,pmid,doi"
    assert len(done.stdout.splitlines()) == 2
    assert "dropped: 1 rows, each has a pmid of another form" in done.stderr
    assert f"nothing changed in {home}/federated/trial-publications.nq" in cellkg(*command).stderr
    assert cellkg("build", *where).returncode == 0
    answer = cellkg("query", "trial-publications", *where, "-f", "csv", "--evidence")
    assert "10.1000/ABC.1" in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "name a ready question"),
        (("nothing-like-it",), 3, "no ready question 'nothing-like-it'; `cellkg federate --list`"),
        (("cell-type-markers", "--store", "http://localhost/query"), 2, "kept beside builds"),
        (("cell-type-markers", "--mirror", "file:///etc/hosts"), 2, "--mirror is the address"),
        (("cell-type-markers", "--store", "nowhere"), 3, "no store in nowhere"),
    ],
)
def test_what_cannot_be_asked_says_why(cellkg: Command, arguments: tuple[str, ...], code: int, message: str) -> None:
    done = cellkg("federate", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr


def test_the_list_says_whom_each_question_asks(cellkg: Command) -> None:
    listed = cellkg("federate", "--list", "-f", "csv").stdout.splitlines()
    assert len(listed) == 1 + len(ready_questions())
    assert any("https://query.wikidata.org/sparql" in line for line in listed)
