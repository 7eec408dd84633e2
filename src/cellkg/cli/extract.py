"""``cellkg extract``: read cell products out of free text, of registry records or of a document."""

from __future__ import annotations

import csv
import io
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import IO

import click

from cellkg.errors import NotFoundError, UsageError
from cellkg.loading import Findings

from .options import output


@click.command("extract")
@click.argument("document", type=click.Path(path_type=Path), required=False)
@click.option(
    "--registry",
    type=click.Path(path_type=Path, exists=True, allow_dash=True),
    multiple=True,
    help="Records of ClinicalTrials.gov (API v2): a file, a folder, or - for NDJSON; repeatable.",
)
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="The table to write.")
@click.option("--decisions", type=click.Path(path_type=Path), help="Also write what decided on each intervention.")
def extract_command(
    document: Path | None, registry: tuple[Path, ...], out: Path | None, decisions: Path | None
) -> None:
    """Read cell products out of free text: of registry records, or of a text DOCUMENT.

    Records give one row for each product and regimen, as TSV; a record without a cell product gives one row of class
    "none". Input that cannot be read is set aside and told; the rest goes on (exit code 4). A DOCUMENT gives a
    curated file of proposals with the spot of every value, for a person to accept.
    """
    if bool(document) == bool(registry):
        raise UsageError("name either a text document or records with --registry")
    if document:
        _propose(document, out)
    else:
        _extract(registry, out, decisions)


def _propose(document: Path, out: Path | None) -> None:
    from cellkg.lexicon import load_lexicon
    from cellkg_loaders.curated.nodes import read_content
    from cellkg_loaders.products.proposing import propose

    if not document.is_file():
        raise NotFoundError(f"no text at {document}; name the file of the text")
    with output(out) as file:
        file.write(propose(document, read_content(document), load_lexicon()))


def _extract(registry: tuple[Path, ...], out: Path | None, decisions: Path | None) -> None:
    from cellkg_loaders.clinicaltrials_gov.reading import read_records
    from cellkg_loaders.products import read_products
    from cellkg_loaders.products.table import COLUMNS, DECISION_COLUMNS, decision_rows, table_rows

    findings = Findings()
    with output(out) as file, output(decisions) if decisions else nullcontext(io.StringIO()) as beside:
        table = _table(file, COLUMNS)
        decided = _table(beside, DECISION_COLUMNS)
        for raw in read_records(registry, findings):
            reading = read_products(raw.study)
            table.writerows(table_rows(raw.study, reading))
            decided.writerows(decision_rows(reading))
    for error in findings.set_aside:
        click.echo(f"set aside: {error}", err=True)
    sys.exit(4 if findings.set_aside else 0)


def _table(file: IO[str], columns: tuple[str, ...]) -> csv.DictWriter[str]:
    table = csv.DictWriter(file, columns, delimiter="\t", lineterminator="\n")
    table.writeheader()
    return table
