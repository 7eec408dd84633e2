"""Measure the pages of the server on builds, against a plain lookup by the engine, and write a report."""

from __future__ import annotations

import argparse
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pyoxigraph as ox

from cellkg.places import current_build
from cellkg.search import Index, open_index

_ENDPOINT_ROWS = 200


def main() -> None:
    """Measure every build and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stores", type=Path, nargs="+", help="build folders, from the smallest to the largest")
    parser.add_argument("--times", type=int, default=30, help="requests of each kind")
    parser.add_argument("-o", "--output", type=Path, default=Path("bench-pages.md"))
    options = parser.parse_args()
    out = ["| studies | what | median ms | of 10, the slowest | ÷ plain lookup |\n|---|---|---|---|---|\n"]
    for home in options.stores:
        out += measure(home, options.times)
    options.output.write_text("".join(out), encoding="utf-8")
    print("".join(out))


def measure(home: Path, times: int) -> Iterator[str]:
    """Yield the rows of one build."""
    build = current_build(home)
    assert build is not None
    index = open_index(build)
    sample = random.Random(1).sample(index.studies, times)
    store = ox.Store.read_only(str(build / "store"))
    plain = _timed(lambda number: list(store.query(f"SELECT * {{ <{sample[number].iri}> ?p ?o }}")), times)  # type: ignore[arg-type]
    base = statistics.median(plain)
    yield _row(len(index.studies), "plain lookup by the engine", plain, base)
    with served(home) as client:
        for what, paths in _paths(index, [study.iri for study in sample]).items():
            seconds = _timed(lambda number, paths=paths: _get(client, paths[number % len(paths)]), times)  # type: ignore[misc]
            yield _row(len(index.studies), what, seconds, base)


def _paths(index: Index, studies: list[str]) -> dict[str, list[str]]:
    conditions = [t for t in index.of_facet("condition") if 5 <= t.studies.bit_count() <= 60 and ":" in t.key][:10]
    endpoints = [t for t in index.of_facet("endpoint") if t.studies.bit_count() <= _ENDPOINT_ROWS][:10]
    hubs = sorted(index.of_facet("tissue"), key=lambda term: -term.studies.bit_count())[:5]
    words = ("mesenchymal", "knee osteoarthritis", "autologous", "graft versus host", "sclerodrma")
    return {
        "search with facets, no words": [f"/?condition={term.key}" for term in conditions],
        "search with facets and words": [f"/?q={word.replace(' ', '+')}&phase=Phase2" for word in words],
        "study page": [f"/study/{iri.rpartition('/')[2]}" for iri in studies],
        "condition page": [f"/condition/{term.key}" for term in conditions],
        "endpoint page": [f"/endpoint/{term.key}" for term in endpoints],
        "explorer step from a study": [f"/explore/step.json?node={iri}" for iri in studies],
        "explorer step from a hub, 150 shown": [f"/explore/step.json?node={term.key}" for term in hubs],
        "evidence map": [f"/map?condition={term.key}" for term in conditions],
    }


@contextmanager
def served(home: Path) -> Iterator[httpx2.Client]:
    """Serve a build on a free port while the block runs."""
    command = [sys.executable, "-m", "cellkg", "serve", "--store", str(home), "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        address = re.search(r"http://\S+", process.stderr.readline())
        assert address
        try:
            with httpx2.Client(base_url=address[0], trust_env=False, timeout=60) as client:
                yield client
        finally:
            process.terminate()


def _get(client: httpx2.Client, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")


def _timed(work: Callable[[int], object], times: int) -> list[float]:
    work(0)
    found = []
    for number in range(times):
        started = time.perf_counter()
        work(number)
        found.append(time.perf_counter() - started)
    return found


def _row(studies: int, what: str, seconds: list[float], base: float) -> str:
    median = statistics.median(seconds)
    slow = statistics.quantiles(seconds, n=10)[-1]
    return f"| {studies:,} | {what} | {1000 * median:.1f} | {1000 * slow:.1f} | {median / base:.0f} |\n"


if __name__ == "__main__":
    main()
