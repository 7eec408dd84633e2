"""Processes that are killed and stores that are rebuilt: no wrong answer, no dropped request, nothing left behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pyoxigraph as ox
import pytest

from cellkg.places import current_build, publish
from cellkg.store import copied_store

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s <http://example.org/in-build> ?o }"
SLOW = """SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i
  FILTER (CONCAT(STR(?c), STR(?f), STR(?i)) = 'x') }"""
IN_SECONDS = """SELECT (COUNT(*) AS ?n) WHERE {
  { SELECT ?c WHERE { ?a ?b ?c } LIMIT 1200 } { SELECT ?f WHERE { ?d ?e ?f } LIMIT 1200 }
  FILTER (CONCAT(STR(?c), STR(?f)) = 'x') }"""
SPOOLS = Path(tempfile.gettempdir())


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def busy_worker(server: Any) -> psutil.Process:
    used: dict[int, float] = {}
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        worker: psutil.Process
        for worker in server.workers():
            with contextlib.suppress(psutil.NoSuchProcess):
                times = worker.cpu_times()
                if times.user - used.setdefault(worker.pid, times.user) > 0.3:
                    return worker
        time.sleep(0.05)
    raise AssertionError("no worker is at work")


def next_build(home: Path, number: int) -> Path:
    """A build with one more fact than the one before, not yet published."""
    before, build = current_build(home), home / f"build-{number}"
    assert before is not None
    build.mkdir()
    store = copied_store(before / "store", build / "store")
    node = ox.NamedNode(f"http://example.org/{number}")
    store.add(ox.Quad(node, ox.NamedNode("http://example.org/in-build"), ox.Literal(number)))
    store.flush()
    return build


@pytest.fixture
def home(flagship: Path, tmp_path: Path) -> Path:
    """A folder of builds of one's own."""
    shutil.copytree(flagship, tmp_path / "home")
    return tmp_path / "home"


def test_killed_workers_are_replaced_and_their_queries_answered(flagship: Path, serve: Any) -> None:
    with serve(flagship) as server:
        expected = server.ask("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", "text/csv").text
        for worker in server.workers():
            os.kill(worker.pid, signal.SIGKILL)
        answers = [server.ask("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", "text/csv") for _ in range(3)]
        assert {answer.text for answer in answers if answer.status_code == 200} <= {expected}
        assert {answer.status_code for answer in answers} <= {200, 503}
        until(lambda: server.ask("ASK {}").status_code == 200)
        until(lambda: len(server.workers()) == 3)


def test_a_query_whose_worker_is_killed_is_given_to_another(flagship: Path, serve: Any) -> None:
    with serve(flagship, "--timeout", "60") as server:
        answers: list[Any] = []
        asking = threading.Thread(target=lambda: answers.append(server.ask(SLOW, "text/csv")))
        asking.start()
        os.kill(busy_worker(server).pid, signal.SIGKILL)
        time.sleep(0.2)
        second = busy_worker(server)
        assert not answers
        os.kill(second.pid, signal.SIGKILL)
        asking.join(10)
        assert answers[0].status_code == 503
        assert answers[0].headers["retry-after"]


def test_a_killed_server_leaves_no_process_and_the_next_one_its_files(flagship: Path, serve: Any) -> None:
    with serve(flagship, "--timeout", "60") as server:
        (spool,) = spools_of(server)
        asking = threading.Thread(target=until_lost, args=(server,))
        asking.start()
        busy_worker(server)
        workers = server.workers()
        os.kill(server.process.pid, signal.SIGKILL)
        until(lambda: not any(worker.is_running() and worker.status() != "zombie" for worker in workers), 5)
        asking.join(5)
        assert spool.exists()
    with serve(flagship):
        assert not spool.exists()


def until_lost(server: Any) -> None:
    with pytest.raises(httpx2.TransportError):
        server.ask(SLOW)


def spools_of(server: Any) -> list[Path]:
    opened = {Path(file.path).parent for file in psutil.Process(server.process.pid).open_files()}
    return [folder for folder in SPOOLS.glob("cellkg-answers-*") if folder in opened]


def test_a_server_that_ends_leaves_nothing(flagship: Path, serve: Any) -> None:
    with serve(flagship) as server:
        (spool,) = spools_of(server)
        server.ask("SELECT * WHERE { ?s ?p ?o }")
        assert [file.name for file in spool.iterdir()] == [".lock"]
        workers = server.workers()
    assert not spool.exists()
    until(lambda: not any(worker.is_running() for worker in workers))


def test_new_builds_are_taken_up_without_a_dropped_request(home: Path, serve: Any) -> None:
    with serve(home) as server:
        found: list[tuple[int, int]] = []
        end = threading.Event()

        def ask() -> None:
            while not end.is_set():
                answer = server.ask(COUNT, "text/csv")
                found.append((answer.status_code, int(answer.text.split()[1]) if answer.status_code == 200 else -1))

        asking = threading.Thread(target=ask)
        asking.start()
        for number in (1, 2, 3):
            publish(home, next_build(home, number))
            until(lambda: found[-1:] == [(200, number)], 20)  # noqa: B023
        end.set()
        asking.join()
        assert {status for status, _ in found} == {200}
        assert [number for _, number in found] == sorted(number for _, number in found)
        assert "build-3" in server.client.get("/data").text
        until(lambda: len(server.workers()) == 3)


def test_a_long_query_of_the_build_before_still_gets_its_answer(home: Path, serve: Any) -> None:
    with serve(home, "--timeout", "60") as server:
        answers: list[Any] = []
        asking = threading.Thread(target=lambda: answers.append(server.ask(IN_SECONDS, "text/csv")))
        asking.start()
        publish(home, next_build(home, 1))
        until(lambda: bool(answers) or server.ask(COUNT, "text/csv").text.split()[1:] == ["1"], 20)
        asking.join()
        assert answers[0].status_code == 200
        until(lambda: len(server.workers()) == 3)


def test_a_broken_new_build_leaves_the_old_one_in_service(home: Path, serve: Any) -> None:
    with serve(home) as server:
        broken = home / "build-broken"
        (broken / "store").mkdir(parents=True)
        (broken / "store" / "CURRENT").write_text("nothing\n")
        (home / "current.txt").write_text("build-broken\n")
        for _ in range(20):
            assert server.ask(COUNT).status_code == 200
            time.sleep(0.1)
        assert "build-broken" not in server.client.get("/data").text


def test_what_cannot_be_served_is_told(tmp_path: Path, flagship: Path, cellkg: Any) -> None:
    none = cellkg("serve", "--store", tmp_path, "--port", "0")
    assert (none.returncode, "run `cellkg build`" in none.stderr) == (3, True)
    address = cellkg("serve", "--store", "http://localhost:1/", "--port", "0")
    assert (address.returncode, "does not answer" in address.stderr) == (5, True)
    open_to_all = cellkg("serve", "--store", flagship, "--host", "0.0.0.0", "--port", "0")
    assert (open_to_all.returncode, "--name" in open_to_all.stderr) == (2, True)
    (tmp_path / "CURRENT").write_text("nothing\n")
    broken = cellkg("serve", "--store", tmp_path, "--port", "0")
    assert (broken.returncode, "cannot open the store" in broken.stderr) == (1, True)
