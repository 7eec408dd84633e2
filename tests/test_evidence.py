"""Behind every row that states something stands a spot; a row that only tells of absence has none to show."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from cellkg.answers import Row, Table, ask
from cellkg.catalogue import catalogue
from cellkg.formats import write
from cellkg.store import Store, open_store

QUESTIONS = catalogue()
NAMING = {"study", "source", "role"}
ABSENT = {"not stated", "not applicable", "not reported", "none", None, False}


@pytest.fixture(scope="module")
def store(flagship: Path) -> Store:
    return open_store(flagship)


def states_something(answer: Table, row: Row) -> bool:
    return any(cell not in ABSENT for name, cell in zip(answer.names, row, strict=True) if name not in NAMING)


@pytest.mark.parametrize("name", QUESTIONS)
def test_evidence_leaves_the_rows_as_they_are(store: Store, name: str) -> None:
    assert ask(store, QUESTIONS[name], evidence=True).rows == ask(store, QUESTIONS[name]).rows


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_stated_has_a_spot(store: Store, name: str) -> None:
    answer = ask(store, QUESTIONS[name], evidence=True)
    assert answer.evidence is not None
    assert len(answer.evidence) == len(answer)
    without = [row for row, spots in zip(answer, answer.evidence, strict=True) if not spots]
    assert [row for row in without if states_something(answer, row)] == []


@pytest.mark.parametrize("name", [name for name, each in QUESTIONS.items() if each.header.columns[-1].name == "source"])
def test_a_row_of_a_source_shows_a_spot_in_that_source(store: Store, name: str) -> None:
    answer = ask(store, QUESTIONS[name], evidence=True)
    for row, spots in zip(answer, answer.evidence or [], strict=True):
        assert row[-1] is None or row[-1] in {spot.source for spot in spots}


def test_a_shared_study_shows_only_the_words_of_the_source_of_the_row(store: Store) -> None:
    answer = ask(store, QUESTIONS["status-phase-and-dates"], evidence=True)
    for row, spots in zip(answer, answer.evidence or [], strict=True):
        assert {spot.source for spot in spots} == {row[-1]}


def test_a_number_is_shown_as_it_is_printed(store: Store) -> None:
    answer = ask(store, QUESTIONS["cell-doses"], {"unit": "cells/kg"}, evidence=True)
    spots = {spot for row in answer.evidence or [] for spot in row}
    assert ("review-table", "line 19, characters 2280–2283", "106") in {
        (spot.source, spot.place, spot.as_written) for spot in spots
    }


def test_the_words_of_every_spot_stand_there(store: Store, documents: Path) -> None:
    texts = {
        file: (documents / file).read_bytes().decode("utf-8")
        for file in (path.name for path in documents.glob("*.txt"))
    }
    keys = store.query(
        "SELECT ?key ?file { ?source <https://w3id.org/cellkg/vocab/sourceKey> ?key ; "
        "<https://w3id.org/cellkg/vocab/fileName> ?file }"
    )
    files = {row["key"].value: row["file"].value for row in keys}  # type: ignore[union-attr]
    for question in QUESTIONS.values():
        for spots in ask(store, question, evidence=True).evidence or []:
            for spot in spots:
                start, end = (int(number) for number in spot.place.rpartition(" ")[2].split("–"))
                assert texts[files[spot.source]][start:end] == spot.as_written


@pytest.mark.parametrize("form", ["csv", "json", "md", "table"])
def test_evidence_is_written_beside_the_row(store: Store, form: str) -> None:
    out = io.StringIO()
    write(ask(store, QUESTIONS["ages-of-participants"], evidence=True), form, out)
    assert "evidence" in out.getvalue()
    assert "54.5 ± 10.3 (34.0–68.0)" in out.getvalue()
    if form == "json":
        spot = json.loads(out.getvalue())[1]["evidence"][0]
        assert set(spot) == {"source", "place", "as_written", "about"}
