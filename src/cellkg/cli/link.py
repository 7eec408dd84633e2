"""``cellkg link``: how far the graph is linked, the curation of links, and requests for terms that do not exist."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cellkg.formats import FORMATS, write
from cellkg.places import current_build
from cellkg.resources import built, shipped

from .options import asked_store_option, opened, output

_PARTS = ("coverage", "unlinked", "conflicts")
_format = click.option(
    "-f", "--format", "form", type=click.Choice(FORMATS), default="table", help="Form of the answer."
)


def predicted_set(home: Path) -> Path:
    """Return where the predicted links of the current build in a folder are."""
    return (current_build(home) or home) / "predicted.sssom.tsv"


@click.group("link")
def link_group() -> None:
    """Links of the graph to public ontologies."""


@link_group.command("report")
@click.argument("part", type=click.Choice([*_PARTS, "all"]), default="all")
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="An SSSOM set of exact matches: what contradicts it is a conflict.",
)
@click.option("--top", type=click.IntRange(min=1), default=30, show_default=True, help="How many unlinked values.")
@_format
@asked_store_option
def report_command(part: str, against: Path | None, top: int, form: str, where: str | None) -> None:
    """Tell coverage by kind and source, unlinked values by frequency, and conflicts.

    A value counts as often as sources say it. With PART, only that table.
    """
    from cellkg.answers import Table
    from cellkg.link_report import report

    with opened(where) as store:
        found = report(store, against)
    tables = {
        "coverage": found.coverage,
        "unlinked": Table(found.unlinked.columns, list(found.unlinked)[:top]),
        "conflicts": found.conflicts,
    }
    for name in _PARTS if part == "all" else (part,):
        if part == "all":
            click.echo(name, err=True)
        write(tables[name], form, sys.stdout)


@link_group.group("review")
def review_group() -> None:
    """Turn predicted links into curated ones: two curators decide, a third where they differ."""


@review_group.command("new")
@click.argument("review", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--rule", default="", help="Only links of rules whose name has these words.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many rows, least sure first.")
@click.option("--store", "home", type=click.Path(path_type=Path), help="Another build folder.")
def review_new(review: Path, rule: str, limit: int | None, home: Path | None) -> None:
    """Write a table of predicted links for curators to fill in."""
    from cellkg.linking.review import write_review

    count = write_review(predicted_set(home or built()), review, rule, limit)
    click.echo(f"{count} links to review in {review}", err=True)


@review_group.command("check")
@click.argument("review", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def review_check(review: Path) -> None:
    """Tell which rows of a review are open or disputed."""
    from cellkg.linking.review import read_review, summary

    for line in summary(read_review(review)):
        click.echo(line)


@review_group.command("apply")
@click.argument("review", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--to", "curated", type=click.Path(path_type=Path, dir_okay=False), help="Another curated set.")
def review_apply(review: Path, curated: Path | None) -> None:
    """Write what is settled into the curated set; rows that are open or disputed wait."""
    from cellkg.linking.review import apply_review, read_review

    target = curated or shipped("ontology") / "mappings" / "reviewed.sssom.tsv"
    states = apply_review(read_review(review), target)
    told = ", ".join(f"{states[state]} {state}" for state in ("settled", "disputed", "open"))
    click.echo(f"{told}; {'written to ' + str(target) if states['settled'] else 'nothing written'}", err=True)


@link_group.command("requests")
@_format
@click.option("-o", "--output", "path", type=click.Path(path_type=Path, dir_okay=False), help="A file to write.")
@asked_store_option
def requests_command(form: str, path: Path | None, where: str | None) -> None:
    """Write requests for terms that no ontology has; with -f md each is a text for an issue of its ontology."""
    from cellkg.term_requests import as_markdown, as_table, requests

    with opened(where) as store:
        found = requests(store)
    with output(path) as out:
        if form == "md":
            out.writelines(f"{line}\n" for line in as_markdown(found))
        else:
            write(as_table(found), form, out)
