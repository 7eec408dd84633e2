"""A build published to real remote stores: what differs is sent, stops do no harm, and a store that errs is told."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pyoxigraph as ox
import pytest

from cellkg.addresses import Address, read_address
from cellkg.build import build
from cellkg.errors import NetworkError, UsageError
from cellkg.identifiers import MERGE, PUBLISHED
from cellkg.loading import Inputs
from cellkg.places import current_build
from cellkg.published import BUILD
from cellkg.publishing import Pushed, RemoteGraphs, push
from cellkg.update import update

from .stores import VIRTUOSO_LOGIN, oxigraph_server, virtuoso_server
from .test_update import A_LATER, LOADERS, A, B, C

KILLS = int(os.environ.get("CELLKG_KILLS", "3"))
Login = tuple[str, str] | None
Reached = tuple[Address, Login]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A build of three records."""
    build(records(tmp_path, A, B, C), tmp_path / "home", LOADERS)
    return tmp_path / "home"


def records(folder: Path, *studies: object) -> Inputs:
    file = folder / f"{len(list(folder.glob('*.ndjson')))}.ndjson"
    file.write_text("".join(f"{json.dumps(study)}\n" for study in studies), encoding="utf-8")
    return Inputs(registry=(file,))


@pytest.fixture(params=["oxigraph", "virtuoso"])
def reached(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reached]:
    """An empty store of each kind."""
    folder = tmp_path_factory.mktemp("remote")
    if request.param == "oxigraph":
        with oxigraph_server(folder) as base:
            yield read_address(f"oxigraph+{base}"), None
    else:
        with virtuoso_server(folder) as base:
            yield read_address(f"virtuoso+{base}"), VIRTUOSO_LOGIN


@pytest.fixture
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph_server(tmp_path_factory.mktemp("remote")) as base:
        yield base


def push_to(reached: Reached, home: Path, *, everything: bool = False, timeout: float = 60) -> Pushed:
    folder = current_build(home)
    assert folder is not None
    store = ox.Store.read_only(str(folder / "store"))
    with RemoteGraphs(*reached, timeout=timeout) as remote:
        return push(store, folder.name, remote, everything=everything)


def in_build(home: Path) -> set[str]:
    folder = current_build(home)
    assert folder is not None
    quads = ox.Store.read_only(str(folder / "store")).quads_for_pattern(None, None, None, None)
    return {written(quad.triple, quad.graph_name) for quad in quads}


def in_remote(reached: Reached) -> set[str]:
    """Everything that a store holds, asked of it by the protocol, not by what is under test."""
    address, _ = reached
    names = asked(address, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
    found = {name for name in names if name.startswith("https://w3id.org/cellkg/")} - {PUBLISHED}
    graphs = dict.fromkeys(found) | {MERGE: None} if address.merge is None else dict.fromkeys(found | {MERGE})
    return {
        written(triple, ox.DefaultGraph() if graph == MERGE else ox.NamedNode(graph))
        for graph in graphs
        for triple in fetched(reached, graph)
    }


def asked(address: Address, sparql: str) -> list[str]:
    url = address.query.partition("?")[0]
    answer = httpx2.get(url, params={"query": sparql}, headers={"Accept": "application/sparql-results+json"})
    return [value["value"] for row in answer.json()["results"]["bindings"] for value in row.values()]


def fetched(reached: Reached, graph: str) -> list[ox.Triple]:
    address, login = reached
    named = {"default": ""} if graph == MERGE and address.merge is None else {address.graph_parameter: graph}
    auth = httpx2.DigestAuth(*login) if login else None
    answer = httpx2.get(address.graphs, params=named, headers={"Accept": "application/n-triples"}, auth=auth)
    if answer.status_code == 404:
        return []
    return [quad.triple for quad in ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)]


def written(triple: ox.Triple, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> str:
    parts = ("_:" if isinstance(part, ox.BlankNode) else str(part) for part in triple)
    return f"{' '.join(parts)} {graph}"


def published(reached: Reached) -> bool:
    return any(triple.predicate.value == BUILD for triple in fetched(reached, PUBLISHED))


# ---- what is sent


def test_a_store_holds_what_the_build_says(reached: Reached, home: Path) -> None:
    done = push_to(reached, home)
    assert done.merge == "sent"
    assert done.unchanged == 0
    assert in_remote(reached) == in_build(home)
    assert published(reached)


def test_a_second_push_sends_nothing(reached: Reached, home: Path) -> None:
    first = push_to(reached, home)
    assert push_to(reached, home) == Pushed(unchanged=len(first.sent))


def test_after_an_update_only_what_changed_is_sent_and_the_merge_is_mended(
    reached: Reached, home: Path, tmp_path: Path
) -> None:
    push_to(reached, home)
    before = in_build(home)
    update(records(tmp_path, A_LATER), home, LOADERS, remove=("NCT00000002",))
    done = push_to(reached, home)
    changed = {quad.rpartition(" ")[2][1:-1] for quad in before ^ in_build(home)} - {""}
    assert {*done.sent, *done.removed} == {graph for graph in changed if graph.startswith("https://")}
    assert len(done.removed) == 1
    assert done.merge == "mended"
    assert in_remote(reached) == in_build(home)


def test_what_others_changed_is_found_when_everything_is_looked_at(reached: Reached, home: Path) -> None:
    sent = push_to(reached, home).sent
    with RemoteGraphs(*reached) as remote:
        remote.remove(sent[0], fetched(reached, sent[0])[:1])
    assert push_to(reached, home).sent == []
    assert push_to(reached, home, everything=True).sent == [sent[0]]
    assert in_remote(reached) == in_build(home)


# ---- a push that is stopped


def test_a_push_killed_at_random_moments_ends_in_the_same_state(oxigraph: str, home: Path) -> None:
    reached: Reached = (read_address(f"oxigraph+{oxigraph}"), None)
    command = [sys.executable, "-m", "cellkg", "push", reached[0].given, "--store", str(home)]
    started = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    whole = time.monotonic() - started
    moments = random.Random(20)
    stopped = 0
    for _ in range(KILLS):
        with RemoteGraphs(*reached) as remote:
            remote.update("DROP ALL")
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            time.sleep(moments.uniform(0.3, 1.0) * whole)
            process.kill()
        if process.returncode:
            stopped += 1
            assert not published(reached) or in_remote(reached) == in_build(home)
        subprocess.run(command, check=True, capture_output=True)
        assert in_remote(reached) == in_build(home)
        assert published(reached)
    assert stopped


def test_a_push_goes_on_where_it_was_stopped(oxigraph: str, home: Path) -> None:
    with proxy(oxigraph, refuse="default") as base, pytest.raises(NetworkError, match="refuses"):
        push_to((through(base), None), home)
    reached: Reached = (read_address(f"oxigraph+{oxigraph}"), None)
    assert not published(reached)
    done = push_to(reached, home)
    assert done.unchanged > 0
    assert in_remote(reached) == in_build(home)


def test_a_push_cut_off_between_a_graph_and_its_note_goes_on(oxigraph: str, home: Path, tmp_path: Path) -> None:
    reached: Reached = (read_address(f"oxigraph+{oxigraph}"), None)
    push_to(reached, home)
    update(records(tmp_path, A_LATER), home, LOADERS, remove=("NCT00000002",))
    with proxy(oxigraph, gone_after="DELETE") as base, pytest.raises(NetworkError, match="refuses"):
        push_to((through(base), None), home)
    notes = {triple.subject.value for triple in fetched(reached, PUBLISHED)}  # type: ignore[union-attr]
    (removed,) = {note for note in notes - {PUBLISHED, MERGE} if not fetched(reached, note)}
    assert not published(reached)
    done = push_to(reached, home)
    assert done.removed == [removed]
    assert in_remote(reached) == in_build(home)
    assert removed not in {triple.subject.value for triple in fetched(reached, PUBLISHED)}  # type: ignore[union-attr]
    assert published(reached)


# ---- a store that errs


def test_a_store_that_is_only_read_refuses(home: Path, flagship: Path) -> None:
    folder = current_build(flagship)
    assert folder is not None
    with (
        oxigraph_server(folder / "store", read_only=True) as base,
        pytest.raises(NetworkError, match=r"refuses P\w+ with 403.*nothing is declared published"),
    ):
        push_to((read_address(f"oxigraph+{base}"), None), home)


def test_a_wrong_password_is_refused(tmp_path_factory: pytest.TempPathFactory, home: Path) -> None:
    with virtuoso_server(tmp_path_factory.mktemp("remote")) as base, pytest.raises(NetworkError, match="401"):
        push_to((read_address(f"virtuoso+{base}"), ("dba", "wrong")), home)


def test_a_silent_store_is_given_up(home: Path, oxigraph: str) -> None:
    with proxy(oxigraph, silent_after=10) as base, pytest.raises(NetworkError, match=r"does not answer: .*timed out"):
        push_to((through(base), None), home, timeout=1)
    assert not published((read_address(f"oxigraph+{oxigraph}"), None))


def test_nobody_there(home: Path, oxigraph: str) -> None:
    with proxy(oxigraph) as base:
        pass
    with pytest.raises(NetworkError, match="does not answer"):
        push_to((through(base), None), home)


def test_a_store_that_loses_a_triple_is_found_out(home: Path, oxigraph: str) -> None:
    with (
        proxy(oxigraph, lose=True) as base,
        pytest.raises(NetworkError, match=r"holds \d+ triples \(\w+\) in graph <.*> where \d+ .* were sent"),
    ):
        push_to((through(base), None), home)
    assert not published((read_address(f"oxigraph+{oxigraph}"), None))


def test_a_query_endpoint_is_not_pushed_to() -> None:
    with pytest.raises(UsageError, match="query endpoint"):
        RemoteGraphs(read_address("http://127.0.0.1/sparql"))


@pytest.mark.parametrize("address", ["jena+http://127.0.0.1/", "oxigraph+ftp://127.0.0.1/", "oxigraph", "+http://x/"])
def test_an_address_of_no_known_kind_is_told(address: str) -> None:
    with pytest.raises(UsageError, match="KIND"):
        read_address(address)


# ---- the command


def test_the_command_tells_what_it_did(oxigraph: str, home: Path) -> None:
    command = [sys.executable, "-m", "cellkg", "push", f"oxigraph+{oxigraph}", "--store", str(home)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    assert "merge sent" in done.stdout
    assert f"ask it with --store oxigraph+{oxigraph}" in done.stdout
    asked = [sys.executable, "-m", "cellkg", "query", "-", "--format", "csv", "--store", f"oxigraph+{oxigraph}"]
    question = "SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/cellkg/vocab/ClinicalTrial> }"
    answer = subprocess.run(asked, check=True, capture_output=True, text=True, input=question)
    assert answer.stdout.split() == ["n", "3"]


def through(base: str) -> Address:
    return read_address(f"oxigraph+{base}")


@dataclasses.dataclass
class Manners:
    """How a server on the way to a store errs."""

    target: str
    refuse: str
    silent_after: int
    lose: bool
    gone_after: str
    seen: int = 0
    gone: bool = False


class Forwarding(BaseHTTPRequestHandler):
    """Sends each request on to a store, with the manners of its server."""

    def forward(self) -> None:
        manners: Manners = self.server.manners  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        manners.seen += 1
        if manners.seen > manners.silent_after:
            self.server.hold.wait()  # type: ignore[attr-defined]
            return
        if manners.refuse in self.path or manners.gone:
            self.answer(503, b"busy", "text/plain")
            return
        if manners.lose and self.command == "PUT":
            body = body[: body.rindex(b"\n", 0, -1) + 1]
        headers = {name: self.headers[name] for name in ("Accept", "Content-Type") if self.headers[name]}
        manners.gone = self.command == manners.gone_after
        answer = httpx2.request(self.command, f"{manners.target}{self.path}", content=body, headers=headers)
        self.answer(answer.status_code, answer.content, answer.headers.get("Content-Type", "text/plain"))

    def answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_DELETE = forward  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def proxy(
    target: str, *, refuse: str = "nothing", silent_after: int = 10**9, lose: bool = False, gone_after: str = ""
) -> Iterator[str]:
    """A server between, while it is entered."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Forwarding) as server:
        server.manners = Manners(target, refuse, silent_after, lose, gone_after)  # type: ignore[attr-defined]
        server.hold = threading.Event()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.hold.set()  # type: ignore[attr-defined]
            server.shutdown()
            thread.join()
