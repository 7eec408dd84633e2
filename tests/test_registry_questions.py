"""The registry-wide questions on a fixed set of real records, against rows that were read in the records by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from cellkg.answers import Cell, ask
from cellkg.build import build
from cellkg.catalogue import find_question
from cellkg.loading import Inputs
from cellkg.store import Store, open_store
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

DATA = Path(__file__).parents[2] / "shared" / "data"
RECORDS = ("NCT00001880", "NCT00002772", "NCT00003270", "NCT03060551", "NCT04670068", "NCT06414135")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real registry records are not at hand")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A build of the six records alone."""
    home = tmp_path_factory.mktemp("records")
    files = tuple(next(DATA.glob(f"*/{record}.json")) for record in RECORDS)
    build(Inputs(registry=files), home, [ClinicalTrialsGovLoader()])
    return open_store(home)


def rows(store: Store, name: str, columns: int) -> list[tuple[Cell, ...]]:
    """The first columns of the answer to a question."""
    return [row[:columns] for row in ask(store, find_question(name))]


def test_deaths_and_serious_events_are_those_that_are_posted(store: Store) -> None:
    assert [(row[0], *row[2:]) for row in rows(store, "registry-deaths-and-serious-events", 6)] == [
        ("NCT00001880", 14, 42, 21, 42),
        ("NCT00003270", 8, 20, 5, 20),
        ("NCT03060551", 0, 20, 0, 20),
        ("NCT04670068", 0, 3, 1, 3),
        ("NCT04670068", 0, 1, 1, 1),
    ]


def test_all_who_were_enrolled_started(store: Store) -> None:
    assert rows(store, "registry-enrolled-and-started", 4) == [
        ("NCT00001880", 42, "ACTUAL", 42),
        ("NCT00003270", 20, "ACTUAL", 20),
        ("NCT03060551", 20, "ACTUAL", 20),
        ("NCT04670068", 4, "ACTUAL", 4),
    ]


def test_one_trial_completed_long_ago_without_results(store: Store) -> None:
    found = rows(store, "registry-overdue-results", 4)
    assert {row[:3] for row in found} == {("NCT00002772", "TERMINATED", "2004-02")}
    assert len(found) == 12
    assert ("NCT00002772", "TERMINATED", "2004-02", "peripheral blood stem cell transplantation") in found


def test_a_day_before_the_year_is_over_finds_no_overdue_results(store: Store) -> None:
    question = find_question("registry-overdue-results")
    assert ask(store, question, {"as_of": "2005-02-28"}).rows == []
    assert len(ask(store, question, {"as_of": "2005-03-01"})) == 12


def test_every_planned_primary_outcome_was_posted_under_its_title(store: Store) -> None:
    found = rows(store, "registry-planned-and-posted-primary-outcomes", 4)
    assert {row[0] for row in found} == {"NCT00001880", "NCT00003270", "NCT03060551", "NCT04670068"}
    assert {row[3] for row in found} == {"PRIMARY"}
    assert sum(row[0] == "NCT03060551" for row in found) == 10


def test_stopped_trials_tell_why(store: Store) -> None:
    found = [(row[0], row[1], str(row[2]).strip()) for row in rows(store, "registry-stopped-trials", 3)]
    assert found == [
        ("NCT00001880", "TERMINATED", "Study was closed early due to lack of accrual"),
        ("NCT00002772", "TERMINATED", "poor accrual"),
    ]


def test_none_of_the_randomised_trials_has_a_placebo(store: Store) -> None:
    assert rows(store, "registry-randomised-with-placebo-or-sham", 4) == []


def test_a_posted_number_shows_its_place_in_the_record(store: Store) -> None:
    answer = ask(store, find_question("registry-deaths-and-serious-events"), evidence=True)
    assert answer.evidence is not None
    assert [spot.place for spot in answer.evidence[0]] == ["/resultsSection/adverseEventsModule/eventGroups/0"]


def test_conditions_are_linked_to_the_terms_that_they_name(store: Store) -> None:
    found = {(row[0], row[1]): (row[3], row[6]) for row in ask(store, find_question("condition-links"))}
    to_mondo = {(words, match): curie for (words, curie), (match, _) in found.items() if str(curie).startswith("MONDO")}
    assert to_mondo == {
        ("Breast Cancer", "exact"): "MONDO:0007254",
        ("Epithelial Ovarian Cancer", "exact"): "MONDO:0005140",
        ("Graft Versus Host Disease", "exact"): "MONDO:0013730",
        ("Leukemia", "exact"): "MONDO:0005059",
        ("Lymphoma", "exact"): "MONDO:0005062",
        ("Multiple Myeloma and Plasma Cell Neoplasm", "related"): "MONDO:0009693",
        ("Myelodysplastic Syndromes", "exact"): "MONDO:0018881",
        ("Systemic Sclerosis", "exact"): "MONDO:0005100",
    }
    assert found["Neoplasm Metastasis", "MESH:D009362"] == ("exact", "rule")
    assert {by for _, by in found.values()} == {"rule"}


def test_events_of_records_that_no_ontology_names_stay_unlinked(store: Store) -> None:
    found = ask(store, find_question("unlinked-terms"))
    assert {row[0] for row in found} == {"adverse event"}
    assert ("adverse event", "Pseudomonas sepsis", 1) in found.rows
    assert "Nausea" not in {row[1] for row in found}
