"""What the endpoint does beyond the W3C manifest: forms of answers, methods, headers, descriptions, errors."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import RDF, VOID, Graph, Literal, Namespace, URIRef

from cellkg.places import current_build

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
DATASET = URIRef("https://w3id.org/cellkg/")
ROWS = "SELECT ?s ?o WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } ORDER BY ?s ?o LIMIT 3"
TRIPLES = "CONSTRUCT WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } LIMIT 3"
RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}


def media_type(answer: Any) -> str:
    return str(answer.headers["content-type"]).partition(";")[0]


@pytest.mark.parametrize("accept", RESULTS)
@pytest.mark.parametrize("query", [ROWS, "ASK { ?s ?p ?o }"])
def test_rows_and_booleans_come_in_each_form(server: Any, accept: str, query: str) -> None:
    answer = server.ask(query, accept)
    assert (answer.status_code, media_type(answer)) == (200, accept)
    read = ox.parse_query_results(answer.content, format=RESULTS[accept])
    assert read if isinstance(read, ox.QueryBoolean) else len(list(read)) == 3


def test_csv_is_exactly_that_of_the_engine(server: Any, flagship: Path) -> None:
    result = ox.Store.read_only(f"{current_build(flagship)}/store").query(ROWS)
    assert isinstance(result, ox.QuerySolutions)
    assert server.ask(ROWS, "text/csv").content == result.serialize(format=ox.QueryResultsFormat.CSV)


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
@pytest.mark.parametrize("query", [TRIPLES, "DESCRIBE <https://w3id.org/cellkg/vocab/CellProduct>"])
def test_triples_come_in_each_form(server: Any, accept: str, query: str) -> None:
    answer = server.ask(query, accept)
    assert (answer.status_code, media_type(answer)) == (200, accept)
    form = ox.RdfFormat.from_media_type(accept)
    assert form is not None
    assert len(list(ox.parse(answer.content, format=form))) >= 3


@pytest.mark.parametrize(
    ("accept", "query", "expected"),
    [
        ("*/*", ROWS, "application/sparql-results+json"),
        ("*/*", TRIPLES, "text/turtle"),
        ("text/csv;q=0.5, application/xml", ROWS, "application/xml"),
        ("text/csv;q=0.4, text/turtle", ROWS, "text/csv"),
        ("text/csv;q=0.4, text/turtle", TRIPLES, "text/turtle"),
        ("application/sparql-results+json;q=0, */*;q=0.1", ROWS, "application/sparql-results+xml"),
        ("application/sparql-results+json; charset=UTF-8", ROWS, "application/sparql-results+json"),
        ("application/json", ROWS, "application/json"),
        ("application/json", TRIPLES, "application/json"),
        ("text/*", TRIPLES, "text/turtle"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", ROWS, "text/html"),
    ],
)
def test_the_client_gets_what_it_prefers(server: Any, accept: str, query: str, expected: str) -> None:
    answer = server.ask(query, accept)
    assert (answer.status_code, media_type(answer)) == (200, expected)
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize(("accept", "query"), [("image/png", ROWS), ("text/turtle", ROWS), ("text/csv", TRIPLES)])
def test_a_form_that_is_not_there_is_told(server: Any, accept: str, query: str) -> None:
    answer = server.ask(query, accept)
    assert answer.status_code == 406
    assert "/" in answer.text


def test_head_has_the_headers_of_get(server: Any) -> None:
    get = server.client.get("/sparql", params={"query": ROWS})
    head = server.client.head("/sparql", params={"query": ROWS})
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "vary"):
        assert head.headers[name] == get.headers[name]
    assert server.client.head("/sparql", params={"query": "ASK {"}).status_code == 400


def test_options_and_other_methods_tell_what_is_allowed(server: Any) -> None:
    options = server.client.options("/sparql")
    assert options.status_code == 204
    for method in ("PUT", "DELETE", "PATCH"):
        answer = server.client.request(method, "/sparql")
        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) == set(options.headers["allow"].split(", "))


def test_the_service_and_its_data_describe_themselves(server: Any) -> None:
    service = URIRef(f"{server.url}/sparql")
    graph = Graph().parse(data=server.client.get("/sparql").text, format="turtle")
    assert (service, RDF.type, SD.Service) in graph
    assert (service, SD.endpoint, service) in graph
    assert (service, SD.supportedLanguage, SD.SPARQL11Query) in graph
    void = Graph().parse(data=server.client.get("/.well-known/void", follow_redirects=True).text, format="turtle")
    assert (DATASET, VOID.sparqlEndpoint, service) in void
    count = server.ask("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", "text/csv").text.split()[1]
    assert void.value(DATASET, VOID.triples) == Literal(int(count))
    dump = server.client.get(str(void.value(DATASET, VOID.dataDump)))
    assert (dump.status_code, media_type(dump)) == (200, "application/gzip")
    assert server.client.get("/sparql", headers={"Accept": "image/png"}).status_code == 406


def test_the_dataset_of_the_protocol_takes_the_place_of_that_of_the_query(server: Any) -> None:
    graphs = server.ask("SELECT ?g WHERE { GRAPH ?g { } } ORDER BY ?g LIMIT 2", "text/csv").text.split()[1:]
    query = f"SELECT (COUNT(*) AS ?n) FROM <{graphs[1]}> WHERE {{ ?s ?p ?o }}"
    whole = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graphs[0]}> {{ ?s ?p ?o }} }}"
    by_protocol = server.ask(query, "text/csv", **{"default-graph-uri": graphs[0]}).text
    assert by_protocol == server.ask(whole, "text/csv").text
    named = server.ask(
        "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }", "text/csv", **{"named-graph-uri": graphs[0]}
    )
    assert named.text.split() == ["g", graphs[0]]


def test_a_graph_with_a_relative_name_is_refused(server: Any) -> None:
    assert server.ask(ROWS, **{"default-graph-uri": "data.ttl"}).status_code == 400


@pytest.mark.parametrize(
    "query", ["", "SELECT", "ASK {} ASK {}", "INSERT DATA { <a:b> <a:b> <a:b> }", "SELECT ?x { ?x <rel> "]
)
def test_what_is_no_query_is_told_with_its_place(server: Any, query: str) -> None:
    answer = server.ask(query)
    assert answer.status_code == 400
    assert "error at 1:" in answer.text


def test_a_page_shows_the_answer_and_its_downloads_are_whole(server: Any) -> None:
    shown = server.ask(ROWS, "text/html").text
    downloaded = server.client.get("/sparql", params={"query": ROWS, "download": "csv"})
    assert "attachment" in downloaded.headers["content-disposition"]
    assert len(list(csv.reader(io.StringIO(downloaded.text)))) == 4
    assert "3 rows" in shown
    assert server.client.get("/sparql", params={"query": ROWS, "download": "xls"}).status_code == 400
    assert server.client.get("/sparql", params={"query": TRIPLES, "download": "csv"}).status_code == 406
