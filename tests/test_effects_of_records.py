"""Derived numbers of real records: each leads to its place in the JSON, and some were worked out by hand."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from cellkg.build import build
from cellkg.effects import (
    Change,
    Comparison,
    Derived,
    Effect,
    NotComputed,
    Proportion,
    Reference,
    WhyNot,
    derive,
    trials,
)
from cellkg.effects.exporting import FORMS, export_effects
from cellkg.loading import Inputs
from cellkg.store import Store, open_store
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

DATA = Path(__file__).parents[2] / "shared" / "data"
GOLDEN = Path(__file__).parent / "data" / "effects"
#: Two arms with means, counts, percentages; adjusted means; one arm; phases; posted analyses of every kind.
RECORDS = (
    "NCT00491491", "NCT00629018", "NCT01675882", "NCT01771913", "NCT02336230", "NCT02475213", "NCT02674399",
    "NCT03060551", "NCT03280537", "NCT04313647", "NCT04585815", "NCT04670068",
)  # fmt: skip

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real registry records are not at hand")


@pytest.fixture(scope="module")
def files() -> tuple[Path, ...]:
    return tuple(next(DATA.glob(f"*/{record}.json")) for record in RECORDS)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, files: tuple[Path, ...]) -> Store:
    home = tmp_path_factory.mktemp("records")
    build(Inputs(registry=files), home, [ClinicalTrialsGovLoader()])
    return open_store(home)


@pytest.fixture(scope="module")
def derived(store: Store) -> list[Derived]:
    return list(derive(store))


@pytest.fixture(scope="module")
def documents(files: tuple[Path, ...]) -> dict[str, Any]:
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


def at(document: Any, pointer: str) -> Any:
    """What stands at a JSON Pointer (RFC 6901; these have no escapes)."""
    for step in pointer.removeprefix("/").split("/"):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def test_every_number_leads_to_its_place_in_the_record(derived: list[Derived], documents: dict[str, Any]) -> None:
    checked = 0
    for each in derived:
        assert each.inputs
        for spot in each.inputs:
            found = at(documents[each.place.study], spot.place)
            assert spot.node.endswith(f"{each.place.study}/clinicaltrials.gov{spot.place}")
            key = {"value": "value", "number analysed": "value", "analysis": "pValue", "measure": "title"}[spot.what]
            assert found.get(key, "") == spot.as_written
            checked += 1
    assert checked > 1000


def test_every_effect_is_of_two_groups_of_one_row(derived: list[Derived], documents: dict[str, Any]) -> None:
    effects = [each for each in derived if isinstance(each, Effect)]
    assert effects
    for each in effects:
        values = [spot.place.rpartition("/measurements/")[0] for spot in each.inputs if spot.what == "value"]
        assert len(values) == 2
        assert values[0] == values[1]
        design = documents[each.place.study]["protocolSection"]["designModule"]["designInfo"]
        assert design["interventionModel"] in ("PARALLEL", "FACTORIAL")
        assert each.randomised is (design["allocation"] == "RANDOMIZED")


def test_counts_are_those_of_the_record(derived: list[Derived], documents: dict[str, Any]) -> None:
    shares = [each for each in derived if isinstance(each, Proportion)]
    assert shares
    for share in shares:
        written = [at(documents[share.place.study], spot.place)["value"] for spot in share.inputs]
        written = [str(int(number)) for number in written]
        assert [str(share.events), str(share.n)] == written


def test_medians_and_geometric_means_give_no_number(derived: list[Derived], documents: dict[str, Any]) -> None:
    for each in derived:
        if isinstance(each, Effect | Change | Proportion):
            measure = at(documents[each.place.study], each.inputs[0].place.partition("/classes/")[0])
            assert measure["paramType"] in ("MEAN", "LEAST_SQUARES_MEAN", "COUNT_OF_PARTICIPANTS", "NUMBER")


# ---- stromal vascular fraction in systemic sclerosis fingers


def test_sixteen_outcomes_at_five_visits_are_exactly_as_posted(store: Store, documents: dict[str, Any]) -> None:
    (trial,) = trials(store, "NCT03060551")
    posted = documents["NCT03060551"]["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"]
    found = [
        (m.rank, m.title, m.statistic_as_written, r.class_title, r.value.written, r.lower.written, r.upper.written, r.n)
        for m in trial.measures
        for r in m.results
    ]
    assert found == [
        (
            each["type"], each["title"], "MEDIAN", visit["title"], number["value"], number["lowerLimit"],
            number["upperLimit"], int(each["denoms"][0]["counts"][0]["value"]),
        )
        for each in posted
        for visit in each["classes"]
        for number in visit["categories"][0]["measurements"]
    ]  # fmt: skip
    assert len(found) == 80
    assert Counter(m.rank for m in trial.measures) == {"PRIMARY": 10, "SECONDARY": 6}


def test_no_change_is_computed_from_two_medians(derived: list[Derived]) -> None:
    own = [each for each in derived if each.place.study == "NCT03060551"]
    assert {type(each) for each in own} == {NotComputed, Comparison}
    refused = Counter((each.kind, each.why) for each in own if isinstance(each, NotComputed))
    assert refused == {("change", WhyNot.MEDIAN): 64, ("effect", WhyNot.ONE_ARM): 16}


def test_its_sixteen_p_values_have_no_stated_contrast(derived: list[Derived]) -> None:
    found = [each for each in derived if isinstance(each, Comparison) and each.place.study == "NCT03060551"]
    assert [each.analysis.p.written for each in found] == [
        "0.256", "0.682", "0.151", "0.516", ">0.999", "0.034", "0.656", "0.096", "0.019", "0.050", "0.372", "0.024",
        "0.188", "0.372", "0.633", "0.380",
    ]  # fmt: skip
    assert {each.contrast for each in found} == {"contrast not stated (one group)"}
    assert {each.reference_known for each in found} == {Reference.UNKNOWN}


# ---- golden tables


@pytest.mark.parametrize("name", ["NCT00491491", "NCT00629018", "NCT01771913", "NCT02674399"])
def test_exported_effects_are_the_golden_ones(name: str, store: Store, tmp_path: Path) -> None:
    """Golden rows were compared by hand with the values and denominators of the record."""
    rows = exported(store, "csv", tmp_path, name)["effects.csv"]
    columns = ("measure", "class", "category", "group", "reference", "reference_known", "effect")
    numbers = ("value", "lower", "upper")
    found = [[*(row[c] for c in columns), *(rounded(row[n]) for n in numbers)] for row in rows]
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        assert [[*columns, *numbers], *found] == list(csv.reader(file))


def rounded(cell: str) -> str:
    return f"{float(cell):.5g}" if cell else ""


@pytest.mark.parametrize("form", FORMS)
def test_every_form_exports_the_records(form: str, store: Store, tmp_path: Path) -> None:
    found = exported(store, form, tmp_path)
    assert {name for name in found if not name.startswith(form)} >= {
        "characteristics-of-studies.csv", "comparisons.csv", "not-computed.csv",
    }  # fmt: skip
    assert len(found["characteristics-of-studies.csv"]) == len(RECORDS)


def test_metafor_computes_the_same_from_the_columns_that_it_reads(store: Store, tmp_path: Path) -> None:
    """The formulas of escalc, written out; metafor itself was run on the export when the reference was made."""
    found = exported(store, "metafor", tmp_path)
    for row in found["metafor-dichotomous.csv"]:
        a, b, c, d = (float(row[name]) for name in ("ai", "bi", "ci", "di"))
        if row["effect_measure"] == "OR":
            add = 0.5 if 0 in (a, b, c, d) else 0
            assert (add > 0) == row["zero_cell_rule"].startswith("a cell is zero")
            a, b, c, d = a + add, b + add, c + add, d + add
            assert float(row["yi"]) == pytest.approx(math.log(a * d / (b * c)), abs=1e-8)
            assert float(row["vi"]) == pytest.approx(1 / a + 1 / b + 1 / c + 1 / d, rel=1e-8)
    means = [row for row in found["metafor-continuous.csv"] if row["effect_measure"] == "MD" and row["sd1i"]]
    assert means
    for row in means:
        assert float(row["yi"]) == pytest.approx(float(row["m1i"]) - float(row["m2i"]), abs=1e-6)
        variance = sum(float(row[f"sd{i}i"]) ** 2 / int(row[f"n{i}i"]) for i in (1, 2))
        assert float(row["vi"]) == pytest.approx(variance, rel=1e-6)


#: Arguments of metafor::escalc, as https://wviechtb.github.io/metafor/reference/escalc.html names them on 25 November
#: 2026, and those that each measure needs.
ESCALC = {
    *("ai", "bi", "ci", "di", "n1i", "n2i", "m1i", "m2i", "sd1i", "sd2i", "xi", "mi", "sdi", "ni"),
    *("yi", "vi", "slab"),
}
NEEDS = {
    "MD": ("n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i"),
    "SMD": ("n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i"),
    "OR": ("ai", "bi", "ci", "di", "n1i", "n2i"),
    "RR": ("ai", "bi", "ci", "di", "n1i", "n2i"),
    "RD": ("ai", "bi", "ci", "di", "n1i", "n2i"),
    "MN": ("mi", "sdi", "ni"),
    "PR": ("xi", "mi", "ni"),
}


def test_metafor_files_have_the_columns_that_its_documentation_names(store: Store, tmp_path: Path) -> None:
    found = {name: rows for name, rows in exported(store, "metafor", tmp_path).items() if name.startswith("metafor")}
    assert len(found) == 4
    assert {row["effect_measure"] for rows in found.values() for row in rows} == set(NEEDS)
    for rows in found.values():
        for row in rows:
            needed = NEEDS[row["effect_measure"]]
            assert {*needed, "yi", "vi", "slab"} <= set(row) & ESCALC
            if "ai" in needed:
                a, b, c, d, n1, n2 = (int(row[name]) for name in needed)
                assert (a + b, c + d) == (n1, n2)
            if row["effect_measure"] == "PR":
                assert int(row["xi"]) + int(row["mi"]) == int(row["ni"])
            assert row["yi"] == "" or float(row["yi"]) == float(row["yi"])
            assert row["vi"] == "" or float(row["vi"]) >= 0


#: Columns of the file data-rows.csv of the data package of RevMan, as R's meta::read.cdir reads them; others are ours.
DATA_ROWS = {"Study", "Subgroup", "Footnotes"} | {
    f"{side} {what}" for side in ("Experimental", "Control") for what in ("mean", "SD", "cases", "N")
}
OURS = {"Outcome", "Time frame", "Experimental intervention", "Control intervention", "Scale", "Unit", "Inputs"}


def test_revman_files_have_the_columns_of_its_data_package(store: Store, tmp_path: Path) -> None:
    found = exported(store, "revman", tmp_path)
    columns = {name: set(found[name][0]) for name in ("revman-continuous.csv", "revman-dichotomous.csv")}
    assert set.union(*columns.values()) == DATA_ROWS | OURS
    assert not {"Experimental mean", "Experimental SD"} & columns["revman-dichotomous.csv"]
    assert not {"Experimental cases", "Control cases"} & columns["revman-continuous.csv"]


def test_revman_gets_only_what_has_a_known_reference(store: Store, tmp_path: Path) -> None:
    found = exported(store, "revman", tmp_path)
    rows = found["revman-dichotomous.csv"] + found["revman-continuous.csv"]
    assert not any("reference: not stated" in row["Footnotes"] for row in rows)
    graft = next(row for row in found["revman-dichotomous.csv"] if row["Study"] == "NCT01771913")
    assert [graft[f"{side} {what}"] for side in ("Experimental", "Control") for what in ("cases", "N")] == [
        "4", "11", "0", "8",
    ]  # fmt: skip


def exported(store: Store, form: str, folder: Path, study: str | None = None) -> dict[str, list[dict[str, str]]]:
    with ExitStack() as files:
        names = export_effects(store, form, lambda name: files.enter_context((folder / name).open("w")), study)
    return {name: list(csv.DictReader((folder / name).read_text().splitlines())) for name in names}
