"""``cellkg curate``: begin, locate and check a curated document."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cellkg.errors import CellkgError, InputErrors, NotFoundError, UsageError
from cellkg.lexicon import load_lexicon
from cellkg.resources import shipped

_file = click.argument("file", type=click.Path(path_type=Path))
_documents = click.option(
    "--documents",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of the texts that curated files are about; beside them by default.",
)


@click.group("curate")
def curate_group() -> None:
    """Curate what a document says: new, locate, check, words, schema."""


@curate_group.command("new")
@click.argument("document", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="The curated file to begin.")
def new_command(document: Path, out: Path | None) -> None:
    """Begin a curated file for a text DOCUMENT: its name, checksum and a template to fill."""
    from cellkg_loaders.curated.template import template

    target = out or document.with_suffix(".yaml")
    if target.exists():
        raise CellkgError(f"{target} is there already; name another with -o")
    target.write_text(template(document), encoding="utf-8")
    click.echo(f"{target}\nFill it in, then run `cellkg curate locate {target}` and `cellkg curate check {target}`.")


@curate_group.command("locate")
@_file
@_documents
def locate_command(file: Path, documents: Path | None) -> None:
    """Turn the hints of a curated FILE (at: L17) into offsets."""
    from cellkg_loaders.curated.locating import locate

    text = _text_file(file, documents, must=True)
    assert text is not None
    content, number = locate(file, text.read_bytes().decode("utf-8"))
    beside = file.with_name(f".{file.name}.part")
    beside.write_text(content, encoding="utf-8")
    beside.replace(file)
    click.echo(f"{file}: {number} spots located")


@curate_group.command("check")
@click.argument("files", type=click.Path(path_type=Path, exists=True), nargs=-1)
@_documents
def check_command(files: tuple[Path, ...], documents: Path | None) -> None:
    """Check curated FILES or folders of them; the shipped ones by default.

    With the text at hand every spot is compared with it. Exit code 4 when something is wrong.
    """
    from cellkg_loaders.curated import curated_files

    wrong = 0
    for file in curated_files(files or (shipped("curated"),)):
        try:
            click.echo(f"ok       {file.name}: {_check(file, documents)}")
        except InputErrors as errors:
            wrong += len(errors.errors)
            click.echo(str(errors), err=True)
        except CellkgError as error:
            wrong += 1
            click.echo(str(error), err=True)
    sys.exit(4 if wrong else 0)


@curate_group.command("words")
@click.argument("name", required=False)
def words_command(name: str | None) -> None:
    """Show the words of the list NAME, or the names of all lists."""
    lexicon = load_lexicon()
    if name is not None and name not in lexicon.names():
        raise UsageError(f"no list {name!r}; `cellkg curate words` shows all")
    for line in lexicon.names() if name is None else lexicon.words(name):
        click.echo(line)


@curate_group.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of a curated document."""
    from cellkg_loaders.curated.template import schema

    click.echo(schema())


def _check(file: Path, documents: Path | None) -> str:
    from cellkg_loaders.curated import read_document
    from cellkg_loaders.curated.checking import document_problems

    read = read_document(file, load_lexicon())
    text = _text_file(file, documents, must=documents is not None)
    if text is None:
        return f"{len(read.studies())} studies; the text is not at hand, its spots were not compared"
    problems = [read.error(*problem) for problem in document_problems(read.document, text)]
    if problems:
        raise InputErrors(problems)
    return f"{len(read.studies())} studies, every spot compared with {text.name}"


def _text_file(file: Path, documents: Path | None, *, must: bool) -> Path | None:
    from cellkg_loaders.curated.reading import parse_yaml

    plain, _ = parse_yaml(file)
    name = plain.get("source", {}).get("file", "") if isinstance(plain, dict) else ""
    text = (documents or file.parent) / Path(str(name)).name
    if text.is_file():
        return text
    if must:
        raise NotFoundError(f"the text {name!r} of {file} is not in {documents or file.parent}; name its folder with --documents")
    return None
