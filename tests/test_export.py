"""``cellkg export effects``: files that are whole, harmless in a spreadsheet, and of this export alone."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cellkg.build import build
from cellkg.effects.cells import shown
from cellkg.effects.exporting import FILES
from cellkg.loading import Inputs
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

from .effect_records import measure, number, record

Command = Callable[..., "subprocess.CompletedProcess[str]"]
FORMULA = '=HYPERLINK("http://example.org","Pain")'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    means = measure({"+1": [number("3.0", "1.5"), number("-4.2", "2.0")]}, title=FORMULA, groups=("@Cells", "Placebo"))
    counts = measure(
        {"": [number("4"), number("3")]}, kind="COUNT_OF_PARTICIPANTS", dispersion=None, unit="Participants"
    )
    file = folder / "records.ndjson"
    file.write_text("".join(f"{json.dumps(record(*each))}\n" for each in ((1, means), (2, counts))), encoding="utf-8")
    build(Inputs(registry=(file,)), folder / "home", [ClinicalTrialsGovLoader()])
    return folder / "home"


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.mark.parametrize(
    ("form", "files"),
    [
        ("csv", {"posted-results.csv", "effects.csv", "proportions.csv"}),
        ("metafor", {"metafor-continuous.csv", "metafor-dichotomous.csv", "metafor-proportions.csv"}),
        ("revman", {"revman-continuous.csv", "revman-dichotomous.csv"}),
    ],
)
def test_each_form_has_its_files(cellkg: Command, home: Path, tmp_path: Path, form: str, files: set[str]) -> None:
    done = cellkg("export", "effects", "-f", form, "-o", tmp_path / "out", "--store", home)
    assert done.returncode == 0, done.stderr
    assert {file.name for file in (tmp_path / "out").iterdir()} == files | {"characteristics-of-studies.csv"}
    assert files < set(FILES)
    assert "not a pooled estimate" in done.stderr


def test_text_of_a_record_runs_in_no_spreadsheet(cellkg: Command, home: Path, tmp_path: Path) -> None:
    cellkg("export", "effects", "-o", tmp_path, "--store", home)
    (difference, _) = [row for row in rows(tmp_path / "effects.csv") if row["study"] == "NCT00000001"]
    assert difference["measure"] == f"'{FORMULA}"
    assert difference["group"] == "'@Cells"
    assert difference["class"] == "+1"  # a number is none
    for file in tmp_path.iterdir():
        for row in rows(file):
            for cell in row.values():
                assert not cell.startswith(("=", "@", "\t")), cell


def test_negative_numbers_stay_numbers(cellkg: Command, home: Path, tmp_path: Path) -> None:
    cellkg("export", "effects", "-o", tmp_path, "--store", home)
    posted = [row["value"] for row in rows(tmp_path / "posted-results.csv") if row["study"] == "NCT00000001"]
    assert posted == ["3.0", "-4.2"]


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "  =1", "＝1+1", "-2+3", "\r=1"])
def test_what_starts_a_formula_is_neutralised(text: str) -> None:
    assert shown(text) == f"'{text}"


def test_an_export_leaves_nothing_of_an_earlier_one(cellkg: Command, home: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("kept", encoding="utf-8")
    cellkg("export", "effects", "-o", tmp_path, "--store", home)
    done = cellkg("export", "effects", "--study", "NCT00000001", "-o", tmp_path, "--store", home)
    assert done.returncode == 0
    assert {file.name for file in tmp_path.iterdir()} == {
        "mine.csv", "characteristics-of-studies.csv", "effects.csv", "posted-results.csv",
    }  # fmt: skip
    assert {row["study"] for row in rows(tmp_path / "effects.csv")} == {"NCT00000001"}


def test_a_study_that_is_not_there_is_exit_code_three(cellkg: Command, home: Path, tmp_path: Path) -> None:
    done = cellkg("export", "effects", "--study", "NCT99999999", "-o", tmp_path, "--store", home)
    assert done.returncode == 3
    assert "no study NCT99999999" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_the_library_of_statistics_the_extra_is_named(home: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['statsmodels'] = sys.modules['scipy'] = None; from cellkg.cli import main; "
        f"sys.argv = ['cellkg', 'export', 'effects', '-o', {str(tmp_path)!r}, '--store', {str(home)!r}]; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 2
    assert done.stderr == "cellkg: derived numbers need statsmodels; install cellkg[statistics]\n"
    assert list(tmp_path.iterdir()) == []


def test_every_derived_row_says_so_with_method_library_and_inputs(cellkg: Command, home: Path, tmp_path: Path) -> None:
    cellkg("export", "effects", "-o", tmp_path, "--store", home)
    for name in ("effects.csv", "proportions.csv"):
        for row in rows(tmp_path / name):
            assert row["derived"] == "true"
            assert row["method"]
            assert row["library"].split()[0] in ("scipy", "statsmodels", "cellkg")
            assert "/resultsSection/outcomeMeasuresModule/" in row["inputs"]
            assert "kg:NCT" in row["inputs"]
