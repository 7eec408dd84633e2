"""The map of evidence: what is reported, what is under way, and what nobody in this graph has looked at."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., "subprocess.CompletedProcess[str]"]
Rows = list[dict[str, str]]


@pytest.fixture
def gaps(cellkg: Command, flagship: Path) -> Callable[..., Rows]:
    def ask(*options: str) -> Rows:
        done = cellkg("gaps", *options, "-f", "csv", "--store", flagship)
        assert done.returncode == 0, done.stderr
        return list(csv.DictReader(io.StringIO(done.stdout)))

    return ask


def test_every_cell_without_a_result_reads_none_in_this_graph_and_names_what_was_searched(
    gaps: Callable[..., Rows],
) -> None:
    rows = gaps("--by", "tissue")
    cells = {(row["tissue"], row["endpoint"], row["condition"]) for row in rows}
    reported = {
        (row["tissue"], row["endpoint"], row["condition"])
        for row in rows
        if row["state"] == "reported" and row["studies"] != "0"
    }
    empty = [row for row in rows if row["reading"]]
    assert {row["reading"] for row in empty} == {"none in this graph"}
    unread = {cell for cell in cells if cell[1] == "no endpoint read"}
    assert {(row["tissue"], row["endpoint"], row["condition"]) for row in empty} == cells - reported - unread
    assert all(row["studies"] == "0" and "review-table" in row["searched"] for row in empty)


def test_an_empty_cell_names_the_trial_that_may_fill_it(gaps: Callable[..., Rows]) -> None:
    (row,) = [
        row
        for row in gaps("--by", "tissue", "--empty", "--endpoint", "digital ulcer healing")
        if row["tissue"] == "adipose tissue" and row["reading"]
    ]
    assert row["may_fill"] == "plan it: NCT04356755"


def test_participants_are_those_of_the_studies_of_the_cell_and_never_added_over_kinds(
    gaps: Callable[..., Rows],
) -> None:
    """The page of NCT02975960, which is completed, gives 7 as planned; that of NCT07360808 plans 48."""
    rows = {
        row["state"]: row for row in gaps("--by", "tissue", "--endpoint", "CHFS") if row["tissue"] == "adipose tissue"
    }
    completed, planned = rows["completed without results"], rows["status not stated"]
    assert (completed["trials"], completed["participants_enrolled"], completed["participants_planned"]) == (
        "NCT02975960",
        "0",
        "7",
    )
    assert (planned["trials"], planned["participants_enrolled"], planned["participants_planned"]) == (
        "NCT07360808",
        "0",
        "48",
    )


def test_a_condition_that_nobody_knows_is_told(cellkg: Command, flagship: Path) -> None:
    done = cellkg("gaps", "--condition", "no such condition", "--store", flagship)
    assert done.returncode != 0
    assert "no such condition" in done.stderr


def test_similar_studies_come_with_the_paths_that_make_them_so(cellkg: Command, flagship: Path) -> None:
    done = cellkg("similar", "NCT03060551", "-f", "csv", "--store", flagship)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    bits = [float(row["bits"]) for row in rows]
    assert bits == sorted(bits, reverse=True)
    for row in rows:
        assert row["path"].startswith("NCT03060551 —")
        assert row["path"].endswith(f"— {row['study']}")
        assert row["shares"] in row["path"]


def test_why_two_studies_belong_together_is_a_path_with_its_sources(cellkg: Command, flagship: Path) -> None:
    done = cellkg("why", "NCT03060551", "NCT02975960", "-f", "csv", "--store", flagship)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert rows
    assert {row["hops"] for row in rows} == {"2"}
    assert all(row["sources"] for row in rows)


def test_a_node_that_is_not_there_is_told(cellkg: Command, flagship: Path) -> None:
    done = cellkg("why", "NCT03060551", "NCT99999999", "--store", flagship)
    assert done.returncode == 3
    assert "NCT99999999" in done.stderr
