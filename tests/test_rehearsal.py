"""The rehearsal of a whole registry in ``bench/``: costs are those of all processes, growth is what the figures say."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCH = Path(__file__).parents[1] / "bench"
DATA = Path(__file__).parents[2] / "shared" / "data"


def of_bench(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCH))
    return importlib.import_module(name)


@pytest.mark.parametrize("power", [0.4, 1.0, 1.3])
def test_the_growth_of_a_power_is_that_power(power: float, monkeypatch: pytest.MonkeyPatch) -> None:
    growth = of_bench("growth", monkeypatch)
    costs = {size: 3 * size**power for size in (1_000, 10_000, 50_000)}
    assert [step[2] for step in growth.exponents(costs)] == pytest.approx([power, power])
    assert growth.fitted(costs) == pytest.approx(power)
    assert growth.projected(costs, 575_000) == pytest.approx(3 * 575_000**power)
    assert growth.reaches(costs, 3 * 575_000**power) == pytest.approx(575_000)
    assert bool(growth.faster_than(costs, 1.1)) == (power > 1.1)


def test_a_cost_that_stays_the_same_never_reaches_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    growth = of_bench("growth", monkeypatch)
    assert growth.reaches({1_000: 145.0, 10_000: 145.0}, 24_000) is None
    assert growth.projected({1_000: 145.0, 10_000: 145.0}, 575_000) == pytest.approx(145)
    assert growth.projected({1_000: 145.0}, 575_000) is None


def test_a_cost_counts_the_processes_below_and_the_disk_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measuring = of_bench("measuring", monkeypatch)
    grown = "import time; held = bytearray(b'x') * 60_000_000; time.sleep(2)"
    both = (
        "import os, subprocess, sys; open('a', 'wb').write(bytes(5_000_000)); os.link('a', 'b');"
        f"two = [subprocess.Popen([sys.executable, '-c', {grown!r}]) for _ in range(2)];"
        "[each.wait() for each in two]; sys.exit(4)"
    )
    monkeypatch.chdir(tmp_path)
    spent = measuring.cost([sys.executable, "-c", both], tmp_path, accepted=(0, 4))
    assert spent.error == ""
    assert spent.memory > 120
    assert 4 < spent.left < 6
    assert measuring.cost([sys.executable, "-c", "exit('no')"], tmp_path).error == "exit 1: no"


def test_the_report_says_what_grows_too_fast_and_what_breaks_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib", reason="no matplotlib here; install cellkg[plots]")
    sizes = tmp_path / "sizes"
    sizes.mkdir()
    for size in (1_000, 10_000):
        kept: dict[str, Any] = {
            "ended": True,
            "steps": {
                "convert, 1 process": step(size, seconds=0.01 * size, memory=150.0),
                "build": step(size, seconds=0.001 * size**1.25, memory=2.0 * size),
            },
            "questions, embedded store": {
                "slow": {"seconds": size / 1_000, "cpu": size / 1_000, "rows": 1},
                "broken": {"error": "no"},
            },
            "questions, Virtuoso": {"slow": {"seconds": size / 10_000, "rows": 1}},
            "pages": {"study page": 12.5},
        }
        (sizes / f"{size}.json").write_text(json.dumps(kept), encoding="utf-8")
    (sizes / "50000.json").write_text(json.dumps({"steps": {}, "not run": "not run: no disk"}), encoding="utf-8")
    of_bench("rehearsal_report", monkeypatch).write_report(tmp_path)
    report = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "**50,000 records: not run: no disk.**" in report
    assert "Faster than records^1.1: build, s, 1k→10k: 1.25" in report
    assert "| build | s | 1k→10k: 1.25 | 1.25 |" in report
    first = report.partition("at so many records:")[2].splitlines()[4]
    assert first.endswith("build: this machine's memory is full |")
    assert "| 60,000 | question `slow`, embedded store: more than 60 s |" in report
    assert "| slow | 10.000 | 1.000 | 10.0 | 1.00 |" in report
    assert "- 10,000: questions, embedded store: `broken`: no" in report
    assert all((tmp_path / name).read_text(encoding="utf-8").startswith("<?xml") for name in plots(report))


def step(size: int, seconds: float, memory: float) -> dict[str, Any]:
    return {"seconds": seconds, "cpu": seconds, "memory": memory, "disk": size / 10, "left": 0.0, "error": ""}


def plots(report: str) -> list[str]:
    return [part.partition(")")[0] for part in report.split("](")[1:]]


@pytest.mark.skipif(not os.environ.get("CELLKG_REHEARSAL"), reason="minutes of work; CELLKG_REHEARSAL=1 asks for it")
@pytest.mark.skipif(not DATA.is_dir(), reason=f"no real records in {DATA}")
def test_a_rehearsal_goes_through_every_step_and_on_where_it_was(tmp_path: Path) -> None:
    command = [sys.executable, str(BENCH / "rehearse.py"), "--records", str(DATA), "-o", str(tmp_path), "--sizes"]
    subprocess.run([*command, "5"], check=True)
    kept = json.loads((tmp_path / "sizes" / "5.json").read_text(encoding="utf-8"))
    assert {name: cost["error"] for name, cost in kept["steps"].items() if cost["error"]} == {}
    assert kept["shards alike"] is True
    assert len(kept["questions, embedded store"]) > 60
    again = subprocess.run([*command, "5"], check=True, capture_output=True, text=True)
    assert "5:" not in again.stdout
