"""``cellkg extract``: read cell products out of free text, of registry records or of a document."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from cellkg.errors import CellkgError
from cellkg.loading import Findings

from .options import output


@click.command("extract")
@click.option(
    "--registry",
    type=click.Path(path_type=Path, exists=True, allow_dash=True),
    multiple=True,
    help="Records of ClinicalTrials.gov (API v2): a file, a folder, or - for NDJSON; repeatable.",
)
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="The table to write.")
@click.option("--decisions", type=click.Path(path_type=Path), help="Also write what decided on each intervention.")
def extract_command(registry: tuple[Path, ...], out: Path | None, decisions: Path | None) -> None:
    """Read cell products out of free text: one row for each product and regimen, as TSV.

    A record without a cell product gives one row of class "none". Input that cannot be read is set aside and told;
    the rest goes on (exit code 4).
    """
    from cellkg_loaders.products.table import COLUMNS

    findings = Findings()
    with output(out) as file:
        write = csv.DictWriter(file, COLUMNS, delimiter="\t", lineterminator="\n")
        write.writeheader()
        write.writerows(_rows(registry, findings))
    for error in findings.set_aside:
        click.echo(f"set aside: {error}", err=True)
    sys.exit(4 if findings.set_aside else 0)


def _rows(registry: tuple[Path, ...], findings: Findings) -> Iterator[dict[str, str]]:
    from cellkg_loaders.clinicaltrials_gov.reading import read_records
    from cellkg_loaders.products.table import table_rows

    for raw in read_records(registry, findings):
        yield from table_rows(raw.study)
