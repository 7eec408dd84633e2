"""The scorer of products: the figures of the judge, with nearness beside; and the marks that are reached."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cellkg.errors import InputError
from cellkg_loaders.products.scoring import FIELDS, MARKS, Scores, read_rows, score
from cellkg_loaders.products.table import COLUMNS

Command = Callable[..., "subprocess.CompletedProcess[str]"]

SHARED = Path(__file__).parents[2] / "shared"
GOLD, JUDGE, DATA = SHARED / "gold" / "dev_gold.tsv", SHARED / "gold" / "score.py", SHARED / "data"


@pytest.fixture(scope="module")
def table(cellkg: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not GOLD.is_file():
        pytest.skip(f"the rows made by hand are not at hand: no file {GOLD}")
    target = tmp_path_factory.mktemp("products") / "rows.tsv"
    done = cellkg("extract", "--registry", DATA / "ctgov_v2", "--registry", DATA / "ctgov_rebuilt", "-o", target)
    assert done.returncode == 0, done.stderr
    return target


def rows(*listed: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    full = [dict.fromkeys(COLUMNS, "") | {"nct": "NCT00000000"} | row for row in listed]
    return {"NCT00000000": full}


def scored(answer: dict[str, str], wanted: dict[str, str], *above: tuple[str, str]) -> Scores:
    return score(rows(answer), rows(wanted), lambda one, other: (one, other) in above)


def test_filled_and_equal_is_a_hit_whatever_the_order() -> None:
    kept = scored({"tissue": "A|B"}, {"tissue": "B|A"}).fields["tissue"]
    assert (kept.hits, kept.wrong, kept.missing, kept.f1) == (1, 0, 0, 1.0)


def test_not_stated_is_not_filled() -> None:
    kept = scored({"donor": "not stated"}, {"donor": ""}).fields["donor"]
    assert (kept.hits, kept.wrong, kept.missing) == (0, 0, 0)


def test_a_value_that_is_not_wanted_costs_precision_and_one_not_found_recall() -> None:
    fields = scored({"route": "intravenous"}, {"donor": "autologous"}).fields
    assert (fields["route"].precision, fields["donor"].recall) == (0.0, 0.0)


def test_a_parent_is_half_a_hit() -> None:
    kept = scored({"cell_curie": "CL:1"}, {"cell_curie": "CL:2"}, ("CL:1", "CL:2")).fields["cell_curie"]
    assert (kept.f1, kept.near_f1) == (0.0, 0.5)


def test_an_open_upper_end_of_the_wanted_dose_takes_any() -> None:
    wanted = {"dose_min": "1e6", "dose_max": "", "dose_basis": "cells"}
    assert scored({"dose_min": "1000000", "dose_max": "5e6", "dose_basis": "cells"}, wanted).fields["dose"].hits == 1


def test_rows_are_paired_so_that_most_fields_agree() -> None:
    answers = rows({"route": "A", "donor": "x"}, {"route": "B", "donor": "y"})
    wanted = rows({"route": "B", "donor": "y"}, {"route": "A", "donor": "x"})
    assert score(answers, wanted, lambda *_: False).misses == []


def test_a_table_without_a_column_is_told(tmp_path: Path) -> None:
    (tmp_path / "rows.tsv").write_text("nct\trow\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column"):
        read_rows(tmp_path / "rows.tsv")


def test_the_figures_are_those_of_the_judge(table: Path) -> None:
    judged = subprocess.run([sys.executable, JUDGE, table, GOLD], capture_output=True, text=True, check=False).stdout
    figures = dict(re.findall(r"^(\w+) .* F1 ([\d.]+)", judged, re.MULTILINE))
    scores = score(read_rows(table), read_rows(GOLD), lambda *_: False)
    assert figures == {name: f"{scores.fields[name].f1:.2f}" for name in FIELDS}


@pytest.mark.parametrize("name", sorted(MARKS))
def test_a_mark_that_was_reached_stays_reached(table: Path, name: str) -> None:
    scores = score(read_rows(table), read_rows(GOLD), lambda *_: False)
    assert round(scores.fields[name].f1, 2) >= MARKS[name]


def test_evaluate_prints_the_figures_and_every_miss(cellkg: Command, table: Path) -> None:
    done = cellkg("evaluate", "products", GOLD, "--registry", DATA / "ctgov_v2", "--registry", DATA / "ctgov_rebuilt")
    assert done.returncode == (4 if "missed" in done.stdout.partition("\nNCT")[0] else 0)
    lines = done.stdout.splitlines()
    assert lines[0].split("\t")[:4] == ["field", "precision", "recall", "all F1"]
    assert {line.split("\t")[0] for line in lines[1 : len(FIELDS) + 1]} == set(FIELDS)
    assert all(re.match(r"NCT\d{8}\t\w+\tfound .*\twanted .*\t", line) for line in lines[len(FIELDS) + 1 :])


def test_evaluate_without_rows_is_exit_code_three(cellkg: Command, tmp_path: Path) -> None:
    done = cellkg("evaluate", "products", tmp_path / "none.tsv", "--registry", tmp_path)
    assert (done.returncode, "no rows at" in done.stderr) == (3, True)
