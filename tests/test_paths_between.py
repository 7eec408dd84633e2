"""Paths that are looked for around their two ends are those of the whole network of ties."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from cellkg.places import current_build
from cellkg.projection import hub_of, read_ties, ties_between, why
from cellkg.search import Index, open_index
from cellkg.store import Store, open_store

FACETS = ("condition", "product", "endpoint", "tissue", "route", "sponsor")


@pytest.fixture(scope="module")
def store(flagship: Path) -> Store:
    return open_store(flagship)


@pytest.fixture(scope="module")
def index(flagship: Path) -> Index:
    build = current_build(flagship)
    assert build
    return open_index(build)


@pytest.fixture(scope="module")
def whole(store: Store, index: Index) -> Any:
    """The network of all ties; what ties how many studies is counted as the index does, which takes in more ways."""
    graph = read_ties(store)
    for facet in FACETS:
        for term in index.of_facet(facet):
            if term.iri in graph:
                graph.nodes[term.iri]["studies"] = term.studies.bit_count()
    return graph


@pytest.fixture(scope="module")
def ends(index: Index, whole: Any) -> list[tuple[str, str]]:
    """Every pair of studies, and studies with terms of every facet."""
    studies = [study.iri for study in index.studies if study.iri in whole]
    terms = [term.iri for facet in FACETS for term in index.of_facet(facet)[::5] if term.iri in whole]
    return [*combinations(studies, 2), *((study, term) for study in studies[:4] for term in terms)]


def test_a_shortest_path_is_as_long_as_in_the_whole_network(
    store: Store, index: Index, whole: Any, ends: list[tuple[str, str]]
) -> None:
    limit = hub_of(index)
    joined = 0
    for start, end in ends:
        around = ties_between(store, index, start, end)
        mine = why(around, start, end, hub=limit) if start in around and end in around else []
        theirs = why(whole, start, end, hub=limit)
        if theirs and len(theirs[0].steps) <= 4:
            assert mine, (start, end, theirs[0].text)
            assert len(mine[0].steps) == len(theirs[0].steps), (mine[0].text, theirs[0].text)
            joined += 1
    assert joined > 50


def test_each_link_of_a_path_is_a_tie_with_the_same_sources(
    store: Store, index: Index, whole: Any, ends: list[tuple[str, str]]
) -> None:
    for start, end in ends[::7]:
        around = ties_between(store, index, start, end)
        for first, last, label, told in around.edges(keys=True, data=True):
            assert whole.has_edge(first, last, label), (first, label, last)
            assert told["sources"] == whole[first][last][label]["sources"]
        assert {whole.nodes[node]["label"] for node in around} == {label for _, label in around.nodes(data="label")}


def test_what_no_study_has_is_missing(store: Store, index: Index) -> None:
    nowhere = "https://w3id.org/cellkg/id/NCT00000000"
    assert nowhere not in ties_between(store, index, index.studies[0].iri, nowhere)
