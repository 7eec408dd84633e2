"""``cellkg query``: ask a question of the catalogue, a file, or standard input."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

import click
import pyoxigraph as ox

from cellkg.answers import Table, ask, ask_freely
from cellkg.catalogue import Column, catalogue, find_question, has_header, parse_question
from cellkg.errors import CellkgError, NotFoundError, UsageError
from cellkg.formats import FORMATS, write
from cellkg.store import Store

from .options import asked_store_option, opened, output, pairs


@click.command("query")
@click.argument("what", metavar="NAME|FILE|-", required=False)
@click.option("--param", "parameters", metavar="NAME=VALUE", multiple=True, help="A parameter; repeatable.")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="Form of the answer; table by default.")
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="Write there; a folder for --all.")
@click.option("--list", "list_", is_flag=True, help="List the questions.")
@click.option("--all", "all_", is_flag=True, help="Ask every question, one file each; needs -o.")
@click.option("--evidence", is_flag=True, help="Add source, spot and words behind every row.")
@asked_store_option
def query_command(
    what: str | None,
    parameters: tuple[str, ...],
    form: str | None,
    out: Path | None,
    list_: bool,
    all_: bool,
    evidence: bool,
    where: str | None,
) -> None:
    """Ask a question by its NAME, the SPARQL query of a FILE, or one from standard input (-).

    A query with the header of a question (see `queries/`) has its parameters and evidence.
    """
    if list_:
        _list_questions(form, out)
    elif all_:
        if what is not None or parameters:
            raise UsageError("--all asks every question as it is; leave the name and --param away")
        _ask_all(where, form or "csv", out, evidence=evidence)
    elif what is None:
        raise UsageError("name a question, a file or -; `cellkg query --list` shows the questions")
    else:
        with opened(where) as store:
            answer = _answer(store, what, pairs(parameters), evidence=evidence)
        with output(out) as file:
            write(answer, form or "table", file)


def _list_questions(form: str | None, out: Path | None) -> None:
    columns = tuple(Column(name=name, type="string") for name in ("name", "question", "parameters", "cost"))
    rows = [
        (
            name,
            question.header.summary,
            ", ".join(parameter.name for parameter in question.header.parameters),
            question.header.cost,
        )
        for name, question in catalogue().items()
    ]
    with output(out) as file:
        write(Table(columns, list(rows)), form or "table", file)


def _ask_all(where: str | None, form: str, folder: Path | None, *, evidence: bool) -> None:
    if folder is None:
        raise UsageError("--all writes one file for each question; name a folder with -o")
    if form == "ttl":
        raise UsageError("ttl is for CONSTRUCT and DESCRIBE; choose csv, json or another form for rows")
    folder.mkdir(parents=True, exist_ok=True)
    suffix = "txt" if form == "table" else form
    # The store is left first: no file is swapped in when it got another build meanwhile.
    with ExitStack() as files, opened(where) as store:
        for name, question in catalogue().items():
            answer = ask(store, question, evidence=evidence)
            write(answer, form, files.enter_context(output(folder / f"{name}.{suffix}")))


def _answer(store: Store, what: str, parameters: dict[str, str], *, evidence: bool) -> Table | ox.QueryTriples:
    sparql = _query_text(what)
    if sparql is None:
        return ask(store, find_question(what), parameters, evidence=evidence)
    if has_header(sparql):
        return ask(store, parse_question(Path(what), sparql), parameters, evidence=evidence)
    if parameters or evidence:
        raise UsageError("--param and --evidence are for questions, whose header says what they mean")
    return ask_freely(store, sparql)


def _query_text(what: str) -> str | None:
    if what == "-":
        try:
            return sys.stdin.buffer.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise UsageError(f"the query on standard input is no UTF-8: {error}") from None
    file = Path(what)
    if file.suffix in (".rq", ".sparql") or "/" in what:
        try:
            return file.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise NotFoundError(f"no query file {what}") from None
        except (OSError, UnicodeDecodeError) as error:
            raise CellkgError(f"cannot read the query {what}: {error}") from None
    return None
