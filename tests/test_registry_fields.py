"""The published table of registry fields: complete against the registry's own tree, and declared in the ontology."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, Graph, URIRef

from cellkg.loading import Findings, Inputs
from cellkg.resources import shipped
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader
from cellkg_loaders.clinicaltrials_gov.fields import Field, read_fields
from cellkg_loaders.clinicaltrials_gov.terms import REGISTRY

TREE = Path(__file__).parents[2] / "shared" / "spec" / "studies_metadata_v2.json"
VOCABULARY = "https://w3id.org/cellkg/vocab/"
IGNORED = [row for row in read_fields() if row.form == "ignored"]
MAPPED = [row for row in read_fields() if row.form != "ignored"]
#: What a form writes as the value of its property; a date has the precision of its record, and OWL 2 EL no truths.
RANGES = {
    "text": XSD.string, "citation": XSD.string, "age": XSD.string, "armtype": XSD.string, "reference": XSD.string,
    "eligibility": XSD.string, "identity": XSD.string, "integer": XSD.integer, "number": XSD.decimal,
    "pvalue": XSD.decimal, "degrees": XSD.decimal, "date": None, "boolean": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def words() -> Graph:
    graph = Graph()
    for name in ("cellkg.ttl", "registry.ttl"):
        graph.parse(shipped("ontology") / name)
    return graph


@pytest.fixture(scope="module")
def tree() -> set[str]:
    """Every leaf path of the registry's tree; a place on the map has the two parts that its type says."""
    if not TREE.is_file():
        pytest.skip(f"the registry's tree of fields is not at hand: no file {TREE}")
    return set(leaves(json.loads(TREE.read_text(encoding="utf-8"))))


def leaves(fields: list[dict[str, Any]], above: str = "") -> Iterator[str]:
    for field in fields:
        path = above + field["name"] + ("[]" if field["type"].endswith("[]") else "")
        if field["type"] == "GeoPoint":
            yield from (f"{path}.lat", f"{path}.lon")
        elif field.get("children"):
            yield from leaves(field["children"], f"{path}.")
        else:
            yield path


def above(path: str) -> Iterator[str]:
    steps = path.split(".")
    yield from (".".join(steps[:depth]) for depth in range(1, len(steps)))


def test_every_field_of_the_registry_is_in_the_table_and_no_other(tree: set[str]) -> None:
    table = {row.path for row in read_fields() if not row.node_class}
    assert sorted(tree - table) == []
    assert sorted(table - tree) == []


def test_every_node_of_the_table_stands_above_fields_of_the_registry(tree: set[str]) -> None:
    places = {place for path in tree for place in above(path)}
    assert sorted(row.path for row in read_fields() if row.node_class and row.path not in places) == []


def test_a_path_stands_once_in_the_table() -> None:
    paths = [row.path for row in read_fields()]
    assert len(paths) == len(set(paths))


def test_a_field_that_is_left_out_has_a_reason_and_nothing_else() -> None:
    assert [row.path for row in IGNORED if len(row.note) < 10 or row.prop] == []


def test_no_field_of_a_contact_is_mapped() -> None:
    personal = (
        "centralContacts",
        ".contacts[]",
        "pointOfContact",
        "investigatorFullName",
        "oldNameTitle",
        "ResponsibleP",
    )
    assert [row.path for row in MAPPED if any(word in row.path for word in personal)] == []
    assert "protocolSection.contactsLocationsModule.overallOfficials[].name" in {row.path for row in IGNORED}


def own(row: Field) -> bool:
    return row.predicate.startswith(VOCABULARY)


@pytest.mark.parametrize("predicate", [RDFS.label, SKOS.definition, DCTERMS.source])
def test_every_property_and_class_of_the_table_says_what_it_is(predicate: URIRef, words: Graph) -> None:
    terms = {row.predicate for row in MAPPED if own(row)}
    terms |= {URIRef(VOCABULARY + row.node_class) for row in MAPPED if row.node_class}
    terms |= {URIRef(VOCABULARY + row.note.partition("=")[0]) for row in MAPPED if row.node_class and row.note}
    assert sorted(term for term in terms if len(list(words.objects(term, predicate))) != 1) == []


def test_the_terms_that_the_code_names_are_declared(words: Graph) -> None:
    terms = [getattr(REGISTRY, name) for name in REGISTRY.__annotations__ if not name.startswith("_")]
    assert [term for term in terms if (term, SKOS.definition, None) not in words] == []


def test_what_a_number_adds_to_its_property_is_declared(words: Graph) -> None:
    for row in MAPPED:
        if row.form in ("number", "pvalue"):
            name = row.prop[0].upper() + row.prop[1:]
            assert (URIRef(f"{VOCABULARY}written{name}"), RDFS.range, XSD.string) in words, row.path
            assert (URIRef(f"{VOCABULARY}{row.prop}State"), RDF.type, OWL.ObjectProperty) in words, row.path


def test_the_range_of_a_property_is_what_its_form_writes(words: Graph) -> None:
    registry = Graph().parse(shipped("ontology") / "registry.ttl")
    for row in MAPPED:
        wanted = URIRef(VOCABULARY + row.node_class) if row.node_class else RANGES.get(row.form)
        if own(row) and (row.predicate, RDF.type, None) in registry and wanted is not None:
            assert registry.value(row.predicate, RDFS.range) == wanted, row.path


def test_a_property_links_nodes_or_has_values_as_its_form_does(words: Graph) -> None:
    linking = ("group", "mesh", "organisation", "phases", "list")
    for row in MAPPED:
        if own(row):
            links = bool(row.node_class) or row.form.partition(":")[0] in linking
            kind = OWL.ObjectProperty if links else OWL.DatatypeProperty
            assert (row.predicate, RDF.type, kind) in words, row.path


def test_a_field_that_the_registry_does_not_document_is_told_with_its_path_and_stays_out(tmp_path: Path) -> None:
    study = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT00000102", "mood": "secret-word"},
            "designModule": {"designInfo": {"maskingInfo": {"mood": {"deep": ["secret-word"]}}}},
            "armsInterventionsModule": {"armGroups": [{"label": "A", "mood": 1}, {"label": "B", "mood": 2}]},
        },
        "mood": None,
    }
    (tmp_path / "one.json").write_text(json.dumps(study), encoding="utf-8")
    findings = Findings()
    quads = list(ClinicalTrialsGovLoader().quads(Inputs(registry=(tmp_path,)), findings))
    told = {what: count for what, count in findings.counts.items() if what.startswith("unknown")}
    assert told == {
        "unknown field mood": 1,
        "unknown field protocolSection.identificationModule.mood": 1,
        "unknown field protocolSection.designModule.designInfo.maskingInfo.mood": 1,
        "unknown field protocolSection.armsInterventionsModule.armGroups[].mood": 2,
    }
    assert not any("secret-word" in value or "mood" in value for _, _, value, _ in quads)


def test_a_record_of_unknown_fields_only_does_not_flood_the_report(tmp_path: Path) -> None:
    names = {f"field{i}": i for i in range(5_000)}
    study = {"protocolSection": {"identificationModule": {"nctId": "NCT00000102"}}, **names}
    (tmp_path / "one.json").write_text(json.dumps(study), encoding="utf-8")
    findings = Findings()
    assert list(ClinicalTrialsGovLoader().quads(Inputs(registry=(tmp_path,)), findings))
    assert len(findings.counts) < 600
    assert sum(count for what, count in findings.counts.items() if what.startswith("unknown")) == 5_000
