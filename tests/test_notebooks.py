"""Notebooks: results show themselves, safely; and the tutorials run from their first cell to their last."""

from __future__ import annotations

import html
import os
import re
from decimal import Decimal
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import cellkg
from cellkg.answers import Row, Table
from cellkg.catalogue import Column
from cellkg.errors import UsageError
from cellkg.graph import CellGraph
from cellkg.notebooks import Triples

TUTORIALS = sorted((Path(__file__).parents[1] / "docs" / "tutorials").glob("*.ipynb"))
HOSTILE = '"></iframe></svg><script>alert(1)</script>'
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s <https://w3id.org/cellkg/vocab/condition> ?o . ?s ?p ?o }"


@pytest.fixture(scope="module")
def graph(flagship: Path) -> CellGraph:
    return cellkg.open(flagship)


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_runs_and_is_kept_without_outputs(
    path: Path, flagship: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in cells)
    monkeypatch.setenv("CELLKG_STORE", str(flagship))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [output.data.get("text/html", "") for cell in cells for output in cell.outputs if "data" in output]
    assert sum(bool(text) for text in shown) >= 2


def test_a_drawing_stands_in_a_frame_without_rights(graph: CellGraph, tmp_path: Path) -> None:
    drawing = graph.draw("NCT02975960", hops=1)
    shown = drawing._repr_html_()
    assert re.findall(r"<(\w+)", shown) == ["iframe"]
    assert 'sandbox="allow-scripts"' in shown
    assert html.unescape(shown.partition('srcdoc="')[2].removesuffix('"></iframe>')) == drawing.page
    assert drawing.save(tmp_path / "near.html").read_text(encoding="utf-8") == drawing.page


def test_bars_are_the_numbers_of_the_rows(graph: CellGraph) -> None:
    table = Table(
        (Column(name="study", type="string"), Column(name="n", type="int"), Column(name="mean", type="decimal")),
        [("a", 1, Decimal("-2.5")), ("b", None, Decimal("5")), (HOSTILE, 3, None)],
    )
    counts = cellkg.bars(table, "n")._repr_html_()
    assert [float(width) for width in re.findall(r'<rect[^>]* width="([\d.]+)"', counts)] == [113.3, 340.0]
    assert "<script>" not in counts
    means = cellkg.bars(table, "mean", name="study").drawing
    assert [float(width) for width in re.findall(r'<rect[^>]* width="([\d.]+)"', means)] == [113.3, 226.7]
    for wrong in ("none", "study"):
        with pytest.raises(UsageError):
            cellkg.bars(table, wrong)


def test_the_triples_of_a_construct_are_a_graph_and_show_themselves(graph: CellGraph) -> None:
    triples = graph.query(CONSTRUCT)
    assert isinstance(triples, Triples)
    assert len(triples) > 10
    assert triples._repr_html_().startswith("<iframe")
    nothing = graph.query("CONSTRUCT { ?s ?p 'x' } WHERE { ?s a ?o . ?s ?p ?o } LIMIT 1")
    assert isinstance(nothing, Triples)
    assert nothing._repr_html_().startswith("<pre>")


def test_a_polars_frame_keeps_kinds_and_gaps(graph: CellGraph) -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed; it comes with cellkg[frames]")
    table = graph.query("cell-doses")
    assert isinstance(table, Table)
    frame, same = table.pl(), table.df()
    assert frame.columns == table.names
    assert frame.schema["administrations_min"] == polars.Int64
    for column in table.columns:
        assert frame[column.name].null_count() == same[column.name].isna().sum()
    assert frame["dose"].sum() == same["dose"].sum()
    rows: list[Row] = []
    assert Table(table.columns, rows).pl().schema == frame.schema


def test_no_output_of_a_tutorial_lies_in_the_repository() -> None:
    assert len(TUTORIALS) == 2
    assert all(os.path.getsize(path) < 20_000 for path in TUTORIALS)
