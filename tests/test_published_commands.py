"""The commands write the same on a published store as on the build, and tell what is wrong with a store."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from cellkg.addresses import read_address
from cellkg.errors import DataError, NetworkError, NotFoundError, UsageError
from cellkg.identifiers import PUBLISHED
from cellkg.published import ReplacedError
from cellkg.publishing import RemoteGraphs
from cellkg.store import RemoteStore, Store, open_store

from .comparison_stores import RECORDS, STUDIES, build_records
from .stores import VIRTUOSO_LOGIN, WIDELY, free_port, oxigraph_server, published, virtuoso_server

Command = Callable[..., "subprocess.CompletedProcess[str]"]
COMMANDS = {
    "compare": ("compare", "mRSS", "-f", "json"),
    "compare as table": ("compare", "CHFS"),
    "gaps": ("gaps", "--by", "tissue", "--condition", "systemic sclerosis"),
    "gaps by product": ("gaps", "-f", "csv"),
    "conflicts": ("conflicts", "-f", "json"),
    "safety": ("safety", "attribution", "-f", "csv"),
    "similar": ("similar", "NCT02975960"),
    "why": ("why", "NCT02975960", "MONDO:0005100", "--steps", "--hub", "100"),
    "link report": ("link", "report", "-f", "csv"),
    "link requests": ("link", "requests", "-f", "md"),
    "query": ("query", "cell-doses", "--evidence", "-f", "jsonl"),
    "query of one's own": ("query", "-", "-f", "csv"),
}
FILES = {
    "draw": ("draw", "NCT02975960", "-o", "near.html"),
    "export effects": ("export", "effects", "-o", "effects"),
}
NOT_ON_VIRTUOSO = {
    "conflicts": "GROUP_CONCAT without a separator, LCASE of nothing",
    "compare as table": "rows are lost, on one start of the server and not on another",
    "compare": "rows are lost, on one start of the server and not on another",
    "export effects": "rows are lost, on one start of the server and not on another",
}
ONE_GRAPH = """SELECT (COUNT(*) AS ?n) WHERE {
  GRAPH <https://w3id.org/cellkg/ontology/cellkg> { ?word a ?kind . FILTER (isIRI(?word)) } }"""
EVERY_GRAPH = "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } } ORDER BY ?graph"


@dataclass(frozen=True, slots=True)
class Published:
    """A build, and the address that it is published at."""

    home: Path
    address: str
    kind: str


@pytest.fixture(scope="module")
def home(flagship: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped data, with real records where they are at hand."""
    if not all((RECORDS / f"{study}.json").is_file() for study in STUDIES):
        return flagship
    folder = tmp_path_factory.mktemp("records")
    build_records(folder)
    return folder


@contextmanager
def server(kind: str, folder: Path) -> Iterator[str]:
    with (oxigraph_server if kind == "oxigraph" else virtuoso_server)(folder) as base:
        yield f"{kind}+{base}"


@pytest.fixture(scope="module", params=sorted(WIDELY))
def store(request: pytest.FixtureRequest, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """The build published on a real server of each kind."""
    with server(request.param, tmp_path_factory.mktemp("remote")) as address:
        login = VIRTUOSO_LOGIN if request.param == "virtuoso" else None
        yield Published(home, published(home, address, login), request.param)


@pytest.fixture(scope="module")
def local_output() -> dict[str, subprocess.CompletedProcess[str]]:
    """What each command wrote on the build."""
    return {}


@pytest.fixture
def oxigraph(flagship: Path, tmp_path: Path) -> Iterator[str]:
    """The shipped data on a server of its own, which a test may change."""
    with server("oxigraph", tmp_path) as address:
        yield published(flagship, address)


# ---- the same output


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_writes_the_same(
    store: Published,
    cellkg: Command,
    name: str,
    request: pytest.FixtureRequest,
    local_output: dict[str, subprocess.CompletedProcess[str]],
) -> None:
    if store.kind == "virtuoso" and name in NOT_ON_VIRTUOSO:
        request.applymarker(pytest.mark.xfail(reason=NOT_ON_VIRTUOSO[name], strict=False))
    stdin = EVERY_GRAPH if COMMANDS[name][1] == "-" else ""
    if name not in local_output:
        local_output[name] = cellkg(*COMMANDS[name], "--store", store.home, stdin=stdin)
    local = local_output[name]
    remote = cellkg(*COMMANDS[name], "--store", store.address, stdin=stdin)
    assert local.returncode == 0
    assert local.stdout
    assert remote.returncode == 0, remote.stderr
    assert remote.stdout.splitlines() == local.stdout.splitlines()
    assert remote.stdout == local.stdout
    caution = read_address(store.address).caution
    assert remote.stderr == (f"{caution}\n" if caution else "") + local.stderr


@pytest.mark.parametrize("name", FILES)
def test_a_command_writes_the_same_files(
    store: Published, cellkg: Command, name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if store.kind == "virtuoso" and name in NOT_ON_VIRTUOSO:
        request.applymarker(pytest.mark.xfail(reason=NOT_ON_VIRTUOSO[name], strict=False))
    written = []
    for place, where in (("local", store.home), ("remote", store.address)):
        (tmp_path / place).mkdir()
        done = cellkg(*FILES[name], "--store", where, cwd=tmp_path / place)
        assert done.returncode == 0, done.stderr
        files = (file for file in (tmp_path / place).rglob("*") if file.is_file())
        written.append({str(file.relative_to(tmp_path / place)): file.read_bytes() for file in files})
    assert written[0]
    assert written[0] == written[1]


def test_a_graph_named_by_its_iri_is_found(store: Published) -> None:
    local, remote = (asked(open_store(where), ONE_GRAPH) for where in (store.home, store.address))
    assert local == remote
    assert int(local[0][0].value) > 100


def test_blank_nodes_are_read(store: Published) -> None:
    query = "SELECT ?node WHERE { ?node a <http://www.w3.org/2002/07/owl#Restriction> }"
    numbers = [len(asked(open_store(where), query)) for where in (store.home, store.address)]
    assert numbers[0] == numbers[1] > 0


# ---- what is wrong with a store


@pytest.mark.parametrize("kind", ["oxigraph", "virtuoso"])
def test_an_empty_store_has_nothing_published(kind: str, tmp_path: Path) -> None:
    with server(kind, tmp_path) as address, pytest.raises(NotFoundError, match="no published build; run `cellkg push`"):
        open_store(address)


def test_a_store_in_which_a_push_goes_on_is_not_asked(oxigraph: str, cellkg: Command) -> None:
    _begin(oxigraph)
    done = cellkg("compare", "mRSS", "--store", oxigraph)
    assert (done.returncode, done.stdout) == (1, "")
    assert "holds a part of a build: a push began at 2026-11-25T20:00:00" in done.stderr
    assert "wait for it, or run `cellkg push` again" in done.stderr


def test_an_answer_of_two_builds_is_not_told(oxigraph: str, flagship: Path) -> None:
    store = open_store(oxigraph)
    assert isinstance(store, RemoteStore)
    store.confirm()
    _begin(oxigraph)
    with pytest.raises(ReplacedError):
        store.confirm()
    published(flagship, oxigraph)
    with pytest.raises(ReplacedError, match="got another build while it was asked"):
        store.confirm()


def test_a_store_of_an_earlier_cellkg_is_told_as_such(oxigraph: str) -> None:
    _update(oxigraph, "DELETE WHERE { GRAPH ?g { <https://w3id.org/cellkg/vocab/hasArm> a ?kind } }")
    with pytest.raises(DataError, match=r"earlier cellkg, which does not know hasArm; run `cellkg build`"):
        open_store(oxigraph)


def test_a_store_that_is_not_there_is_told(cellkg: Command) -> None:
    done = cellkg("gaps", "--store", f"oxigraph+http://127.0.0.1:{free_port()}")
    assert (done.returncode, done.stdout) == (5, "")
    assert "does not answer" in done.stderr


def test_a_store_that_wants_a_password_is_told_how_to_give_it(
    flagship: Path, tmp_path: Path, cellkg: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server("virtuoso", tmp_path) as address:
        published(flagship, address, VIRTUOSO_LOGIN)
        monkeypatch.setitem(os.environ, "CELLKG_PASSWORD", "wrong-one")
        refused = cellkg("query", "cell-doses", "--user", "dba", "--store", address)
        assert (refused.returncode, refused.stdout) == (5, "")
        assert "--user" in refused.stderr
        assert "wrong-one" not in refused.stderr
        monkeypatch.setitem(os.environ, "CELLKG_PASSWORD", VIRTUOSO_LOGIN[1])
        assert cellkg("query", "cell-doses", "--user", "dba", "--store", address).returncode == 0


def test_a_password_does_not_belong_in_an_address() -> None:
    with pytest.raises(UsageError, match="--user") as told:
        read_address("oxigraph+http://me:secret@127.0.0.1:7878")
    assert "secret" not in str(told.value)


def test_rows_that_virtuoso_leaves_out_are_missed(tmp_path: Path) -> None:
    every = "SELECT ?graph ?s WHERE { GRAPH <http://www.openlinksw.com/schemas/virtrdf#> { ?s ?p ?o } }"
    with virtuoso_server(tmp_path, most_rows=20) as base:
        store = RemoteStore(f"virtuoso+{base}")
        assert len(asked(store, f"{every} LIMIT 19")) == 19
        with pytest.raises(NetworkError, match="at most 20 rows"):
            store.query(every)


def test_a_graph_that_virtuoso_sends_in_part_is_told_with_the_setting(flagship: Path, tmp_path: Path) -> None:
    with (
        virtuoso_server(tmp_path, most_rows=2000) as base,
        pytest.raises(NetworkError, match=r"holds 2001 triples .* ResultSetMaxRows of its settings, raise it"),
    ):
        published(flagship, f"virtuoso+{base}", VIRTUOSO_LOGIN)


def asked(store: Store, query: str) -> list[ox.QuerySolution]:
    answer = store.query(query)
    assert isinstance(answer, ox.QuerySolutions)
    return list(answer)


def _begin(address: str) -> None:
    """Do what a push does first."""
    _update(
        address,
        f"""DELETE WHERE {{ GRAPH <{PUBLISHED}> {{ <{PUBLISHED}> ?name ?value }} }} ;
        INSERT DATA {{ GRAPH <{PUBLISHED}> {{
          <{PUBLISHED}> <http://purl.org/dc/terms/dateSubmitted> "2026-11-25T20:00:00+00:00" }} }}""",
    )


def _update(address: str, sparql: str) -> None:
    with RemoteGraphs(read_address(address)) as remote:
        remote.update(sparql)
