"""Many clients at once: everyone is answered or refused soon, the pages go on, and memory does not grow.

``CELLKG_LOAD_SECONDS`` sets how long the mixed load lasts; `.ci/run --full` takes ten minutes.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

LOAD_SECONDS = int(os.environ.get("CELLKG_LOAD_SECONDS", "60"))
LIGHT = "ASK { ?s a <https://w3id.org/cellkg/vocab/CellProduct> }"
PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
HEAVY = f"SELECT (COUNT(*) AS ?n) WHERE {{ {PRODUCT} FILTER (CONCAT(STR(?c), STR(?f), STR(?i)) = 'x') }}"
MIXED = [
    LIGHT,
    "SELECT * WHERE { ?s ?p ?o } LIMIT 2000",
    "SELECT * WHERE { ?s ?p ?o . ?s ?q ?r } LIMIT 100000",
    f"SELECT * WHERE {{ {PRODUCT} }} ORDER BY ?f",
    f"CONSTRUCT {{ ?a ?b ?f }} WHERE {{ {PRODUCT} }}",
    "CONSTRUCT WHERE { ?s ?p ?o }",
    HEAVY,
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "no query",
]
PAGES = [
    "/", "/question/cell-doses", "/question/cell-doses.csv?evidence=1", "/question/tissue-sources.json", "/data",
    "/?q=sclerosis&phase=Phase2", "/study/NCT02975960", "/study/NCT02975960.json", "/product/AdiposeMSC",
    "/condition/MONDO:0005100", "/endpoint/RCS", "/endpoint/RCS.csv", "/map?condition=MONDO:0005100", "/explore",
    "/explore?node=NCT02975960", "/explore/step.json?node=MONDO:0005100", "/api/conflicts/NCT03060551",
    "/explore/paths.json?node=NCT02975960&other=NCT00962923", "/explore/network.graphml?node=NCT02975960",
    "/explore/link.json?start=kg:NCT02975960&end=MONDO:0005100", "/thing/UBERON:0001013",
]  # fmt: skip
LIMITS = {"query_seconds": 3, "memory_bytes": 256 * 2**20, "result_bytes": 16 * 2**20}
EXPECTED = {200, 400, 403, 406, 503, 504, 507}


def timed(server: Any, path: str, query: str | None = None, accept: str = "*/*") -> tuple[float, httpx2.Response]:
    started = time.monotonic()
    params = {"query": query} if query else None
    answer = server.client.get(path, params=params, headers={"Accept": accept})
    return time.monotonic() - started, answer


def test_two_hundred_at_once_are_answered_or_refused(flagship: Path, serve: Any) -> None:
    with serve(flagship, limits=LIMITS) as server, ThreadPoolExecutor(200) as clients:
        queries = [HEAVY if number % 4 == 0 else LIGHT for number in range(200)]
        answers = list(clients.map(lambda query: timed(server, "/sparql", query), queries))
        statuses = Counter((query, answer.status_code) for query, (_, answer) in zip(queries, answers, strict=True))
        assert sum(statuses.values()) == 200
        assert {status for query, status in statuses if query == LIGHT} <= {200, 503}
        assert {status for query, status in statuses if query == HEAVY} <= {503, 504}
        assert all(answer.headers.get("retry-after") for _, answer in answers if answer.status_code == 503)
        assert all(answer.json()["boolean"] is True for _, answer in answers if answer.status_code == 200)


def test_pages_and_light_queries_do_not_wait_for_heavy_ones(flagship: Path, serve: Any) -> None:
    with serve(flagship, limits=LIMITS) as server, ThreadPoolExecutor(8) as clients:
        for page in PAGES:
            timed(server, page)
        end = time.monotonic() + 8

        def press(_: int) -> None:
            while time.monotonic() < end:
                timed(server, "/sparql", HEAVY)

        pressing = [clients.submit(press, number) for number in range(6)]
        pages, light = [], []
        while time.monotonic() < end:
            pages += [timed(server, page) for page in PAGES]
            light.append(timed(server, "/sparql", LIGHT))
        for done in pressing:
            done.result()
        assert {answer.status_code for _, answer in pages} == {200}
        assert max(seconds for seconds, _ in pages) < 1
        assert {answer.status_code for _, answer in light} <= {200, 503}
        assert max(seconds for seconds, _ in light) < 1
        ended = time.monotonic()
        while timed(server, "/sparql", LIGHT)[1].status_code != 200:
            pass
        assert time.monotonic() - ended < 5


def test_memory_stays_after_a_mixed_load(flagship: Path, serve: Any) -> None:
    with serve(flagship, limits=LIMITS) as server:
        statuses: Counter[int] = Counter()
        load(server, min(10, LOAD_SECONDS), statuses)
        warm = settled(server)
        load(server, LOAD_SECONDS, statuses)
        after = settled(server)
        print(f"{warm / 2**20:.0f} MiB, then {after / 2**20:.0f} MiB after {dict(statuses)}")
        assert set(statuses) <= EXPECTED
        assert {200, 503, 507} <= set(statuses)
        assert after <= 1.2 * warm


def load(server: Any, seconds: float, statuses: Counter[int]) -> None:
    end = time.monotonic() + seconds

    def client(seed: int) -> Counter[int]:
        chance, seen = random.Random(seed), Counter[int]()
        while time.monotonic() < end:
            if chance.random() < 0.3:
                seen[timed(server, chance.choice(PAGES))[1].status_code] += 1
            else:
                accept = chance.choice(["*/*", "text/csv", "text/html", "application/n-triples, */*;q=0.1"])
                seen[timed(server, "/sparql", chance.choice(MIXED), accept)[1].status_code] += 1
        return seen

    with ThreadPoolExecutor(8) as clients:
        for seen in clients.map(client, range(8)):
            statuses.update(seen)


def settled(server: Any) -> int:
    """The memory of the server once its workers are at rest and complete."""
    deadline = time.monotonic() + 10
    while len(server.workers()) != 3 or timed(server, "/sparql", LIGHT)[1].status_code != 200:
        assert time.monotonic() < deadline
    time.sleep(1)
    return int(server.memory())


@pytest.mark.parametrize("number", [50])
def test_connections_above_the_limit_are_refused(flagship: Path, serve: Any, number: int) -> None:
    with serve(flagship, limits={"connections": 10}) as server, ThreadPoolExecutor(number) as clients:
        answers = list(clients.map(lambda _: _status(server), range(number)))
        assert set(answers) <= {200, 503, None}
        assert timed(server, "/")[1].status_code == 200


def _status(server: Any) -> int | None:
    try:
        with httpx2.Client(trust_env=False, verify=False) as client:
            return client.get(server.url).status_code
    except httpx2.TransportError:
        return None  # closed before the request was read
