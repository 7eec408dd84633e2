"""Shards hold what one process says, the same bytes each time; a second run makes what is not whole."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from cellkg.errors import UsageError
from cellkg.loading import Findings

from .conftest import (
    assert_nothing_lost_or_doubled,
    contents,
    converted,
    read_plainly,
    record,
    statements,
)

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
