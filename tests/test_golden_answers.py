"""Every question has a golden answer, read row by row against the documents, and the contract beside the checkout.

``python tests/regenerate_answers.py`` writes the golden answers anew.
"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from cellkg.answers import ask
from cellkg.catalogue import Question, catalogue
from cellkg.formats import write
from cellkg.store import Store, open_store

GOLDEN = Path(__file__).parent / "data" / "answers"
CONTRACT = Path(__file__).parents[2] / "shared" / "competency"
QUESTIONS = catalogue()

needs_contract = pytest.mark.skipif(
    not CONTRACT.is_dir(), reason=f"the contract of the questions is not at hand: no folder {CONTRACT}"
)


@pytest.fixture(scope="module")
def store(flagship: Path) -> Store:
    return open_store(flagship)


def written(store: Store, question: Question) -> str:
    out = io.StringIO()
    write(ask(store, question), "csv", out)
    return out.getvalue()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_answers_as_its_golden_file(store: Store, name: str) -> None:
    golden = GOLDEN / f"{name}.csv"
    assert golden.is_file(), f"{name} has no golden answer; run python tests/regenerate_answers.py and read it"
    assert written(store, QUESTIONS[name]).encode() == golden.read_bytes()


def test_every_golden_answer_belongs_to_a_question() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(QUESTIONS)


# ---- the contract


def contract() -> dict[str, dict[str, Any]]:
    if not CONTRACT.is_dir():
        return {}
    asked = yaml.safe_load((CONTRACT / "questions.yaml").read_text(encoding="utf-8"))["questions"]
    return {question["name"]: question for question in asked}


@needs_contract
def test_the_contract_finds_no_difference() -> None:
    command = [sys.executable, str(CONTRACT / "compare.py"), str(GOLDEN)]
    compared = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    expected = len(list((CONTRACT / "expected").glob("*.csv")))
    assert compared.stdout == f"{expected} of {expected} questions pass\n"
    assert compared.returncode == 0


@needs_contract
@pytest.mark.parametrize("name", contract())
def test_a_header_is_that_of_the_contract(name: str) -> None:
    asked, header = contract()[name], QUESTIONS[name].header
    assert header.id == asked["id"]
    assert header.summary == asked["question"]
    assert [(column.name, column.type, column.values, column.unit, column.derived) for column in header.columns] == [
        (column["name"], column["type"], column.get("values"), column.get("unit"), column.get("derived", False))
        for column in asked["columns"]
    ]
    assert [(each.name, each.default, each.filters_column) for each in header.parameters] == [
        (each["name"], each["default"], each.get("filters_column")) for each in asked["parameters"]
    ]


@needs_contract
@pytest.mark.parametrize("name", contract())
def test_rows_stand_in_the_order_of_the_contract(store: Store, name: str) -> None:
    asked, question = contract()[name], QUESTIONS[name]
    answer = ask(store, question)
    rows: list[dict[str, Any]] = list(answer.records())
    for key in reversed(asked["order"]):
        column = key.removeprefix("-")
        rows = sorted(rows, key=partial(rank, column), reverse=key.startswith("-"))
    keys = [key.removeprefix("-") for key in asked["order"]]
    assert [[row[key] for key in keys] for row in rows] == [[row[key] for key in keys] for row in answer.records()]


def rank(column: str, row: dict[str, Any]) -> tuple[bool, Any]:
    """Sort empty before everything, numbers by value, strings by code point."""
    cell = row[column]
    return (cell is not None, 0 if cell is None else cell)


@needs_contract
@pytest.mark.parametrize("name", contract())
def test_every_listed_value_is_one_of_the_contract(store: Store, name: str) -> None:
    with (CONTRACT / "values.csv").open(encoding="utf-8", newline="") as file:
        listed = {(row["list"], row["value"]) for row in csv.DictReader(file)}
    for row in ask(store, QUESTIONS[name]).records():
        for column in QUESTIONS[name].header.columns:
            if column.values is not None and row[column.name] is not None:
                assert (column.values, row[column.name]) in listed
