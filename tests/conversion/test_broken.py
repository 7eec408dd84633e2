"""What is broken is named by shard and place, and the rest is whole."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cellkg.conversion.work import Done, Outcome, Task, convert_shard
from cellkg.loading import Findings, Inputs
from cellkg.ntriples import lines
from cellkg.pieces import pieces_of_lines
from cellkg.places import current_build

from .conftest import (
    SIZE,
    Command,
    converted,
)


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
