"""Registry records beside the curated documents: no stated answer is lost, and no rule is broken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from cellkg.answers import Row, ask
from cellkg.build import build
from cellkg.catalogue import Question, catalogue, find_question
from cellkg.checks import shacl_violations, violations
from cellkg.loading import Inputs, installed_loaders
from cellkg.resources import shipped
from cellkg.store import Store, open_store

DATA = Path(__file__).parents[2] / "shared" / "data"
OTHERS = 50
#: Their rows are totals, or say that nothing more is planned: a new source changes them, as when a record says the
#: route that its document leaves out.
TOTALS = {
    "dose-levels-by-counted-cells",
    "evidence-gap-matrix",
    "registry-ids-per-source",
    "routes-by-condition-branch",
    "studies-without-efficacy-result",
}
#: What a row may say only as long as nobody says more.
OPEN = ("not stated", "not reported", "one source only")


@pytest.fixture(scope="module")
def records(flagship: Path) -> tuple[Path, ...]:
    """The records of the studies that the documents are about, and some others."""
    if not DATA.is_dir():
        pytest.skip(f"the real records are not at hand: no folder {DATA}")
    files = sorted((DATA / "ctgov_rebuilt").glob("*.json")) + sorted((DATA / "ctgov_v2").glob("*.json"))
    known = set(registry_ids(open_store(flagship)))
    own = [file for file in files if file.stem in known]
    others = [file for file in files if file.stem not in known][:: len(files) // OTHERS][:OTHERS]
    assert own
    return tuple(own + others)


def registry_ids(store: Store) -> Iterator[str]:
    answer = store.query("SELECT ?id WHERE { ?s <https://w3id.org/cellkg/vocab/registryId> ?id }")
    assert isinstance(answer, ox.QuerySolutions)
    yield from (str(row["id"].value) for row in answer)


@pytest.fixture(scope="module")
def beside(records: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory) -> Store:
    home = tmp_path_factory.mktemp("beside")
    done = build(Inputs(curated=(shipped("curated"),), registry=records), home, installed_loaders())
    assert done.findings.set_aside == []
    assert done.findings.counts["registry records"] == len(records)
    return open_store(home)


def questions() -> list[Question]:
    return list(catalogue().values())


def is_stated(row: Row) -> bool:
    return not any(isinstance(cell, str) and cell.startswith(OPEN) for cell in row)


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_no_stated_row_of_an_answer_is_lost(question: Question, flagship: Path, beside: Store) -> None:
    before, after = ask(open_store(flagship), question), ask(beside, question)
    if question.name not in TOTALS:
        assert [row for row in before if is_stated(row) and row not in set(after)] == []


def test_where_a_record_and_a_document_speak_of_a_study_both_stand_with_their_source(beside: Store) -> None:
    answer = ask(beside, find_question("status-phase-and-dates"))
    sources = {record["source"] for record in answer.records() if record["study"] == "NCT02975960"}
    assert "clinicaltrials.gov" in sources
    assert len(sources) > 1


def test_no_rule_of_the_graph_is_broken(beside: Store) -> None:
    assert list(map(str, violations(beside))) == []


def test_every_node_is_as_its_shape_wants_it(beside: Store) -> None:
    assert list(map(str, shacl_violations(beside)))[:5] == []
