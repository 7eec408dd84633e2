"""Steps through the graph: neighbours as the store states them, with limits, filters, and the evidence of links."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from cellkg.errors import NotFoundError, UsageError
from cellkg.exploring import joined, network_of, said_of, starts, step
from cellkg.exploring.ways import WAYS
from cellkg.identifiers import THINGS, VOCABULARY, expand
from cellkg.store import EmbeddedStore, Store, open_store

STUDY = f"{THINGS}NCT02975960"
DISEASE = str(expand("MONDO:0005100"))


@pytest.fixture(scope="module")
def store(flagship: Path) -> Store:
    return open_store(flagship)


@pytest.fixture(scope="module")
def hub() -> Store:
    """A condition of 40 studies in four states, each stated by two sources, with products of one tissue."""
    made = ox.Store()
    for source in ("a", "b"):
        for number in range(40):
            study, arm, given = (f"{THINGS}s{number}{below}" for below in ("", "/arm", "/arm/given"))
            product = f"{given}/product"
            statements = [
                (study, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"{VOCABULARY}Study"),
                (study, f"{VOCABULARY}condition", DISEASE),
                (study, f"{VOCABULARY}status", f"{VOCABULARY}S{number % 4}"),
                (study, f"{VOCABULARY}hasArm", arm),
                (arm, f"{VOCABULARY}hasAdministration", given),
                (given, f"{VOCABULARY}ofProduct", product),
                (product, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"{VOCABULARY}CellProduct"),
            ]
            for terms in statements:
                said, by, what = map(ox.NamedNode, terms)
                made.add(ox.Quad(said, by, what, ox.NamedNode(f"https://w3id.org/cellkg/source/{source}")))
                made.add(ox.Quad(said, by, what))
    return EmbeddedStore(made, "hub")


def test_every_way_of_a_step_is_stated_and_every_statement_is_found(store: Store) -> None:
    found = {(link.start, link.label, link.end) for link in step(store, STUDY).links}
    for way in WAYS:
        if way.drawn and way.start == "Study":
            query = f"SELECT DISTINCT ?end WHERE {{ {way.pattern(f'<{STUDY}>', '?end')} }}"
            answer = store.query(query)
            assert isinstance(answer, ox.QuerySolutions)
            assert {(STUDY, way.label, row["end"].value) for row in answer} <= found
    assert {label for _, label, _ in found} >= {"gives", "treats", "plans to measure"}


def test_a_link_names_each_source_that_states_it(store: Store) -> None:
    link = next(each for each in step(store, STUDY).links if each.label == "treats" and each.end == DISEASE)
    assert len(link.sources) == 2
    assert all(source.startswith("https://w3id.org/cellkg/source/") for source in link.sources)


def test_a_step_from_the_other_end_leads_back(store: Store) -> None:
    back = step(store, DISEASE)
    assert STUDY in {node.iri for node in back.nodes}
    assert back.node.kind == "Condition"


def test_a_limit_holds_and_says_that_more_is_there(hub: Store) -> None:
    part, whole = step(hub, DISEASE, limit=10), step(hub, DISEASE, limit=40)
    assert (len(part.nodes), part.more) == (10, True)
    assert (len(whole.nodes), whole.more) == (40, False)
    assert {node.iri for node in part.nodes} <= {node.iri for node in whole.nodes}


def test_every_way_gets_some_of_the_limit(store: Store) -> None:
    whole, part = step(store, STUDY), step(store, STUDY, limit=6)
    assert len(part.nodes) == 6
    assert len({link.label for link in part.links}) == min(6, len({link.label for link in whole.links}))


def test_filters_reach_beyond_the_limit(hub: Store) -> None:
    for state in range(4):
        only = step(hub, DISEASE, limit=10, filters={"status": [f"{VOCABULARY}S{state}"]})
        assert len(only.nodes) == 10
        assert {value for node in only.nodes for value in node.facets["status"]} == {f"{VOCABULARY}S{state}"}
    both = step(hub, DISEASE, filters={"status": [f"{VOCABULARY}S0", f"{VOCABULARY}S1"], "country": ["Atlantis"]})
    assert not both.nodes


def test_products_are_named_with_their_study(store: Store) -> None:
    products = [node for node in step(store, STUDY).nodes if node.kind == "Cell product"]
    assert products
    assert all(node.label.endswith(" · NCT02975960") for node in products)


def test_evidence_comes_with_words_spot_and_source(store: Store, documents: Path) -> None:
    product = next(node for node in step(store, STUDY).nodes if node.kind == "Cell product")
    (chain, *_) = joined(store, STUDY, product.iri)
    assert [statement.property for statement in chain.statements][:2] == ["has arm", "has administration"]
    proofs = [proof for statement in chain.statements for proof in statement.proofs]
    assert proofs
    texts = [path.read_text(encoding="utf-8") for path in documents.rglob("*.txt")]
    for proof in proofs:
        assert proof.source
        assert proof.spot.startswith("line ")
        assert any(proof.words in text for text in texts)


def test_two_nodes_without_a_statement_are_not_joined(store: Store) -> None:
    assert joined(store, STUDY, str(expand("UBERON:0000948"))) == []


def test_what_is_said_of_a_node_has_its_words(store: Store) -> None:
    said = said_of(store, STUDY)
    title = next(each for each in said if each.property == "dcterms:title")
    assert title.words
    assert title.sources


def test_a_node_without_ways_shows_its_statements(store: Store) -> None:
    answer = store.query(f"SELECT ?arm {{ <{STUDY}> <{VOCABULARY}hasArm> ?arm }} ORDER BY ?arm")
    assert isinstance(answer, ox.QuerySolutions)
    arm = next(answer)["arm"].value
    found = step(store, arm)
    assert (f"{VOCABULARY}hasArm", STUDY) in {(link.label, link.start) for link in found.links}


def test_what_is_no_node_is_told(store: Store) -> None:
    with pytest.raises(NotFoundError, match="kg:nothing"):
        step(store, f"{THINGS}nothing")
    with pytest.raises(UsageError, match="not an IRI"):
        step(store, "not an iri> } DROP ALL {")


def test_one_starts_from_what_most_studies_name(store: Store, hub: Store) -> None:
    assert [(start.iri, start.studies) for start in starts(hub)["Condition"]] == [(DISEASE, 40)]
    for kind, found in starts(store).items():
        numbers = [start.studies for start in found]
        assert numbers == sorted(numbers, reverse=True)
        for start in found[:3]:
            if kind in ("Condition", "Outcome"):
                studies = [node for node in step(store, start.iri).nodes if node.kind == "Study"]
                assert len(studies) == start.studies


def test_steps_make_a_network_with_titles_of_sources(store: Store) -> None:
    steps = [step(store, STUDY), step(store, DISEASE)]
    graph = network_of(store, steps)
    assert set(graph) == {node.iri for each in steps for node in (each.node, *each.nodes)}
    assert all(
        told["sources"] and not told["sources"][0].startswith("src:") for *_, told in graph.out_edges(STUDY, data=True)
    )
