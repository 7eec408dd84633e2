"""The query evaluation suite of the W3C: through the server, each query gives what the engine itself gives.

Each data file of the suite is a named graph of one store, and the protocol names the dataset of each test.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import RDF, Graph, Namespace
from rdflib.compare import isomorphic

FOLDER = Path(__file__).parents[3] / "shared" / "spec" / "w3c" / "sparql" / "sparql11"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
FORMATS = {".ttl": ox.RdfFormat.TURTLE, ".rdf": ox.RdfFormat.RDF_XML, ".nt": ox.RdfFormat.N_TRIPLES}
NO_GRAPH = "http://example.org/no-graph"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the W3C test suite is not at hand: no folder {FOLDER}")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A test: its query, and its dataset as paths of files."""

    id: str
    query: Path
    default: tuple[Path, ...]
    named: tuple[Path, ...]

    @property
    def text(self) -> str:
        """The query, with the base that its file gives it."""
        return f"BASE <{self.query.as_uri()}>\n{self.query.read_text(encoding='utf-8')}"

    @property
    def names_its_dataset(self) -> bool:
        """Whether the query has FROM: a dataset of the protocol would take its place."""
        return re.search(r"\bFROM\b", self.text) is not None


def evaluations() -> Iterator[Evaluation]:
    for manifest in sorted(FOLDER.glob("*/manifest.ttl")):
        graph = Graph().parse(manifest)
        for test in sorted(graph.subjects(RDF.type, MF.QueryEvaluationTest), key=str):
            action = graph.value(test, MF.action)
            query = graph.value(action, QT.query)
            if query is None:
                continue
            default, named = graph.objects(action, QT.data), graph.objects(action, QT.graphData)
            key = f"{manifest.parent.name}/{str(test).rpartition('#')[2]}"
            yield Evaluation(key, path(query), tuple(map(path, default)), tuple(map(path, named)))


def path(node: Any) -> Path:
    return Path(str(node).removeprefix("file://"))


ALL = [test for test in evaluations() if test.query.parent.name != "service"] if FOLDER.is_dir() else []
FEDERATED = [test for test in evaluations() if test.query.parent.name == "service"] if FOLDER.is_dir() else []


def load(store: ox.Store, file: Path, graph: ox.NamedNode | None) -> None:
    store.load(file.read_bytes(), format=FORMATS[file.suffix], base_iri=file.as_uri(), to_graph=graph)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, serve: Any) -> Iterator[Any]:
    """A server over every data file of the suite."""
    place = tmp_path_factory.mktemp("evaluation") / "store"
    store = ox.Store(str(place))
    for file in sorted({file for test in ALL for file in (*test.default, *test.named)}):
        load(store, file, ox.NamedNode(file.as_uri()))
    store.flush()
    del store
    with serve(place) as running:
        yield running


def by_engine(test: Evaluation) -> Any:
    store = ox.Store()
    for file in test.default:
        load(store, file, ox.NamedNode(file.as_uri()) if test.names_its_dataset else None)
    for file in test.named:
        load(store, file, ox.NamedNode(file.as_uri()))
    return store.query(test.text)


def by_server(server: Any, test: Evaluation) -> Any:
    fields = [("query", test.text)]
    if not test.names_its_dataset:
        fields += dataset(test)
    accept = "application/sparql-results+json, application/n-triples"
    return server.client.get("/sparql", params=fields, headers={"Accept": accept})


def dataset(test: Evaluation) -> list[tuple[str, str]]:
    named = [("named-graph-uri", file.as_uri()) for file in test.named]
    default = [("default-graph-uri", file.as_uri()) for file in test.default]
    return named + (default or [("default-graph-uri", NO_GRAPH)])


def rows(solutions: ox.QuerySolutions) -> Counter[tuple[str, ...]]:
    names = sorted(variable.value for variable in solutions.variables)
    return Counter(tuple(blind(solution[name]) for name in names) for solution in solutions)


def blind(term: Any) -> str:
    return "_:" if isinstance(term, ox.BlankNode) else str(term)


@pytest.mark.parametrize("test", ALL, ids=lambda test: test.id)
def test_the_server_gives_what_the_engine_gives(server: Any, test: Evaluation) -> None:
    try:
        expected = by_engine(test)
        if isinstance(expected, ox.QuerySolutions):
            expected = rows(expected)
    except SyntaxError:
        assert by_server(server, test).status_code == 400
        return
    answer = by_server(server, test)
    assert answer.status_code == 200, answer.text
    if isinstance(expected, ox.QueryTriples):
        text = ox.serialize(expected, format=ox.RdfFormat.N_TRIPLES)
        assert isomorphic(Graph().parse(data=answer.text, format="nt"), Graph().parse(data=text, format="nt"))
        return
    got = ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.JSON)
    if isinstance(got, ox.QueryBoolean):
        assert bool(got) is bool(expected)
    else:
        assert rows(got) == expected


@pytest.mark.parametrize("test", FEDERATED, ids=lambda test: test.id)
def test_federated_queries_are_refused(server: Any, test: Evaluation) -> None:
    assert by_server(server, test).status_code == 403
