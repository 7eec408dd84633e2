"""The samples that were checked by hand: what they hold, and what they show."""

from __future__ import annotations

import csv
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "docs" / "evaluation"
SAMPLES = (
    "extracted-rows.tsv",
    "extracted-rows-second.tsv",
    "extracted-rows-third.tsv",
    "extracted-rows-fourth.tsv",
    "extracted-rows-fifth.tsv",
)
SIZES = {"extracted-rows-fourth.tsv": 50}


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_a_sample_has_each_of_its_rows_once_and_a_wrong_one_says_why() -> None:
    for name in (*SAMPLES, "non-cell-trials.tsv"):
        sample = rows(name)
        assert len({(row["nct"], row.get("row")) for row in sample}) == len(sample) == SIZES.get(name, 100)
        assert {row["verdict"] for row in sample} <= {"right", "wrong"}
        assert all(row["reason"] for row in sample if row["verdict"] == "wrong")


def test_of_a_hundred_extracted_rows_at_least_93_are_right() -> None:
    assert sum(row["verdict"] == "right" for row in rows("extracted-rows.tsv")) >= 93


def test_of_a_hundred_rows_judged_strictly_before_repairs_65_are_right() -> None:
    assert sum(row["verdict"] == "right" for row in rows("extracted-rows-second.tsv")) == 65


def test_of_a_hundred_rows_judged_strictly_after_them_73_are_right() -> None:
    assert sum(row["verdict"] == "right" for row in rows("extracted-rows-third.tsv")) == 73


def test_of_fifty_rows_of_records_that_were_read_before_44_are_right() -> None:
    assert sum(row["verdict"] == "right" for row in rows("extracted-rows-fourth.tsv")) == 44


def test_of_a_hundred_more_of_such_rows_90_are_right() -> None:
    assert sum(row["verdict"] == "right" for row in rows("extracted-rows-fifth.tsv")) == 90


def test_no_trial_is_in_two_samples_of_rows() -> None:
    sampled = [trial for name in SAMPLES for trial in {row["nct"] for row in rows(name)}]
    assert len(set(sampled)) == len(sampled)


def test_of_a_hundred_trials_without_cells_at_most_one_has_a_product() -> None:
    assert sum(row["product_class"] != "none" for row in rows("non-cell-trials.tsv")) <= 1
