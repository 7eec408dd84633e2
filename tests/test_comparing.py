"""What records and documents report of an instrument, side by side: as reported, with what makes it less sure."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellkg.build import build
from cellkg.comparing import Asked, Comparison, Direction, Reads, compare, read_window
from cellkg.comparing.arms import Design
from cellkg.comparing.directions import reads
from cellkg.comparing.documents import WORDS, words_against_values
from cellkg.comparing.flags import arm_risks, population_risks, reporting_gaps
from cellkg.comparing.fragment import html_fragment
from cellkg.comparing.records import ArmGets, Outcome, When
from cellkg.comparing.tables import analyses_table, effects_table, not_computed_table, rows_table
from cellkg.effects import Change
from cellkg.effects.derived import Place
from cellkg.effects.kinds import Scale
from cellkg.effects.records import Number
from cellkg.effects.statistics import Estimate
from cellkg.effects.tree import select
from cellkg.errors import NotFoundError, UsageError
from cellkg.loading import Inputs, installed_loaders
from cellkg.store import Store, open_store

from .comparison_stores import ASKED, GOLDEN, RECORDS, STUDIES, build_records, golden_rows, read_golden

Command = Callable[..., "subprocess.CompletedProcess[str]"]
PLACE = Place(
    study="s", source="r", version=None, measure="m", rank=None, class_title=None, category=None, time_frame=None,
    unit=None, population=None,
)  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The curated data beside the real records, where these are at hand."""
    missing = [study for study in STUDIES if not (RECORDS / f"{study}.json").is_file()]
    if missing:
        pytest.skip(f"the records of the golden comparisons are not at hand: no {RECORDS / missing[0]}.json")
    return build_records(tmp_path_factory.mktemp("compared"))


@pytest.fixture(scope="module")
def curated(flagship: Path) -> Store:
    return open_store(flagship)


def rows_of(comparison: Comparison) -> list[dict[str, Any]]:
    return list(rows_table(comparison).records())


@pytest.mark.parametrize("name", sorted(ASKED))
def test_a_comparison_is_its_golden_table(store: Store, name: str) -> None:
    assert golden_rows(compare(store, ASKED[name])) == read_golden(name)


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.tsv")))
def test_every_number_of_a_golden_table_stands_at_its_place_in_the_record(name: str) -> None:
    """Read by the JSON Pointer alone, with nothing of the graph between."""
    for row in read_golden(name):
        if row["source"] != "clinicaltrials.gov":
            continue
        file = RECORDS / f"{row['study']}.json"
        if not file.is_file():
            pytest.skip(f"the records are not at hand: no {file}")
        record = json.loads(file.read_text(encoding="utf-8"))
        measurement = at(record, row["place"])
        posted = [measurement.get(key, "") for key in ("value", "spread", "lowerLimit", "upperLimit")]
        assert posted == [row["value"], row["spread"], row["lower"], row["upper"]]
        measure = at(record, "/".join(row["place"].split("/")[:5]))
        groups = {group["id"]: " ".join(group["title"].split()) for group in measure["groups"]}
        assert groups[measurement["groupId"]] == row["arm"]
        assert measure["paramType"].replace("_", " ").lower() == row["statistic"]


def at(record: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        record = record[int(step)] if isinstance(record, list) else record[step]
    return record


@pytest.mark.parametrize("name", ["mrss", "chfs", "rcs"])
def test_what_documents_report_stands_in_the_shipped_graph_alone(curated: Store, name: str) -> None:
    documents = [row for row in read_golden(name) if row["source"] != "clinicaltrials.gov"]
    assert documents
    found = golden_rows(compare(curated, ASKED[name]))
    numbers = ("study", "source", "outcome", "time", "value", "spread", "direction", "said", "reads", "node", "place")
    assert [[row[key] for key in numbers] for row in found] == [[row[key] for key in numbers] for row in documents]


def test_all_outcomes_of_a_record_stand_at_their_visits_as_posted(store: Store) -> None:
    """16 outcomes at five visits, as medians with quartiles; one p value each, whose contrast is not stated."""
    found = [row for row in compare(store, ASKED["all-of-one-study"]).rows if row.source == "clinicaltrials.gov"]
    record = json.loads((RECORDS / "NCT03060551.json").read_text(encoding="utf-8"))
    posted = record["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"]
    assert len(posted) == len({row.measure for row in found}) == 16
    assert len({row.measure for row in found if row.rank == "primary"}) == 10
    visits = {"baseline", "P2W", "P6W", "P12W", "P24W"}
    for measure in posted:
        mine = [row for row in found if row.measure == " ".join(measure["title"].split())]
        assert {str(row.when) for row in mine} == visits
        assert {row.statistic for row in mine} == {"median"}
        assert all(row.lower.written and row.upper.written for row in mine)
        (analysis,) = measure["analyses"]
        for row in mine:
            (shown,) = row.analyses
            assert shown.analysis.p.written == analysis["pValue"]
            assert shown.contrast.startswith("contrast not stated")
            assert "10 primary outcomes" in row.risks
            assert not isinstance(row.derived, Change)
            assert row.reads is Reads.UNTOLD


def test_an_abbreviation_that_is_misspelt_is_compared_as_ambiguous(store: Store) -> None:
    readings = {row.reading for row in compare(store, ASKED["chfs"]).rows if row.source == "clinicaltrials.gov"}
    assert len(readings) == 1
    assert readings.pop().startswith("ambiguous: Colchin Hand Function Scale")


def test_a_value_of_another_outcome_of_the_same_measure_is_left_out(store: Store) -> None:
    """A measure that posts WOMAC, VAS, Lequesne and SF-12 together says in each class which it is."""
    classes = [row.row for row in compare(store, ASKED["womac"]).rows if row.study == "NCT01586312"]
    assert len(classes) == 24
    assert all(title.startswith("WOMAC11") for title in classes)


def test_a_class_that_names_another_instrument_is_none_of_the_one_that_a_description_names(tmp_path: Path) -> None:
    """A measure on feasibility tells of VAS first, and posts WOMAC, Lequesne and SF-36 in classes beside it."""
    record = RECORDS / "NCT01183728.json"
    if not record.is_file():
        pytest.skip(f"the record is not at hand: no {record}")
    build(Inputs(registry=(record,)), tmp_path, installed_loaders())
    comparison = compare(open_store(tmp_path), Asked(instrument="VAS, pain"))
    assert [row.row for row in comparison.rows] == [
        f"Knee pain VAS-{name}. {month} months" for name in ("DA", "SP") for month in (0, 3, 6, 12, 24)
    ]
    assert {each.place.class_title for each in comparison.not_computed} <= {row.row for row in comparison.rows} | {None}


def test_another_range_of_the_same_name_is_told(store: Store) -> None:
    """A total of 0 to 2,400 is not the one of 0 to 96."""
    rows = {row["study"]: row for row in rows_of(compare(store, ASKED["womac"]))}
    assert rows["NCT02674399"]["scale_range"] == "0 to 2400 (record)"
    assert rows["NCT02674399"]["other_range"] is True
    assert rows["NCT01586312"]["scale_range"] == "usually 0 to 96, record does not say"


def test_a_span_from_baseline_is_a_change_and_no_value_before_treatment(store: Store) -> None:
    rows = [row for row in compare(store, ASKED["lvef"]).rows if row.study == "NCT00587990"]
    assert {(str(row.when), row.form) for row in rows} == {
        ("baseline to P6M", "change from baseline"),
        ("baseline to P18M", "change from baseline"),
    }


def test_words_that_go_against_the_values_are_flagged(curated: Store) -> None:
    """Slight improvement, with a score that rises from 5 to 6 where higher is worse; no change is made of the two."""
    (row,) = [row for row in compare(curated, ASKED["rcs"]).rows if row.value.written == "6"]
    assert "words against values: improved, 5 to 6, higher is worse" in row.risks
    assert row.reads is Reads.UNTOLD
    said = {"direction": "improved", "baseline": "6", "final": "5"}
    assert words_against_values(said, Direction.WORSE) == []
    assert words_against_values(said, Direction.NOT_STATED) == []


@given(st.floats(min_value=0.001, max_value=1e6), st.sampled_from([Scale.CHANGE, Scale.PERCENT_CHANGE]), st.booleans())
def test_a_rising_score_where_higher_is_worse_is_never_better(value: float, scale: Scale, posted: bool) -> None:
    change = changed(value, scale, posted=posted)
    assert reads(Direction.WORSE, change) is Reads.WORSE
    assert reads(Direction.BETTER, change) is Reads.BETTER
    assert reads(Direction.NOT_STATED, change) is reads(Direction.DIFFER, change) is Reads.UNTOLD


def test_a_number_whose_sign_is_not_known_does_not_read_either_way() -> None:
    posted = changed(30.0, Scale.PERCENT_CHANGE, posted=True)
    assert reads(Direction.WORSE, posted, "Percent reduction in skin score") is Reads.UNTOLD
    assert reads(Direction.WORSE, changed(30.0, Scale.UNCLEAR, posted=True)) is Reads.UNTOLD
    assert reads(Direction.WORSE, changed(30.0, Scale.AT_TIME, posted=True)) is Reads.UNTOLD
    assert reads(Direction.WORSE, changed(0.0, Scale.CHANGE, posted=True)) is Reads.SAME
    assert reads(Direction.WORSE, None) is Reads.UNTOLD


def changed(value: float, scale: Scale, *, posted: bool) -> Change:
    estimate = Estimate(value=value, effect=value, method="as posted", library="none")
    return Change(place=PLACE, group="g", statistic="mean", scale=scale, estimate=estimate, n=9, posted=posted)


def test_every_answer_says_its_day_what_it_is_not_and_its_view_of_products(store: Store) -> None:
    comparison = compare(store, ASKED["rcs"])
    assert comparison.footers[0].startswith(f"data to {comparison.data_day}; ")
    assert "not medical advice; not a pooled estimate" in comparison.footers[0]
    assert "disputed, marked and found by each: NCT01813279, NCT03060551" in comparison.view
    for record in rows_of(comparison):
        assert record["note"] == comparison.footers[0]
        assert record["product_view"] == comparison.view
    assert all(footer in html_fragment(comparison) for footer in comparison.footers)


def test_every_row_leads_to_its_node_its_source_and_its_spot(store: Store) -> None:
    for name in ("rcs", "lvef", "acute-gvhd"):
        for row in compare(store, ASKED[name]).rows:
            assert row.spot.node.startswith(f"https://w3id.org/cellkg/id/{row.study}/{row.source}/")
            assert row.spot.place
            assert row.record.startswith(("https://clinicaltrials.gov/study/", "doi:", "https://"))


def test_filters_let_in_studies_by_what_any_source_says(store: Store) -> None:
    def studies(**asked: Any) -> set[str]:
        return set(compare(store, Asked(instrument="RCS", **asked)).studies)

    both = {"NCT01813279", "NCT03060551"}
    assert studies(conditions=("systemic sclerosis",)) == both
    assert studies(cell_types=("stromal vascular fraction",)) == both
    assert studies(cell_types=("MSC",)) == both
    assert studies(cell_types=("CL:0000134",)) == both
    assert studies(donors=("autologous",), routes=("subcutaneous",)) == both
    assert studies(donors=("autologous",), routes=("intracoronary",)) == set()
    with pytest.raises(NotFoundError, match="no study with the route 'by owl'"):
        studies(routes=("by owl",))


def test_a_window_keeps_only_values_at_its_times_and_counts_the_rest(store: Store) -> None:
    comparison = compare(store, Asked(instrument="RCS", at=read_window("24w±2w")))
    assert [(row.study, str(row.when)) for row in comparison.rows] == [("NCT03060551", "P24W")]
    assert "at 24w±2w: 7 values at other times, or at none that is stated, left out" in comparison.footers
    with pytest.raises(UsageError, match="such as 6m±1m"):
        read_window("soon")
    assert read_window("6m±1m").holds(Decimal(150))


def test_effects_stand_apart_and_only_between_arms_of_one_trial(store: Store) -> None:
    comparison = compare(store, ASKED["lvef"])
    shown = {record["study"]: record for record in effects_table(comparison).records()}
    assert {effect.place.study for effect in comparison.effects} <= set(comparison.studies)
    assert shown["NCT00629018"]["derived"] == "true" or shown["NCT00629018"]["derived"] is True
    assert all(record["inputs"] for record in shown.values())
    assert not_computed_table(compare(store, ASKED["rcs"])).records()
    (posted,) = {record["contrast"] for record in analyses_table(compare(store, ASKED["rcs"])).records()}
    assert posted == "contrast not stated (one group)"


def test_a_name_that_nothing_has_is_told_with_near_ones(curated: Store) -> None:
    with pytest.raises(NotFoundError, match="did you mean"):
        compare(curated, Asked(instrument="mRRS"))
    with pytest.raises(NotFoundError, match="no cell study NCT00000000"):
        compare(curated, Asked(study="NCT00000000"))
    with pytest.raises(UsageError, match="name an instrument"):
        compare(curated, Asked())


def test_the_command_writes_every_form_with_its_notes(cellkg: Command, flagship: Path, tmp_path: Path) -> None:
    for form in ("table", "csv", "tsv", "json", "jsonl", "md", "html"):
        done = cellkg("compare", "CHFS", "-f", form, "--store", flagship)
        assert done.returncode == 0, done.stderr
        assert "51.3" in done.stdout
        assert "not medical advice; not a pooled estimate" in done.stderr
    done = cellkg("compare", "mRSS", "--at", "12m", "-f", "csv", "--store", flagship, "-o", tmp_path / "mrss.csv")
    assert done.returncode == 0, done.stderr
    (row,) = csv.DictReader(io.StringIO((tmp_path / "mrss.csv").read_text(encoding="utf-8")))
    assert (row["value"], row["derived"], row["reads"]) == ("13.8", "-6.3", "better than before")
    assert row["why_not"].startswith("no interval reported: no dispersion of the change is posted")
    assert cellkg("compare", "no such scale", "--store", flagship).returncode == 3
    assert cellkg("compare", "--store", flagship).returncode == 2


def test_what_is_asked_to_a_device_does_not_replace_it(cellkg: Command, flagship: Path, tmp_path: Path) -> None:
    import os
    import threading

    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    done = cellkg("compare", "CHFS", "-f", "csv", "--store", flagship, "-o", pipe)
    reader.join(timeout=60)
    assert done.returncode == 0, done.stderr
    assert pipe.is_fifo()
    assert "51.3" in got[0]


def test_risks_come_from_what_the_source_says() -> None:
    outcome = Outcome(curie="cellkg:X", label="x", reporter="patient")
    cells = ArmGets(name="Cells", products=("MSC",), others=("Cyclosporin", "Placebo pill"))
    open_label = Design(assignment="PARALLEL", masking="NONE")
    assert arm_risks(open_label, outcome, cells, 3, 2) == [
        "co-intervention: Cyclosporin",
        "open-label self-report",
        "3 primary outcomes",
    ]
    masked = Design(assignment="PARALLEL", masking="DOUBLE")
    assert arm_risks(masked, outcome, ArmGets(name="Placebo", others=("Cyclosporin",)), 2, 2) == []
    assert arm_risks(Design(assignment="SINGLE_GROUP"), outcome, ArmGets(name="x"), 0, 2) == ["single arm"]
    by_clinician = Outcome(curie="cellkg:X", label="x", reporter="clinician")
    assert arm_risks(Design(masking="NONE"), by_clinician, ArmGets(name="x"), 0, 2) == []


@pytest.mark.parametrize(
    ("words", "risk"),
    [
        ("Participants who completed all visits", "completers only (completed)"),
        ("Per-protocol population", "completers only (Per-protocol)"),
        ("Participants with available data at month 6", "only those with data (available data)"),
        ("All treated participants", None),
        (None, None),
    ],
)
def test_who_was_analysed_is_a_risk_by_the_words_of_the_record(words: str | None, risk: str | None) -> None:
    assert population_risks(words) == ([] if risk is None else [risk])


def test_gaps_in_reporting_are_apart_from_risks() -> None:
    nothing, number = Number(), Number(value=Decimal(1), written="1")
    untold = When(written="")
    assert reporting_gaps(untold, None, (nothing,) * 3, "not stated", count=False) == [
        "no dispersion",
        "no n",
        "time not stated",
        "statistic not stated",
    ]
    assert reporting_gaps(When(written="visits 1 and 2"), 9, (number, nothing, nothing), "mean", count=False) == [
        "time not clear"
    ]
    assert (
        reporting_gaps(When(written="", is_baseline=True), 9, (nothing,) * 3, "count of participants", count=True) == []
    )


def test_the_times_of_a_class_have_their_spot_in_its_title(store: Store) -> None:
    query = """
    PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
    SELECT ?id ?pointer ?start ?end ?duration WHERE {
      ?s cellkg:registryId ?id ; cellkg:hasPostedMeasure/cellkg:hasMeasureClass/cellkg:hasTime ?time .
      ?time cellkg:pointer ?pointer ; cellkg:textStart ?start ; cellkg:textEnd ?end ; cellkg:duration ?duration .
    } ORDER BY ?id ?pointer ?start
    """
    found = list(select(store, query))
    assert len(found) > 100
    for row in found:
        record = json.loads((RECORDS / f"{row['id']}.json").read_text(encoding="utf-8"))
        words = at(record, row["pointer"])[int(row["start"]) : int(row["end"])]
        number, unit = row["duration"].removeprefix("P").removeprefix("T")[:-1], row["duration"][-1]
        assert unit.casefold() in words.casefold()
        assert number in words or not words[0].isdigit()


def test_an_outcome_that_names_strata_only_is_not_compared(store: Store) -> None:
    """A rate of survival by grade of acute GvHD is no rate of acute GvHD."""
    assert "NCT02336230" not in compare(store, ASKED["acute-gvhd"]).studies


def test_a_result_in_words_alone_is_a_row_without_a_number(curated: Store) -> None:
    rows = compare(curated, Asked(instrument="cellkg:DigitalUlcers")).rows
    in_words = [row for row in rows if row.form == WORDS]
    assert in_words
    for row in in_words:
        assert row.said
        assert row.value.value is None
        assert row.value.written is None
        assert row.spot.as_written
