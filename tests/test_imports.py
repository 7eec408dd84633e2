"""The foreign ontology slices: what they hold and leave out, and that they are what the build writes."""

from __future__ import annotations

import csv
import importlib.util
import sys
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

BUILD, UPDATE = "ontology/build_imports.py", "`cellkg ontology update`"
ONTOLOGY = Path(__file__).resolve().parents[1] / "ontology"
IMPORTS = ONTOLOGY / "imports"
NAMES = ("cl", "efo", "hp", "mesh", "mondo", "ncit", "other", "uberon")
OBO = "http://purl.obolibrary.org/obo/"
EXACT = URIRef("http://www.geneontology.org/formats/oboInOwl#hasExactSynonym")
RELATED = URIRef("http://www.geneontology.org/formats/oboInOwl#hasRelatedSynonym")
NAMESPACES = {
    "EFO": "http://www.ebi.ac.uk/efo/EFO_",
    "MESH": "http://id.nlm.nih.gov/mesh/",
    "HGNC": "http://identifiers.org/hgnc/",
    "unit": "http://qudt.org/vocab/unit/",
    "uniprot": "http://purl.uniprot.org/uniprot/",
}


def iri(curie: str) -> URIRef:
    prefix, local = curie.split(":", 1)
    return URIRef(NAMESPACES.get(prefix, f"{OBO}{prefix}_") + local)


def above(graph: Graph, curie: str, by: URIRef = RDFS.subClassOf) -> set[object]:
    return set(graph.transitive_objects(iri(curie), by))


def seed_rows() -> list[dict[str, str]]:
    with (IMPORTS / "terms.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="session")
def slices() -> dict[str, Graph]:
    return {name: Graph().parse(IMPORTS / f"{name}.ttl") for name in NAMES}


@pytest.fixture(scope="session")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_imports", ONTOLOGY / "build_imports.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_imports"] = module
    spec.loader.exec_module(module)
    return module


def test_every_slice_in_the_folder_is_known_here() -> None:
    assert sorted(path.stem for path in IMPORTS.glob("*.ttl")) == list(NAMES)


def test_the_seed_list_is_sorted_and_has_each_term_once() -> None:
    curies = [row["curie"] for row in seed_rows()]
    assert curies == sorted(set(curies))


def test_every_seed_term_is_in_its_slice_with_its_label(slices: dict[str, Graph]) -> None:
    for row in seed_rows():
        prefix = row["curie"].split(":")[0].casefold()
        graph = slices[prefix if prefix in NAMES else "other"]
        assert (iri(row["curie"]), RDFS.label, Literal(row["label"])) in graph, row["curie"]


@pytest.mark.parametrize("curie", ["CL:0000566", "CL:0002619", "CL:0009085", "CL:0009088", "CL:0009090"])
def test_endothelial_progenitors_are_no_mesenchymal_stem_cells(slices: dict[str, Graph], curie: str) -> None:
    assert (iri(curie), RDF.type, OWL.Class) in slices["cl"]
    assert iri("CL:0000134") not in above(slices["cl"], curie)


@pytest.mark.parametrize("curie", ["CL:0002570", "CL:2000080", "CL:0002540", "CL:0002569", "CL:0002568"])
def test_fat_marrow_and_cord_have_mesenchymal_stem_cells(slices: dict[str, Graph], curie: str) -> None:
    assert iri("CL:0000134") in above(slices["cl"], curie)


def test_every_cell_type_is_a_cell(slices: dict[str, Graph]) -> None:
    cells = set(slices["cl"].subjects(RDF.type, OWL.Class))
    assert cells == set(slices["cl"].transitive_subjects(RDFS.subClassOf, iri("CL:0000000")))


@pytest.mark.parametrize("curie", ["MONDO:0016356", "MONDO:0016358", "MONDO:0005019", "MONDO:0019563"])
def test_diffuse_limited_and_crest_are_systemic_sclerosis(slices: dict[str, Graph], curie: str) -> None:
    assert iri("MONDO:0005100") in above(slices["mondo"], curie)


def test_morphea_is_no_systemic_sclerosis(slices: dict[str, Graph]) -> None:
    assert iri("MONDO:0005100") not in above(slices["mondo"], "MONDO:0019562")
    assert iri("MONDO:0019340") in above(slices["mondo"], "MONDO:0019562")


def test_diffuse_scleroderma_is_no_exact_synonym_of_systemic_sclerosis(slices: dict[str, Graph]) -> None:
    names = {str(name).casefold() for name in slices["mondo"].objects(iri("MONDO:0005100"), EXACT)}
    assert "ssc" in names
    assert not [name for name in names if "diffuse" in name]
    assert (iri("MONDO:0005100"), RELATED, Literal("Scleroderma, diffuse")) in slices["mondo"]


@pytest.mark.parametrize("name", ["cl", "efo", "mondo", "uberon"])
def test_no_exact_synonym_is_the_label_of_another_term(slices: dict[str, Graph], name: str) -> None:
    labelled = {str(label).casefold(): term for term, label in slices[name].subject_objects(RDFS.label)}
    for term, synonym in slices[name].subject_objects(EXACT):
        assert labelled.get(str(synonym).casefold(), term) == term, synonym


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("UBERON:0002389", "UBERON:0002398"),  # finger, hand
        ("UBERON:0002398", "UBERON:0002102"),  # hand, forelimb
        ("UBERON:0003695", "UBERON:0002389"),  # metacarpophalangeal joint, finger
        ("UBERON:0002371", "UBERON:0001474"),  # bone marrow, bone element
        ("UBERON:0002190", "UBERON:0002072"),  # subcutaneous fat, hypodermis
        ("UBERON:0003422", "UBERON:0002331"),  # Wharton's jelly, umbilical cord
    ],
)
def test_a_part_is_no_kind_of_its_whole(slices: dict[str, Graph], part: str, whole: str) -> None:
    assert iri(whole) not in above(slices["uberon"], part)
    assert iri(whole) in above(slices["uberon"], part, SKOS.broader)


@pytest.mark.parametrize(
    ("kind", "general"),
    [
        ("UBERON:0002190", "UBERON:0001013"),  # subcutaneous fat, fat
        ("UBERON:0001463", "UBERON:0002389"),  # thumb, finger
        ("UBERON:0012168", "UBERON:0000178"),  # cord blood, blood
        ("UBERON:0002371", "UBERON:0000479"),  # bone marrow, tissue
    ],
)
def test_a_kind_is_below_its_general_class(slices: dict[str, Graph], kind: str, general: str) -> None:
    assert iri(general) in above(slices["uberon"], kind)


def test_every_anatomical_subclass_is_also_broader(slices: dict[str, Graph]) -> None:
    broader = set(slices["uberon"].subject_objects(SKOS.broader))
    assert set(slices["uberon"].subject_objects(RDFS.subClassOf)) < broader


@pytest.mark.parametrize("name", NAMES)
def test_every_parent_is_in_the_slice(slices: dict[str, Graph], name: str) -> None:
    graph = slices[name]
    labelled = set(graph.subjects(RDFS.label))
    assert {*graph.objects(None, RDFS.subClassOf), *graph.objects(None, SKOS.broader)} <= labelled


@pytest.mark.parametrize("name", ["hp", "mesh", "ncit", "other"])
def test_ids_and_labels_are_all_that_is_taken(slices: dict[str, Graph], name: str) -> None:
    terms = slices[name] - slices[name].cbd(URIRef(f"https://w3id.org/cellkg/import/{name}"))
    assert set(terms.predicates()) <= {RDF.type, RDFS.label, SKOS.notation}


def test_headings_are_no_classes(slices: dict[str, Graph]) -> None:
    heading = iri("MESH:D012595")
    assert set(slices["mesh"].predicate_objects(heading)) == {
        (RDFS.label, Literal("Scleroderma, Systemic")),
        (SKOS.notation, Literal("D012595")),
    }


@pytest.mark.parametrize("curie", ["EFO:0000717", "MONDO:0002906", "MONDO:0005014"])
def test_no_obsolete_term_is_present(slices: dict[str, Graph], curie: str) -> None:
    for graph in slices.values():
        assert (iri(curie), None, None) not in graph
        assert (None, None, iri(curie)) not in graph


@pytest.mark.parametrize("name", NAMES)
def test_no_label_says_obsolete(slices: dict[str, Graph], name: str) -> None:
    labels = [str(label).casefold() for label in slices[name].objects(None, RDFS.label)]
    assert not [label for label in labels if label.startswith("obsolete")]


@pytest.mark.parametrize("name", NAMES)
def test_no_node_is_blank(slices: dict[str, Graph], name: str) -> None:
    assert not [node for node in slices[name].all_nodes() if isinstance(node, BNode)]


@pytest.mark.parametrize("name", NAMES)
def test_source_licence_and_changes_are_said_in_the_header_and_as_triples(slices: dict[str, Graph], name: str) -> None:
    first, *rest = (IMPORTS / f"{name}.ttl").read_text(encoding="utf-8").splitlines()
    assert first.startswith((f"# Generated by {BUILD} from terms.tsv", f"# Generated by {UPDATE} from terms.tsv"))
    assert first.endswith("; do not edit.")
    head = " ".join(line for line in rest if line.startswith("#"))
    assert all(word in head for word in ("# Source: ", " release: ", "# Licence: ", "# Change: "))
    node = URIRef(f"https://w3id.org/cellkg/import/{name}")
    assert (node, RDF.type, OWL.Ontology) in slices[name]
    for predicate in (DCTERMS.source, DCTERMS.license, OWL.versionInfo, RDFS.comment):
        assert (node, predicate, None) in slices[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_slice_stays_small(name: str) -> None:
    assert (IMPORTS / f"{name}.ttl").stat().st_size < 250_000


def test_the_slices_are_what_the_build_writes(build: ModuleType) -> None:
    try:
        texts = build.render_slices()
    except metadata.PackageNotFoundError as missing:
        pytest.skip(f"{missing.name} is not installed: uv run --with-requirements ontology/imports/packages.txt pytest")
    assert sorted(texts) == sorted(f"{name}.ttl" for name in NAMES)
    for name, text in texts.items():
        kept = (IMPORTS / name).read_bytes()
        if not kept.startswith(f"# Generated by {UPDATE}".encode()):
            assert kept == text.encode(), f"{name} is stale: run {build.__file__}"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("MONDO:0002906\tscleroderma", "terms.tsv:2: MONDO:0002906 is obsolete"),
        ("CL:9999999\tno such cell", "terms.tsv:2: CL:9999999 is unknown"),
        ("HP:0002014\tDiarrhoea", "terms.tsv:2: HP:0002014 is 'Diarrhea'"),
        ("MESH:D012595\tSystemic Scleroderma", "terms.tsv:2: MESH:D012595 is 'Scleroderma, Systemic'"),
        ("XYZ:1\tnothing", "no source is known for the prefix XYZ"),
    ],
)
def test_a_seed_that_does_not_fit_is_refused(build: ModuleType, tmp_path: Path, row: str, message: str) -> None:
    for package in build.PACKAGES:
        try:
            metadata.version(package)
        except metadata.PackageNotFoundError:
            pytest.skip(f"{package} is not installed: uv run --with-requirements ontology/imports/packages.txt pytest")
    terms = tmp_path / "terms.tsv"
    terms.write_text(f"curie\tlabel\tuse\tnote\n{row}\tcondition\t\n", encoding="utf-8")
    with pytest.raises(build.SeedError, match=message):
        build.render_slices(terms)
