"""``cellkg evaluate``: compare what is read with what was made by hand."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cellkg.errors import NotFoundError
from cellkg.loading import Findings

if TYPE_CHECKING:
    from cellkg_loaders.products.scoring import Related, Row, Scores

_HELD_OUT = "0123"


@click.group("evaluate")
def evaluate_group() -> None:
    """Measure what the readers find against what was made by hand."""


@evaluate_group.command("products")
@click.argument("gold", type=click.Path(path_type=Path))
@click.option(
    "--registry",
    type=click.Path(path_type=Path, exists=True, allow_dash=True),
    multiple=True,
    required=True,
    help="The records that GOLD is about: a file, a folder, or - for NDJSON; repeatable.",
)
@click.option("--misses/--no-misses", default=True, help="List every miss with its text.")
def products_command(gold: Path, registry: tuple[Path, ...], misses: bool) -> None:
    """Score the cell products that are read from records against the rows of GOLD.

    Figures are F1 by field: strict, and with a parent or child term as half a hit ("near"). Trials whose number ends
    in 0 to 3 are held out while rules are made, and are told apart. Exit code 4 when a mark is missed.
    """
    from cellkg_loaders.products.scoring import MARKS, read_rows, score

    if not gold.is_file():
        raise NotFoundError(f"no rows at {gold}; name a table with the columns of the guideline")
    wanted, findings = read_rows(gold), Findings()
    answers = _answers(registry, set(wanted), findings)
    related = _is_above()
    parts = {
        "all": score(answers, wanted, related),
        "developed on": score(answers, {k: v for k, v in wanted.items() if k[-1] not in _HELD_OUT}, related),
        "held out": score(answers, {k: v for k, v in wanted.items() if k[-1] in _HELD_OUT}, related),
    }
    for line in _lines(parts, MARKS):
        click.echo(line)
    if misses:
        for miss in parts["all"].misses:
            click.echo(f"{miss.nct}\t{miss.field}\tfound {miss.found}\twanted {miss.wanted}\t{miss.quote}")
    for error in findings.set_aside:
        click.echo(f"set aside: {error}", err=True)
    missed = [name for name, mark in MARKS.items() if round(parts["all"].fields[name].f1, 2) < mark]
    sys.exit(4 if missed or findings.set_aside else 0)


def _answers(registry: tuple[Path, ...], trials: set[str], findings: Findings) -> dict[str, list[Row]]:
    from cellkg_loaders.clinicaltrials_gov.reading import read_records
    from cellkg_loaders.products.table import table_rows

    answers: dict[str, list[Row]] = {}
    for raw in read_records(registry, findings):
        naming = raw.study["protocolSection"].get("identificationModule") or {}
        if naming.get("nctId") in trials:
            rows = [row for row in table_rows(raw.study) if row["product_class"] != "none"]
            answers[naming["nctId"]] = rows
    return answers


def _lines(parts: dict[str, Scores], marks: dict[str, float]) -> Iterator[str]:
    yield "\t".join(
        ["field", "precision", "recall", *(f"{part} {kind}" for part in parts for kind in ("F1", "near")), "mark"]
    )
    whole = parts["all"].fields
    for name, kept in whole.items():
        figures = [f"{f:.2f}" for part in parts.values() for f in (part.fields[name].f1, part.fields[name].near_f1)]
        mark = f"{marks[name]:.2f}" if name in marks else ""
        missed = "missed" if name in marks and round(kept.f1, 2) < marks[name] else ""
        yield "\t".join([name, f"{kept.precision:.2f}", f"{kept.recall:.2f}", *figures, mark, missed]).rstrip()


def _is_above() -> Related:
    """Return what tells whether one term is above another in the shipped slices."""
    from rdflib import Graph
    from rdflib.namespace import RDFS

    from cellkg.identifiers import expand, is_curie
    from cellkg.resources import shipped

    graph = Graph()
    for name in ("cl", "uberon", "mondo"):
        graph.parse(shipped("ontology") / "imports" / f"{name}.ttl")

    def is_above(one: str, other: str) -> bool:
        if not is_curie(one) or not is_curie(other):
            return False
        return expand(one) in graph.transitive_objects(expand(other), RDFS.subClassOf)

    return is_above
