"""The readers of outcome measures against 150 measures of real records that were labelled by hand before they ran."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph
from rdflib.namespace import SKOS

from cellkg.resources import shipped
from cellkg_loaders.outcomes.recognising import recognise
from cellkg_loaders.outcomes.times import read_times
from cellkg_loaders.outcomes.units import read_unit
from cellkg_loaders.outcomes.words import load_words

LABELS = Path(__file__).parents[1] / "docs" / "evaluation"
RECORDS = Path(__file__).parents[2] / "shared" / "data"
SHORT_KINDS = {"up to": "upto", "on average": "average", "at least": "atleast", "": ""}


@dataclass(frozen=True, slots=True)
class Case:
    where: str
    measure: dict[str, Any]
    conditions: list[str]
    label: dict[str, str]


@pytest.fixture(scope="module", params=["outcomes.tsv", "outcomes-second.tsv"])
def cases(request: pytest.FixtureRequest) -> list[Case]:
    return read_cases(request.param)


def read_cases(name: str) -> list[Case]:
    if not RECORDS.is_dir():
        pytest.skip(f"the records that the labels are about are not at hand: no folder {RECORDS}")
    with (LABELS / name).open(encoding="utf-8", newline="") as file:
        return [_case(row) for row in csv.DictReader(file, delimiter="\t")]


def _case(row: dict[str, str]) -> Case:
    found: Any = _record(row["record"], row["pointer"])
    study = found
    for step in row["pointer"].split("/")[1:]:
        found = found[int(step)] if isinstance(found, list) else found[step]
    conditions = study["protocolSection"].get("conditionsModule", {}).get("conditions", [])
    return Case(row["record"] + row["pointer"], found, conditions, row)


def _record(nct_id: str, pointer: str) -> Any:
    """The record of the folder that was sampled: one that has the measure."""
    for folder in ("ctgov_rebuilt", "ctgov_v2"):
        path = RECORDS / folder / f"{nct_id}.json"
        if path.exists():
            return json.loads(path.read_text(encoding="utf-8"))
    raise FileNotFoundError(nct_id)


def read_as_labels(case: Case) -> tuple[set[str], set[str], str, str]:
    measure = case.measure
    title = measure.get("measure") or measure.get("title") or ""
    readings = recognise(title, measure.get("description") or "", case.conditions, load_words())
    frame = read_times(measure.get("timeFrame") or "")
    instruments = {
        _labels()[outcome] + (" (ambiguous)" if reading.ambiguous else "")
        for reading in readings
        for outcome in reading.outcomes
    }
    return instruments, set(_times(frame.times)), frame.anchor, read_unit(measure.get("unitOfMeasure") or "") or "-"


@cache
def _labels() -> dict[Any, str]:
    graph = Graph()
    for name in ("instruments.ttl", "endpoints.ttl"):
        graph.parse(shipped("ontology") / name)
    return {subject: str(label) for subject, label in graph.subject_objects(SKOS.prefLabel)}


def _known_as(label: str) -> str:
    """The label that answers print for what a person called by one of its names."""
    return _names().get(label.casefold(), label)


@cache
def _names() -> dict[str, str]:
    graph = Graph()
    for name in ("instruments.ttl", "endpoints.ttl"):
        graph.parse(shipped("ontology") / name)
    return {str(name).casefold(): _labels()[subject] for subject, name in graph.subject_objects(SKOS.altLabel)}


def _times(times: Any) -> Iterator[str]:
    for time in times:
        kind = SHORT_KINDS.get(time.kind, time.kind)
        if kind == "window":
            yield f"window:{time.begin}/{time.duration}"
        else:
            yield f"{kind}:{time.duration or 'baseline'}".removeprefix(":")


@dataclass(slots=True)
class Score:
    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, wanted: set[str], found: set[str]) -> None:
        self.right += len(wanted & found)
        self.wrong += len(found - wanted)
        self.missed += len(wanted - found)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)


def split(cell: str, by: str) -> set[str]:
    return set(cell.split(by)) - {""}


def score(cases: list[Case]) -> dict[str, Score]:
    scores = {name: Score() for name in ("instruments", "instruments in the list", "times", "anchors", "units")}
    known = set(_labels().values())
    for case in cases:
        instruments, times, anchor, unit = read_as_labels(case)
        wanted = {_known_as(label) for label in split(case.label["instruments"], "; ")}
        scores["instruments"].add(wanted, instruments)
        scores["instruments in the list"].add({label for label in wanted if label.split(" (")[0] in known}, instruments)
        scores["times"].add(split(case.label["times"], " "), times)
        scores["anchors"].add(split(case.label["anchor"], " ") and {case.label["anchor"]}, {anchor} - {""})
        scores["units"].add({case.label["unit"]} - {"", "-"}, {unit} - {"-"})
    return scores


def test_times_are_right_in_95_and_found_in_90_of_a_hundred(cases: list[Case]) -> None:
    times = score(cases)["times"]
    assert (times.precision >= 0.95, times.recall >= 0.90) == (True, True), times


def test_instruments_are_right_in_95_and_those_of_the_list_found_in_85_of_a_hundred(cases: list[Case]) -> None:
    scores = score(cases)
    found, known = scores["instruments"], scores["instruments in the list"]
    assert (found.precision >= 0.95, known.recall >= 0.85) == (True, True), (found, known)


def test_units_are_right_and_found(cases: list[Case]) -> None:
    units = score(cases)["units"]
    assert (units.precision, units.recall) == (1, 1)


def test_of_all_named_instruments_the_first_sample_has_85_of_a_hundred_found() -> None:
    assert score(read_cases("outcomes.tsv"))["instruments"].recall >= 0.85


def test_150_measures_are_labelled_and_each_once() -> None:
    with (LABELS / "outcomes.tsv").open(encoding="utf-8", newline="") as file:
        rows = [(row["record"], row["pointer"]) for row in csv.DictReader(file, delimiter="\t")]
    assert (len(rows), len(set(rows))) == (150, 150)
