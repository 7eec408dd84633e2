"""The name tables are what their script makes of its packages, and the script keeps what the packages say."""

from __future__ import annotations

import gzip
import importlib.util
import sys
from importlib import metadata
from types import ModuleType

import pytest

from cellkg.resources import shipped

ONTOLOGY = shipped("ontology")
HEADER = "curie\tlabel\tstate\tuse\tparents\tmesh\tbranches\tsynonyms\n"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_names", ONTOLOGY / "build_names.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_names"] = module
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_what_the_script_writes(script: ModuleType) -> None:
    try:
        tables = script.tables()
    except metadata.PackageNotFoundError as missing:
        pytest.skip(f"{missing.name} is not installed: uv run --with-requirements ontology/build_names.py pytest")
    for table in tables:
        shipped_text = gzip.decompress((ONTOLOGY / "names" / f"{table.name}.tsv.gz").read_bytes())
        assert gzip.decompress(script.packed(table.rows)) == shipped_text, f"{table.name} is stale: run build_names.py"


def test_a_row_holds_state_replacement_and_names(script: ModuleType) -> None:
    rows = [
        script.Row(curie="X:1", label="one", parents=("X:0",), mesh=("MESH:D1",), synonyms=("a", "b")),
        script.Row(curie="X:2", label="two", obsolete=True, use="X:1"),
    ]
    text = gzip.decompress(script.packed(rows)).decode()
    assert text == HEADER + "X:1\tone\t\t\tX:0\tMESH:D1\t\ta|b\nX:2\ttwo\tobsolete\tX:1\t\t\t\t\n"
    assert script.packed(rows) == script.packed(rows)
