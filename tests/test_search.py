"""The search index agrees with the graph: facet counts are those of plain queries, words find their studies."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from cellkg.build import build
from cellkg.errors import DataError, NotFoundError, UsageError
from cellkg.loading import Inputs, installed_loaders
from cellkg.places import current_build
from cellkg.search import FACETS, NOT_STATED, Asked, Index, StudyHit, TermHit, open_index, search
from cellkg.store import open_store

DATA = Path(__file__).parents[2] / "shared" / "data" / "ctgov_rebuilt"

_PRODUCT = "((cellkg:hasArm/cellkg:hasAdministration/cellkg:ofProduct)|cellkg:makesProduct)"
_PATHS = {
    "product": f"{_PRODUCT}/cellkg:productType",
    "cell_type": f"{_PRODUCT}/cellkg:hasComponent/a",
    "donor": f"{_PRODUCT}/cellkg:donorRelation",
    "condition": "cellkg:condition",
    "endpoint": "(cellkg:hasOutcomeMeasure|cellkg:hasResult|cellkg:hasPostedMeasure)/cellkg:outcome",
    "phase": "cellkg:phase",
    "status": "cellkg:status",
    "sponsor": "cellkg:hasSponsorship/cellkg:organisation",
}
_PREFIXES = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


@pytest.fixture(scope="module")
def index(flagship: Path) -> Index:
    build = current_build(flagship)
    assert build is not None
    return open_index(build)


def studies_with(store: Any, facet: str, iri: str) -> set[str]:
    query = (
        f"SELECT DISTINCT ?s WHERE {{ ?s a cellkg:Study ; {_PATHS[facet]}/(rdfs:subClassOf|skos:broader)* <{iri}> }}"
    )
    return {row[0].value for row in store.query(_PREFIXES + query)}


@pytest.mark.parametrize("facet", _PATHS)
def test_every_count_is_that_of_a_plain_query(flagship: Path, index: Index, facet: str) -> None:
    store = open_store(flagship)
    terms = [term for term in index.of_facet(facet) if term.iri.startswith("http")]
    assert terms
    for term in terms:
        found = search(index, Asked(chosen=((facet, term.key),), page_size=1000))
        assert {hit.iri for hit in found.hits} == studies_with(store, facet, term.iri), term.label


def test_a_choice_leads_to_as_many_studies_as_it_says(index: Index) -> None:
    first = search(index, Asked())
    for facet, choices in first.choices.items():
        for choice in choices[:5]:
            narrowed = search(index, Asked(chosen=((facet, choice.key),)))
            assert narrowed.number == choice.studies > 0
            assert narrowed.chosen[0][1].studies == choice.studies


def test_two_choices_keep_the_studies_that_have_both(index: Index) -> None:
    values = [(facet, choices[0].key) for facet, choices in search(index, Asked()).choices.items() if choices]
    for one, other in combinations(values, 2):
        both, first, second = (
            {hit.iri for hit in search(index, Asked(chosen=chosen, page_size=1000)).hits}
            for chosen in ((one, other), (one,), (other,))
        )
        assert both == first & second


def test_not_stated_holds_the_studies_without_a_value(flagship: Path, index: Index) -> None:
    query = f"SELECT ?s WHERE {{ ?s a cellkg:Study MINUS {{ ?s {_PATHS['donor']} ?any }} }}"
    without = {row[0].value for row in open_store(flagship).query(_PREFIXES + query)}  # type: ignore[union-attr]
    found = search(index, Asked(chosen=(("donor", NOT_STATED),), page_size=1000))
    assert {hit.iri for hit in found.hits} == without


def test_every_study_is_found_by_its_name(index: Index) -> None:
    for study in index.studies:
        hits = search(index, Asked(text=study.name)).hits
        assert study.iri in [hit.iri for hit in hits], study.name


@pytest.mark.parametrize(
    ("slip", "meant"), [("sclerodrma", "scleroderma"), ("adipsoe", "adipose"), ("mesenchimal", "mesenchymal")]
)
def test_a_slip_finds_what_was_meant_and_says_so(index: Index, slip: str, meant: str) -> None:
    found = search(index, Asked(text=slip))
    assert meant in found.corrected[slip]
    assert {hit.iri for hit in search(index, Asked(text=meant)).hits} <= {hit.iri for hit in found.hits}
    assert search(index, Asked(text=meant)).corrected == {}


@pytest.mark.parametrize("text", ['"', "NEAR(", "a* OR", "words:", "'; DROP TABLE study; --", "\x00", "(((", "é" * 300])
def test_no_text_is_taken_for_a_command(index: Index, text: str) -> None:
    assert search(index, Asked(text=text)).number >= 0


def test_words_that_nobody_writes_find_nothing(index: Index) -> None:
    found = search(index, Asked(text="zzzzqqqqxxxx"))
    assert (found.number, found.hits, found.pages) == (0, [], 1)


def test_products_conditions_endpoints_and_sponsors_are_found_with_their_studies(index: Index) -> None:
    for kind in ("product", "condition", "endpoint", "sponsor"):
        found = search(index, Asked(kind=kind))
        assert found.number == found.of_kind[kind] > 0
        for hit in found.hits:
            assert isinstance(hit, TermHit)
            assert search(index, Asked(chosen=((kind, hit.key),))).number == hit.studies
            assert hit.iri in {each.iri for each in search(index, Asked(kind=kind, text=hit.label, page_size=500)).hits}


def test_what_the_index_does_not_have_is_said(index: Index, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no facet 'colour'; there are condition, "):
        search(index, Asked(chosen=(("colour", "red"),)))
    with pytest.raises(NotFoundError, match="no donor 'nobody' in this graph"):
        search(index, Asked(chosen=(("donor", "nobody"),)))
    with pytest.raises(NotFoundError, match="there is no page 99"):
        search(index, Asked(page=99))
    with pytest.raises(NotFoundError, match="no search index"):
        open_index(tmp_path)


def test_a_broken_index_is_told(tmp_path: Path) -> None:
    (tmp_path / "search.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(DataError, match=r"is broken .*; run `cellkg build` once more"):
        open_index(tmp_path)


def test_pages_hold_each_study_once(index: Index) -> None:
    pages = search(index, Asked(page_size=3)).pages
    hits = [hit for page in range(1, pages + 1) for hit in search(index, Asked(page=page, page_size=3)).hits]
    assert all(isinstance(hit, StudyHit) for hit in hits)
    assert sorted(hit.iri for hit in hits) == sorted(study.iri for study in index.studies)
    assert set(search(index, Asked()).choices) == {facet.key for facet in FACETS}


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of real records, whose conditions are words that are linked to terms."""
    if not DATA.is_dir():
        pytest.skip("the real registry records are not at hand")
    home = tmp_path_factory.mktemp("records")
    build(Inputs(registry=tuple(sorted(DATA.glob("*.json"))[::40])), home, installed_loaders())
    return home


def test_conditions_of_real_records_count_as_a_plain_query_does(records: Path) -> None:
    folder, store = current_build(records), open_store(records)
    assert folder is not None
    index = open_index(folder)
    for term in index.of_facet("condition"):
        query = f"""SELECT DISTINCT ?s WHERE {{
          ?term rdfs:subClassOf* <{term.iri}> .
          ?wording skos:exactMatch|skos:closeMatch|skos:broadMatch ?term ; cellkg:words ?words .
          ?s cellkg:conditionAsWritten ?words }}"""
        found = search(index, Asked(chosen=(("condition", term.key),), page_size=1000))
        assert {hit.iri for hit in found.hits} == {row[0].value for row in store.query(_PREFIXES + query)}, term.label  # type: ignore[union-attr]
