"""The graph in Python: typed rows, data frames, and the same statements in rdflib and networkx."""

from __future__ import annotations

import gzip
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

import cellkg
from cellkg.answers import Cell, Row, Table
from cellkg.catalogue import Column, catalogue
from cellkg.dump import write_dump
from cellkg.errors import DataError, NotFoundError, UsageError
from cellkg.graph import CellGraph
from cellkg.store import EmbeddedStore, open_store


@pytest.fixture(scope="module")
def graph(flagship: Path) -> CellGraph:
    return cellkg.open(flagship)


def table(answer: Table | Graph) -> Table:
    assert isinstance(answer, Table)
    return answer


def first(answer: Table | Graph, **equal: object) -> dict[str, Cell]:
    return next(row for row in table(answer).records() if all(row[name] == value for name, value in equal.items()))


# ---- rows


def test_a_row_is_typed_by_the_header(graph: CellGraph) -> None:
    dose = first(graph.query("cell-doses"), study="NCT00962923")
    assert dose["dose"] == Decimal(1000000)
    assert isinstance(dose["dose"], Decimal)
    assert dose["dose_sd"] is None
    assert type(dose["administrations_min"]) is int
    gap = first(graph.query("studies-without-efficacy-result"), study="Maria 2016")
    assert gap["planned_efficacy_outcome"] is False
    assert first(graph.query("status-phase-and-dates"), study="NCT04356755")["completion_date"] == "2025-12"
    assert first(graph.query("follow-up-durations"), study="NCT00962923")["follow_up"] == "P15.6M"


@pytest.mark.parametrize("name", catalogue())
def test_every_cell_has_the_type_of_its_column(graph: CellGraph, name: str) -> None:
    kinds = {"int": int, "decimal": Decimal, "bool": bool}
    answer = table(graph.query(name))
    for place, column in enumerate(answer.columns):
        assert {type(row[place]) for row in answer} <= {kinds.get(column.type, str), type(None)}


def test_parameters_and_evidence_are_those_of_the_question(graph: CellGraph) -> None:
    answer = table(graph.query("routes-of-administration", {"route": "intramuscular"}, evidence=True))
    assert answer.rows == [("NCT03211793", "study intervention", "intramuscular")]
    assert [spot.as_written for spot in (answer.evidence or [[]])[0]] == ["Intramuscular injections"]
    with pytest.raises(UsageError, match="no parameter 'way'"):
        graph.query("routes-of-administration", {"way": "oral"})
    with pytest.raises(NotFoundError, match="did you mean"):
        graph.query("route-of-administration")
    with pytest.raises(UsageError, match="are for the questions"):
        graph.query("ASK {}", {"route": "oral"})


def test_any_sparql_is_answered(graph: CellGraph) -> None:
    answer = table(graph.query("SELECT (1.50 AS ?a) (2 AS ?b) (true AS ?c) (<http://x> AS ?d) (1/0 AS ?e) {}"))
    assert answer.rows == [(Decimal("1.5"), 2, True, "http://x", None)]
    assert table(graph.query("ASK { ?s ?p ?o }")).rows == [(True,)]
    constructed = graph.query("CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 3")
    assert isinstance(constructed, Graph)
    assert len(constructed) == 3
    with pytest.raises(UsageError, match="not SPARQL"):
        graph.query("SELECT ?s WHERE {")


def test_the_questions_are_listed(graph: CellGraph) -> None:
    assert graph.questions() == {name: question.header.summary for name, question in catalogue().items()}


def test_no_build_yet_says_build_first(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="run `cellkg build`"):
        cellkg.open(tmp_path)


# ---- pandas


def test_a_data_frame_keeps_kinds_and_gaps(graph: CellGraph) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed; it comes with cellkg[frames]")
    frame = table(graph.query("cell-doses")).df()
    assert list(frame.columns) == table(graph.query("cell-doses")).names
    assert str(frame["administrations_min"].dtype) == "Int64"
    assert str(frame["dose"].dtype) == "Float64"
    assert frame["administrations_min"].isna().sum() == 6
    assert frame.set_index(["study", "cell_label"]).loc[("Song 2017", "hAT-MSCs"), "dose"] == 2720000
    gaps = table(graph.query("studies-without-efficacy-result")).df()
    assert str(gaps["planned_efficacy_outcome"].dtype) == "boolean"
    assert gaps["planned_efficacy_outcome"].sum() == 3
    empty = table(graph.query("cell-doses", {"unit": "no such unit"})).df()
    assert isinstance(empty, pandas.DataFrame)
    assert [str(kind) for kind in empty.dtypes] == [str(kind) for kind in frame.dtypes]


def test_without_pandas_the_error_says_what_to_install(graph: CellGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(DataError, match=r"install cellkg\[frames\]"):
        table(graph.query("cell-doses")).df()


# ---- notebooks


def test_a_hostile_text_is_shown_and_not_run() -> None:
    rows: list[Row] = [("<script>alert(1)</script>", 'x" onmouseover="alert(1)'), (None, "&amp;")]
    columns = (Column(name="<b>name</b>", type="string"), Column(name="b", type="string"))
    shown = Table(columns, rows)._repr_html_()
    assert "<script>" not in shown
    assert "<b>" not in shown
    assert 'onmouseover="' not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<td>&amp;amp;</td>" in shown
    assert "<td></td>" in shown


def test_a_graph_shows_what_it_holds(graph: CellGraph) -> None:
    shown = graph._repr_html_()
    assert shown.startswith("<table>")
    assert "<td>clinical trial</td>" in shown


# ---- rdflib and networkx


@pytest.fixture(scope="module")
def dataset(graph: CellGraph) -> Dataset:
    return graph.to_rdflib()


@pytest.fixture(scope="module")
def dump(flagship: Path, tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    opened, store = open_store(flagship), ox.Store()
    assert isinstance(opened, EmbeddedStore)
    with gzip.open(write_dump(opened.store, tmp_path_factory.mktemp("dump"))) as file:
        store.load(file.read(), format=ox.RdfFormat.N_QUADS)
    return store


def of_dump(dump: ox.Store, graph: ox.NamedNode | ox.DefaultGraph) -> Graph:
    triples = [quad.triple for quad in dump.quads_for_pattern(None, None, None, graph)]
    return Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


def test_rdflib_holds_the_merge_and_every_source_of_the_dump(dataset: Dataset, dump: ox.Store) -> None:
    names = {graph.value for graph in dump.named_graphs() if isinstance(graph, ox.NamedNode)}
    assert {str(graph.identifier) for graph in dataset.graphs()} - {str(dataset.default_graph.identifier)} == names
    assert isomorphic(dataset.default_graph, of_dump(dump, ox.DefaultGraph()))
    for name in names:
        assert isomorphic(dataset.graph(name), of_dump(dump, ox.NamedNode(name)))


def test_a_blank_node_is_the_same_one_in_the_merge_and_in_its_graph(dataset: Dataset) -> None:
    merged = set(dataset.default_graph)
    assert all(triple in merged for graph in dataset.graphs() for triple in graph)


def test_rdflib_answers_a_question_as_the_store_does(graph: CellGraph, dataset: Dataset) -> None:
    question = catalogue()["donor-relation-per-study"]
    answer = dataset.default_graph.query(question.query())
    assert [tuple(map(str, row)) for row in answer] == table(graph.query(question.name)).rows


def test_networkx_holds_the_studies_and_what_they_use(graph: CellGraph) -> None:
    network = graph.to_networkx()
    labels = {label for _, label in network.nodes(data="label")}
    assert {"NCT02975960", "Song 2017", "Virzì 2017", "subcutaneous"} <= labels
    assert network.number_of_edges() > network.number_of_nodes()


def test_a_store_in_memory_has_the_same_face(dump: ox.Store, graph: CellGraph) -> None:
    memory = CellGraph(EmbeddedStore(dump, "memory"))
    assert table(memory.query("cell-doses")).rows == table(graph.query("cell-doses")).rows
