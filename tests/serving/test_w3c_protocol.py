"""The SPARQL 1.1 Protocol test suite of the W3C, sent to the running server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx2
import pyoxigraph as ox
import pytest
from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection

FOLDER = Path(__file__).parents[3] / "shared" / "spec" / "w3c" / "sparql" / "sparql11" / "protocol"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
TABULAR = ("application/sparql-results+json", "application/sparql-results+xml", "text/csv")
EXPECTED_TYPES = {"boolean": TABULAR[:2], "tabular": TABULAR, "RDF": ("text/turtle", "application/rdf+xml")}

MANIFEST = Graph()
if FOLDER.is_dir():
    MANIFEST.parse(FOLDER / "manifest.ttl")
TESTS = sorted(str(test) for test in MANIFEST.subjects(RDF.type, MF.ProtocolTest))

pytestmark = pytest.mark.skipif(not TESTS, reason=f"the W3C test suite is not at hand: no folder {FOLDER}")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory, serve: Any) -> Iterator[httpx2.Client]:
    """A client of a server over the graphs that the manifest names."""
    path = tmp_path_factory.mktemp("protocol") / "store"
    store = ox.Store(str(path))
    for data in set(MANIFEST.objects(None, UT.graphData)):
        file = Path(str(MANIFEST.value(data, UT.graph)).removeprefix("file://"))
        graph = ox.NamedNode(str(MANIFEST.value(data, RDFS.label)))
        store.load(file.read_bytes(), format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
    store.flush()
    del store
    started: AbstractContextManager[Any] = serve(path)
    with started as running:
        yield running.client


def answers(endpoint: httpx2.Client, test: str) -> Iterator[tuple[httpx2.Response, URIRef]]:
    for connection in MANIFEST.objects(URIRef(test), MF.action):
        requests = MANIFEST.value(connection, HT.requests)
        assert requests is not None
        for request in Collection(MANIFEST, requests):
            response = MANIFEST.value(request, HT.resp)
            assert isinstance(response, URIRef) or response is not None
            yield sent(endpoint, request), response  # type: ignore[misc]


def sent(endpoint: httpx2.Client, request: Any) -> httpx2.Response:
    method, path = str(MANIFEST.value(request, HT.methodName)), str(MANIFEST.value(request, HT.absolutePath))
    headers = MANIFEST.value(request, HT.headers)
    given = {
        str(MANIFEST.value(header, HT.fieldName)): str(MANIFEST.value(header, HT.fieldValue))
        for header in (Collection(MANIFEST, headers) if headers is not None else ())
    }
    body = MANIFEST.value(request, HT.body)
    content = None
    if body is not None:
        encoding = str(MANIFEST.value(body, CNT.characterEncoding))
        content = str(MANIFEST.value(body, CNT.chars)).encode(encoding)
    return endpoint.request(method, path, headers=given, content=content)


def name(test: str) -> str:
    return test.rpartition("#")[2]


@pytest.mark.parametrize("test", [test for test in TESTS if "update" not in name(test)], ids=name)
def test_every_query_test_passes(endpoint: httpx2.Client, test: str) -> None:
    for answer, expected in answers(endpoint, test):
        wanted = {
            str(status).rpartition("StatusCode")[2][0] for status in MANIFEST.objects(expected, MF.expectedStatus)
        }
        assert str(answer.status_code)[0] in wanted, answer.text
        form, truth = MANIFEST.value(expected, MF.expectedFormat), MANIFEST.value(expected, MF.expectedBoolean)
        if form is not None:
            assert answer.headers["content-type"].partition(";")[0] in EXPECTED_TYPES[str(form)]
        if truth is not None:
            assert bool(ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.JSON)) is (
                str(truth) == "true"
            )


@pytest.mark.parametrize("test", [test for test in TESTS if "update" in name(test)], ids=name)
def test_every_update_is_refused(endpoint: httpx2.Client, test: str) -> None:
    answer, _ = next(answers(endpoint, test))
    # Where neither media type nor parameter says that a body is an update, the server cannot know it.
    unnamed = name(test) in ("bad_update_wrong_media_type", "bad_update_missing_form_type")
    assert answer.status_code == (415 if unnamed else 403)
