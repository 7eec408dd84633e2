"""The network of the curated documents: what is drawn, who says it, and what a walk reaches."""

from __future__ import annotations

import itertools
import shutil
import socket
import subprocess
import sysconfig
import time
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import pyoxigraph as ox
import pytest

from cellkg.build import build
from cellkg.errors import NotFoundError
from cellkg.identifiers import THINGS, VOCABULARY, source_iri
from cellkg.loading import Inputs, installed_loaders
from cellkg.pages.network import KINDS, Fact, network_html
from cellkg.places import current_build
from cellkg.projection import find_node, neighbourhood, project
from cellkg.projection.neighbourhood import HUB
from cellkg.projection.network import WAYS
from cellkg.protocol import Answer
from cellkg.resources import shipped
from cellkg.store import EmbeddedStore, RemoteStore, Store, open_store
from cellkg.vocabulary import CELLKG as C

if TYPE_CHECKING:
    Network = nx.MultiDiGraph[str]
TRIAL, PILOT = f"{THINGS}NCT02975960", f"{THINGS}NCT01813279"
MADE = f"{THINGS}NCT05947682"
PAGE = "MedPath page of NCT02975960"
HOSTILE = '</script><img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    build(Inputs(curated=(shipped("curated"),)), folder, installed_loaders())
    return folder


@pytest.fixture(scope="module")
def store(home: Path) -> Store:
    return open_store(home)


@pytest.fixture(scope="module")
def graph(store: Store) -> Network:
    return project(store)


def facts(graph: Network, node: str, name: str) -> list[Fact]:
    return [fact for fact in graph.nodes[node]["facts"] if fact["property"] == name]


def values(graph: Network, node: str, name: str) -> list[str]:
    return [fact["value"] for fact in facts(graph, node, name)]


def all_facts(graph: Network) -> list[Fact]:
    return [fact for _, attributes in graph.nodes(data=True) for fact in attributes["facts"]]


def of_kind(graph: Network, kind: str) -> set[str]:
    return {node for node, attributes in graph.nodes(data=True) if attributes["kind"] == kind}


def labels(graph: Network, kind: str) -> set[str]:
    return {graph.nodes[node]["label"] for node in of_kind(graph, kind)}


def all_links(graph: Network) -> list[tuple[str, str, str]]:
    return [(start, end, str(link["label"])) for start, end, link in graph.edges(data=True)]


def links(graph: Network, start: str, end: str) -> dict[str, list[str]]:
    between: dict[Hashable, dict[str, Any]] = graph.get_edge_data(start, end, default={})
    return {link["label"]: link["sources"] for link in between.values()}


# ---- nodes and links ---------------------------------------------------------------


def test_one_hop_from_a_trial_reach_its_arms_outcomes_condition_sponsor_and_sources(
    graph: Network,
) -> None:
    near = neighbourhood(graph, TRIAL, hops=1)
    assert labels(near, "Arm") == {"Stromal vascular fraction injection", "experimental arm · NCT02975960"}
    assert labels(near, "Condition") == {"systemic sclerosis", "systemic sclerosis with digital ulcers"}
    assert labels(near, "Sponsor") == {"The Catholic University of Korea"}
    assert {"mRSS, hands", "mRSS, total", "CHFS", "Kapandji score"} < labels(near, "Outcome")
    assert len(of_kind(near, "Source")) == 2
    assert of_kind(near, "Study") == {TRIAL}


def test_a_study_is_one_node_whoever_tells_of_it(graph: Network) -> None:
    names = [graph.nodes[node]["label"] for node in of_kind(graph, "Study")]
    assert len(names) == len(set(names)) == 35
    assert len(set(graph.predecessors(PILOT)) & of_kind(graph, "Source")) == 2


def test_products_of_different_sources_are_different_nodes_of_one_type(graph: Network) -> None:
    named = {
        graph.nodes[product]["label"]: graph.nodes[kind]["label"]
        for product, kind, label in all_links(graph)
        if label == "is named as" and product.startswith(f"{TRIAL}/")
    }
    assert named == {
        "stromal vascular fraction · NCT02975960": "stromal vascular fraction",
        "ADMSCs · NCT02975960": "adipose-derived MSC, culture not stated",
        "hAT-MSCs · NCT02975960": "adipose-derived MSC, culture not stated",
    }


def test_a_disputed_study_leads_to_both_families(graph: Network) -> None:
    for family in ("MSC", "SVF-type"):
        assert nx.has_path(graph, TRIAL, find_node(graph, family))


def test_svf_is_no_kind_of_msc(graph: Network) -> None:
    assert not nx.has_path(graph, find_node(graph, "stromal vascular fraction"), find_node(graph, "MSC"))
    assert nx.has_path(graph, find_node(graph, "adipose-derived MSC, cultured"), find_node(graph, "MSC"))


def test_a_plan_and_a_result_are_different_links(graph: Network) -> None:
    score = find_node(graph, "SHAQ")
    assert links(graph, TRIAL, score) == {"plans (secondary)": [PAGE]}
    assert list(links(graph, PILOT, score)) == ["reports (improved)"]


def test_what_two_sources_say_is_one_link_with_both(graph: Network) -> None:
    (sources,) = links(graph, PILOT, find_node(graph, "MONDO:0005100")).values()
    assert len(sources) == 2
    assert PAGE in sources
    triples = all_links(graph)
    assert len(triples) == len(set(triples))


def test_a_list_describes_no_study(graph: Network) -> None:
    page = str(source_iri("trial-page-NCT04356755"))
    assert set(links(graph, page, f"{THINGS}NCT04356755")) == {"describes"}
    assert set(links(graph, page, f"{THINGS}NCT03274076")) == {"lists"}


def test_a_narrower_condition_leads_to_the_broader_one(graph: Network) -> None:
    narrow, broad = (
        find_node(graph, "diffuse cutaneous systemic sclerosis"),
        find_node(graph, "systemic sclerosis"),
    )
    assert set(links(graph, narrow, broad)) == {"is a kind of"}


def test_an_instrument_is_a_node_only_where_outcomes_share_it(graph: Network) -> None:
    assert labels(graph, "Instrument") == {"mRSS"}
    assert values(graph, find_node(graph, "CHFS"), "instrument") == ["CHFS"]


def test_a_culture_procedure_is_no_device(graph: Network) -> None:
    assert labels(graph, "Culture procedure") == {"EFS-O culture procedure"}
    assert labels(graph, "Device") == {"Celution system", "Celution 800/GP", "Smart-X system"}


def test_a_manufacturing_study_gives_its_product_to_nobody(graph: Network) -> None:
    made = {end for start, end, label in all_links(graph) if start == MADE and label == "makes"}
    assert len(made & of_kind(graph, "Cell product")) == 2
    assert not set(graph.successors(MADE)) & of_kind(graph, "Arm")
    assert values(graph, MADE, "route, intended later") == ["infusion, route not stated"]


def test_every_node_has_a_name_of_its_own_and_a_known_kind(graph: Network) -> None:
    names = [str(attributes["label"]).casefold() for _, attributes in graph.nodes(data=True)]
    assert all(name.strip() for name in names)
    assert len(names) == len(set(names))
    known = KINDS.keys() | {way.end for way in WAYS} | {"Culture procedure"}
    assert {attributes["kind"] for _, attributes in graph.nodes(data=True)} <= known


def test_every_link_is_named_and_stated_by_a_source(graph: Network) -> None:
    assert all(link["label"] and link["sources"] for _, _, link in graph.edges(data=True))


# ---- facts -------------------------------------------------------------------------


def test_a_dose_reads_in_words_and_knows_where_it_stands(graph: Network) -> None:
    (dose,) = facts(graph, f"{PILOT}/review-table/arm/1", "dose")
    assert dose["value"] == "3,760,000 ± 1,850,000 cells (1,190,000–7,070,000) per lateral side of a digit"
    assert dose["as_written"] == "3.76 ± 1.85 (1.19–7.07)x106 · each lateral side of digits"
    assert dose["spot"] == "line 17, characters 1053–1080; line 17, characters 1121–1148"
    assert dose["source"].startswith("Preclinical in vivo and clinical studies")


def test_both_names_of_a_disputed_product_are_shown_with_who_says_them(graph: Network) -> None:
    said = {
        (fact["value"], fact["source"] == PAGE, fact["as_written"]) for fact in facts(graph, PILOT, "product disputed")
    }
    assert said == {
        ("SVF-type: stromal vascular fraction", True, "SVF"),
        ("SVF-type: stromal vascular fraction", False, "Stromal Vascular Fraction"),
        ("MSC: adipose-derived MSC, culture not stated", False, "hAT-MSCs"),
    }


def test_one_page_may_dispute_with_itself(graph: Network) -> None:
    said = {fact["value"] for fact in facts(graph, TRIAL, "product disputed") if fact["source"] == PAGE}
    assert said == {"SVF-type: stromal vascular fraction", "MSC: adipose-derived MSC, culture not stated"}


@pytest.mark.parametrize("study", ["maria-2016", "NCT04356287", "NCT05947682", "NCT00962923"])
def test_names_of_one_family_are_no_dispute(graph: Network, study: str) -> None:
    assert facts(graph, THINGS + study, "product disputed") == []


def test_two_arms_of_one_source_with_different_products_are_no_dispute() -> None:
    def given(arm: int, kind: str) -> str:
        base = f"{THINGS}S/one"
        return (
            f"<{THINGS}S> <{C.hasArm}> <{base}/arm/{arm}> <{source_iri('one')}> .\n"
            f"<{base}/arm/{arm}> <{C.hasAdministration}> <{base}/given/{arm}> <{source_iri('one')}> .\n"
            f"<{base}/given/{arm}> <{C.ofProduct}> <{base}/product/{arm}> <{source_iri('one')}> .\n"
            f"<{base}/product/{arm}> <{C.productType}> <{VOCABULARY}{kind}> <{source_iri('one')}> .\n"
        )

    apart = small_store(given(1, "SVF") + given(2, "AdiposeMSC"))
    assert facts(project(apart), f"{THINGS}S", "product disputed") == []
    second = f"<{THINGS}S/one/given/1> <{C.ofProduct}> <{THINGS}S/one/product/2> <{source_iri('one')}> .\n"
    together = small_store(given(1, "SVF") + given(2, "AdiposeMSC") + second)
    said = values(project(together), f"{THINGS}S", "product disputed")
    assert set(said) == {
        "SVF-type: stromal vascular fraction",
        "MSC: adipose-derived MSC, culture not stated",
    }


def test_a_fact_of_two_sources_appears_twice(graph: Network) -> None:
    counts = {(fact["value"], fact["source"] == PAGE) for fact in facts(graph, TRIAL, "participants")}
    assert counts == {("7 patients, planned", True), ("7 patients", False)}


def test_a_result_is_told_on_the_study_and_on_the_outcome(graph: Network) -> None:
    (here,) = facts(graph, PILOT, "result: CHFS")
    (there,) = facts(graph, find_node(graph, "CHFS"), "result: NCT01813279")
    assert here["value"] == there["value"] == "improved by 51.3 %, at 12 months, significant"
    assert here["spot"] == there["spot"] != ""


READ_AS_WORDS = """\
NCT00962923 | follow-up, mean, standard deviation | 15.6 months ± 4.3 months (7 months–21 months)
NCT00962923 | adverse event: diarrhea | 1 affected, treatment-related
NCT00962923 | phase | phase 1/phase 2
NCT02975960 | phase | not applicable
NCT02975960 | planned: mRSS, hands | primary, at 12 weeks
NCT02975960 | site | Seoul St. Mary's hospital, Seoul, Korea, Republic of
song-2017 | participants | 1 patient
wehbe-2016 | result: EScSG-AI | decreased from 9.5 to 1.5, at 1 year
NCT05947682 | identified by | title match
NCT05947682 | planned: MSC batches produced | primary, up to 2 months, target at least 3
NCT05947682 | procedure | harvest of adipose tissue, 40–60 g
NCT07360808 | inclusion criterion 4 | with or without skin ulcers; CHFS ≥ 20 on a scale to 90
NCT07360808 | exclusion criterion 8 | chemotherapy or resection of malignant cancer; looking back 5 years
NCT07360808/trial-page-NCT07360808/arm/1 | dose | 0.25 ml per direction of one side of a finger
maria-2016/review-table/arm/3 | given for comparison | no treatment
scleradec-pilot/trial-page-NCT04356755/arm/1/administration/1/product/1 | share of cells | \
36 % mesenchymal stem cell of adipose tissue
prior-bm-msc-phase-1-2-trial | result: skin fibrosis | \
improved, 3 months to 6 months, significant, lower thereafter
NCT00962923 | result: mRSS, area not stated | \
improved from 20.1 ± 3.1 to 13.8 ± 10.2 (mean, standard deviation), at 12 months
"""


@pytest.mark.parametrize("line", READ_AS_WORDS.replace("\\\n", "").strip().splitlines())
def test_facts_read_as_words(graph: Network, line: str) -> None:
    node, name, value = line.split(" | ")
    assert value in values(graph, THINGS + node, name)


def test_what_is_derived_says_so(graph: Network) -> None:
    assert values(graph, f"{PILOT}/review-table/arm/1", "species (derived)") == ["human"]


def test_in_an_arm_with_several_administrations_each_fact_names_its_own(graph: Network) -> None:
    arm = f"{THINGS}NCT00962923/review-table/arm/1"
    assert values(graph, arm, "times given, plasmapheresis") == ["3"]
    assert values(graph, arm, "given on, plasmapheresis") == ["day 1", "day 3", "day 5"]
    assert values(graph, arm, "times given, hUCB-MSC, abbreviation not expanded") == ["1"]


def test_every_spot_names_words_and_every_fact_its_source(graph: Network) -> None:
    told = all_facts(graph)
    assert all(fact["property"] and fact["value"] and fact["source"] for fact in told)
    assert all(bool(fact["as_written"]) == bool(fact["spot"]) for fact in told)


def test_nothing_that_a_source_states_at_a_spot_is_left_out(graph: Network, store: Store) -> None:
    shown = {spot for fact in all_facts(graph) for spot in fact["spot"].split("; ")}
    rows = store.query(
        f"SELECT ?line ?start ?end {{ ?e a <{C.Evidence}> ; <{C.line}> ?line ; <{C.charStart}> ?start ;"
        f" <{C.charEnd}> ?end }}"
    )
    assert isinstance(rows, ox.QuerySolutions)
    spots = {f"line {row['line'].value}, characters {row['start'].value}–{row['end'].value}" for row in rows}
    assert spots - shown == set()


# ---- the store ---------------------------------------------------------------------


@dataclass
class Counting:
    """A store that counts the queries it is asked."""

    store: Store
    asked: int = 0
    where: str = "here"

    def query(self, sparql: str) -> Answer:
        self.asked += 1
        return self.store.query(sparql)


def test_the_number_of_queries_does_not_grow_with_the_graph(store: Store) -> None:
    whole, empty = Counting(store), Counting(EmbeddedStore(ox.Store(), "nothing"))
    assert len(project(whole)) > 150
    assert len(project(empty)) == 0
    assert whole.asked == empty.asked == 2


def same(one: Network, other: Network) -> bool:
    def edges(graph: Network) -> list[tuple[str, str, Any]]:
        return list(graph.edges(data=True))

    return list(one.nodes(data=True)) == list(other.nodes(data=True)) and edges(one) == edges(other)


def test_a_remote_endpoint_gives_the_same_network(home: Path, graph: Network, tmp_path: Path) -> None:
    build_folder = current_build(home)
    assert build_folder is not None
    shutil.copytree(build_folder / "store", tmp_path / "store")
    for url in serving(tmp_path / "store"):
        assert same(project(RemoteStore(url)), graph)


def serving(folder: Path) -> Iterator[str]:
    """Serve a store with the oxigraph of the development group for as long as the caller reads."""
    program = Path(sysconfig.get_path("scripts")) / "oxigraph"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(program), "serve-read-only", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}/query"
        finally:
            server.terminate()


def wait_for(port: int, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
        else:
            return


def small_store(nquads: str, label: str = "S") -> Store:
    """A store of one source with one study, merged as a build merges, and the values of the vocabulary."""
    graph = source_iri("one")
    written = f"<{THINGS}S> a <{C.Study}> .".replace(" a ", " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ")
    store = ox.Store()
    store.load(nquads.encode(), format=ox.RdfFormat.N_QUADS)
    store.load(written.encode(), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(graph))
    name = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    store.add(ox.Quad(ox.NamedNode(f"{THINGS}S"), name, ox.Literal(label), ox.NamedNode(graph)))
    values_graph = ox.NamedNode("https://w3id.org/cellkg/ontology/values")
    store.bulk_load(path=str(shipped("ontology") / "values.ttl"), format=ox.RdfFormat.TURTLE, to_graph=values_graph)
    store.bulk_extend(ox.Quad(*quad.triple) for quad in store.quads_for_pattern(None, None, None, None))
    return EmbeddedStore(store, "in memory")


def test_a_hostile_name_stays_data() -> None:
    graph = project(small_store("", label=HOSTILE))
    assert graph.nodes[f"{THINGS}S"]["label"] == HOSTILE
    assert find_node(graph, HOSTILE) == f"{THINGS}S"
    assert HOSTILE not in network_html(graph, title="hostile", focus=f"{THINGS}S")


def test_what_the_merge_does_not_hold_is_not_drawn() -> None:
    """An older version of a record lives in its named graph only."""
    old = ox.Store()
    old.load(
        f"<{THINGS}S> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{C.Study}> .".encode(),
        format=ox.RdfFormat.N_TRIPLES,
        to_graph=ox.NamedNode(source_iri("old")),
    )
    assert len(project(EmbeddedStore(old, "in memory"))) == 0


# ---- walking -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [TRIAL, "kg:NCT02975960", "NCT02975960", "nct02975960", " NCT02975960 "],
)
def test_a_study_is_found_by_iri_curie_and_registry_id(graph: Network, name: str) -> None:
    assert find_node(graph, name) == TRIAL


def test_a_term_is_found_by_curie_and_by_label_in_any_case(graph: Network) -> None:
    assert find_node(graph, "MONDO:0005100") == find_node(graph, "Systemic Sclerosis")


def test_an_unknown_name_is_told_its_neighbours(graph: Network) -> None:
    with pytest.raises(NotFoundError, match="did you mean NCT02975960"):
        find_node(graph, "NCT0297596")
    with pytest.raises(NotFoundError, match="name one by its IRI"):
        find_node(graph, "⁂")


def test_a_neighbourhood_of_nothing_is_an_error(graph: Network) -> None:
    with pytest.raises(NotFoundError, match="none of the"):
        neighbourhood(graph, "nowhere")


def test_a_neighbourhood_is_the_same_each_time(store: Store, graph: Network) -> None:
    again = project(store)
    assert same(graph, again)
    assert same(neighbourhood(graph, TRIAL, hops=3, limit=40), neighbourhood(again, TRIAL, hops=3, limit=40))


@pytest.mark.parametrize("limit", [1, 10, 40])
def test_a_neighbourhood_keeps_to_its_limit_in_one_piece(graph: Network, limit: int) -> None:
    near = neighbourhood(graph, TRIAL, hops=4, limit=limit)
    assert len(near) == limit
    assert TRIAL in near
    assert nx.is_weakly_connected(near)


def test_more_hops_reach_more_and_keep_what_fewer_reached(graph: Network) -> None:
    reached = [set(neighbourhood(graph, TRIAL, hops)) for hops in range(4)]
    assert reached[0] == {TRIAL}
    assert all(few < more for few, more in itertools.pairwise(reached))


def test_a_walk_ends_at_a_hub_unless_it_starts_there(graph: Network) -> None:
    disease = find_node(graph, "systemic sclerosis")
    assert graph.degree(disease) > HUB
    only_there = f"{THINGS}wehbe-2016"
    assert only_there not in neighbourhood(graph, TRIAL, hops=2)
    assert only_there in neighbourhood(graph, disease, hops=1)


def test_trials_that_measure_the_same_lie_two_steps_apart(graph: Network) -> None:
    assert PILOT in neighbourhood(graph, TRIAL, hops=2)


def test_a_change_in_a_neighbourhood_leaves_the_network_alone(graph: Network) -> None:
    near = neighbourhood(graph, TRIAL, hops=1)
    near.remove_node(TRIAL)
    assert TRIAL in graph
