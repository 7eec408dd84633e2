"""No query makes the graph ask somebody else: SERVICE is refused, and the word in a text does not misfire."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellkg.answers import Table, ask_freely
from cellkg.errors import UsageError
from cellkg.services import without_service
from cellkg.store import EmbeddedStore, RemoteStore

Command = Callable[..., "subprocess.CompletedProcess[str]"]
DATA = """
<http://example.org/service> <http://example.org/p> "the SERVICE" .
<http://example.org/service> <http://example.org/p> "it's \\"a\\" service"@en-service .
"""
HARMLESS = {
    'SELECT ?o { ?s ?p ?o FILTER (CONTAINS(STR(?o), "SERVICE")) }': 1,
    "SELECT ?o { ?s ?p ?o FILTER (CONTAINS(STR(?o), 'service')) } # SERVICE <http://a/> { ?s ?p ?o }": 1,
    "SELECT ?service { ?service ?p ?o }": 2,
    "SELECT * { <http://example.org/service> ?p ?o }": 2,
    "PREFIX ex: <http://example.org/>\nSELECT * { ex:service ex:p ?o }": 2,
    "PREFIX ex: <http://example.org/>\n#+ summary: of a service\nSELECT * { ex:service ?p ?o }": 2,
    "BASE <http://example.org/> SELECT * { <service> ?p ?o }": 2,
    'SELECT * { ?s ?p """the\nSERVICE""" }': 0,
    "SELECT * { ?s ?p '''the SERVICE''' }": 1,
    'SELECT * { ?s ?p "it\'s \\"a\\" service"@en-service }': 1,
    "SELECT * { ?s ?p ?o FILTER (1 < 2 && STRLEN(STR(?o)) > 3) BIND ('service' AS ?x) }": 2,
    "SELECT * { _:service ?p ?o }": 2,
}


@pytest.fixture
def calls() -> Iterator[tuple[int, list[bytes]]]:
    """A port on this machine, and what was sent to it."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    caller, _ = server.accept()
                except TimeoutError:
                    continue
                with caller:
                    heard.append(caller.recv(200))

        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], heard
        stop.set()
        thread.join()


@pytest.fixture
def store() -> EmbeddedStore:
    memory = ox.Store()
    memory.load(DATA.encode(), format=ox.RdfFormat.N_TRIPLES)
    return EmbeddedStore(memory, "memory")


@pytest.mark.parametrize("sparql", HARMLESS)
def test_the_word_in_a_text_a_name_or_a_comment_is_no_service(store: EmbeddedStore, sparql: str) -> None:
    answer = ask_freely(store, sparql)
    assert isinstance(answer, Table)
    assert len(list(store.query(without_service(sparql)))) == HARMLESS[sparql]  # type: ignore[arg-type]
    assert len(list(store.store.query(sparql))) == HARMLESS[sparql]  # type: ignore[arg-type]


CALLS = (
    "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ service silent <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE<{url}>{{ ?s ?p ?o }} }}",
    "SELECT * {{ ?s ?p ?o.service<{url}>{{ ?x ?y ?z }} }}",
    "PREFIX e: <{url}> SELECT * {{ SERVICE e: {{ ?s ?p ?o }} }}",
    "PREFIX : <{url}> SELECT * {{ SERVICE:x {{ ?s ?p ?o }} }}",
    "PREFIX : <{url}> PREFIX service: <http://a/> SELECT * {{ service:x {{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?e {{ <{url}> }} SERVICE ?e {{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?e {{ <{url}> }} SERVICE?e{{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE # a comment\n <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICESILENT<{url}>{{ ?s ?p ?o }} }}",
    "SELECT * {{ ?s ?p trueSERVICE<{url}>{{ ?x ?y ?z }} }}",
    "SELECT * {{ ?s ?p 1SERVICE<{url}>{{ ?x ?y ?z }} }}",
    "SELECT * {{ \\u0053ERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ ?s ?p ?o FILTER EXISTS {{ SERVICE <{url}> {{ ?x ?y ?z }} }} }}",
    "SELECT * {{ {{ SELECT * {{ SERVICE <{url}> {{ ?x ?y ?z }} }} }} }}",
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "ASK {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    # What one reader takes for a string, an IRI or a comment, and another for code.
    'SELECT * {{ ?s ?p ?o FILTER (?o <#x> """ \n 1) SERVICE <{url}> {{ ?x ?y ?z }} #"""\n }}',
    "SELECT * {{ ?s ?p ?o FILTER (?o <'>'+ 1 ) SERVICE <{url}> {{ ?x ?y ?z }} # '\n }}",
    "SELECT * {{ ?s ?p ?o FILTER (?o < 'a' || ?o > 'SERVICE') SERVICE <{url}> {{ ?x ?y ?z }} }}",
    "SELECT * {{ ?s ?p 'a\\'b' SERVICE <{url}> {{ ?x ?y ?z }} }}",
    "SELECT * {{ ?s ?p '''a''b''' SERVICE <{url}> {{ ?x ?y ?z }} }}",
    "SELECT * FROM <{url}> {{ ?s ?p ?o }}",
    "SELECT * {{ GRAPH <{url}> {{ ?s ?p ?o }} }}",
)


@pytest.mark.parametrize("form", CALLS)
def test_no_query_calls_anybody(store: EmbeddedStore, calls: tuple[int, list[bytes]], form: str) -> None:
    port, heard = calls
    with suppress(UsageError):
        answer = ask_freely(store, form.format(url=f"http://127.0.0.1:{port}/"))
        assert isinstance(answer, Table)
        assert answer.rows in ([], [(False,)])
    assert heard == []


def test_a_store_that_is_not_guarded_would_call(store: EmbeddedStore, calls: tuple[int, list[bytes]]) -> None:
    port, heard = calls
    list(store.store.query(f"SELECT * {{ SERVICE SILENT <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"))  # type: ignore[arg-type]
    assert len(heard) == 1


def test_the_refusal_says_what_to_do_instead(flagship: Path, cellkg: Command) -> None:
    query = "SELECT * { SERVICE <https://query.wikidata.org/sparql> { ?s ?p ?o } }"
    done = cellkg("query", "-", "--store", flagship, stdin=query)
    assert (done.returncode, done.stdout) == (2, "")
    assert "`cellkg federate` asks public endpoints and keeps their rows" in done.stderr
    with pytest.raises(UsageError, match="SERVICE"):
        RemoteStore("http://127.0.0.1:1/").query(query)


NAMES = st.sampled_from(
    ["service", "SERVICE", "x", "<", ">", "'", '"', '"""', "'''", "\\", "#", "\n", " ", "?", ":", "{", "@"]
)


@given(st.lists(NAMES, max_size=12).map("".join))
def test_what_is_left_of_the_word_stands_in_a_name(text: str) -> None:
    try:
        safe = without_service(text)
    except UsageError:
        return
    for place in range(len(safe)):
        if safe[place : place + 7].lower() == "service" and safe != text:
            assert safe[:place].rstrip("x_-.servicSERVIC")[-1:] in ("?", ":", "@", "\\")
