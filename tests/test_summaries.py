"""Summaries never disagree with the graph: each is compared with the plain question, after builds and updates."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cellkg.build import build
from cellkg.errors import DataError
from cellkg.gaps import Asked, ask_gaps
from cellkg.gaps.reading import SUMMED, rows
from cellkg.loading import Inputs, installed_loaders
from cellkg.places import current_build
from cellkg.resources import shipped
from cellkg.search import open_index
from cellkg.store import EmbeddedStore, open_store
from cellkg.summaries import SUMMARIES, Record
from cellkg.update import update
from cellkg.views.evidence_map import MOST_STUDIES, map_view

DATA = Path(__file__).parents[2] / "shared" / "data" / "ctgov_rebuilt"


def opened(home: Path) -> EmbeddedStore:
    store = open_store(home)
    assert isinstance(store, EmbeddedStore)
    return store


def plain(home: Path) -> EmbeddedStore:
    """The same store without its summaries."""
    return EmbeddedStore(opened(home).store, "a bare store")


def counted(found: Any) -> Counter[tuple[tuple[str, str], ...]]:
    return Counter(tuple(row.items()) for row in found)


def agree(home: Path) -> None:
    """Compare every summary with the plain question, row by row."""
    for question in SUMMED:
        assert counted(rows(opened(home), question)) == counted(rows(plain(home), question)), question


def contents(home: Path) -> dict[str, Any]:
    """What the search index and the summaries say, without the numbers that they give to rows."""
    folder = current_build(home)
    assert folder is not None
    index = open_index(folder)
    names = {study.id: study.iri for study in index.studies}
    used = {number: term for number, term in index.terms.items() if term.studies}
    return {
        "studies": [(study.iri, study.name, study.title, study.day) for study in index.studies],
        "terms": {(term.facet, term.key, term.label, term.studies, term.shown) for term in used.values()},
        "parents": {(used[n].key, used[above].key) for n in used for above in used[n].parents if above in used},
        "sources": (index.day, index.sources),
        "found": {
            word: [names[n] for n in index.find_studies(word).ids] for word in ("cells", "safety", "institute", "lupsu")
        },
        "spelt": {word: index.find_studies(word).corrected for word in ("instituet", "phenomenn", "lupsu")},
    }


def record(path: Path, **changes: Any) -> dict[str, Any]:
    """A real record with another title, sponsor or day of update."""
    study: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    section = study["protocolSection"]
    if "title" in changes:
        section["identificationModule"]["briefTitle"] = changes["title"]
    if "sponsor" in changes:
        section["sponsorCollaboratorsModule"]["leadSponsor"]["name"] = changes["sponsor"]
    if "day" in changes:
        section["statusModule"]["lastUpdatePostDateStruct"] = {"date": changes["day"], "type": "ACTUAL"}
    if "conditions" in changes:
        section["conditionsModule"]["conditions"] = changes["conditions"]
    return study


def written(file: Path, *studies: dict[str, Any]) -> Inputs:
    file.write_text("".join(f"{json.dumps(study)}\n" for study in studies), encoding="utf-8")
    return Inputs(registry=(file,))


@pytest.fixture(scope="module")
def files() -> list[Path]:
    if not DATA.is_dir():
        pytest.skip("the real registry records are not at hand")
    return sorted(DATA.glob("*.json"))[::60]


@pytest.fixture(scope="module")
def home(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the shipped documents and of some real records."""
    home = tmp_path_factory.mktemp("home")
    inputs = Inputs(curated=(shipped("curated"),), registry=tuple(files))
    build(inputs, home, installed_loaders())
    return home


def test_after_a_build_every_summary_is_the_answer_to_its_plain_question(home: Path) -> None:
    agree(home)


@pytest.mark.parametrize(
    "asked",
    [
        Asked(),
        Asked(by="tissue", level="domain"),
        Asked(by="donor", conditions=("systemic sclerosis",)),
        Asked(by="route", level="instrument", endpoints=("CHFS",)),
    ],
    ids=str,
)
def test_a_map_is_the_same_from_summaries_and_from_the_graph(home: Path, asked: Asked) -> None:
    from_summaries, from_graph = (ask_gaps(store, asked) for store in (opened(home), plain(home)))
    assert from_summaries.table.rows == from_graph.table.rows
    assert from_summaries.sources == from_graph.sources
    assert from_summaries.disputed == from_graph.disputed


def test_the_map_of_a_page_is_the_same_from_summaries_and_from_the_graph(home: Path) -> None:
    folder = current_build(home)
    assert folder is not None
    index = open_index(folder)
    terms = [term for term in index.of_facet("condition") if term.studies.bit_count() <= MOST_STUDIES]
    for term in terms[::40]:
        assert map_view(opened(home), index, term.key) == map_view(plain(home), index, term.key), term.label


def test_what_is_asked_of_some_studies_comes_from_those_alone(home: Path) -> None:
    some: list[Record] = list(rows(opened(home), "study-facets"))
    studies = sorted({row["study"] for row in some if row["study"].startswith("NCT")})[:3]
    within = [f"https://w3id.org/cellkg/id/{name}" for name in studies]
    assert counted(rows(opened(home), "study-facets", within)) == counted(rows(plain(home), "study-facets", within))
    assert {row["study"] for row in rows(opened(home), "study-facets", within)} == set(studies)


def test_after_an_update_the_summaries_and_the_index_are_those_of_a_new_build(
    files: list[Path], tmp_path: Path
) -> None:
    """A study comes, one changes words and the name of its sponsor, one gets conditions that nobody had, one goes."""
    first, changed, other, gone, new = files[:5]
    sponsor = record(changed)["protocolSection"]["sponsorCollaboratorsModule"]["leadSponsor"]["name"]
    before = [record(first, sponsor=sponsor), record(changed), record(other), record(gone)]
    then = [
        record(changed, day="2030-01-01", title="Phenomenal cells of a later day", sponsor=sponsor.upper()),
        record(other, day="2030-02-02", conditions=["Lupus", "Raynaud Phenomenon", "Anti-NMDA receptor encephalitis"]),
        record(new),
    ]
    curated = (shipped("curated"),)
    held = written(tmp_path / "before.ndjson", *before)
    build(Inputs(curated=curated, registry=held.registry), tmp_path / "home", installed_loaders())
    update(written(tmp_path / "then.ndjson", *then), tmp_path / "home", installed_loaders(), remove=(gone.stem,))
    agree(tmp_path / "home")
    whole = written(tmp_path / "whole.ndjson", *before[:3], *then)
    build(Inputs(curated=curated, registry=whole.registry), tmp_path / "anew", installed_loaders())
    assert contents(tmp_path / "home") == contents(tmp_path / "anew")
    # What was taken out leaves no word behind, and what is there again is found again.
    update(written(tmp_path / "back.ndjson", before[3]), tmp_path / "home", installed_loaders(), remove=(new.stem,))
    agree(tmp_path / "home")
    whole = written(tmp_path / "whole.ndjson", *before, *then[:2])
    build(Inputs(curated=curated, registry=whole.registry), tmp_path / "anew", installed_loaders())
    assert contents(tmp_path / "home") == contents(tmp_path / "anew")


def test_a_build_without_summaries_is_asked_and_gets_them_with_the_next_update(
    files: list[Path], tmp_path: Path
) -> None:
    build(Inputs(registry=tuple(files[:2])), tmp_path / "home", installed_loaders())
    folder = current_build(tmp_path / "home")
    assert folder is not None
    (folder / SUMMARIES).unlink()
    assert list(rows(opened(tmp_path / "home"), "study-course"))
    update(Inputs(registry=(files[2],)), tmp_path / "home", installed_loaders())
    now = current_build(tmp_path / "home")
    assert now is not None
    assert (now / SUMMARIES).is_file()
    agree(tmp_path / "home")


def test_broken_summaries_are_told(tmp_path: Path) -> None:
    build(Inputs(), tmp_path, installed_loaders())
    folder = current_build(tmp_path)
    assert folder is not None
    (folder / SUMMARIES).write_bytes(b"no database" * 1000)
    with pytest.raises(DataError, match=r"summaries\.sqlite are broken .*; run `cellkg build` once more"):
        list(rows(opened(tmp_path), "study-course"))
