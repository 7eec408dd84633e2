"""The words: the Turtle is complete and of its profile, and ``cellkg.vocabulary`` and the lists equal it."""

from __future__ import annotations

from collections import Counter

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from cellkg.resources import shipped
from cellkg.vocabulary import CELLKG

NAMESPACE = "https://w3id.org/cellkg/vocab/"
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
LISTS = ("values.ttl", "instruments.ttl", "endpoints.ttl", "safety.ttl")

#: The terms of OWL 2 EL (https://www.w3.org/TR/owl2-profiles/#OWL_2_EL) that the ontology uses.
EL_TERMS = {
    OWL.Ontology, OWL.versionInfo, OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty,
    OWL.AnnotationProperty, OWL.equivalentClass, OWL.intersectionOf, OWL.Restriction, OWL.onProperty,
    OWL.someValuesFrom, OWL.hasValue, OWL.propertyChainAxiom, OWL.TransitiveProperty,
    OWL.AllDisjointClasses, OWL.members,
}  # fmt: skip
EL_DATATYPES = {XSD.string, XSD.decimal, XSD.integer}


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(shipped("ontology") / "cellkg.ttl")


@pytest.fixture(scope="module")
def lists() -> Graph:
    graph = Graph()
    for name in LISTS:
        graph.parse(shipped("ontology") / name)
    return graph


def declared(ontology: Graph) -> list[URIRef]:
    found = {subject for kind in KINDS for subject in ontology.subjects(RDF.type, kind)}
    return sorted(iri for iri in found if isinstance(iri, URIRef))


def values(lists: Graph) -> list[URIRef]:
    of_kind = (CELLKG.ControlledValue, CELLKG.Outcome, CELLKG.Instrument)
    found = {subject for kind in of_kind for subject in lists.subjects(RDF.type, kind)}
    return sorted(iri for iri in found | set(lists.subjects(SKOS.inScheme)) if isinstance(iri, URIRef))


def test_the_attributes_are_the_terms_of_the_turtle(ontology: Graph) -> None:
    names = [iri.removeprefix(NAMESPACE) for iri in declared(ontology)]
    assert sorted(CELLKG.__annotations__) == sorted([*names, *_kept_names()])


def _kept_names() -> list[str]:
    return [name for name in CELLKG.__annotations__ if name.startswith("_")]


def test_a_term_that_the_ontology_lacks_is_an_error() -> None:
    with pytest.raises(AttributeError):
        _ = CELLKG.hasArms


@pytest.mark.parametrize("predicate", [RDFS.label, SKOS.definition, DCTERMS.source])
def test_every_class_and_property_says_what_it_is_and_whence(predicate: URIRef, ontology: Graph) -> None:
    assert [iri for iri in declared(ontology) if len(list(ontology.objects(iri, predicate))) != 1] == []


def test_every_definition_is_a_sentence_in_english(ontology: Graph) -> None:
    for iri in declared(ontology):
        definition = ontology.value(iri, SKOS.definition)
        assert isinstance(definition, Literal)
        assert definition.language == "en"
        assert definition.endswith("."), iri


def test_no_term_is_of_two_kinds(ontology: Graph) -> None:
    kinds = Counter(iri for kind in KINDS for iri in ontology.subjects(RDF.type, kind) if isinstance(iri, URIRef))
    assert [iri for iri, count in kinds.items() if count > 1] == []


def test_domains_and_ranges_are_declared_classes_or_datatypes_of_the_profile(ontology: Graph) -> None:
    classes = set(ontology.subjects(RDF.type, OWL.Class))
    assert set(ontology.objects(None, RDFS.domain)) <= classes
    for prop in ontology.subjects(RDF.type, OWL.ObjectProperty):
        assert set(ontology.objects(prop, RDFS.range)) <= classes, prop
    for prop in ontology.subjects(RDF.type, OWL.DatatypeProperty):
        assert set(ontology.objects(prop, RDFS.range)) <= EL_DATATYPES, prop


def test_the_ontology_uses_owl_2_el_only(ontology: Graph) -> None:
    used = {term for triple in ontology for term in triple[1:] if str(term).startswith(str(OWL))}
    assert used <= EL_TERMS


def test_an_intersection_has_two_members_and_a_chain_two_steps_or_more(ontology: Graph) -> None:
    for predicate in (OWL.intersectionOf, OWL.propertyChainAxiom, OWL.members):
        for members in ontology.objects(None, predicate):
            assert len(list(ontology.items(members))) >= 2


def test_the_range_of_a_chain_is_that_of_its_last_step(ontology: Graph) -> None:
    """OWL 2 EL lets a chain imply a property with a range only where its last step has that range."""
    for prop, chain in ontology.subject_objects(OWL.propertyChainAxiom):
        last = list(ontology.items(chain))[-1]
        for wanted in ontology.objects(prop, RDFS.range):
            assert wanted in _ranges(ontology, last), prop


def _ranges(ontology: Graph, prop: Node) -> set[Node]:
    kinds = list(ontology.objects(prop, RDFS.range))
    above = (ontology.transitive_objects(kind, RDFS.subClassOf) for kind in kinds)
    return {kind for found in above for kind in found if kind is not None}


def test_every_value_has_a_list_and_one_label(lists: Graph) -> None:
    assert [iri for iri in values(lists) if (iri, SKOS.inScheme, None) not in lists] == []
    assert [iri for iri in values(lists) if len(list(lists.objects(iri, SKOS.prefLabel))) != 1] == []


def test_every_list_is_declared_and_named(lists: Graph) -> None:
    schemes = set(lists.subjects(RDF.type, SKOS.ConceptScheme))
    assert set(lists.objects(None, SKOS.inScheme)) == schemes
    for scheme in schemes:
        assert lists.value(scheme, CELLKG.schemeLabel) == Literal(str(scheme).rpartition("/")[2])
        assert lists.value(scheme, RDFS.label) is not None


def test_a_label_names_one_value_of_a_list(lists: Graph) -> None:
    labels = Counter(
        (str(scheme), str(label))
        for value, scheme in lists.subject_objects(SKOS.inScheme)
        for label in lists.objects(value, SKOS.prefLabel)
    )
    assert [pair for pair, count in labels.items() if count > 1] == []


def test_every_own_value_is_typed_and_no_value_hides_a_class_or_property(ontology: Graph, lists: Graph) -> None:
    classes = set(ontology.subjects(RDF.type, OWL.Class))
    own = {iri for iri in values(lists) if iri.startswith(NAMESPACE)}
    assert [iri for iri in own - classes if (iri, RDF.type, None) not in lists] == []
    kinds_of_study = set(ontology.subjects(RDFS.subClassOf, CELLKG.Study))
    assert own & set(declared(ontology)) == kinds_of_study


def test_the_cells_of_a_product_type_are_a_class_of_a_slice_or_our_own(ontology: Graph, lists: Graph) -> None:
    slices = Graph().parse(shipped("ontology") / "imports" / "cl.ttl")
    classes = {*ontology.subjects(RDF.type, OWL.Class), *slices.subjects(RDF.type, OWL.Class)}
    assert set(lists.objects(None, CELLKG.composedOf)) <= classes
