"""A remote SPARQL 1.1 endpoint answers as the embedded store does, and what it does wrong is told with its address."""

from __future__ import annotations

import io
import shutil
import socket
import subprocess
import sysconfig
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rdflib import Graph

import cellkg
from cellkg.answers import Table, ask, ask_freely
from cellkg.catalogue import catalogue
from cellkg.effects import derive
from cellkg.errors import CellkgError, NetworkError, UsageError
from cellkg.formats import write
from cellkg.places import current_build
from cellkg.store import RemoteStore, Store, open_store

OXIGRAPH = shutil.which("oxigraph", path=sysconfig.get_path("scripts"))
Command = Callable[..., "subprocess.CompletedProcess[str]"]
JSON = "application/sparql-results+json"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def endpoint(flagship: Path) -> Iterator[str]:
    """The address of PyPI's oxigraph server over the build."""
    if OXIGRAPH is None:
        pytest.skip("the oxigraph server is not installed; `uv sync` brings it")
    build, port = current_build(flagship), free_port()
    command = [OXIGRAPH, "serve-read-only", "--location", f"{build}/store", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as server:
        try:
            wait_for(server, port)
            yield f"http://127.0.0.1:{port}/query"
        finally:
            server.terminate()


def wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while server.poll() is None:
        try:
            opener.open(f"http://127.0.0.1:{port}/", timeout=5).close()
        except urllib.error.URLError:
            continue
        return
    assert server.stderr is not None
    pytest.fail(f"the oxigraph server did not start: {server.stderr.read().decode()}")


@pytest.fixture(scope="module")
def remote(endpoint: str) -> Store:
    store = open_store(endpoint)
    assert isinstance(store, RemoteStore)
    return store


@pytest.fixture(scope="module")
def local(flagship: Path) -> Store:
    return open_store(flagship)


def test_derived_numbers_are_the_same(remote: Store, local: Store) -> None:
    found = list(derive(remote))
    assert found == list(derive(local))
    assert found


def as_csv(answer: object) -> str:
    assert isinstance(answer, Table)
    out = io.StringIO()
    write(answer, "csv", out)
    return out.getvalue()


# ---- the same answers


@pytest.mark.parametrize("name", catalogue())
def test_a_question_has_the_same_answer(local: Store, remote: Store, name: str) -> None:
    question = catalogue()[name]
    assert as_csv(ask(remote, question)) == as_csv(ask(local, question))
    assert as_csv(ask(remote, question, evidence=True)) == as_csv(ask(local, question, evidence=True))


def test_the_command_line_writes_the_same_files(flagship: Path, endpoint: str, cellkg: Command, tmp_path: Path) -> None:
    for where, folder in ((flagship, "local"), (endpoint, "remote")):
        assert cellkg("query", "--all", "-o", tmp_path / folder, "--store", where).returncode == 0
    local = {file.name: file.read_bytes() for file in (tmp_path / "local").iterdir()}
    assert local == {file.name: file.read_bytes() for file in (tmp_path / "remote").iterdir()}
    assert len(local) == len(catalogue())


def test_a_filter_reaches_the_remote_store(local: Store, remote: Store) -> None:
    question = catalogue()["routes-of-administration"]
    hostile = {"route": '") } UNION { ?s ?p ?o } #'}
    assert ask(remote, question, {"route": "subcutaneous"}).rows == ask(local, question, {"route": "subcutaneous"}).rows
    assert ask(remote, question, hostile).rows == []


def test_ask_and_construct_work_remotely(remote: Store, endpoint: str) -> None:
    yes = ask_freely(remote, "ASK { ?s a <https://w3id.org/cellkg/vocab/ClinicalTrial> }")
    assert isinstance(yes, Table)
    assert yes.rows == [(True,)]
    construct = (
        "CONSTRUCT { ?s a ?type } WHERE { ?s a ?type . FILTER (?type = <https://w3id.org/cellkg/vocab/Source>) }"
    )
    triples = cellkg.open(endpoint).query(construct)
    assert isinstance(triples, Graph)
    assert len(triples) == 5


@pytest.mark.parametrize("sparql", ["SELECT ?s WHERE {", "nonsense", "INSERT DATA { <a:a> <a:b> <a:c> }", "DROP ALL"])
def test_what_is_no_query_is_a_usage_error_here_and_there(local: Store, remote: Store, sparql: str) -> None:
    with pytest.raises(UsageError, match="not SPARQL"):
        local.query(sparql)
    with pytest.raises(UsageError, match="refuses the query"):
        remote.query(sparql)


def test_the_exit_code_of_a_broken_query_is_the_same(flagship: Path, endpoint: str, cellkg: Command) -> None:
    for where in (flagship, endpoint):
        done = cellkg("query", "-", "--store", where, stdin="SELECT ?s WHERE {")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("cellkg: ")
        assert done.stderr.count("\n") == 1


# ---- what goes wrong


class Misbehaving(BaseHTTPRequestHandler):
    """Answers by its path: a status, a kind of content, and a body that may be shorter than it says."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, content_type, body, promised = ANSWERS[self.path]
        if status == 0:
            self.server.hold.wait()  # type: ignore[attr-defined]
            return
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(promised or len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


TRUNCATED = b'{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "literal", "value": "x"}}, {"s'
ANSWERS = {
    "/internal": (500, "text/plain", b"out of memory", 0),
    "/unavailable": (503, "text/plain", b"busy", 0),
    "/gone": (404, "text/plain", b"no such page", 0),
    "/forbidden": (401, "text/plain", b"who are you", 0),
    "/html": (200, "text/html", b"<html>Welcome</html>", 0),
    "/truncated": (200, JSON, TRUNCATED, 0),
    "/cut": (200, JSON, TRUNCATED, 10_000),
    "/empty": (200, JSON, b"", 0),
    "/other": (200, JSON, b"[1, 2]", 0),
    "/triples": (200, "application/n-triples", b"<a> <b> nonsense", 0),
    "/hangs": (0, "", b"", 0),
}


@pytest.fixture(scope="module")
def misbehaving() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Misbehaving) as server:
        server.hold = threading.Event()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.hold.set()  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ANSWERS)
def test_a_misbehaving_endpoint_is_a_network_error_that_names_it(misbehaving: str, path: str) -> None:
    store = RemoteStore(f"{misbehaving}{path}", timeout=1 if path == "/hangs" else 30)
    with pytest.raises(NetworkError, match=f"{misbehaving}{path}"):
        ask_freely(store, "SELECT * WHERE { ?s ?p ?o }")


def test_a_bad_request_is_told_in_the_words_of_the_endpoint(remote: Store) -> None:
    with pytest.raises(UsageError, match="expected"):
        remote.query("SELECT ?s WHERE {")


def test_nobody_there_is_exit_code_five(cellkg: Command) -> None:
    url = f"http://127.0.0.1:{free_port()}/query"
    done = cellkg("query", "cell-doses", "--store", url)
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.startswith(f"cellkg: {url} does not answer: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("url", ["http://[", "http://no host/", "http://127.0.0.1:99999/"])
def test_an_impossible_address_is_told_as_such(url: str) -> None:
    with pytest.raises(CellkgError, match="does not answer"):
        RemoteStore(url).query("ASK {}")
