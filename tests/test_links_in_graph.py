"""Links as a build leaves them: in the graph, in the predicted set, in the report, and on the way to a curated set."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import yaml

from cellkg.answers import ask
from cellkg.build import build
from cellkg.catalogue import find_question
from cellkg.errors import InputErrors, NotFoundError
from cellkg.formats import write
from cellkg.link_report import graph_links, report
from cellkg.linking.review import COLUMNS, apply_review, read_review, summary, write_review
from cellkg.linking.wordings import PREDICTED, PREDICTED_SET, wording_iri
from cellkg.loading import Inputs
from cellkg.places import current_build
from cellkg.store import EmbeddedStore, Store, open_store
from cellkg.term_requests import as_markdown, as_table, requests
from cellkg.terms.sssom import NOT, read_rows
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

from .conftest import Command

CONDITIONS = ["Knee Osteoarthritis", "Severe Asthma", "Xyzzy", "scleroderma"]


def record(conditions: list[str], headings: list[dict[str, str]]) -> dict[str, Any]:
    """A made-up record with conditions, derived headings and two posted events."""
    events = {
        "eventGroups": [{"id": "EG000", "title": "All"}],
        "otherEvents": [
            {"term": term, "stats": [{"groupId": "EG000", "numAffected": 1, "numAtRisk": 9}]}
            for term in ("Nausea", "Sore left elbow after plugh")
        ],
    }
    return {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT00000000", "briefTitle": "Cells for a test"},
            "statusModule": {"overallStatus": "COMPLETED", "lastUpdatePostDateStruct": {"date": "2024-01-01"}},
            "conditionsModule": {"conditions": conditions},
        },
        "resultsSection": {"adverseEventsModule": events},
        "derivedSection": {"conditionBrowseModule": {"meshes": headings}},
        "hasResults": True,
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a build of one made-up record."""
    folder = tmp_path_factory.mktemp("linked")
    headings = [{"id": "D000001249", "term": "Asthma"}, {"id": "D045743", "term": "Scleroderma, Diffuse"}]
    (folder / "record.json").write_text(json.dumps(record(CONDITIONS, headings)))
    built = build(Inputs(registry=(folder / "record.json",)), folder / "home", [ClinicalTrialsGovLoader()])
    assert built.findings.set_aside == []
    return folder / "home"


@pytest.fixture(scope="module")
def store(home: Path) -> Store:
    return open_store(home)


@pytest.fixture(scope="module")
def predicted(home: Path) -> Path:
    folder = current_build(home)
    assert folder
    return folder / PREDICTED_SET


# ---- in the graph


def test_a_wording_is_linked_with_ground_and_confidence(store: Store) -> None:
    links = {(link.words, link.curie): link for link in graph_links(store)}
    knee = links["Knee Osteoarthritis", "MONDO:0005416"]
    assert (knee.match, str(knee.confidence)) == ("exact", "0.99")
    assert links["Severe Asthma", "MONDO:0004979"].match == "broad"
    assert links["scleroderma", "MONDO:0019340"].rule == "curated"
    assert links["Nausea", "HP:0002018"].match == "exact"
    assert not any(words == "Xyzzy" for words, _ in links)


def test_predicted_and_curated_links_stand_in_graphs_of_their_own(store: Store) -> None:
    assert isinstance(store, EmbeddedStore)

    def graphs(words: str) -> set[str]:
        subject = ox.NamedNode(wording_iri("condition", words))
        quads = store.store.quads_for_pattern(subject, None, None, None)
        said = [quad.graph_name for quad in quads if quad.predicate.value.endswith("Match")]
        return {name.value for name in said if isinstance(name, ox.NamedNode)}

    assert graphs("Severe Asthma") == {PREDICTED}
    assert graphs("scleroderma") == {PREDICTED.replace("predicted", "wordings")}


def test_a_padded_heading_is_the_descriptor_itself(store: Store) -> None:
    rows = store.query(
        """PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
        SELECT ?h WHERE { ?s cellkg:heading ?h ; cellkg:name "Asthma" }"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    assert [row["h"].value for row in rows] == ["http://id.nlm.nih.gov/mesh/D001249"]


def test_a_linked_term_has_its_ancestors(store: Store) -> None:
    answer = store.query(
        """ASK { <http://purl.obolibrary.org/obo/MONDO_0005416> <http://www.w3.org/2000/01/rdf-schema#subClassOf>+
        ?joint . ?joint <http://www.w3.org/2000/01/rdf-schema#label> "arthropathy" }"""
    )
    assert bool(answer)


def test_the_questions_answer_from_the_links(store: Store) -> None:
    unlinked = [row[:2] for row in ask(store, find_question("unlinked-terms"))]
    assert unlinked == [("adverse event", "Sore left elbow after plugh"), ("condition", "Xyzzy")]
    rows = {row[:2]: row[6] for row in ask(store, find_question("condition-links"))}
    assert rows["scleroderma", "MONDO:0019340"] == "curator"
    assert rows["Severe Asthma", "MONDO:0004979"] == "rule"


# ---- the predicted set


def test_the_predicted_set_has_the_header_of_sssom(predicted: Path) -> None:
    lines = predicted.read_text(encoding="utf-8").splitlines()
    header = yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#")))
    assert header["mapping_set_id"] == PREDICTED
    assert header["license"].startswith("https://creativecommons.org/")
    prefixes = {row.object_id.partition(":")[0] for row in read_rows(predicted)}
    assert prefixes <= header["curie_map"].keys()


def test_the_predicted_set_holds_every_link_that_no_curator_made(predicted: Path, store: Store) -> None:
    rows = {(row.subject_label, row.object_id) for row in read_rows(predicted)}
    links = [link for link in graph_links(store) if link.rule != "curated"]
    assert len(rows) == len(links)
    assert {(link.words, link.curie) for link in links if link.words} <= rows
    assert all(row.justification.startswith("semapv:") and row.confidence for row in read_rows(predicted))


def test_building_again_writes_the_same_set(predicted: Path, home: Path, tmp_path: Path) -> None:
    build(Inputs(registry=(home.parent / "record.json",)), tmp_path, [ClinicalTrialsGovLoader()])
    folder = current_build(tmp_path)
    assert folder
    assert (folder / PREDICTED_SET).read_bytes() == predicted.read_bytes()


def test_a_build_without_records_has_no_predicted_set(flagship: Path) -> None:
    folder = current_build(flagship)
    assert folder
    assert not (folder / PREDICTED_SET).exists()


# ---- the report


def test_coverage_counts_occurrences_by_kind_and_source(store: Store) -> None:
    coverage = {(row["kind"], row["source"]): row for row in report(store).coverage.records()}
    condition = coverage["condition", "registry"]
    assert (condition["occurrences"], condition["linked"], condition["none"]) == (4, 3, 1)
    assert (condition["exact"], condition["broad"], str(condition["share"])) == (1, 2, "75.0")
    assert coverage["adverse event", "registry"]["linked"] == 1


def test_what_is_not_linked_comes_by_frequency_and_says_why(flagship: Path) -> None:
    rows = report(open_store(flagship)).unlinked.rows
    counts = [row[3] for row in rows]
    assert counts == sorted(counts, key=lambda n: -int(str(n)))
    assert ("instrument", "mRSS", "no term exists", 5) in rows


def test_cells_tissues_and_routes_of_the_curated_documents_are_linked(flagship: Path) -> None:
    for row in report(open_store(flagship)).coverage.records():
        if row["kind"] in ("cell type", "tissue", "route", "site", "condition"):
            assert row["share"] == 100, row


def test_a_set_that_says_otherwise_is_a_conflict(store: Store, tmp_path: Path) -> None:
    against = tmp_path / "other.sssom.tsv"
    against.write_text("subject_id\tpredicate_id\tobject_id\nMONDO:0005101\tskos:exactMatch\tmesh:D001249\n")
    assert report(store).conflicts.rows == []
    found = report(store, against).conflicts.rows
    assert found == [("other.sssom.tsv says otherwise", "MESH:D001249", "MONDO:0004979", "MONDO:0005101")]


# ---- review


def filled(review: Path, decisions: dict[str, tuple[str, ...]]) -> None:
    """Fill a review: for the words of a row, the decisions of the first, second and third curator."""
    with review.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        for i, decision in enumerate(decisions.get(f"{row['subject_label']} {row['object_id']}", ()), start=1):
            row[f"curator_{i}"], row[f"decision_{i}"] = f"orcid:0000-0000-0000-000{i}", decision
    with review.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_only_what_two_curators_agree_on_or_a_third_settles_changes_the_curated_set(
    predicted: Path, tmp_path: Path
) -> None:
    review, curated = tmp_path / "review.tsv", tmp_path / "reviewed.sssom.tsv"
    assert write_review(predicted, review) == len(list(read_rows(predicted)))
    assert apply_review(read_review(review), curated).total() > 0
    assert not curated.exists()
    filled(
        review,
        {
            "Severe Asthma MONDO:0004979": ("broad", "broad"),
            "Severe Asthma HP:0002099": ("broad", "close"),
            "Knee Osteoarthritis MONDO:0005416": ("exact", "close", "exact"),
            "Knee Osteoarthritis HP:0005086": ("not", "not"),
            "Nausea HP:0002018": ("exact",),
        },
    )
    decided = read_review(review)
    states = apply_review(decided, curated)
    assert (states["settled"], states["disputed"]) == (3, 1)
    rows = {(row.subject_label, row.object_id): row for row in read_rows(curated)}
    assert rows.keys() == {
        ("Severe Asthma", "MONDO:0004979"),
        ("Knee Osteoarthritis", "MONDO:0005416"),
        ("Knee Osteoarthritis", "HP:0005086"),
    }
    assert rows["Knee Osteoarthritis", "HP:0005086"].modifier == NOT
    assert rows["Knee Osteoarthritis", "MONDO:0005416"].reviewers.count("orcid:") == 3
    told = list(summary(decided))
    assert any("Severe Asthma → HP:0002099: disputed (broad / close)" in line for line in told)
    assert any("Nausea → HP:0002018: open (exact / –)" in line for line in told)


def test_a_later_decision_replaces_the_earlier_one_and_leaves_the_rest(predicted: Path, tmp_path: Path) -> None:
    review, curated = tmp_path / "review.tsv", tmp_path / "reviewed.sssom.tsv"
    write_review(predicted, review, rule="stage")
    filled(review, {"Severe Asthma MONDO:0004979": ("broad", "broad"), "Severe Asthma HP:0002099": ("not", "not")})
    apply_review(read_review(review), curated)
    write_review(predicted, review, rule="stage")
    filled(review, {"Severe Asthma MONDO:0004979": ("related", "related")})
    apply_review(read_review(review), curated)
    rows = {row.object_id: (row.predicate, row.modifier) for row in read_rows(curated)}
    assert rows == {"MONDO:0004979": ("skos:relatedMatch", ""), "HP:0002099": ("skos:broadMatch", NOT)}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"decision_1": "exact"}, "curator 1 without decision"),
        ({"curator_1": "orcid:1", "decision_1": "yes"}, "found the decision 'yes'; write exact, close, broad"),
        ({"curator_1": "me", "decision_1": "exact"}, "found the curator 'me'; write a CURIE"),
        (
            {"curator_1": "orcid:1", "decision_1": "exact", "curator_2": "orcid:1", "decision_2": "exact"},
            "one curator decides twice",
        ),
        ({"curator_3": "orcid:3", "decision_3": "exact"}, "a third decision without two that differ"),
        ({"object_id": "MONDO:0002906"}, "MONDO:0002906 is obsolete; use MONDO:0019340"),
    ],
)
def test_a_row_that_cannot_be_right_is_told_with_its_line(
    changes: dict[str, str], found: str, predicted: Path, tmp_path: Path
) -> None:
    review = tmp_path / "review.tsv"
    write_review(predicted, review, limit=1)
    with review.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file, delimiter="\t")
    with review.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter="\t")
        writer.writeheader()
        writer.writerow(row | changes)
    with pytest.raises(InputErrors) as caught:
        read_review(review)
    assert str(caught.value).startswith(f"{review}:2: ")
    assert found in str(caught.value)


def test_a_review_needs_predicted_links(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"no predicted links in .*; build with --registry"):
        write_review(tmp_path / PREDICTED_SET, tmp_path / "review.tsv")


# ---- requests


def test_requests_have_all_that_an_ontology_asks_for(flagship: Path) -> None:
    found = requests(open_store(flagship))
    labels = {each.label: each for each in found}
    assert {"stromal vascular fraction", "modified Rodnan skin score", "Cochin Hand Function Scale"} <= labels.keys()
    assert labels["stromal vascular fraction"].occurrences == 6
    assert labels["modified Rodnan skin score"].sources > 1
    for each in found:
        assert each.definition.endswith(".")
        assert each.synonyms
    text = "\n".join(as_markdown(found))
    assert text.count("## ") == len(found)
    assert len(as_table(found)) == len(found)


def test_nothing_is_requested_that_a_curated_set_links_exactly() -> None:
    from cellkg.term_requests import listed_requests
    from cellkg.terms.curation import curated_sets

    linked = {
        row.subject_id
        for file in curated_sets()
        for row in read_rows(file)
        if row.subject_id and row.object_id and row.predicate == "skos:exactMatch" and row.modifier != NOT
    }
    assert not {row["subject"] for row in listed_requests()} & linked


# ---- the command line


def test_the_commands_report_review_and_request(cellkg: Command, home: Path, tmp_path: Path) -> None:
    done = cellkg("link", "report", "coverage", "-f", "csv", "--store", home)
    assert done.returncode == 0, done.stderr
    assert "condition,registry,75" in done.stdout
    done = cellkg("link", "review", "new", tmp_path / "review.tsv", "--limit", "2", "--store", home)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("2 links to review in ")
    done = cellkg("link", "review", "apply", tmp_path / "review.tsv", "--to", tmp_path / "set.sssom.tsv")
    assert (done.returncode, done.stderr) == (0, "0 settled, 0 disputed, 2 open; nothing written\n")
    done = cellkg("link", "requests", "-f", "md", "--store", home)
    assert done.returncode == 0, done.stderr
    assert "## CL: new term request: stromal vascular fraction" in done.stdout
    done = cellkg("link", "review", "new", tmp_path / "r.tsv", "--store", tmp_path)
    assert done.returncode == 3
    assert "no predicted links" in done.stderr


def test_a_report_is_written_in_every_form(store: Store, tmp_path: Path) -> None:
    found = report(store)
    for form in ("table", "csv", "json", "md"):
        with (tmp_path / form).open("w", encoding="utf-8") as out:
            write(found.coverage, form, out)
        assert "adverse event" in (tmp_path / form).read_text(encoding="utf-8")
