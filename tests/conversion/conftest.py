"""What tests of conversion share: records, what one process makes of them, and what shards hold."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cellkg.conversion import Conversion, convert
from cellkg.conversion.work import Outcome, convert_shard
from cellkg.loading import Findings, Inputs, installed_loaders
from cellkg.ntriples import lines
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

Command = Callable[..., "subprocess.CompletedProcess[str]"]
SIZE = 64 * 1024
RECORDS = 120


def record(number: int, **modules: Any) -> dict[str, Any]:
    """A record that takes a moment to read."""
    words = f"Adipose-derived mesenchymal stem cells, 2 x 10^6 cells/kg, given intravenously on day {number}. "
    return {
        "protocolSection": {
            "identificationModule": {"nctId": f"NCT{number:08}", "briefTitle": f"Cells\u2028{number}\x85\x0b\u00e9"},
            "descriptionModule": {"detailedDescription": words * 30},
            "conditionsModule": {"conditions": [f"Condition {number % 7}"]},
            "armsInterventionsModule": {"interventions": [{"type": "BIOLOGICAL", "name": "MSC", "description": words}]},
            **modules,
        }
    }


@pytest.fixture(scope="module")
def ndjson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records one a line; the first stands there twice, far apart, and two are broken."""
    file = tmp_path_factory.mktemp("records") / "records.ndjson"
    rows = [json.dumps(record(number)) for number in range(1, RECORDS)]
    rows[40] = rows[40][:-9]
    rows[80] = json.dumps(record(81, designModule={"enrollmentInfo": {"count": -4}}))
    file.write_text("\n".join([*rows, "", rows[0], ""]), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def plain(ndjson: Path) -> tuple[list[str], Findings]:
    """The statements of one process that reads everything, and what it found."""
    return read_plainly(ndjson)


def read_plainly(*places: Path) -> tuple[list[str], Findings]:
    findings = Findings()
    text = "".join(lines(ClinicalTrialsGovLoader().quads(Inputs(registry=places), findings)))
    return text.split("\n")[:-1], findings


def in_one_process(tasks: Any) -> Iterator[Outcome]:
    return map(convert_shard, tasks)


def converted(folder: Path, *places: Path, workers: Any = in_one_process, size: int = SIZE) -> Conversion:
    return convert(Inputs(registry=places), folder, installed_loaders(), workers, size=size)


def statements(folder: Path) -> list[str]:
    files = sorted(folder.glob("*.nq.gz"))
    return "".join(gzip.decompress(file.read_bytes()).decode() for file in files).split("\n")[:-1]


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.startswith(".")}


def assert_nothing_lost_or_doubled(folder: Path, plain: tuple[list[str], Findings]) -> None:
    """The shards hold what one process says; the record that was given twice is said by each shard that met it."""
    quads = statements(folder)
    assert set(quads) == set(plain[0])
    again = [quad for quad in plain[0] if "/NCT00000001/" in quad.rpartition(" <")[2]]
    assert sorted(quads) == sorted(plain[0] + again)
