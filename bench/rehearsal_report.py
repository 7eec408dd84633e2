"""The report of a rehearsal: what each step cost at each size, how it grows, and what breaks first."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
from rehearsal_answers import asked, pages, write_questions
from rehearsal_growth import MEASURES, breaking, growth, updates, whole_registry
from rehearsal_kept import Sizes, costs_of, ratios_of, steps_of
from rehearsal_plots import plot_costs, plot_questions


def main() -> None:
    """``rehearsal_report.py FOLDER``: write the report again from what the rehearsal kept there."""
    write_report(Path(sys.argv[1]))


def write_report(folder: Path) -> None:
    """Write ``report.md``, its plots and ``questions.csv`` from what is kept of each size."""
    files = sorted((folder / "sizes").glob("*.json"), key=lambda file: int(file.stem))
    sizes = {int(file.stem): json.loads(file.read_text("utf-8")) for file in files}
    for measure, unit in MEASURES.items():
        plot_costs(folder / f"{measure}.svg", {step: costs_of(sizes, step, measure) for step in steps_of(sizes)}, unit)
    plot_questions(folder / "questions.svg", {size: ratios_of(known) for size, known in sizes.items()})
    write_questions(folder / "questions.csv", sizes)
    parts = (_head, _table, growth, whole_registry, breaking, _workers, updates, asked, pages)
    text = "\n\n".join("\n".join(part(sizes)) for part in parts)
    (folder / "report.md").write_text(text + "\n", encoding="utf-8")


def _head(sizes: Sizes) -> Iterator[str]:
    memory, disk = psutil.virtual_memory().total / 1024**3, shutil.disk_usage(".").total / 1024**3
    yield "# Rehearsal of a whole registry\n"
    yield f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB of memory, {disk:.0f} GB of disk;"
    yield f"Python {platform.python_version()}, cellkg at {_commit()}. Given records of ClinicalTrials.gov, repeated"
    yield "under new ids, run through the commands a user has. Read growth and ratios: single times depend on the"
    yield "machine, and on what else it does."
    for size, known in sizes.items():
        if known.get("not run"):
            yield f"\n**{size:,} records: {known['not run']}.**"
        elif not known.get("ended"):
            yield f"\n**{size:,} records: not finished.**"


def _table(sizes: Sizes) -> Iterator[str]:
    yield "## What each step cost\n"
    yield "Peak memory is that of all processes of the step together. Disk is the most that a step took beyond what was"
    yield "there; what is left of it is less than nothing where an update drops an older build.\n"
    yield "| records | step | s | CPU s | peak MB | disk MB | disk left MB |\n|---|---|---|---|---|---|---|"
    for size, known in sizes.items():
        for step, cost in known["steps"].items():
            cells = [cost["seconds"], cost["cpu"], cost["memory"], cost["disk"], cost["left"]]
            shown = " | ".join(f"{cell:,.1f}" for cell in cells)
            yield f"| {size:,} | {step} | {shown} |" + (f" **{cost['error']}**" if cost["error"] else "")
    yield "\n![time](seconds.svg) ![CPU time](cpu.svg) ![memory](memory.svg) ![disk](disk.svg)"


def _workers(sizes: Sizes) -> Iterator[str]:
    yield "## One process and two\n"
    yield "| records | time, one ÷ two | CPU, two ÷ one | memory, two ÷ one | shards alike |\n|---|---|---|---|---|"
    for size, known in sizes.items():
        steps = known["steps"]
        if {"convert, 1 process", "convert, 2 processes"} <= steps.keys():
            one, two = steps["convert, 1 process"], steps["convert, 2 processes"]
            ratios = (one["seconds"] / two["seconds"], two["cpu"] / one["cpu"], two["memory"] / one["memory"])
            alike = "yes" if known.get("shards alike") else "**no**"
            yield f"| {size:,} | {' | '.join(f'{ratio:.2f}' for ratio in ratios)} | {alike} |"


def _processor() -> str:
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        names = [line.partition(": ")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _commit() -> str:
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or "no commit"


if __name__ == "__main__":
    main()
