"""Conversion by many workers: the same quads as from one process, whoever dies; what is broken is named."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pyoxigraph as ox
import pytest

from cellkg.conversion import Conversion, convert
from cellkg.conversion.processes import by_processes
from cellkg.conversion.work import Done, Outcome, Task, convert_shard
from cellkg.dump import write_dump
from cellkg.errors import UsageError
from cellkg.loading import Findings, Inputs, installed_loaders
from cellkg.ntriples import lines
from cellkg.pieces import fingerprint, pieces_of_lines, pieces_of_zip
from cellkg.places import current_build
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


# ---- pieces


def test_pieces_of_lines_are_the_file_cut_between_lines(tmp_path: Path) -> None:
    file = tmp_path / "some.ndjson"
    content = b"".join(b"x" * (37 * number % 101) + b"\n" for number in range(200)) + b"no newline at the end"
    file.write_bytes(content)
    for size in (1, 50, 101, 1_000, 10**6):
        pieces = list(pieces_of_lines(file, size))
        parts = [content[piece.first : piece.last] for piece in pieces]
        assert b"".join(parts) == content
        assert all(part.endswith(b"\n") for part in parts[:-1])
        assert [piece.line for piece in pieces] == [1 + content[: piece.first].count(b"\n") for piece in pieces]
        assert all(piece.weight >= size for piece in pieces[:-1])


def test_an_empty_file_has_no_piece(tmp_path: Path) -> None:
    (tmp_path / "none.ndjson").write_bytes(b"")
    assert list(pieces_of_lines(tmp_path / "none.ndjson", 10)) == []


def test_pieces_of_a_zip_hold_each_member_once_and_change_with_it(tmp_path: Path) -> None:
    file = tmp_path / "some.zip"
    seen = set()
    for words in ("a", "b"):
        with zipfile.ZipFile(file, "w") as archive:
            for number in range(20):
                archive.writestr(f"{number:02}.json", words * 10 * number)
        pieces = list(pieces_of_zip(file, 300))
        assert [piece.first for piece in pieces] == [0, *(piece.last for piece in pieces[:-1])]
        assert pieces[-1].last == 20
        seen.add(fingerprint(tuple(pieces)))
    assert len(seen) == 2


# ---- the same as one process


def test_the_shards_hold_what_one_process_says_and_finds(
    ndjson: Path, plain: tuple[list[str], Findings], tmp_path: Path
) -> None:
    done = converted(tmp_path, ndjson)
    assert len(done.shards) > 4
    assert_nothing_lost_or_doubled(tmp_path, plain)
    assert done.findings.counts == plain[1].counts
    assert done.findings.counts["registry records read twice"] == 1
    told = [str(error).partition(" (shard ") for error in done.findings.set_aside]
    assert [(words[0], bool(words[1])) for words in told] == [
        (str(error).partition("; ")[0], True) for error in plain[1].set_aside
    ]


def test_no_blank_node_is_in_a_shard(ndjson: Path, tmp_path: Path) -> None:
    converted(tmp_path, ndjson)
    assert not [quad for quad in statements(tmp_path) if quad.startswith("_:") or " _:" in quad.partition('"')[0]]


def test_files_gzip_zip_pages_and_a_document_over_lines_are_cut(tmp_path: Path) -> None:
    given = tmp_path / "given"
    (given / "deep").mkdir(parents=True)
    (given / "deep" / "one.json").write_text(json.dumps(record(1)), encoding="utf-8")
    (given / "two.ndjson.gz").write_bytes(gzip.compress("\n".join(json.dumps(record(n)) for n in (2, 3)).encode()))
    (given / "page.json").write_text(json.dumps({"studies": [record(4), record(5)]}), encoding="utf-8")
    (given / "document.ndjson").write_text(json.dumps(record(6), indent=1), encoding="utf-8")
    (given / "notes.txt").write_text("none", encoding="utf-8")
    with zipfile.ZipFile(given / "more.zip", "w") as archive:
        for number in range(7, 12):
            archive.writestr(f"{number}.json", json.dumps(record(number)))
        archive.writestr("12.jsonl", json.dumps(record(12)))
        archive.writestr("readme.txt", "no record")
    (given / "empty.json").write_bytes(b"")
    (given / "broken.zip").write_bytes(b"PK\x03\x04 and nothing more")
    (given / "half.json.gz").write_bytes(gzip.compress(json.dumps(record(13)).encode())[:-9])
    quads, findings = read_plainly(given)
    for size in (1, 7_000, 10**9):
        done = converted(tmp_path / str(size), given, size=size)
        assert sorted(statements(tmp_path / str(size))) == sorted(quads)
        assert done.findings.counts == findings.counts
        assert sorted(str(error)[:40] for error in done.findings.set_aside) == sorted(
            str(error)[:40] for error in findings.set_aside
        )


def test_standard_input_cannot_be_cut(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="standard input cannot be cut"):
        converted(tmp_path, Path("-"))


def test_the_bytes_of_a_shard_do_not_depend_on_process_or_hashes(ndjson: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "cellkg", "convert", "--registry", str(ndjson), "-o", str(tmp_path / seed)]
        done = subprocess.run(
            [*command, "--workers", "1", "--shard-size", "1"], env={**os.environ, "PYTHONHASHSEED": seed}, check=False
        )
        assert done.returncode == 4
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


# ---- runs again


def test_a_second_run_makes_only_what_is_not_whole(ndjson: Path, tmp_path: Path) -> None:
    given = tmp_path / "given.ndjson"
    shutil.copy(ndjson, given)
    folder = tmp_path / "shards"
    first = converted(folder, given)
    assert first.made == len(first.shards)
    before = contents(folder)
    assert converted(folder, given).made == 0

    (folder / "00001.nq.gz").write_bytes(before["00001.nq.gz"][:-1] + b"\xff")
    (folder / "00002.json").unlink()
    (folder / "00003.nq.gz").unlink()
    (folder / "00099.nq.gz").write_bytes(b"of an earlier run")
    (folder / ".00000-abc.part").write_bytes(b"of a worker that died")
    assert converted(folder, given).made == 3
    assert contents(folder) == before
    assert not list(folder.glob(".*.part"))

    with given.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record(900)) + "\n")
    assert converted(folder, given).made == 1
    text = given.read_text(encoding="utf-8")
    given.write_text(text.replace("on day 2.", "on day 3."), encoding="utf-8")
    assert converted(folder, given).made == 1
    assert_nothing_lost_or_doubled(folder, read_plainly(given))


def test_fewer_records_leave_no_shard_behind(ndjson: Path, tmp_path: Path) -> None:
    given = tmp_path / "given.ndjson"
    shutil.copy(ndjson, given)
    converted(tmp_path / "shards", given)
    given.write_text(json.dumps(record(7)), encoding="utf-8")
    converted(tmp_path / "shards", given)
    assert [file.name for file in (tmp_path / "shards").glob("*.nq.gz")] == ["00000.nq.gz"]
    assert statements(tmp_path / "shards") == read_plainly(given)[0]


# ---- workers that die


@contextmanager
def killing(shard: Path, times: int, *above: int) -> Iterator[list[int]]:
    """Kill (-9) the worker below some processes that writes a shard, so many times; yields those that were killed."""
    killed: list[int] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.005) and len(killed) < times:
            for part in shard.parent.glob(f".{shard.name}-*.part"):
                for worker in working_below(*(above or (os.getpid(),))):
                    if worker.pid not in killed and str(part) in told_of(worker):
                        worker.kill()
                        killed.append(worker.pid)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield killed
    finally:
        over.set()
        watching.join()


def working_below(*above: int) -> list[psutil.Process]:
    found = [child for pid in above for child in psutil.Process(pid).children(recursive=True)]
    return [process for process in found if "spawn_main" in told_of(process)]


def told_of(process: psutil.Process) -> str:
    """The command and the open files of a process; nothing where it has ended."""
    with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return "\n".join([*process.cmdline(), *(opened.path for opened in process.open_files())])
    return ""


def test_a_process_killed_in_the_middle_loses_and_doubles_nothing(
    ndjson: Path, plain: tuple[list[str], Findings], tmp_path: Path
) -> None:
    with killing(tmp_path / "00003", 1) as killed:
        done = converted(tmp_path, ndjson, workers=partial(by_processes, 2))
    assert len(killed) == 1
    assert not done.failed
    assert done.findings.counts == plain[1].counts
    assert_nothing_lost_or_doubled(tmp_path, plain)


def test_a_shard_whose_worker_dies_each_time_fails_alone_and_is_named(ndjson: Path, tmp_path: Path) -> None:
    given = tmp_path / "given.ndjson"
    shutil.copy(ndjson, given)
    with killing(tmp_path / "shards" / "00001", 3) as killed:
        done = converted(tmp_path / "shards", given, workers=partial(by_processes, 2), size=2 * SIZE)
    assert len(killed) == 3
    assert [each.shard for each in done.failed] == ["00001"]
    assert "given.ndjson from line " in done.failed[0].why
    assert "its worker died 3 times" in done.failed[0].why
    whole = {file.name.partition(".")[0] for file in (tmp_path / "shards").glob("*.nq.gz")}
    assert whole == set(done.shards) - {"00001"}
    assert converted(tmp_path / "shards", given, size=2 * SIZE).made == 1


def test_workers_end_with_their_parent(ndjson: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cellkg", "convert", "--registry", str(ndjson), "-o", str(tmp_path)]
    with subprocess.Popen([*command, "--workers", "2", "--shard-size", "1"]) as parent:
        while not (workers := working_below(parent.pid)):
            assert parent.poll() is None
            time.sleep(0.01)
        parent.kill()
    assert psutil.wait_procs(workers, timeout=30)[1] == []


# ---- a cluster


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[tuple[str, list[int]]]:
    """A Dask scheduler and workers on the loopback address; yields its address and the processes above the workers."""
    pytest.importorskip("distributed", reason="no Dask here; install cellkg[cluster]")
    told = folder / "scheduler.json"
    scheduler = ["distributed.cli.dask_scheduler", "--scheduler-file", str(told), "--dashboard-address", "127.0.0.1:0"]
    with ExitStack() as running:

        def start(*arguments: str) -> int:
            command = [sys.executable, "-m", *arguments, "--host", "127.0.0.1"]
            process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            running.enter_context(process)
            running.callback(process.terminate)
            return process.pid

        start(*scheduler, "--port", "0")
        deadline = time.monotonic() + 60
        while not told.exists() or not told.read_text(encoding="utf-8"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        address = json.loads(told.read_text(encoding="utf-8"))["address"]
        worker = ["distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard"]
        yield address, [start(*worker, "--local-directory", str(folder / "space")) for _ in range(workers)]


def test_a_cluster_worker_killed_in_the_middle_loses_and_doubles_nothing(
    ndjson: Path, plain: tuple[list[str], Findings], tmp_path: Path
) -> None:
    from cellkg.conversion.cluster import by_cluster

    folder = tmp_path / "shards"
    with cluster(tmp_path) as (address, above), killing(folder / "00003", 1, *above) as killed:
        done = converted(folder, ndjson, workers=partial(by_cluster, address))
    assert len(killed) == 1
    assert not done.failed
    assert done.findings.counts == plain[1].counts
    assert_nothing_lost_or_doubled(folder, plain)


def test_a_cluster_that_is_not_there_is_told(ndjson: Path, tmp_path: Path, cellkg: Command) -> None:
    pytest.importorskip("distributed", reason="no Dask here; install cellkg[cluster]")
    odd = cellkg("convert", "--registry", ndjson, "-o", tmp_path, "--cluster", "somewhere")
    assert (odd.returncode, odd.stderr.count("\n")) == (2, 1)
    assert "write tcp://HOST:8786" in odd.stderr


def test_a_scheduler_that_dies_is_told_and_what_is_whole_stays(ndjson: Path, tmp_path: Path, cellkg: Command) -> None:
    pytest.importorskip("distributed", reason="no Dask here; install cellkg[cluster]")
    with cluster(tmp_path) as (address, _):
        port = int(address.rpartition(":")[2])
        listening = [each.pid for each in psutil.net_connections("tcp") if each.laddr and each.laddr.port == port]
        command = [sys.executable, "-m", "cellkg", "convert", "--registry", str(ndjson), "-o", str(tmp_path / "shards")]
        arguments = ["--cluster", address, "--shard-size", "1"]
        with subprocess.Popen([*command, *arguments], stderr=subprocess.PIPE, text=True) as run:
            while not any((tmp_path / "shards").glob(".0*.part")):
                assert run.poll() is None
                time.sleep(0.005)
            os.kill(next(pid for pid in listening if pid), signal.SIGKILL)
            _, told = run.communicate()
    assert run.returncode == 5, told
    assert told.endswith("is gone; run it again, shards that are whole stay\n")
    assert "Traceback" not in told


# ---- what is broken


def test_a_malformed_shard_is_named_and_the_rest_is_whole(ndjson: Path, tmp_path: Path, cellkg: Command) -> None:
    done = cellkg("convert", "--registry", ndjson, "-o", tmp_path / "shards", "--shard-size", "1", "--workers", "2")
    assert done.returncode == 4
    assert f"{ndjson}:41: not JSON: " in done.stderr
    assert f"{ndjson}:81/protocolSection/designModule/enrollmentInfo/count: expected a whole number" in done.stderr
    assert done.stderr.count("(shard 00000)") == 2


def test_a_shard_that_changed_on_disk_is_set_aside_by_a_build(ndjson: Path, tmp_path: Path) -> None:
    from cellkg.conversion import ShardLoader

    done = converted(tmp_path, ndjson)
    broken = tmp_path / "00002.nq.gz"
    lost = gzip.decompress(broken.read_bytes()).decode().split("\n")[:-1]
    broken.write_bytes(broken.read_bytes()[:-30])
    findings = Findings()
    text = "".join(lines(ShardLoader().quads(Inputs(shards=(tmp_path,)), findings)))
    told = f"{broken}: shard 00002 is missing, or is not as it was written; run `cellkg convert`"
    assert [str(error).startswith(told) for error in findings.set_aside].count(True) == 1
    rest = [quad for name in done.shards if name != "00002" for quad in _shard(tmp_path, name)]
    assert text.split("\n")[:-1] == rest
    assert set(rest).isdisjoint(lost)


def _shard(folder: Path, name: str) -> list[str]:
    return gzip.decompress((folder / f"{name}.nq.gz").read_bytes()).decode().split("\n")[:-1]


def test_half_a_conversion_is_never_built_from(ndjson: Path, tmp_path: Path, cellkg: Command) -> None:
    def stopped(tasks: Any) -> Iterator[Outcome]:
        yield convert_shard(next(iter(tasks)))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        converted(tmp_path / "shards", ndjson, workers=stopped)
    assert (tmp_path / "shards" / "00000.json").exists()
    done = cellkg("build", "--store", tmp_path / "home", "--shards", tmp_path / "shards")
    assert (done.returncode, current_build(tmp_path / "home")) == (3, None)
    assert "no finished conversion" in done.stderr
    assert converted(tmp_path / "shards", ndjson).made == len(statements_by_shard(tmp_path / "shards")) - 1


def statements_by_shard(folder: Path) -> dict[str, list[str]]:
    return {file.name: _shard(folder, file.name.partition(".")[0]) for file in folder.glob("*.nq.gz")}


def test_a_worker_with_another_version_is_refused(ndjson: Path, tmp_path: Path) -> None:
    shard = Task(shard=next(iter(_shards(ndjson))), folder=str(tmp_path), converter="another")
    outcome = convert_shard(shard)
    assert not isinstance(outcome, Done)
    assert outcome.all
    assert "another version of cellkg; install the same" in outcome.why


def _shards(file: Path) -> Iterator[Any]:
    from cellkg.conversion.shards import shards

    return shards("clinicaltrials_gov", pieces_of_lines(file, SIZE), SIZE)


def test_input_that_a_worker_cannot_see_fails_its_shard(ndjson: Path, tmp_path: Path) -> None:
    from cellkg.conversion.converter import converter_of

    given = tmp_path / "given.ndjson"
    shutil.copy(ndjson, given)
    shard = next(iter(_shards(given)))
    given.unlink()
    outcome = convert_shard(Task(shard=shard, folder=str(tmp_path), converter=converter_of(shard.loader)))
    assert not isinstance(outcome, Done)
    assert "the files must be there under the same path" in outcome.why


# ---- builds


def test_a_build_from_shards_is_the_build_from_records(ndjson: Path, tmp_path: Path, cellkg: Command) -> None:
    of_records = cellkg("build", "--store", tmp_path / "records", "--registry", ndjson)
    of_shards = cellkg("build", "--store", tmp_path / "by workers", "--registry", ndjson, "--workers", "2")
    assert of_records.returncode == of_shards.returncode == 4
    told = [[line for line in done.stderr.splitlines() if "  " in line] for done in (of_records, of_shards)]
    assert told[0] == told[1]
    assert dump(tmp_path / "records") == dump(tmp_path / "by workers")
    assert not (tmp_path / "by workers" / "shards").exists()


def test_an_update_takes_shards(flagship: Path, tmp_path: Path, cellkg: Command) -> None:
    one = tmp_path / "one.ndjson"
    one.write_text(json.dumps(record(500)), encoding="utf-8")
    shutil.copytree(flagship, tmp_path / "home")
    assert cellkg("convert", "--registry", one, "-o", tmp_path / "shards").returncode == 0
    done = cellkg("update", "--store", tmp_path / "home", "--shards", tmp_path / "shards")
    assert done.returncode == 0, done.stderr
    query = tmp_path / "one.rq"
    query.write_text("SELECT ?p WHERE { <https://w3id.org/cellkg/id/NCT00000500> ?p ?o }", encoding="utf-8")
    assert len(cellkg("query", query, "--store", tmp_path / "home", "-f", "csv").stdout.splitlines()) > 3


def dump(home: Path) -> set[bytes]:
    build = current_build(home)
    assert build is not None
    store = ox.Store.read_only(str(build / "store"))
    # Blank nodes are those of the ontology, and named anew by each load.
    return {line for line in gzip.decompress(write_dump(store, build).read_bytes()).splitlines() if b"_:" not in line}
