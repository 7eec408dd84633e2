"""Tools that people use are run against the server: curl, SPARQLWrapper, rdflib, pandas, Comunica."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas
import pyoxigraph as ox
import pytest
from rdflib import RDF, Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, POST, POSTDIRECTLY, TURTLE, URLENCODED, XML, SPARQLWrapper

from cellkg.places import current_build
from cellkg.vocabulary import CELLKG

PREFIX = "PREFIX cellkg: <https://w3id.org/cellkg/vocab/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
COUNT = f"{PREFIX}SELECT (COUNT(*) AS ?n) WHERE {{ ?product a cellkg:CellProduct }}"
LABELS = f"{PREFIX}SELECT ?class ?label WHERE {{ ?class rdfs:subClassOf ?broader ; rdfs:label ?label }}"
TRIPLES = f"{PREFIX}CONSTRUCT WHERE {{ ?product a cellkg:CellProduct }}"
COMUNICA = Path(__file__).parents[2] / ".tools" / "node_modules" / ".bin" / "comunica-sparql"


@pytest.fixture(scope="module")
def store(flagship: Path) -> ox.Store:
    """The store that the server serves, asked directly."""
    return ox.Store.read_only(f"{current_build(flagship)}/store")


@pytest.fixture(scope="module")
def products(store: ox.Store) -> int:
    """How many cell products the engine counts."""
    answer = store.query(COUNT)
    assert isinstance(answer, ox.QuerySolutions)
    return int(next(answer)["n"].value)


@pytest.mark.parametrize("method", [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)])
@pytest.mark.parametrize("form", [JSON, XML, CSV])
def test_sparqlwrapper_asks_by_each_method(server: Any, products: int, method: tuple[str, str], form: str) -> None:
    client = SPARQLWrapper(f"{server.url}/sparql")
    client.setTimeout(20)
    client.setMethod(method[0])
    client.setRequestMethod(method[1])
    client.setReturnFormat(form)
    client.setQuery(COUNT)
    answer: Any = client.queryAndConvert()
    found = {
        JSON: lambda: answer["results"]["bindings"][0]["n"]["value"],
        XML: lambda: answer.getElementsByTagName("literal")[0].firstChild.nodeValue,
        CSV: lambda: answer.decode().split()[1],
    }[form]()
    assert int(found) == products


def test_sparqlwrapper_takes_triples(server: Any, products: int) -> None:
    client = SPARQLWrapper(f"{server.url}/sparql")
    client.setTimeout(20)
    client.setReturnFormat(TURTLE)
    client.setQuery(TRIPLES)
    answer: Any = client.queryAndConvert()

    assert len(Graph().parse(data=answer, format="turtle")) == products


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_asks_the_server_as_a_store(server: Any, products: int, method: Any) -> None:
    graph = Graph(SPARQLStore(f"{server.url}/sparql", method=method))
    answer: Any = graph.query(COUNT)
    ((number,),) = answer
    assert int(number) == products
    assert len(set(graph.subjects(RDF.type, CELLKG.CellProduct))) == products


def test_pandas_reads_an_answer_by_its_address(server: Any, store: ox.Store) -> None:
    body = server.ask(LABELS, accept="text/csv").content
    address = f"{server.url}/sparql?{urlencode({'query': LABELS, 'download': 'csv'})}"
    frame = pandas.read_csv(address)
    assert list(frame.columns) == ["class", "label"]
    assert len(frame) == len(list(store.query(LABELS))) > 0  # type: ignore[arg-type]
    assert frame.equals(pandas.read_csv(io.BytesIO(body)))


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
@pytest.mark.parametrize("accept", ["text/csv", "text/tab-separated-values"])
def test_curl_posts_a_query(server: Any, products: int, accept: str) -> None:
    command = ["curl", "-sS", "--noproxy", "*", "-H", f"Accept: {accept}", "--data-urlencode", f"query={COUNT}"]
    done = subprocess.run([*command, f"{server.url}/sparql"], capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[1]) == products


@pytest.mark.skipif(not COMUNICA.exists(), reason=f"Comunica is not installed: no {COMUNICA}; `.ci/run` brings it")
def test_comunica_asks_the_endpoint(server: Any, products: int) -> None:
    command = [str(COMUNICA), f"sparql@{server.url}/sparql", COUNT, "-t", "application/sparql-results+json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert int(json.loads(done.stdout)["results"]["bindings"][0]["n"]["value"]) == products
