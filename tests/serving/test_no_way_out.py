"""No query makes the server send a request or read a file: SERVICE and FROM in many disguises."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from cellkg.serving.confinement import network_can_be_cut
from cellkg.serving.engines import Source
from cellkg.serving.federation import asks_service
from cellkg.serving.limits import Limits
from cellkg.serving.processes import Worker
from cellkg.serving.refusals import Refusal
from cellkg.serving.tasks import Task

from .conftest import settled

Door = tuple[int, list[str]]

SERVICES = {
    "plain": "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "small letters": "select * { service <URL> { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "subselect": "SELECT * { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
    "prefixed name": "PREFIX e: <http://127.0.0.1:PORT/> SELECT * { SERVICE e:sparql { ?s ?p ?o } }",
    "variable": "SELECT * { VALUES ?e { <URL> } SERVICE ?e { ?s ?p ?o } }",
    "bound": "SELECT * { BIND (IRI(CONCAT('http://127.0.0.1:', 'PORT/')) AS ?e) SERVICE ?e { ?s ?p ?o } }",
    "exists": "SELECT * { ?x ?y ?z FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } } LIMIT 1",
    "minus": "SELECT * { ?s ?p ?o MINUS { SERVICE <URL> { ?s ?p ?o } } } LIMIT 1",
    "optional": "SELECT * { OPTIONAL { SERVICE <URL> { ?s ?p ?o } } }",
    "construct": "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "ask": "ASK { SERVICE <URL> { ?s ?p ?o } }",
    "describe": "DESCRIBE ?s WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "escaped quote in a name": r"PREFIX ex: <http://e/> SELECT * { ?a ex:it\'s ?b . SERVICE <URL> { ?s ?p 'x' } }",
    "after a hash in an IRI": "SELECT * { ?a <http://e/#x> ?b . SERVICE <URL> { ?s ?p ?o } }",
    "after a comment": "SELECT * { # 'a string\nSERVICE <URL> { ?s ?p ?o } }",
    "comment inside": "SELECT * { SERVICE#\n<URL>#\n{ ?s ?p ?o } }",
    "quote in a long string": 'SELECT * { ?a ?b """a"b""" . SERVICE <URL> { ?s ?p """c"d""" } }',
    "codepoint escapes": r"SELECT * { \u0053ERVICE <URL> { ?s ?p ?o } }",
    "glued": "SELECT*{SERVICE<URL>{?s?p?o}}",
    "less than": "SELECT * { ?a ?b ?c FILTER(?a<?c) SERVICE <URL> { ?s ?p ?o FILTER(?s>?o) } }",
    "localhost": "SELECT * { SERVICE <http://localhost:PORT/> { ?s ?p ?o } }",
    "file": "SELECT * { SERVICE <file:///etc/passwd> { ?s ?p ?o } }",
    "relative": "SELECT * { SERVICE <sparql> { ?s ?p ?o } }",
}
NOT_SERVICES = [
    "SELECT * { ?service ?p 'Health Service' } # SERVICE",
    'SELECT * { ?s <http://e/service> """the "service" it gives"""@en }',
    "PREFIX service: <http://e/> SELECT ?service { ?s service:service ?service }",
]
FROMS = [
    "FROM <file:MARKED>",
    "FROM <file://MARKED>",
    "FROM <MARKED>",
    "FROM NAMED <file://MARKED>",
    "FROM <http://127.0.0.1:PORT/marked.ttl>",
    "FROM NAMED <http://localhost:PORT/marked.ttl>",
    "FROM <data:text/turtle,%3Ca:a%3E%20%3Ca:b%3E%20%22marked%22.>",
    "FROM <../../../../MARKED>",
    "FROM <marked.ttl>",
    "FROM <file:///etc/passwd>",
    "FROM <file:///%65tc/passwd>",
    "FROM <FILE://localhost/MARKED>",
    "FROM <ftp://127.0.0.1:PORT/marked.ttl>",
    "FROM #\n<file://MARKED>",
]


@pytest.mark.parametrize("query", SERVICES.values(), ids=SERVICES)
def test_service_is_refused_in_every_disguise(server: Any, door: Door, query: str) -> None:
    port, visitors = door
    text = query.replace("URL", f"http://127.0.0.1:{port}/").replace("PORT", str(port))
    for answer in (server.ask(text), server.client.post("/sparql", data={"query": text, "download": "csv"})):
        assert answer.status_code == 403
        assert "SERVICE" in answer.text
    assert visitors == []


@pytest.mark.parametrize("query", NOT_SERVICES)
def test_the_word_in_strings_names_and_comments_is_no_service(server: Any, query: str) -> None:
    assert not asks_service(query)
    assert server.ask(query).status_code == 200


@pytest.mark.skipif(not network_can_be_cut(), reason="this machine has no filter that cuts off a worker's network")
@pytest.mark.parametrize("query", SERVICES.values(), ids=SERVICES)
def test_a_worker_that_is_told_to_ask_elsewhere_dies_instead(
    flagship: Path, door: Door, tmp_path: Path, query: str
) -> None:
    port, visitors = door
    text = query.replace("URL", f"http://127.0.0.1:{port}/").replace("PORT", str(port))
    (store,) = flagship.glob("build-*/store")

    task = Task(query=text, base="http://127.0.0.1/", spool=str(tmp_path / "a"), rows_as="text/csv", triples_as=None)

    async def end() -> str:
        worker = await Worker.start(Source(str(store)), Limits(), niceness=0)
        try:
            return (await worker.run(task)).kind
        except Refusal as refusal:
            return str(refusal.status)
        finally:
            worker.kill()
            await worker.ended()

    how = settled(end())
    # Some never reach for the network: the engine refuses the address, or has no row to ask about.
    assert how in ("403", "failed", "bad query", "not acceptable", "rows")
    if query in (SERVICES["plain"], SERVICES["silent"], SERVICES["subselect"]):
        assert how == "403"
    assert visitors == []


@pytest.mark.parametrize("clause", FROMS)
def test_from_names_graphs_of_the_store_and_nothing_else(server: Any, door: Door, tmp_path: Path, clause: str) -> None:
    port, visitors = door
    marked = tmp_path / "marked.ttl"
    marked.write_text('<a:a> <a:b> "marked" .')
    dataset = clause.replace("MARKED", str(marked)).replace("PORT", str(port))
    query = f"SELECT * {dataset} WHERE {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"
    answer = server.ask(query)
    assert answer.status_code == 200, answer.text
    assert list(ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.JSON)) == []  # type: ignore[arg-type]
    assert visitors == []


@pytest.mark.parametrize("field", ["default-graph-uri", "named-graph-uri"])
def test_graphs_of_the_protocol_are_not_fetched_either(server: Any, door: Door, tmp_path: Path, field: str) -> None:
    port, visitors = door
    marked = tmp_path / "marked.ttl"
    marked.write_text('<a:a> <a:b> "marked" .')
    for graph in (marked.as_uri(), f"http://127.0.0.1:{port}/m.ttl", f"data:text/turtle,{quote('<a:a> <a:b> 1 .')}"):
        query = "ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
        assert server.ask(query, **{field: graph}).json()["boolean"] is False
    assert visitors == []
