"""Ask every question of the catalogue, and print a line of JSON for each: ``ask.py STORE [QUESTION TO LEAVE OUT]…``."""

from __future__ import annotations

import json
import statistics
import sys
import time

import cellkg
from cellkg.errors import CellkgError

_QUICK_SECONDS = 2.0
_TIMES = 3


def main() -> None:
    """Ask one question after the other; what is quick is asked three times and the median counts."""
    store, *left_out = sys.argv[1:]
    graph = cellkg.open(store)
    for name in sorted(graph.questions()):
        if name not in left_out:
            print(json.dumps({"asked": name}), flush=True)
            print(json.dumps({"name": name, **_asked(graph, name)}), flush=True)


def _asked(graph: cellkg.CellGraph, name: str) -> dict[str, object]:
    seconds: list[float] = []
    cpu: list[float] = []
    rows = 0
    while len(seconds) < _TIMES and sum(seconds) < _QUICK_SECONDS:
        started, used = time.perf_counter(), time.process_time()
        try:
            rows = len(graph.query(name).rows)  # type: ignore[union-attr]
        except CellkgError as error:
            return {"error": str(error).splitlines()[0][:200]}
        seconds.append(time.perf_counter() - started)
        cpu.append(time.process_time() - used)
    return {"seconds": statistics.median(seconds), "cpu": statistics.median(cpu), "rows": rows}


if __name__ == "__main__":
    main()
