"""Measure the pages of the server on builds, against a plain lookup by the engine, and write a report."""

from __future__ import annotations

import argparse
import math
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import httpx2
import psutil
import pyoxigraph as ox

from cellkg.places import current_build
from cellkg.search import Index, open_index

_ENDPOINT_ROWS = 200
_REPEATED = 100
_TICK = 1e-6
_SHOWN = re.compile(r"<(?:tr|li|dd|option)[ >]")
"""What a page shows as a row: a line of a table or list, or a value."""


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of page on one build: seconds and rows shown of each request, and CPU seconds of all together."""

    studies: int
    what: str
    found: list[tuple[float, int]]
    cpu: float

    @property
    def work(self) -> float:
        """CPU seconds of a request, of the server with its workers."""
        return self.cpu / len(self.found)

    @property
    def seconds(self) -> float:
        """The median."""
        return statistics.median(seconds for seconds, _ in self.found)

    @property
    def rows(self) -> float:
        """The rows that are shown, on average."""
        return statistics.mean(rows for _, rows in self.found)


def main() -> None:
    """Measure every build and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stores", type=Path, nargs="+", help="build folders, from the smallest to the largest")
    parser.add_argument("--times", type=int, default=30, help="requests of each kind")
    parser.add_argument("-o", "--output", type=Path, default=Path("bench-pages.md"))
    options = parser.parse_args()
    builds = [list(measure(home, options.times)) for home in options.stores]
    text = "".join(_report(builds))
    options.output.write_text(text, encoding="utf-8")
    print(text)


def _report(builds: list[list[Row]]) -> Iterator[str]:
    yield "| what | studies | CPU ms | median ms | rows shown | CPU ms a row | ÷ plain lookup | exponent |\n"
    yield "|---|---|---|---|---|---|---|---|\n"
    for of_kind in zip(*builds, strict=True):
        for place, row in enumerate(of_kind):
            plain = builds[place][0].work
            grown = f"{_exponent(of_kind[0], row):+.2f}" if place else ""
            yield (
                f"| {row.what} | {row.studies:,} | {1000 * row.work:.2f} | {1000 * row.seconds:.1f} | {row.rows:.0f} "
                f"| {1000 * row.work / max(1, row.rows):.3f} | {row.work / plain:.0f} | {grown} |\n"
            )


def _exponent(small: Row, large: Row) -> float:
    """How the CPU time of a row shown grows with the studies: 0 is not at all, 1 is as fast as they do."""
    each = [row.work / max(1, row.rows) for row in (small, large)]
    return math.log(max(each[1], _TICK) / max(each[0], _TICK)) / math.log(large.studies / small.studies)


def measure(home: Path, times: int) -> Iterator[Row]:
    """Yield the rows of one build."""
    build = current_build(home)
    assert build is not None
    index = open_index(build)
    studies = random.Random(1).sample(index.studies, times)
    store = ox.Store.read_only(str(build / "store"))
    own = psutil.Process()
    plain = partial(_plain, store, [study.iri for study in studies])
    found, cpu = _timed(plain, times - 1, own)
    yield Row(len(index.studies), "plain lookup by the engine", found, cpu / _REPEATED)
    with served(home) as (client, server):
        for what, paths in _paths(index, [study.iri for study in studies]).items():
            yield Row(len(index.studies), what, *_timed(partial(_get, client, paths), len(paths) - 1, server))


def _plain(store: ox.Store, iris: list[str], number: int) -> tuple[float, int]:
    started = time.perf_counter()
    for _ in range(_REPEATED):  # the clock of the system counts hundredths of a second
        answer = store.query(f"SELECT * {{ <{iris[number]}> ?p ?o }}")
        assert isinstance(answer, ox.QuerySolutions)
        rows = sum(1 for _ in answer)
    return (time.perf_counter() - started) / _REPEATED, rows


def _paths(index: Index, studies: list[str]) -> dict[str, list[str]]:
    conditions = [t for t in index.of_facet("condition") if 5 <= t.studies.bit_count() <= 60 and ":" in t.key][:21]
    endpoints = [t for t in index.of_facet("endpoint") if t.studies.bit_count() <= _ENDPOINT_ROWS][:11]
    tissues = (term for term in index.of_facet("tissue") if ":" in term.key)
    hubs = sorted(tissues, key=lambda term: -term.studies.bit_count())[:5] * 4
    words = ("mesenchymal", "knee osteoarthritis", "autologous", "graft versus host", "sclerodrma") * 4
    return {
        "search with facets, no words": [f"/?condition={term.key}" for term in conditions],
        "search with facets and words": [f"/?q={word.replace(' ', '+')}&phase=Phase2" for word in words],
        "study page": [f"/study/{iri.rpartition('/')[2]}" for iri in studies],
        "condition page": [f"/condition/{term.key}" for term in conditions],
        "endpoint page": [f"/endpoint/{term.key}" for term in endpoints],
        "explorer step from a study": [f"/explore/step.json?node={iri}" for iri in studies],
        "explorer step from a hub, 150 shown": [f"/explore/step.json?node={term.key}" for term in hubs],
        "paths between two studies": [f"/explore/paths.json?node={a}&other={b}" for a, b in pairwise(studies)],
        "evidence map": [f"/map?condition={term.key}" for term in conditions],
    }


@contextmanager
def served(home: Path) -> Iterator[tuple[httpx2.Client, psutil.Process]]:
    """Serve a build on a free port while the block runs."""
    command = [sys.executable, "-m", "cellkg", "serve", "--store", str(home), "--port", "0", "--no-browser"]
    command += ["--timeout", "120"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        address = re.search(r"http://\S+", process.stderr.readline())
        assert address
        try:
            with httpx2.Client(base_url=address[0], trust_env=False, timeout=300) as client:
                yield client, psutil.Process(process.pid)
        finally:
            process.terminate()


def _get(client: httpx2.Client, paths: list[str], number: int) -> tuple[float, int]:
    started = time.perf_counter()
    answer = client.get(paths[number], headers={"Accept": "text/html"})
    seconds = time.perf_counter() - started
    if answer.status_code != 200:
        raise SystemExit(f"{paths[number]}: {answer.status_code}")
    return seconds, answer.text.count('"iri"') if "step.json" in paths[0] else len(_SHOWN.findall(answer.text))


def _timed(
    work: Callable[[int], tuple[float, int]], times: int, process: psutil.Process
) -> tuple[list[tuple[float, int]], float]:
    """Ask once before, for what is loaded once, then each request for the clocks."""
    work(times)
    before = _cpu(process)
    found = [work(number) for number in range(times)]
    return found, _cpu(process) - before


def _cpu(process: psutil.Process) -> float:
    """The processor seconds of a process and its children, those that have ended too."""
    own = process.cpu_times()
    ended = own.children_user + own.children_system
    living = (each.cpu_times() for each in process.children())
    return own.user + own.system + ended + sum(each.user + each.system for each in living)


if __name__ == "__main__":
    main()
