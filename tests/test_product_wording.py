"""The wording: every phrase, value and term of ontology/wording is one that the graph knows."""

from __future__ import annotations

import re

import pytest

from cellkg.lexicon import load_lexicon
from cellkg.resources import shipped
from cellkg_loaders.products.statements import product_word
from cellkg_loaders.products.wording import KINDS, expanded, mentions, rows

TERMS = {
    ("products", "cell"), ("products", "tissue"), ("tissues", "tissue"), ("tissues", "cell"), ("sites", "term"),
    ("cells_by_tissue", "cell"), ("cells_by_tissue", "tissue"),
}  # fmt: skip
CLASSES = {row["class"] for row in rows("product_values")}


@pytest.mark.parametrize(("kind", "column"), sorted(TERMS))
def test_every_term_is_of_a_shipped_slice(kind: str, column: str) -> None:
    lexicon = load_lexicon()
    for row in rows(kind):
        for curie in filter(None, row[column].split("|")):
            lexicon.term(curie)


@pytest.mark.parametrize("kind", ["products", "brands"])
def test_every_class_of_products_has_a_word_of_the_graph(kind: str) -> None:
    lexicon = load_lexicon()
    for row in rows(kind):
        assert row["class"] in CLASSES
        lexicon.iri(
            "product", row.get("word") or product_word(row["class"], row.get("tissue", "").partition("|")[0], "")
        )


@pytest.mark.parametrize(
    ("kind", "column", "name"),
    [
        ("routes", "word", "route"),
        ("manipulations", "manipulation", "manipulation"),
        ("donors", "donor", "donor_relation"),
        ("product_values", "value", "product"),
    ],
)
def test_every_value_is_a_word_of_its_list(kind: str, column: str, name: str) -> None:
    lexicon = load_lexicon()
    for row in rows(kind):
        lexicon.iri(name, row[column])


@pytest.mark.parametrize("kind", KINDS)
def test_every_phrase_is_found_where_it_stands_alone(kind: str) -> None:
    for row in rows(kind):
        form = next(form for form in expanded(row["phrase"]) if form.strip())
        assert any(m.kind == kind for m in mentions(form.upper())), row["phrase"]


def test_no_trial_is_named_in_the_wording() -> None:
    for file in (shipped("ontology") / "wording").glob("*.tsv"):
        assert not re.search(r"NCT\d{8}", file.read_text(encoding="utf-8")), file


def test_case_hyphens_spaces_and_plurals_do_not_matter() -> None:
    for text in ("bone marrow mononuclear cell", "Bone-Marrow   Mononuclear\nCells", "BONE MARROW MONONUCLEAR CELLS"):
        (found,) = (m for m in mentions(text) if m.kind == "products")
        assert (found.start, found.end) == (0, len(text))


def test_offsets_count_code_points_of_the_text_as_it_is() -> None:
    text = "𝛼  İstanbul  –  autologous  MSC"
    (found,) = (m for m in mentions(text) if m.kind == "products")
    assert text[found.start : found.end] == "MSC"


def test_an_abbreviation_is_written_in_capitals() -> None:
    assert [m for m in mentions("til the end, dc current") if m.kind == "products"] == []
    assert [m.entry["class"] for m in mentions("TIL and DCs") if m.kind == "products"] == ["TIL", "dendritic cells"]


def test_a_part_of_a_word_is_no_mention() -> None:
    assert [m for m in mentions("XMSCY") if m.kind == "products"] == []
