"""The questions have the same answers on published stores as on the build, on documents and on registry records."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from cellkg.answers import ask
from cellkg.build import build
from cellkg.catalogue import Question, catalogue, read_question
from cellkg.formats import write
from cellkg.loading import Inputs
from cellkg.protocol import Login
from cellkg.resources import shipped
from cellkg.store import Store, open_store
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

from .stores import VIRTUOSO_LOGIN, oxigraph_server, published, virtuoso_server
from .test_registry_questions import DATA, RECORDS

HELPERS = tuple(
    str(file.relative_to(shipped("queries")).with_suffix(""))
    for folder in ("gaps", "comparing", "conflicts")
    for file in sorted((shipped("queries") / folder).rglob("*.rq"))
)
QUESTIONS = (*catalogue(), *HELPERS)
NOT_ON_VIRTUOSO = {
    ("documents", "conflicts/contradiction/product-between-sources"): "a row has the graph of another one",
}
EVIDENCE_NOT_ON_VIRTUOSO = {
    ("documents", "evidence-gap-matrix"): "GROUP_CONCAT leaves nodes out",
    ("documents", "randomised-or-controlled-trials"): "a node of an OPTIONAL is not bound",
    ("documents", "raynaud-reported-and-planned"): "a node of an OPTIONAL is not bound",
}
Known = dict[tuple[str, str], str]
Stores = tuple[Store, Store]
KINDS: dict[str, tuple[Callable[[Path], AbstractContextManager[str]], Login | None]] = {
    "oxigraph": (oxigraph_server, None),
    "virtuoso": (virtuoso_server, VIRTUOSO_LOGIN),
}


@pytest.fixture(scope="module")
def documents(flagship: Path) -> Path:
    """The build of the shipped data."""
    return flagship


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The build of real registry records."""
    if not DATA.is_dir():
        pytest.skip(f"the real registry records are not at hand: no folder {DATA}")
    home = tmp_path_factory.mktemp("records")
    files = tuple(next(DATA.glob(f"*/{record}.json")) for record in RECORDS)
    build(Inputs(registry=files), home, [ClinicalTrialsGovLoader()])
    return home


@pytest.fixture(scope="module", params=["documents", "records"])
def home(request: pytest.FixtureRequest) -> Path:
    """A build."""
    folder = request.getfixturevalue(request.param)
    assert isinstance(folder, Path)
    return folder


@pytest.fixture(scope="module", params=KINDS)
def stores(request: pytest.FixtureRequest, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """A build, and a store of a kind that it is published to."""
    started, login = KINDS[request.param]
    with started(tmp_path_factory.mktemp(request.param)) as base:
        yield open_store(home), open_store(published(home, f"{request.param}+{base}", login))


def question_of(name: str) -> Question:
    return read_question(shipped("queries") / f"{name}.rq")


def as_csv(store: Store, name: str, *, evidence: bool = False, **parameters: str) -> str:
    answer = ask(store, question_of(name), parameters, evidence=evidence)
    out = io.StringIO()
    write(answer, "csv", out)
    return out.getvalue()


@contextlib.contextmanager
def unless_known(known: Known, node: str, name: str) -> Iterator[None]:
    """Let what is known to differ on Virtuoso differ; that it no longer does is a failure too."""
    reason = next((why for (of, at), why in known.items() if at == name and f"virtuoso-{of}" in node), None)
    if reason is None:
        yield
        return
    with pytest.raises(AssertionError):
        yield
    pytest.xfail(reason)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_published_store_answers_as_the_build(request: pytest.FixtureRequest, stores: Stores, name: str) -> None:
    local, remote = stores
    with unless_known(NOT_ON_VIRTUOSO, request.node.name, name):
        assert as_csv(remote, name) == as_csv(local, name)


@pytest.mark.parametrize("name", catalogue())
def test_a_published_store_shows_the_same_evidence(request: pytest.FixtureRequest, stores: Stores, name: str) -> None:
    local, remote = stores
    with unless_known(EVIDENCE_NOT_ON_VIRTUOSO, request.node.name, name):
        assert as_csv(remote, name, evidence=True) == as_csv(local, name, evidence=True)


@pytest.mark.parametrize("value", ["true", "false"])
def test_a_question_is_filtered_alike_by_a_boolean(stores: Stores, value: str) -> None:
    local, remote = stores
    assert as_csv(remote, "msc-products", disputed=value) == as_csv(local, "msc-products", disputed=value)


@pytest.mark.parametrize("study", ["NCT01813279", "NCT03060551", "NCT07360808"])
def test_the_sources_of_a_study_are_compared_alike(stores: Stores, study: str) -> None:
    local, remote = stores
    name = "field-differences-between-sources"
    assert as_csv(remote, name, study=study) == as_csv(local, name, study=study)
