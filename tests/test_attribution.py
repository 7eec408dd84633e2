"""To what sources attribute adverse events: read only where it is said, with the spot that says it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cellkg.answers import Cell, ask
from cellkg.build import build
from cellkg.catalogue import find_question
from cellkg.checks import shacl_violations, violations
from cellkg.loading import Inputs
from cellkg.store import Store, open_store
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader
from cellkg_loaders.outcomes.attributing import read_attributions

DATA = Path(__file__).parents[2] / "shared" / "data"
TREATMENT = "treatment, part not told"
#: Real records and what they attribute, read by hand: who says it, of what, and the words.
REAL = {
    "NCT04064879": {
        ("harvest", "planned measure", "related to either SVF deployment or the lipo-harvesting procedure"),
        ("administration", "planned measure", "related to either SVF deployment or the lipo-harvesting procedure"),
    },
    "NCT03691909": {(TREATMENT, "class of a posted measure", "Treatment Related")},
    "NCT04355728": {("not related", "class of a posted measure", "Unrelated")},
    "NCT02149719": {
        ("not related", "reported event", "not related to study intervention"),
        (TREATMENT, "reported event", "due to study intervention"),
    },
    "NCT01720251": {("not related", "reported event", "non drug-related")},
}


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        ("Number of participants with treatment-related adverse events", [TREATMENT]),
        ("Study Drug Related Adverse Events", ["product"]),
        ("Adverse events related to the cell product", ["product"]),
        ("Adverse events related to mesenchymal stem cells infusion", ["administration"]),
        ("Adverse events related to the administration of the investigational medicinal product", ["administration"]),
        ("Complications related to bone marrow aspiration", ["harvest"]),
        ("Toxicities attributable to the conditioning regimen", ["conditioning"]),
        ("Transplant-Related Mortality", ["transplantation"]),
        ("Disease-related mortality", ["underlying disease"]),
        ("Device Related or Device Procedure Related Adverse Events", ["device", "procedure, which one not told"]),
        ("Number of corticosteroid-related complications", ["other medicine"]),
        ("SAEs not considered related to study treatment", ["not related"]),
        ("Number of deaths unrelated to the study drug", ["not related"]),
    ],
)
def test_a_cause_is_read_where_it_is_said(text: str, causes: list[str]) -> None:
    assert [each.cause for each in read_attributions(text)] == causes


@pytest.mark.parametrize(
    "text",
    [
        "Number of participants with adverse events",
        "Disease-related quality of life",
        "Health-related quality of life and adverse events",
        "Adverse events after infusion of unrelated donor cells",
        "Adverse events, whether or not considered related to the study treatment",
        "Any adverse event regardless of causal relationship to study drug",
        "Adverse events (related or unrelated to the treatment)",
        "Adverse events related to study drugs or not",
        "Deaths (excluding those due to disease progression)",
        "Number of adverse events (AEs) and treatment-related AEs",
        "Adverse events will be graded by relationship to therapy",
        "Treatment-related change in depressive symptoms",
        "DLT: an adverse event that is not, in the view of two people, due to the underlying disease",
        "Adverse events related to FT516",
    ],
)
def test_nothing_is_read_where_it_is_left_open(text: str) -> None:
    assert read_attributions(text) == []


def test_the_words_are_those_of_the_spot() -> None:
    text = "Safety. Number of SAEs not related to treatment in 12 weeks"
    (found,) = read_attributions(text)
    assert text[found.start : found.end] == "not related to treatment"


def test_a_class_needs_no_word_for_an_event() -> None:
    assert [each.cause for each in read_attributions("Unrelated", is_event=True)] == ["not related"]
    assert read_attributions("Unrelated") == []
    assert read_attributions("Definitely related", is_event=True) == []


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Store:
    if not DATA.is_dir():
        pytest.skip("the real registry records are not at hand")
    home = tmp_path_factory.mktemp("attributed")
    files = tuple(next(DATA.glob(f"*/{each}.json")) for each in REAL)
    build(Inputs(registry=files), home, [ClinicalTrialsGovLoader()])
    return open_store(home)


def rows(store: Store, name: str, study: str) -> list[dict[str, Cell]]:
    return list(ask(store, find_question(name), {"study": study}).records())


@pytest.mark.parametrize("study", REAL)
def test_a_record_says_what_a_reader_finds(real: Store, study: str) -> None:
    found = rows(real, "adverse-events-by-attribution", study)
    assert {(row["attributed_to"], row["said_of"], row["as_written"]) for row in found} == REAL[study]
    assert {row["kind_of_statement"] for row in found} == {"normalised"}


def test_numbers_of_an_event_are_those_of_the_record(real: Store) -> None:
    study = "NCT02149719"
    module = json.loads(next(DATA.glob(f"*/{study}.json")).read_text(encoding="utf-8"))["resultsSection"][
        "adverseEventsModule"
    ]
    groups = {group["id"]: group["title"] for group in module["eventGroups"]}
    posted = {
        (event["term"], groups[count["groupId"]], str(count["numAffected"]), count["numAtRisk"])
        for event in (*module["seriousEvents"], *module["otherEvents"])
        if "study intervention" in event["term"]
        for count in event["stats"]
    }
    found = rows(real, "adverse-events-by-attribution", study)
    assert {(row["about"], row["group"], row["value"], row["at_risk"]) for row in found} == posted


def test_every_attribution_leads_to_its_words(real: Store) -> None:
    proofs = real.query(
        "PREFIX cellkg: <https://w3id.org/cellkg/vocab/> "
        "SELECT ?pointer ?words ?study ?start ?end WHERE { ?e cellkg:aboutProperty cellkg:attributedTo ; "
        "cellkg:pointer ?pointer ; cellkg:asWritten ?words ; cellkg:textStart ?start ; cellkg:textEnd ?end . "
        "BIND (REPLACE(STR(?e), '^.*(NCT[0-9]{8}).*$', '$1') AS ?study) }"
    )
    found = [[str(term.value) for term in row] for row in proofs]  # type: ignore[union-attr]
    assert len(found) >= sum(map(len, REAL.values()))
    for pointer, words, study, start, end in found:
        at: Any = json.loads(next(DATA.glob(f"*/{study}.json")).read_text(encoding="utf-8"))
        for step in pointer.removeprefix("/").split("/"):
            at = at[int(step)] if isinstance(at, list) else at[step]
        assert at[int(start) : int(end)] == words


def test_what_a_record_does_not_say_is_not_stated(real: Store) -> None:
    found = rows(real, "events-of-special-interest", "NCT02149719")
    causes = {row["event"]: row["attributed_to"] for row in found}
    assert causes["Anaphylaxis not related to study intervention"] == "not related"
    assert causes["Anaphylaxis due to dosing at home"] == "not stated"


def test_the_graph_keeps_every_rule(real: Store) -> None:
    assert list(violations(real)) == []
    assert list(shacl_violations(real)) == []


def test_a_curated_scope_is_an_attribution(flagship: Path) -> None:
    found = list(ask(open_store(flagship), find_question("adverse-events-by-attribution")).records())
    assert {(row["attributed_to"], row["as_written"]) for row in found} == {
        (TREATMENT, "Treatment-related adverse events")
    }
