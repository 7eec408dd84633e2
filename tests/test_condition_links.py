"""Links of condition and event wordings: by rule on words of our own, and over the real records where they are."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cellkg.errors import InputError
from cellkg.lexicon import UnknownWordError
from cellkg.resources import shipped
from cellkg.terms.conditions import load_linker
from cellkg.terms.curation import curated_sets, load_curation
from cellkg.terms.events import event_links
from cellkg.terms.links import Match
from cellkg.terms.names import load_names
from cellkg.terms.spelling import bag, words
from cellkg.terms.sssom import NOT, Row, read_rows
from cellkg.terms.target import target_conditions

SHARED = Path(__file__).parents[2] / "shared"
NAMES = shipped("ontology") / "names"
needs_records = pytest.mark.skipif(not (SHARED / "data").is_dir(), reason="the real registry records are not at hand")
needs_gold = pytest.mark.skipif(not (SHARED / "gold").is_dir(), reason="the hand-made rows are not at hand")


def linked(wording: str) -> dict[str, str]:
    """The terms of a wording with the match of each."""
    return {link.object_id: link.match.value for link in load_linker().links(wording)}


# ---- spelling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Leukaemias", "leukemia"),
        ("Graft-versus-host disease", "Graft vs Host Diseases"),
        ("Crohn´s disease", "Crohn disease"),
        ("Sjögren's Syndrome", "sjogren syndrome"),
        ("Tumours", "tumor"),
        ("Metastases", "metastasis"),
        ("Covid19", "COVID-19"),
        ("type II diabetes", "Type 2 Diabetes"),
        ("non-Hodgkin's lymphoma", "Nonhodgkin lymphoma"),
        ("Neurological disease", "neurologic diseases"),
        ("Relapses", "relapse"),
    ],
)
def test_spellings_of_one_wording_are_one(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(("one", "other"), [("type 1", "type 2"), ("stage I", "stage II"), ("B cell", "T cell")])
def test_numbers_and_letters_that_tell_apart_stay(one: str, other: str) -> None:
    assert bag(words(one)) != bag(words(other))


# ---- rules


@pytest.mark.parametrize(
    ("wording", "curie", "match"),
    [
        ("Osteoarthritis, Knee", "MONDO:0005416", Match.EXACT),
        ("osteoarthritis of the knees", "MONDO:0005416", Match.EXACT),
        ("Acute Lymphoblastic Leukaemia", "MONDO:0004967", Match.EXACT),
        ("Leukemia, Myeloid, Acute", "MONDO:0018874", Match.EXACT),
        ("Ulcerative Colitis (UC)", "MONDO:0005101", Match.EXACT),
        ("Hay Fever", "MONDO:0005324", Match.EXACT),
        ("NSCLC", "MONDO:0005233", Match.CLOSE),
        ("Relapsed/Refractory Multiple Myeloma", "MONDO:0009693", Match.BROAD),
        ("Stage IV Melanoma", "MONDO:0005105", Match.BROAD),
        ("NSCLC Stage IV", "MONDO:0005233", Match.BROAD),
        ("Asthma in Children", "MONDO:0004979", Match.BROAD),
        ("Migraine With Hypertension", "MONDO:0005277", Match.BROAD),
        ("Chronic Kidney Disease and Hypertension", "MONDO:0005300", Match.RELATED),
        ("Mesenchymal Stromal Cells", "MESH:D059630", Match.EXACT),
    ],
)
def test_a_wording_is_linked_as_near_as_it_is(wording: str, curie: str, match: Match) -> None:
    assert linked(wording).get(curie) == match.value, linked(wording)


@pytest.mark.parametrize(
    "wording",
    [
        "Severe Asthma",
        "Stage III Asthma",
        "Asthma in Children",
        "Newly Diagnosed Asthma",
        "Exercise Asthma of the Elderly",
    ],
)
def test_what_is_narrower_than_a_term_is_never_exact(wording: str) -> None:
    assert Match.EXACT.value not in linked(wording).values()


@pytest.mark.parametrize("wording", ["", "Trial", "Single-blind", "Xyzzy Plugh", "Steminent", "2", "III"])
def test_words_that_name_no_condition_have_no_link(wording: str) -> None:
    assert linked(wording) == {}


def test_an_acronym_is_no_word() -> None:
    assert linked("HNSCC")["MONDO:0010150"] == Match.CLOSE.value
    assert "MONDO:0005594" not in linked("Scar")
    assert "MESH:D002921" in linked("Scar")


def test_each_link_has_a_justification_and_a_confidence() -> None:
    for wording in ("Asthma", "Severe Asthma", "NSCLC", "Hay Fever", "scleroderma", "Asthma; Rhinitis"):
        for link in load_linker().links(wording):
            assert link.rule.justification.startswith("semapv:")
            assert 0 < link.rule.confidence <= 1


def test_an_event_is_linked_by_its_name_alone() -> None:
    assert [link.object_id for link in event_links("NAUSEA")] == ["HP:0002018"]
    assert event_links("Nausea after infusion") == ()
    assert event_links("Severe nausea") == ()


# ---- terms


def test_an_obsolete_term_is_refused_and_its_replacement_named() -> None:
    names = load_names()
    with pytest.raises(UnknownWordError, match=r"MONDO:0002906 is obsolete; use MONDO:0019340"):
        names.current("MONDO:0002906")
    without = next(curie for curie in names.obsolete() if names.replacement(curie) is None)
    with pytest.raises(UnknownWordError, match=f"{without} is obsolete; choose a current term"):
        names.current(without)
    with pytest.raises(UnknownWordError, match="is in none of the name tables"):
        names.current("MONDO:9999999999")


def test_a_replacement_is_a_current_term() -> None:
    names = load_names()
    replaced = [use for curie in names.obsolete() if (use := names.replacement(curie))]
    assert len(replaced) > 1000
    assert all(use in names.terms for use in replaced)


@pytest.mark.parametrize(
    ("number", "label", "found"),
    [
        ("D001249", "Asthma", "MESH:D001249"),
        ("D000001249", "Asthma", "MESH:D001249"),
        ("D000086382", "COVID-19", "MESH:D000086382"),
        ("", "asthma", "MESH:D001249"),
        ("D001249", "Leukemia", None),
        ("D999999", "Asthma", None),
        ("", "Xyzzy", None),
    ],
)
def test_a_heading_is_taken_by_an_id_and_label_of_the_descriptor_list(
    number: str, label: str, found: str | None
) -> None:
    heading = load_names().heading(number, label)
    assert (heading.curie if heading else None) == found


@pytest.mark.parametrize("ontology", ["hp", "mesh", "mondo"])
def test_a_name_table_is_the_one_that_its_list_describes(ontology: str) -> None:
    with (NAMES / "sources.tsv").open(encoding="utf-8", newline="") as file:
        listed = {row["file"]: row for row in csv.DictReader(file, delimiter="\t")}
    row = listed[f"{ontology}.tsv.gz"]
    content = gzip.decompress((NAMES / row["file"]).read_bytes())
    assert hashlib.sha256(content).hexdigest() == row["text_sha256"]
    assert len(content.decode().splitlines()) - 1 == int(row["terms"]) + int(row["obsolete"])


def test_the_name_tables_are_small() -> None:
    assert sum(file.stat().st_size for file in NAMES.iterdir()) < 2_500_000


# ---- curated and negative mappings

ROWS = [(file.name, row) for file in curated_sets() for row in read_rows(file)]
NEGATIVE = [(name, row) for name, row in ROWS if row.modifier == NOT]


def _named(case: tuple[str, Row]) -> str:
    name, row = case
    return f"{name.split('.')[0]}-{row.subject_id or row.subject_label}-{row.object_id}"


@pytest.mark.parametrize(("name", "row"), NEGATIVE, ids=map(_named, NEGATIVE))
def test_no_link_is_made_that_a_negative_mapping_forbids(name: str, row: Row) -> None:
    made = {(link.object_id, link.match.value) for link in load_linker().links(row.subject_label)}
    heading = load_names().terms.get(row.subject_id)
    if heading and (link := load_linker().of_heading(heading)):
        made.add((link.object_id, link.match.value))
    elif row.subject_id:
        made = {(r.object_id, r.predicate) for _, r in ROWS if r.subject_id == row.subject_id and r.modifier != NOT}
    assert (row.object_id, row.predicate) not in made


@pytest.mark.parametrize(("name", "row"), NEGATIVE, ids=map(_named, NEGATIVE))
def test_a_negative_mapping_says_why(name: str, row: Row) -> None:
    assert row.comment


def test_a_negative_mapping_wins_over_a_name() -> None:
    assert load_curation().forbids_name(words("Scleroderma, diffuse"), "MONDO:0005100")
    assert linked("diffuse scleroderma").get("MONDO:0005100") != Match.EXACT.value
    assert "diffuse scleroderma" in {name.casefold() for name in load_names().terms["MONDO:0005100"].synonyms}


@pytest.mark.parametrize("file", curated_sets(), ids=lambda file: file.name)
def test_a_curated_label_is_that_of_its_term(file: Path) -> None:
    terms = load_names().terms
    for row in read_rows(file):
        if row.object_id in terms:
            assert row.object_label == terms[row.object_id].label, row
        assert row.justification == "semapv:ManualMappingCuration"


def test_a_confidence_that_is_none_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.sssom.tsv"
    file.write_text("subject_id\tpredicate_id\tobject_id\tconfidence\nMESH:D1\tskos:exactMatch\tMONDO:1\t1.5\n")
    with pytest.raises(InputError, match=r"mine.sssom.tsv:2: found the confidence '1.5'; write a number from 0 to 1"):
        list(read_rows(file))


# ---- the condition that a study treats


@pytest.mark.parametrize(
    ("conditions", "titles", "found"),
    [
        (["Treatment Resistant Depression"], [], ("MONDO:0002050",)),
        (["Relapsed B Acute Lymphoblastic Leukaemia"], [], ("MONDO:0004947",)),
        (["Lymphoma"], ["Cells for Recurrent Mantle Cell Lymphoma"], ("MONDO:0018876",)),
        (["Osteoarthritis, Knee"], ["Cells for Osteoarthritis"], ("MONDO:0005416",)),
        (["Glioblastoma", "Gliosarcoma"], ["Cells for Recurrent Glioblastoma"], ("MONDO:0018177",)),
        (["Avascular Necrosis of the Femoral Head"], [], ()),
        (["Bronchiectasis"], ["Cells for Non-Cystic Fibrosis Bronchiectasis"], ("MONDO:0004822",)),
        (["Leukemia", "Lymphoma", "Multiple Myeloma"], ["Cord Blood Transplantation"], ("MONDO:0044881",)),
        ([], ["Cells for Asthma"], ("MONDO:0004979",)),
        (["Healthy"], [], ()),
        ([], [], ()),
    ],
)
def test_the_treated_condition_keeps_site_and_cause(
    conditions: list[str], titles: list[str], found: tuple[str, ...]
) -> None:
    assert target_conditions(conditions, titles) == found


@needs_gold
@needs_records
def test_treated_conditions_agree_with_the_hand_made_rows_as_two_annotators_do() -> None:
    hits = found = wanted = 0
    with (SHARED / "gold" / "dev_gold.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["product_class"] != "none":
                answer, gold = set(_target(row["nct"])), set(filter(None, row["condition_curie"].split("|")))
                hits += bool(answer) and answer == gold
                found += bool(answer)
                wanted += bool(gold)
    assert 2 * hits / (found + wanted) >= 0.68


def _target(nct: str) -> tuple[str, ...]:
    (record,) = (json.loads(file.read_bytes()) for file in (SHARED / "data").glob(f"*/{nct}.json"))
    names, fields = record["protocolSection"]["identificationModule"], _conditions(record)
    headings = record.get("derivedSection", {}).get("conditionBrowseModule", {}).get("meshes", [])
    return target_conditions(
        fields.get("conditions", []),
        [names[key] for key in ("briefTitle", "officialTitle") if key in names],
        [(heading.get("id", ""), heading["term"]) for heading in headings],
        fields.get("keywords", []),
    )


# ---- over the real records


def _conditions(record: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = record["protocolSection"].get("conditionsModule", {})
    return found


def _records() -> Iterator[dict[str, Any]]:
    for file in sorted((SHARED / "data").glob("ctgov_*/*.json")):
        yield json.loads(file.read_bytes())


@cache
def _wordings() -> Counter[str]:
    return Counter(wording for record in _records() for wording in _conditions(record).get("conditions", []))


@needs_records
def test_nine_in_ten_conditions_of_the_real_records_are_linked() -> None:
    counted = _wordings()
    some = sum(n for wording, n in counted.items() if load_linker().links(wording))
    assert some / counted.total() >= 0.90


@needs_records
def test_no_link_of_a_real_record_leads_to_a_term_that_is_not_current() -> None:
    links = [link for wording in _wordings() for link in load_linker().links(wording)]
    assert {link.object_id for link in links} <= load_names().terms.keys()
    assert all(link.object_label == load_names().terms[link.object_id].label for link in links)


@needs_records
def test_mondo_itself_contradicts_none_of_our_exact_links_of_headings() -> None:
    given: dict[str, set[str]] = {}
    for row in read_rows(SHARED / "data" / "mappings" / "mondo_exactmatch_mesh.sssom.tsv"):
        given.setdefault(row.object_id.replace("mesh:", "MESH:"), set()).add(row.subject_id)
    names, linker, compared = load_names(), load_linker(), 0
    for curie in given.keys() & names.terms.keys():
        link = linker.of_heading(names.terms[curie])
        if link and link.match is Match.EXACT:
            compared += 1
            assert link.object_id in given[curie], (curie, link)
    assert compared > 2500
