"""Measure conversion, loading and the whole build on real records, side by side, and write a report."""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Run:
    """What the operating system accounts for one process."""

    cpu_seconds: float
    peak_megabytes: float
    printed: str = ""


def main() -> None:
    """Run every task at every size and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=Path, required=True, help="folder of study files")
    parser.add_argument("--sizes", type=int, nargs="+", default=[2000, 10000])
    parser.add_argument("--baseline-size", type=int, default=10_000, help="largest size for rdflib and strings")
    parser.add_argument("-o", "--output", type=Path, default=Path("bench-report.md"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = {size: measure(options.records, size, Path(folder), options.baseline_size) for size in options.sizes}
    options.output.write_text(report(rows), encoding="utf-8")
    print(options.output)


def measure(records: Path, size: int, folder: Path, baseline_size: int) -> dict[str, Run]:
    """Return the accounts of each task on ``size`` records."""
    source, quads = folder / f"{size}.ndjson", folder / f"{size}.nq"
    repeat(records, size, source)
    runs = {"convert": task("convert", source, quads)}
    runs["convert and read"] = task("convert_and_read", source, folder / "read.nq")
    if size <= baseline_size:
        runs["strings"] = task("strings", source, folder / "strings.nt")
        runs["rdflib"] = task("rdflib", source, folder / "rdflib.nq")
    runs["load"] = task("load", quads, folder / "load")
    oxigraph = Path(sys.executable).with_name("oxigraph")
    shutil.rmtree(folder / "load")
    runs["oxigraph"] = account([oxigraph, "load", "--location", folder / "load", "--file", quads])
    shutil.rmtree(folder / "load")
    runs["replace"] = task("replace", source, folder / "load")
    shutil.rmtree(folder / "load")
    quads.unlink()
    home = ["--store", folder / "load", "--registry"]
    runs["build"] = account([sys.executable, "-m", "cellkg", "build", *home, source])
    repeat(records, 1, source, first=size)
    runs["update by one record"] = account([sys.executable, "-m", "cellkg", "update", *home, source])
    clear(folder)
    return runs


def clear(folder: Path) -> None:
    """Delete everything in a folder."""
    for left_over in folder.iterdir():
        shutil.rmtree(left_over) if left_over.is_dir() else left_over.unlink()


def repeat(records: Path, size: int, target: Path, first: int = 0) -> None:
    """Write ``size`` records as NDJSON: the given ones, again and again under new ids, counted from ``first``."""
    files = sorted(records.rglob("NCT*.json"))
    with target.open("w", encoding="utf-8") as out:
        for number, file in zip(range(first, first + size), itertools.cycle(files), strict=False):
            text = " ".join(file.read_text(encoding="utf-8").split("\n"))
            out.write(text.replace(file.stem, f"NCT{number:08d}") + "\n")


def task(name: str, source: Path, target: Path) -> Run:
    """Run one of the tasks."""
    return account([sys.executable, HERE / "tasks.py", name, source, target])


def account(command: list[str | Path]) -> Run:
    """Run a command and return what it used; its failure is an error."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as told:
        process = subprocess.Popen(command, stdout=out, stderr=told)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        printed, message = (_text(file) for file in (out, told))
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{message}")
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, printed)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace").strip()


def report(rows: dict[int, dict[str, Run]]) -> str:
    """Return the report as Markdown."""
    out = [f"# Benchmark\n\n{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores\n"]
    out.append("| records | task | CPU s | records per CPU s | peak MB |\n|---|---|---|---|---|")
    for size, runs in rows.items():
        for name, run in runs.items():
            rate = size / run.cpu_seconds
            out.append(f"| {size:,} | {name} | {run.cpu_seconds:.1f} | {rate:,.0f} | {run.peak_megabytes:,.0f} |")
    out.append("\n| records | ratio | value |\n|---|---|---|")
    for size, runs in rows.items():
        out += [f"| {size:,} | {what} | {value:.2f} |" for what, value in ratios(runs)]
        out.append(f"| {size:,} | replacing a record ÷ writing its quads (time) | {runs['replace'].printed} |")
    for smaller, larger in itertools.pairwise(rows):
        for name in ("convert", "build"):
            grown = rows[larger][name].peak_megabytes / rows[smaller][name].peak_megabytes
            out.append(f"| {smaller:,} → {larger:,} | peak memory of {name} | {grown:.2f} |")
    return "\n".join(out) + "\n"


def ratios(runs: dict[str, Run]) -> list[tuple[str, float]]:
    """Return the ratios of CPU time that were taken side by side."""
    pairs = [
        ("rdflib ÷ convert", "rdflib", "convert"),
        ("convert ÷ strings", "convert", "strings"),
        ("convert and read ÷ convert", "convert and read", "convert"),
        ("oxigraph ÷ load", "oxigraph", "load"),
    ]
    return [
        (what, runs[above].cpu_seconds / runs[under].cpu_seconds)
        for what, above, under in pairs
        if above in runs and under in runs
    ]


if __name__ == "__main__":
    main()
