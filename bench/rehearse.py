"""Rehearse a registry of any size: given records under new ids, through every step, and what each of them costs."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from growth import projected
from measuring import Cost, cost
from rehearsal_report import write_report
from run import repeat
from virtuoso import LOGIN, VIRTUOSO, virtuoso

HERE = Path(__file__).parent
CELLKG = [sys.executable, "-m", "cellkg"]
SET_ASIDE = (0, 4)
_NUMBER = re.compile(r"[0-9][0-9,]*(\.[0-9]+)?")
_SHARD, _SHARDS = 32, 8  # MB at most, and how many at least, so that two processes have something to share


def main() -> None:
    """Run every step at every size that is not done yet, and write the report after each size."""
    options = _options()
    # As an interruption: what was started, a server too, ends first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options.output.mkdir(parents=True, exist_ok=True)
    work = options.work or options.output / "work"
    started = time.monotonic()
    for size in sorted(options.sizes):
        run = Run(size, options, work / str(size))
        refused = _refusal(run, options, work, options.hours - (time.monotonic() - started) / 3600)
        if refused:
            print(f"{size:,}: {refused}", flush=True)
            run.keep("not run", refused)
        else:
            run.keep("not run", "")
            run.all_steps()
        write_report(options.output)
    print(options.output / "report.md")


class Run:
    """The steps at one size; what is done is kept in a file, and not done again."""

    def __init__(self, size: int, options: argparse.Namespace, folder: Path) -> None:
        self.size, self.options, self.folder = size, options, folder
        self.file = options.output / "sizes" / f"{size}.json"
        self.known: dict[str, Any] = json.loads(self.file.read_text("utf-8")) if self.file.exists() else {"steps": {}}
        self.source, self.home = folder / "records.ndjson", folder / "home"

    def all_steps(self) -> None:
        """Convert, build, ask, open pages, update, publish and ask again; a step that fails ends what needs it.

        Where one failed, what was built stays, and the next run tries that step again.
        """
        if self.known.get("ended") and (not self._failed() or not self.folder.exists()):
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.source.exists():
            repeat(self.options.records, self.size, self.source)
            self.keep("megabytes of records", self.source.stat().st_size / 1024**2)
        if self.convert() and self.build():
            self.ask("questions, embedded store", str(self.home))
            self.pages()
            self.update()
            if VIRTUOSO and self.size <= self.options.virtuoso_up_to:
                self.publish()
        self.keep("ended", True)
        if not self.options.keep and not self._failed():
            shutil.rmtree(self.folder)

    def _failed(self) -> bool:
        return any(spent["error"] for spent in self.known["steps"].values())

    def convert(self) -> bool:
        """Convert by one process and by two, and compare what came out."""
        one, two = self.folder / "shards of one", self.folder / "shards"
        megabytes = str(int(min(_SHARD, max(1, self.source.stat().st_size / 1024**2 / _SHARDS))))
        for folder, workers in ((one, 1), (two, 2)):
            name = f"convert, {workers} process{'es' if workers > 1 else ''}"
            command = [*CELLKG, "convert", "--registry", self.source, "-o", folder, "--workers", str(workers)]
            command += ["--shard-size", megabytes]
            if not self.step(name, command, fresh=folder):
                return False
        if one.exists():
            self.keep("shards alike", _digest(one) == _digest(two))
            shutil.rmtree(one)
        return True

    def build(self) -> bool:
        """Build from the shards; the shards go when the build is there."""
        shards = self.folder / "shards"
        built = self.step("build", [*CELLKG, "build", "--store", self.home, "--shards", shards], fresh=self.home)
        if built and shards.exists():
            shutil.rmtree(shards)
        return built

    def ask(self, name: str, store: str, beside: Sequence[int] = ()) -> bool:
        """Ask every question of the catalogue."""
        file = self.folder / "answers.json"
        command = [sys.executable, HERE / "questions.py", store, str(self.options.question_seconds), file]
        done = self.step(name, command, beside=beside)
        if file.exists():
            self.keep(name, json.loads(file.read_text("utf-8")))
            file.unlink()
        return done

    def pages(self) -> None:
        """Open the pages of the server."""
        file = self.folder / "pages.md"
        command = [sys.executable, HERE / "pages.py", self.home, "--times", "10", "-o", file]
        self.step("pages", command)
        if file.exists():
            self.keep("pages", _table(file.read_text("utf-8")))

    def update(self) -> None:
        """Take a record that is new, then another version of one that is held."""
        new, changed = self.folder / "new.ndjson", self.folder / "changed.ndjson"
        repeat(self.options.records, 1, new, first=self.size)
        with self.source.open(encoding="utf-8") as records:
            record = json.loads(records.readline())
        record["protocolSection"]["identificationModule"]["briefTitle"] = "A title that was changed"
        changed.write_text(json.dumps(record) + "\n", encoding="utf-8")
        for name, file in (("update, a new record", new), ("update, a changed record", changed)):
            self.step(name, [*CELLKG, "update", "--store", self.home, "--registry", file])

    def publish(self) -> None:
        """Publish to Virtuoso and ask the questions there; a database that was left half full is begun anew."""
        name = "questions, Virtuoso"
        if name in self.known["steps"] and not self.known["steps"][name]["error"]:
            return
        folder = self.folder / "virtuoso"
        shutil.rmtree(folder, ignore_errors=True)
        os.environ["CELLKG_PASSWORD"] = LOGIN[1]
        with virtuoso(folder) as (address, server):
            push = [*CELLKG, "push", address, "--store", self.home, "--user", LOGIN[0]]
            if self.step("push to Virtuoso", push, beside=[server], again=True):
                self.ask(name, address, beside=[server])

    def step(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        beside: Sequence[int] = (),
        fresh: Path | None = None,
        again: bool = False,
    ) -> bool:
        """Run a step, unless it is done; return whether it went well. ``fresh`` is what a stopped try may have left."""
        if name in self.known["steps"] and not self.known["steps"][name]["error"] and not again:
            return True
        if fresh is not None:
            shutil.rmtree(fresh, ignore_errors=True)
        print(f"{self.size:,}: {name} …", flush=True)
        spent = cost(command, self.folder, beside, SET_ASIDE)
        print(f"{self.size:,}: {name}: {_shown(spent)}", flush=True)
        self.known["steps"][name] = asdict(spent)
        self.keep()
        return not spent.error

    def keep(self, name: str = "", value: Any = None) -> None:
        """Write what is known of this size, beside and then in its place."""
        if name:
            self.known[name] = value
        self.file.parent.mkdir(parents=True, exist_ok=True)
        beside = self.file.with_suffix(".part")
        beside.write_text(json.dumps(self.known, indent=1) + "\n", encoding="utf-8")
        beside.replace(self.file)


def _refusal(run: Run, options: argparse.Namespace, work: Path, hours: float) -> str:
    """Return why a size is not begun, by what the sizes before it took; nothing where it may be."""
    before = {int(file.stem): json.loads(file.read_text("utf-8")) for file in run.file.parent.glob("*.json")}
    done = {size: known["steps"] for size, known in before.items() if known.get("ended") and size < run.size}
    if run.known.get("ended") or not done:
        return ""
    totals = {size: sum(step["seconds"] for step in steps.values()) for size, steps in done.items()}
    seconds = _expected(totals, run.size)
    if seconds / 3600 > hours:
        return f"not run: it would take about {seconds / 3600:.1f} h, and {hours:.1f} h are left"
    # The source, the shards, the build and the one before it, and a database beside: more than any single step takes.
    space = _expected({size: sum(step["disk"] for step in steps.values()) for size, steps in done.items()}, run.size)
    work.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(work).free / 1024**2
    if space > free:
        return f"not run: it would need about {space / 1024:.0f} GB of disk, and {free / 1024:.0f} GB are free"
    return ""


def _expected(costs: dict[int, float], size: int) -> float:
    """Return the cost at a size, by the sizes before it; by one of them, as much more as there are more records."""
    more = projected(costs, size, 1)
    return more if more is not None else max(costs.values()) * size / max(costs)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.nq.gz")):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _table(markdown: str) -> dict[str, float]:
    """Return the median milliseconds of each kind of page, from the first table of a report that has such a column."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in markdown.splitlines() if "|" in line]
    start = next(number for number, row in enumerate(rows) if "median ms" in row)
    what, median = rows[start].index("what"), rows[start].index("median ms")
    body = (row for row in rows[start + 2 :] if len(row) == len(rows[start]))
    return {row[what]: float(row[median].replace(",", "")) for row in body if _NUMBER.fullmatch(row[median])}


def _shown(spent: Cost) -> str:
    told = f"{spent.seconds:.1f} s, CPU {spent.cpu:.1f} s, {spent.memory:,.0f} MB, disk {spent.disk:,.0f} MB"
    return f"{told}; {spent.error}" if spent.error else told


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=Path, required=True, help="folder of study files")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 50_000, 100_000])
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the report, and of what is done")
    parser.add_argument("--work", type=Path, help="folder of the builds, by default in that of the report")
    parser.add_argument("--hours", type=float, default=24, help="begin no size that would end later")
    parser.add_argument("--question-seconds", type=float, default=600, help="longest wait for an answer")
    parser.add_argument("--virtuoso-up-to", type=int, default=sys.maxsize, help="largest size that is published")
    parser.add_argument("--keep", action="store_true", help="keep the builds")
    return parser.parse_args()


if __name__ == "__main__":
    main()
