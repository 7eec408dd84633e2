"""Records taken into a build and out of it: the end is that of a build of everything, at the cost of what changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import DCTERMS, RDF

from cellkg.build import build
from cellkg.errors import DataError, NotFoundError, UsageError
from cellkg.identifiers import below, mint, source_iri
from cellkg.loading import Findings, Inputs, Loader
from cellkg.merging import Merge
from cellkg.ntriples import Quad, text
from cellkg.places import current_build
from cellkg.search import open_index
from cellkg.update import update
from cellkg.vocabulary import CELLKG
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

LOADERS: list[Loader] = [ClinicalTrialsGovLoader()]


def record(number: int, updated: str, status: str = "COMPLETED", title: str = "Cells for a test") -> dict[str, Any]:
    """A small record as the registry serves it; records of one sponsor share statements."""
    return {
        "protocolSection": {
            "identificationModule": {"nctId": f"NCT{number:08d}", "briefTitle": title},
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Institute of Tests", "class": "OTHER"}},
            "statusModule": {"overallStatus": status, "lastUpdatePostDateStruct": {"date": updated, "type": "ACTUAL"}},
            "designModule": {"studyType": "INTERVENTIONAL", "enrollmentInfo": {"count": number, "type": "ACTUAL"}},
        }
    }


A, B, C = record(1, "2020-01-01"), record(2, "2020-02-02"), record(3, "2020-03-03")
A_LATER, A_EARLIER = record(1, "2022-01-01", "TERMINATED"), record(1, "2019-01-01", "RECRUITING")


@pytest.fixture
def records(tmp_path: Path) -> Any:
    def write(*studies: dict[str, Any]) -> Inputs:
        file = tmp_path / f"{len(list(tmp_path.glob('*.ndjson')))}.ndjson"
        file.write_text("".join(f"{json.dumps(study)}\n" for study in studies), encoding="utf-8")
        return Inputs(registry=(file,))

    return write


def quads(home: Path) -> set[ox.Quad]:
    """Every quad but those of the blank nodes of the ontology, which get new names in each store."""
    folder = current_build(home)
    assert folder is not None
    found = ox.Store.read_only(str(folder / "store")).quads_for_pattern(None, None, None, None)
    return {quad for quad in found if not isinstance(quad.subject, ox.BlankNode | ox.Triple) and named(quad.object)}


def index(home: Path) -> dict[str, Any]:
    """What the search index says of each study and of the terms that a study has."""
    folder = current_build(home)
    assert folder is not None
    opened = open_index(folder)
    terms = {(term.facet, term.key, term.label): term.studies for term in opened.terms.values() if term.studies}
    names = [(study.iri, study.name, study.title, study.day) for study in opened.studies]
    return {"studies": names, "terms": terms, "tests": opened.names_of(opened.find_studies("tests").ids)}


def named(term: object) -> bool:
    return not isinstance(term, ox.BlankNode)


def counts(home: Path) -> dict[str, int]:
    folder = current_build(home)
    assert folder is not None
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))["counts"]
    return {name: report[name] for name in ("statements of sources", "facts in the merge")}


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param([A, B], [C], id="a new study"),
        pytest.param([A, B], [A], id="the same version again"),
        pytest.param([A, B], [A_LATER, C], id="a later version and a new study"),
        pytest.param([A, B], [A_EARLIER], id="an earlier version"),
        pytest.param([B], [A_EARLIER, A, A_LATER], id="three versions of a new study"),
        pytest.param([A, A_LATER], [A_EARLIER], id="between held versions"),
    ],
)
def test_an_update_ends_as_a_build_of_everything(records: Any, tmp_path: Path, first: Any, then: Any) -> None:
    build(records(*first), tmp_path / "home", LOADERS)
    update(records(*then), tmp_path / "home", LOADERS)
    build(records(*first, *then), tmp_path / "anew", LOADERS)
    assert quads(tmp_path / "home") == quads(tmp_path / "anew")
    assert index(tmp_path / "home") == index(tmp_path / "anew")
    assert counts(tmp_path / "home") == counts(tmp_path / "anew")


def test_a_record_taken_out_leaves_nothing_and_what_others_say_stays(records: Any, tmp_path: Path) -> None:
    build(records(A, A_LATER, B, C), tmp_path / "home", LOADERS)
    update(Inputs(), tmp_path / "home", LOADERS, remove=("NCT00000001", "NCT00000003"))
    build(records(B), tmp_path / "anew", LOADERS)
    assert quads(tmp_path / "home") == quads(tmp_path / "anew")
    assert index(tmp_path / "home") == index(tmp_path / "anew")
    assert counts(tmp_path / "home") == counts(tmp_path / "anew")


def test_the_day_of_writing_is_added_to_a_version_that_is_held(records: Any, tmp_path: Path) -> None:
    written = [
        {**A, "derivedSection": {"miscInfoModule": {"versionHolder": day}}} for day in ("2026-01-05", "2026-02-06")
    ]
    build(records(written[0]), tmp_path / "home", LOADERS)
    update(records(written[1]), tmp_path / "home", LOADERS)
    build(records(*written), tmp_path / "anew", LOADERS)
    assert quads(tmp_path / "home") == quads(tmp_path / "anew")
    assert index(tmp_path / "home") == index(tmp_path / "anew")


class Tells:
    """A loader of a document that gives a study its title and nothing that the registry knows it by."""

    name = "tells"

    def quads(self, inputs: Inputs, findings: Findings) -> Iterator[Quad]:
        if inputs.curated:
            for study, title in (("a", "Cells for a late test"), ("b", "Cells for another test")):
                yield Quad(mint(study), RDF.type, CELLKG.Study, source_iri("told"))
                yield Quad(mint(study), DCTERMS.title, text(title), source_iri("told"))
                yield Quad(mint(study), CELLKG.hasArm, below(mint(study), "told", "arm"), source_iri("told"))


def test_a_study_of_a_document_is_tied_to_a_record_that_comes_later(records: Any, tmp_path: Path) -> None:
    document = Inputs(curated=(tmp_path,))
    build(document, tmp_path / "home", [Tells(), *LOADERS])
    late = records(record(4, "2024-01-01", title="Cells for a late test"))
    done = update(late, tmp_path / "home", [Tells(), *LOADERS])
    assert done.findings.counts["studies tied by title"] == 1
    build(Inputs(curated=document.curated, registry=late.registry), tmp_path / "anew", [Tells(), *LOADERS])
    assert quads(tmp_path / "home") == quads(tmp_path / "anew")
    assert index(tmp_path / "home") == index(tmp_path / "anew")
    with pytest.raises(UsageError, match="told is tied to NCT00000004 by its title; build anew"):
        update(Inputs(), tmp_path / "home", LOADERS, remove=("NCT00000004",))
    assert quads(tmp_path / "home") == quads(tmp_path / "anew")
    assert index(tmp_path / "home") == index(tmp_path / "anew")


def with_conditions(study: dict[str, Any], *conditions: str) -> dict[str, Any]:
    sections = {**study["protocolSection"], "conditionsModule": {"conditions": list(conditions)}}
    return {**study, "protocolSection": sections}


def links(home: Path) -> set[str]:
    """The rows of the table of predicted links."""
    folder = current_build(home)
    assert folder is not None
    return set((folder / "predicted.sssom.tsv").read_text(encoding="utf-8").splitlines())


def test_wordings_of_new_records_are_linked_and_those_of_removed_ones_go(records: Any, tmp_path: Path) -> None:
    lupus, both = with_conditions(A, "Lupus"), with_conditions(B, "Lupus", "Multiple Sclerosis")
    build(records(lupus), tmp_path / "home", LOADERS)
    update(records(both), tmp_path / "home", LOADERS)
    build(records(lupus, both), tmp_path / "anew", LOADERS)
    assert quads(tmp_path / "home") == quads(tmp_path / "anew")
    assert index(tmp_path / "home") == index(tmp_path / "anew")
    assert links(tmp_path / "home") == links(tmp_path / "anew")
    update(Inputs(), tmp_path / "home", LOADERS, remove=("NCT00000002",))
    build(records(lupus), tmp_path / "anew", LOADERS)
    assert links(tmp_path / "home") == links(tmp_path / "anew")
    # Labels and parents of terms stay until the next build; nothing that is linked does.
    left = quads(tmp_path / "home") - quads(tmp_path / "anew")
    terms = {str(quad.graph_name) for quad in left if isinstance(quad.graph_name, ox.NamedNode)}
    assert terms <= {"<https://w3id.org/cellkg/import/linked>"}


class BreaksARule(ClinicalTrialsGovLoader):
    """A loader that puts a telephone number in place of the status."""

    def quads(self, inputs: Inputs, findings: Findings) -> Any:
        for subject, predicate, value, graph in super().quads(inputs, findings):
            broken = str(value).replace("Cells for a test", "tel. +44 20 7946 0958")
            yield Quad(subject, predicate, type(value)(broken), graph)


def test_what_breaks_a_rule_changes_nothing(records: Any, tmp_path: Path) -> None:
    build(records(A, B), tmp_path / "home", LOADERS)
    before, folder = quads(tmp_path / "home"), current_build(tmp_path / "home")
    with pytest.raises(DataError, match="personal-data-violation"):
        update(records(C), tmp_path / "home", [BreaksARule()])
    assert (quads(tmp_path / "home"), current_build(tmp_path / "home")) == (before, folder)


def test_without_a_build_and_without_the_record_it_says_so(records: Any, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="run `cellkg build`"):
        update(records(A), tmp_path / "home", LOADERS)
    build(records(A), tmp_path / "home", LOADERS)
    with pytest.raises(NotFoundError, match="no record of NCT00000009 is held"):
        update(Inputs(), tmp_path / "home", LOADERS, remove=("NCT00000009",))


def test_the_build_before_is_not_changed_by_what_it_shares_with_the_new_one(records: Any, tmp_path: Path) -> None:
    first = build(records(A, B), tmp_path / "home", LOADERS).folder
    before = quads(tmp_path / "home")
    update(records(A_LATER, C), tmp_path / "home", LOADERS)
    found = ox.Store.read_only(str(first / "store")).quads_for_pattern(None, None, None, None)
    assert {quad for quad in found if named(quad.subject) and named(quad.object)} == before


def test_a_fact_that_two_graphs_say_stays_when_one_of_them_leaves() -> None:
    store = ox.Store()
    one, two = (ox.NamedNode(f"https://example.org/{name}") for name in ("one", "two"))
    said = ox.Literal("said")
    fact, merge = ox.Quad(one, one, said), Merge(store)
    for graph in (one, two):
        merge.say([ox.Quad(one, one, said, graph)])
    merge.leave(one.value)
    assert fact in store
    merge.leave(two.value)
    assert fact not in store
    assert merge.grown == 0
