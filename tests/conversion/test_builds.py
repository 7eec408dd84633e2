"""Builds and updates from shards are those from records."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pyoxigraph as ox

from cellkg.dump import write_dump
from cellkg.places import current_build

from .conftest import (
    Command,
    record,
)


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
