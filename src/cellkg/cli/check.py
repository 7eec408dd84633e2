"""``cellkg check``: shapes, rules that must return nothing, and the reasoner."""

from __future__ import annotations

import sys

import click

from .options import asked_store_option, opened


@click.command("check")
@asked_store_option
def check_command(where: str | None) -> None:
    """Check a store: SHACL shapes, queries that must return nothing, and the ontology by HermiT.

    HermiT needs Java; without it the check says so and does the rest. Exit code 4 when a rule is broken.
    """
    from cellkg.checks import shacl_violations, violation_queries, violations

    with opened(where) as store:
        broken = _tell(f"{len(violation_queries())} rules", [str(each) for each in violations(store)])
        broken += _tell("SHACL shapes", [str(each) for each in shacl_violations(store)])
    broken += _reason()
    sys.exit(4 if broken else 0)


def _reason() -> int:
    from cellkg.reasoning import JavaMissingError, classify

    try:
        found = classify()
    except JavaMissingError as error:
        click.echo(f"skipped  HermiT: {error}")
        return 0
    return _tell("HermiT", [f"{curie} is unsatisfiable" for curie in found.unsatisfiable])


def _tell(what: str, broken: list[str]) -> int:
    click.echo(f"{'FAILED' if broken else 'ok':8} {what}")
    for line in broken:
        click.echo(f"         {line}")
    return len(broken)
