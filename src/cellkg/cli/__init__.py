"""The command line: results to standard output, talk to standard error, one exit code for each kind of error."""

from __future__ import annotations

import logging
import os
import sys

import click

from cellkg.errors import CellkgError

from .build import build_command, update_command
from .changes import changes_command
from .check import check_command
from .compare import compare_command
from .conflicts import conflicts_command
from .convert import convert_command
from .curate import curate_group
from .demo import demo_command
from .draw import draw_command
from .dump import dump_command
from .evaluate import evaluate_group
from .export import export_group
from .extract import extract_command
from .federate import federate_command
from .fetch import fetch_group
from .gaps import gaps_command
from .history import history_command
from .link import link_group
from .mcp import mcp_command
from .ontology import ontology_group
from .push import push_command
from .query import query_command
from .relate import similar_command, why_command
from .safety import safety_command
from .serve import serve_command

_EXIT_CODES = (
    "Exit codes: 0 ok, 1 run-time error, 2 usage, 3 not found, 4 data broke a rule, 5 a network source failed."
)


class _Quiet(click.Group):
    """A group whose reader may leave early, as ``head`` does: click itself would call that an error."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            answer: object = super().invoke(ctx)
            sys.stdout.flush()
            return answer
        except BrokenPipeError:
            # What is left in the buffer must not complain when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)


@click.group(cls=_Quiet, epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="cellkg")
def cellkg(debug: bool) -> None:
    """Build and ask a knowledge graph of cell therapies and their clinical outcomes."""


_COMMANDS = (
    build_command,
    update_command,
    convert_command,
    check_command,
    query_command,
    compare_command,
    gaps_command,
    conflicts_command,
    safety_command,
    history_command,
    similar_command,
    why_command,
    changes_command,
    draw_command,
    serve_command,
    mcp_command,
    demo_command,
    dump_command,
    push_command,
    curate_group,
    export_group,
    fetch_group,
    extract_command,
    evaluate_group,
    link_group,
    ontology_group,
    federate_command,
)
for _command in _COMMANDS:
    cellkg.add_command(_command)


def main() -> None:
    """Run the command line; an error is one sentence with the next step, and its exit code."""
    logging.getLogger("rdflib").setLevel(logging.ERROR)
    debug = "--debug" in sys.argv[1:]
    try:
        cellkg.main(prog_name="cellkg", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except CellkgError as error:
        if debug:
            raise
        click.echo(f"cellkg: {error}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        if debug:
            raise
        click.echo(f"cellkg: {error.strerror or error}: {error.filename or ''}".rstrip(": "), err=True)
        sys.exit(CellkgError.exit_code)
