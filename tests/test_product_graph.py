"""What is read out of a record stands in its graph, in the words that curated sources use, with its evidence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from cellkg.answers import ask
from cellkg.build import build
from cellkg.catalogue import find_question
from cellkg.checks import shacl_violations, violations
from cellkg.loading import Inputs, installed_loaders
from cellkg.resources import shipped
from cellkg.store import Store, open_store

PREFIXES = "PREFIX cellkg: <https://w3id.org/cellkg/vocab/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
STUDY: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT00000000",
            "briefTitle": "Autologous adipose MSC for knee osteoarthritis",
        },
        "statusModule": {"lastUpdatePostDateStruct": {"date": "2024-01-01"}},
        "armsInterventionsModule": {
            "armGroups": [
                {
                    "label": "Low",
                    "type": "EXPERIMENTAL",
                    "description": "10e6 cells",
                    "interventionNames": ["Biological: AD-MSC"],
                },
                {
                    "label": "High",
                    "type": "EXPERIMENTAL",
                    "description": "50 million cells",
                    "interventionNames": ["Biological: AD-MSC"],
                },
                {"label": "Placebo", "type": "PLACEBO_COMPARATOR", "interventionNames": ["Drug: Placebo"]},
            ],
            "interventions": [
                {
                    "type": "BIOLOGICAL",
                    "name": "AD-MSC",
                    "description": "One intra-articular injection of expanded AD-MSC",
                },
                {"type": "DRUG", "name": "Placebo"},
            ],
        },
    }
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("read")
    (folder / "NCT00000000.json").write_text(json.dumps(STUDY), encoding="utf-8")
    done = build(Inputs(registry=(folder / "NCT00000000.json",)), folder / "store", installed_loaders())
    assert done.findings.set_aside == []
    assert done.findings.counts["cell products read from text"] == 1
    return open_store(folder / "store")


def answers(store: Store, query: str) -> set[tuple[str, ...]]:
    found = store.query(PREFIXES + query)
    assert isinstance(found, ox.QuerySolutions)
    return {tuple(str(getattr(term, "value", term)).rpartition("/")[2] for term in row) for row in found}


def test_both_arms_that_get_the_cells_have_the_administration_and_the_placebo_arm_has_none(store: Store) -> None:
    query = """SELECT ?name WHERE {
      ?arm cellkg:hasAdministration/cellkg:ofProduct/cellkg:productType ?type ; cellkg:name ?name }"""
    assert answers(store, query) == {("Low",), ("High",)}


def test_product_donor_tissue_route_and_site_are_words_and_terms(store: Store) -> None:
    query = """SELECT ?type ?donor ?tissue ?made ?route ?site WHERE {
      ?given cellkg:ofProduct ?p ; cellkg:route/skos:prefLabel ?route ; cellkg:site ?site .
      ?p cellkg:productType/skos:prefLabel ?type ; cellkg:donorRelation/skos:prefLabel ?donor ;
         cellkg:tissueSource ?tissue ; cellkg:manipulation/skos:prefLabel ?made }"""
    expected = (
        "adipose-derived MSC, cultured",
        "autologous",
        "UBERON_0001013",
        "culture-expanded",
        "intra-articular",
        "UBERON_0001485",
    )
    assert answers(store, query) == {expected}


def test_each_dose_has_its_words_and_an_ambiguous_one_its_literal_reading(store: Store) -> None:
    query = """SELECT ?value ?written ?kind ?literal WHERE {
      ?dose a cellkg:Dose . ?e cellkg:aboutSubject ?dose ; cellkg:aboutValue ?value ; cellkg:asWritten ?written ;
        cellkg:statementKind/skos:prefLabel ?kind . OPTIONAL { ?e cellkg:literalReading ?literal } }"""
    assert answers(store, query) == {
        ("1000000", "10e6 cells", "ambiguous", "10000000"),
        ("50000000", "50 million cells", "normalised", "None"),
    }


def test_every_read_value_has_pointer_offsets_rule_and_confidence(store: Store) -> None:
    query = """SELECT ?pointer ?written ?start ?end WHERE { ?e a cellkg:Evidence ; cellkg:asWritten ?written ;
      cellkg:pointer ?p ; cellkg:textStart ?start ; cellkg:textEnd ?end ; cellkg:readingRule ?rule ;
      cellkg:confidence ?sure
      BIND(REPLACE(?p, "/", "~") AS ?pointer) }"""
    found = answers(store, query)
    assert found
    for pointer, written, start, end in found:
        field: Any = STUDY
        for step in pointer.split("~")[1:]:
            field = field[int(step)] if isinstance(field, list) else field[step]
        assert field[int(start) : int(end)] == written
    (everything,) = answers(store, "SELECT (COUNT(?e) AS ?n) WHERE { ?e a cellkg:Evidence }")
    (ruled,) = answers(store, "SELECT (COUNT(?e) AS ?n) WHERE { ?e cellkg:readingRule ?rule }")
    assert everything == ruled


def test_curated_evidence_has_no_rule(flagship: Path) -> None:
    assert answers(open_store(flagship), "SELECT ?e WHERE { ?e cellkg:readingRule ?rule }") == set()


def test_a_question_for_products_finds_what_was_read(store: Store) -> None:
    rows = ask(store, find_question("products-per-study")).records()
    assert [(row["study"], row["product"], row["product_family"]) for row in rows] == [
        ("NCT00000000", "adipose-derived MSC, cultured", "MSC")
    ]


def test_no_rule_and_no_shape_is_broken(store: Store) -> None:
    assert [*map(str, violations(store)), *map(str, shacl_violations(store))] == []


def test_volume_and_concentration_stand_beside_the_amount_derived_from_them(tmp_path: Path) -> None:
    study = json.loads(json.dumps(STUDY))
    study["protocolSection"]["armsInterventionsModule"] = {
        "interventions": [{"type": "BIOLOGICAL", "name": "MSC", "description": "5 ml of MSC at 10^7 viable cells/ml"}]
    }
    (tmp_path / "NCT00000000.json").write_text(json.dumps(study), encoding="utf-8")
    done = build(Inputs(registry=(tmp_path / "NCT00000000.json",)), tmp_path / "store", installed_loaders())
    assert done.findings.set_aside == []
    opened = open_store(tmp_path / "store")
    query = """PREFIX prov: <http://www.w3.org/ns/prov#>
      SELECT ?value ?unit ?kind ?counted (COUNT(?input) AS ?inputs) WHERE {
      ?given cellkg:hasDose ?dose . ?dose cellkg:value ?value ; cellkg:doseUnit/skos:prefLabel ?label .
      BIND (REPLACE(?label, "/", " per ") AS ?unit)
      { SELECT DISTINCT ?dose ?kind WHERE { ?e cellkg:aboutSubject ?dose ; cellkg:aboutProperty cellkg:value ;
          cellkg:statementKind/skos:prefLabel ?kind } }
      OPTIONAL { ?dose cellkg:countedCells/skos:prefLabel ?counted }
      OPTIONAL { ?dose prov:wasDerivedFrom ?input } } GROUP BY ?value ?unit ?kind ?counted"""
    assert answers(opened, query) == {
        ("50000000", "cells", "derived", "viable cells", "2"),
        ("10000000", "cells per ml", "normalised", "viable cells", "0"),
        ("5", "ml", "normalised", "None", "0"),
    }
    assert [*map(str, violations(opened)), *map(str, shacl_violations(opened))] == []


def test_the_start_of_an_escalation_has_no_high_number(tmp_path: Path) -> None:
    study = json.loads(json.dumps(STUDY))
    told = "Doses are escalated from a starting dose of 10^6 MSC/kg"
    study["protocolSection"]["armsInterventionsModule"] = {
        "interventions": [{"type": "BIOLOGICAL", "name": "MSC", "description": told}]
    }
    (tmp_path / "NCT00000000.json").write_text(json.dumps(study), encoding="utf-8")
    build(Inputs(registry=(tmp_path / "NCT00000000.json",)), tmp_path / "store", installed_loaders())
    opened = open_store(tmp_path / "store")
    query = """SELECT ?property ?number WHERE { ?given cellkg:hasDose ?dose . ?dose ?property ?number
      FILTER (?property IN (cellkg:value, cellkg:low, cellkg:high)) }"""
    assert answers(opened, query) == {("low", "1000000")}
    assert [*map(str, violations(opened)), *map(str, shacl_violations(opened))] == []


def test_a_study_that_names_products_in_a_source_of_each_kind_keeps_both(tmp_path: Path) -> None:
    record = json.loads(json.dumps(STUDY).replace("NCT00000000", "NCT02975960"))
    (tmp_path / "record.json").write_text(json.dumps(record), encoding="utf-8")
    inputs = Inputs(curated=(shipped("curated"),), registry=(tmp_path / "record.json",))
    build(inputs, tmp_path / "store", installed_loaders())
    rows = ask(open_store(tmp_path / "store"), find_question("products-per-study")).records()
    sources = {row["source"] for row in rows if row["study"] == "NCT02975960"}
    assert "clinicaltrials.gov" in sources
    assert len(sources) > 1
