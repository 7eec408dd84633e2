"""``cellkg convert``: registry records to shards of compressed N-Quads, by many workers."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from cellkg.conversion import Workers
from cellkg.errors import UsageError

from .build import registry_option, run_conversion, tell, workers_option


@click.command("convert")
@registry_option
@click.option("-o", "--output", "folder", type=click.Path(path_type=Path), required=True, help="Folder of the shards.")
@workers_option
@click.option("--cluster", metavar="ADDRESS", help="Scheduler of a Dask cluster, as tcp://HOST:8786.")
@click.option("--shard-size", default=32, show_default=True, type=click.IntRange(1), help="MB of records a shard.")
def convert_command(
    registry: tuple[Path, ...], folder: Path, workers: int | None, cluster: str | None, shard_size: int
) -> None:
    """Convert registry records into a folder of shards, by many workers.

    A shard is a file of compressed N-Quads with a note beside it. A worker that dies loses nothing: its shard is
    done again. Run it again to make what is not whole yet, or what changed. `cellkg build --shards FOLDER` takes
    them in. Input that cannot be read is set aside and told, by its shard; the rest goes on (exit code 4).

    A cluster is made by `dask scheduler`, and `dask worker ADDRESS --nworkers auto --nthreads 1` on each machine,
    all with the same cellkg, and records and folder under the same paths.

    A gzip file is read by one worker: give NDJSON as it is, a zip file, or a folder of files.
    """
    if not registry:
        raise UsageError("nothing to do; give --registry")
    if workers and cluster:
        raise UsageError("--workers are of this machine; leave them out with --cluster")
    done = run_conversion(registry, folder, _of_cluster(cluster) if cluster else workers, shard_size)
    tell(done.findings)
    click.echo(f"{len(done.shards)} shards with {done.quads:,} statements in {folder}, {done.made} made now", err=True)
    sys.exit(4 if done.findings.set_aside else 0)


def _of_cluster(address: str) -> Workers:
    from cellkg.conversion.cluster import by_cluster

    return partial(by_cluster, address)
