from __future__ import annotations

import json
import os
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, RDFS, URIRef

from cellkg.build import build
from cellkg.errors import CellkgError, DataError
from cellkg.identifiers import mint, source_iri
from cellkg.loading import Findings, Inputs, Loader, installed_loaders
from cellkg.ntriples import Literal, Quad, text
from cellkg.places import current_build
from cellkg.resources import shipped
from cellkg.store import open_store
from cellkg.vocabulary import CELLKG

Command = Callable[..., subprocess.CompletedProcess[str]]

GRAPH = source_iri("test")
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


class Says:
    """A loader that says of one study what a test gives it."""

    name = "says"

    def __init__(self, label: str = "one") -> None:
        self.label = label

    def quads(self, inputs: Inputs, findings: Findings) -> Iterator[Quad]:
        yield Quad(mint("a"), RDF.type, CELLKG.Study, GRAPH)
        yield Quad(mint("a"), RDFS.label, text(self.label), GRAPH)


class BreaksARule(Says):
    """A study without label."""

    def quads(self, inputs: Inputs, findings: Findings) -> Iterator[Quad]:
        yield Quad(mint("a"), RDF.type, CELLKG.Study, GRAPH)


class Fails(Says):
    """A loader that ends in the middle."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def quads(self, inputs: Inputs, findings: Findings) -> Iterator[Quad]:
        yield from Says().quads(inputs, findings)
        raise self.error


def builds(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir() if path.name.startswith("build-"))


def labels(home: Path) -> list[str]:
    answer = open_store(home).query(f"SELECT ?label WHERE {{ <{mint('a')}> <{RDFS.label}> ?label }}")
    assert isinstance(answer, ox.QuerySolutions)
    return [row["label"].value for row in answer]


def rows(home: Path, sparql: str) -> list[tuple[str, ...]]:
    answer = open_store(home).query(sparql)
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(term.value for term in row) for row in answer]


def make(home: Path, *loaders: Loader) -> Path:
    return build(Inputs(), home, list(loaders)).folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a finished build."""
    home = tmp_path / "home"
    make(home, Says("first"))
    return home


# ---- what a build leaves


def test_a_build_leaves_store_index_summaries_description_and_report(home: Path) -> None:
    folder = current_build(home)
    assert folder is not None
    names = ["report.json", "search.sqlite", "store", "summaries.sqlite", "void.ttl"]
    assert sorted(path.name for path in folder.iterdir()) == names
    report = json.loads((folder / "report.json").read_text())
    assert report["set_aside"] == report["remarks"] == []
    assert report["counts"]["facts in the merge"] == int(rows(home, COUNT)[0][0])


def test_the_build_before_is_kept_and_older_ones_go(home: Path) -> None:
    first = builds(home)
    second = make(home, Says("second"))
    assert builds(home) == sorted([*first, second.name])
    third = make(home, Says("third"))
    assert builds(home) == sorted([second.name, third.name])
    assert current_build(home) == third
    assert labels(home) == ["third"]


def test_two_builds_of_the_same_input_say_the_same(flagship: Path, tmp_path: Path) -> None:
    def said(where: Path) -> set[ox.Quad]:
        folder = current_build(where)
        assert folder is not None
        quads = ox.Dataset(ox.Store.read_only(str(folder / "store")))
        quads.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        return set(quads)

    build(Inputs(curated=(shipped("curated"),)), tmp_path, installed_loaders())
    assert said(tmp_path) == said(flagship)


def test_the_merge_is_what_the_named_graphs_say_each_once(flagship: Path) -> None:
    folder = current_build(flagship)
    assert folder is not None
    store = ox.Store.read_only(str(folder / "store"))
    merged = [quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())]
    named = {quad.triple for quad in store if quad.graph_name != ox.DefaultGraph()}
    assert len(merged) == len(set(merged))
    assert set(merged) == named


def test_each_source_has_a_graph_of_its_own(flagship: Path) -> None:
    keys = {"medpath-NCT02975960", "news", "review-table", "trial-page-NCT04356755", "trial-page-NCT07360808"}
    found = rows(flagship, f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?g a <{CELLKG.Source}> }} }}")
    assert {graph for (graph,) in found} == {str(source_iri(key)) for key in keys}


def test_quads_are_taken_in_blocks_however_many_they_are(tmp_path: Path) -> None:
    class Node(URIRef):
        """An IRI that can be watched."""

    alive: weakref.WeakSet[Node] = weakref.WeakSet()
    most = 0

    class Many(Says):
        def quads(self, inputs: Inputs, findings: Findings) -> Iterator[Quad]:
            nonlocal most
            for i in range(5000):
                node = Node(mint("many", i))
                alive.add(node)
                most = max(most, len(alive))
                yield Quad(node, RDF.type, CELLKG.Organisation, GRAPH)
                yield Quad(node, RDFS.label, text(f"organisation {i}"), GRAPH)
                yield Quad(mint("a"), CELLKG.organisation, node, GRAPH)
            yield from super().quads(inputs, findings)

    make(tmp_path, Many())
    assert 0 < most < 300


# ---- what stops a build


def test_a_broken_rule_leaves_the_build_before_current(home: Path) -> None:
    before = builds(home)
    with pytest.raises(DataError, match=r"nothing was changed:\nstudy-without-label-violation: .*id/a"):
        make(home, BreaksARule())
    assert builds(home) == before
    assert labels(home) == ["first"]


@pytest.mark.parametrize("error", [RuntimeError("broken"), KeyboardInterrupt(), DataError("no"), ValueError("bad")])
def test_a_loader_that_ends_in_the_middle_changes_nothing(error: BaseException, home: Path) -> None:
    before = builds(home)
    with pytest.raises(type(error)):
        make(home, Fails(error))
    assert builds(home) == before
    assert labels(home) == ["first"]


def test_a_first_build_that_fails_leaves_no_store(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        make(tmp_path, BreaksARule())
    assert [path.name for path in tmp_path.iterdir() if path.name != ".lock"] == []


def test_a_loader_that_writes_no_n_quads_is_told(home: Path) -> None:
    class Unquoted(Says):
        def quads(self, inputs: Inputs, findings: Findings) -> Iterator[Quad]:
            yield Quad(mint("a"), RDFS.label, Literal('"open'), GRAPH)

    with pytest.raises(DataError, match=r"a loader wrote what is no N-Quads, nothing was changed: .*mend the loader"):
        make(home, Unquoted())
    assert labels(home) == ["first"]


def test_what_a_loader_sets_aside_does_not_stop_a_build(home: Path) -> None:
    class Choosy(Says):
        def quads(self, inputs: Inputs, findings: Findings) -> Iterator[Quad]:
            findings.set_aside.append(DataError("a.txt:3: found nothing"))
            findings.remarks.append("one remark")
            findings.counts["things"] += 2
            yield from super().quads(inputs, findings)

    folder = make(home, Choosy("second"))
    report = json.loads((folder / "report.json").read_text())
    assert (report["set_aside"], report["remarks"]) == (["a.txt:3: found nothing"], ["one remark"])
    assert report["counts"]["things"] == 2
    assert labels(home) == ["second"]


# ---- builds in processes of their own

# A build that says each step and waits for a line before it takes it.
STEPWISE = """
import sys
from pathlib import Path
from cellkg.build import build
from cellkg.loading import Inputs, installed_loaders
from cellkg.resources import shipped

def wait(step):
    print(step, flush=True)
    sys.stdin.readline()

build(Inputs(curated=(shipped("curated"),)), Path(sys.argv[1]), installed_loaders(), wait)
"""


@contextmanager
def stopped_at(step: str, home: Path) -> Iterator[subprocess.Popen[str]]:
    """A build that stands still before a step; it is killed at the end if it still runs."""
    command = [sys.executable, "-c", STEPWISE, str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        try:
            for said in running.stdout:
                if said.strip() == step:
                    break
                running.stdin.write("\n")
                running.stdin.flush()
            yield running
        finally:
            running.kill()


STEPS = ["reading the sources", "loading the store", "checking the graph", "summing it up", "writing the store"]


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_build_leaves_the_one_before_and_the_next_one_clears_up(step: str, home: Path) -> None:
    before = builds(home)
    with stopped_at(step, home) as running:
        assert running.poll() is None
        running.kill()
        assert running.wait() == -9
    (left_over,) = set(builds(home)) - set(before)
    assert left_over.endswith(".part")
    assert labels(home) == ["first"]
    done = make(home, Says("second"))
    assert builds(home) == sorted([*before, done.name])
    assert labels(home) == ["second"]


def test_a_build_killed_in_the_middle_of_writing_leaves_the_one_before(home: Path) -> None:
    command = [sys.executable, "-m", "cellkg", "build", "--store", str(home)]
    for wanted in ("sources.nq", "store/CURRENT", "search.sqlite", "summaries.sqlite", "void.ttl"):
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
            while running.poll() is None and not list(home.glob(f"build-*.part/{wanted}")):
                os.sched_yield()
            running.kill()
        # Where the build was quicker than the kill it is whole; a part of one is never current.
        current = current_build(home)
        assert current is not None
        assert current.suffix == ""
        assert int(rows(home, COUNT)[0][0]) > 1000
    make(home, Says("second"))
    assert labels(home) == ["second"]
    assert not list(home.glob("*.part"))


def test_a_build_killed_before_it_was_named_current_is_cleared_up(home: Path) -> None:
    # What a kill between the last rename and the pointer leaves behind.
    first = current_build(home)
    assert first is not None
    (home / "build-20000101T000000-000000000").mkdir()
    (home / "current.txt.new").write_text("build-20000101T000000-000000000\n")
    assert labels(home) == ["first"]
    second = make(home, Says("second"))
    assert builds(home) == sorted([first.name, second.name])
    assert labels(home) == ["second"]


def test_a_second_build_at_the_same_time_is_refused(home: Path, cellkg: Command) -> None:
    with stopped_at("checking the graph", home) as running:
        done = cellkg("build", "--store", home)
        assert done.returncode == 1
        assert done.stderr == f"cellkg: another build holds {home}; wait for it, or build elsewhere with --store\n"
        assert running.poll() is None
        assert running.stdin is not None
        assert running.stdout is not None
        running.communicate("\n\n\n")
        assert running.returncode == 0
    assert ("review-table",) in rows(home, f"SELECT ?key WHERE {{ ?source <{CELLKG.sourceKey}> ?key }}")


# A reader that opens the store once, and answers for each line that it is sent.
READER = """
import sys
from cellkg.store import open_store
store = open_store(sys.argv[1])
print("open", flush=True)
for line in sys.stdin:
    print(next(iter(store.query(line)))[0].value, flush=True)
"""


def test_a_reader_goes_on_while_a_new_build_is_published(home: Path) -> None:
    question = f"SELECT ?label WHERE {{ <{mint('a')}> <{RDFS.label}> ?label }}\n"
    command = [sys.executable, "-c", READER, str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        make(home, Says("second"))
        reader.stdin.write(question)
        reader.stdin.flush()
        assert reader.stdout.readline() == "first\n"
        reader.stdin.close()
    assert labels(home) == ["second"]


# ---- places that do not take a build


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mount a small file system of memory; with other options, mount it anew."""
    place = tmp_path / "mounted"
    place.mkdir()

    def mount(options: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        try:
            done = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError:
            pytest.skip("there is no mount here")
        if done.returncode:
            pytest.skip(f"a file system may not be mounted here: {done.stderr.strip()}")
        return place

    yield mount
    if place.is_mount():
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_told_and_the_build_before_answers(mounted: Callable[[str], Path], cellkg: Command) -> None:
    home = mounted("size=96m")
    make(home, Says("first"))
    before = builds(home)
    free = os.statvfs(home).f_bavail * os.statvfs(home).f_frsize
    for left in (100_000, 1_000_000, 4_000_000):
        (home / "filler").write_bytes(bytes(free - left))
        done = cellkg("build", "--store", home)
        assert done.returncode == 1
        assert done.stderr == f"cellkg: the disk of {home} is full; nothing was changed. Free space and run it again\n"
        assert builds(home) == before
        assert labels(home) == ["first"]
        (home / "filler").unlink()
    make(home, Says("second"))
    assert labels(home) == ["second"]


def test_a_read_only_folder_is_told_and_still_answers(mounted: Callable[[str], Path], cellkg: Command) -> None:
    home = mounted("size=96m")
    make(home, Says("first"))
    subprocess.run(["mount", "-o", "remount,ro", str(home)], check=True)
    for place in (home, home / "below"):
        done = cellkg("build", "--store", place)
        assert done.returncode == 1
        assert done.stderr.startswith(f"cellkg: cannot build in {place}: ")
        assert "Read-only file system" in done.stderr
    assert labels(home) == ["first"]


@pytest.mark.parametrize("below", ["", "below"])
def test_a_file_in_the_place_of_the_folder_is_told(below: str, tmp_path: Path, cellkg: Command) -> None:
    (tmp_path / "home").write_text("a file")
    done = cellkg("build", "--store", tmp_path / "home" / below)
    assert done.returncode == 1
    assert done.stderr.startswith(f"cellkg: cannot build in {tmp_path / 'home' / below}: ")
    assert (tmp_path / "home").read_text() == "a file"


def test_nothing_may_be_lost_by_a_loader_that_cannot_reach_its_files(home: Path) -> None:
    with pytest.raises(CellkgError, match=r"cannot build in .*No such file.*nothing was changed"):
        make(home, Fails(FileNotFoundError(2, "No such file or directory", "there")))
    assert labels(home) == ["first"]
