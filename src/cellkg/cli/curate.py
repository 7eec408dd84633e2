"""``cellkg curate``: begin, locate and check a curated document."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cellkg.errors import CellkgError, DataError, InputError, InputErrors, NotFoundError, UsageError
from cellkg.lexicon import load_lexicon
from cellkg.resources import shipped

if TYPE_CHECKING:
    from cellkg_loaders.curated import ReadDocument

_documents = click.option(
    "--documents",
    type=click.Path(path_type=Path),
    help="Folder of the texts that curated files are about; beside them by default.",
)


@click.group("curate")
def curate_group() -> None:
    """Curate what a document says: new, locate, check, words, schema."""


@curate_group.command("new")
@click.argument("document", type=click.Path(path_type=Path))
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="The curated file to begin.")
def new_command(document: Path, out: Path | None) -> None:
    """Begin a curated file for a text DOCUMENT: its name, checksum and a template to fill."""
    from cellkg_loaders.curated.nodes import read_content
    from cellkg_loaders.curated.template import template

    target = out or document.with_suffix(".yaml")
    if not document.is_file():
        raise NotFoundError(f"no text at {document}; name the file of the text")
    if target.exists():
        raise CellkgError(f"{target} is there already; name another with -o")
    read_content(document)
    _write(target, template(document))
    click.echo(f"{target}\nFill it in, then run `cellkg curate locate {target}` and `cellkg curate check {target}`.")


@curate_group.command("locate")
@click.argument("file", type=click.Path(path_type=Path))
@_documents
def locate_command(file: Path, documents: Path | None) -> None:
    """Turn the hints of a curated FILE (at: L17) into offsets."""
    from cellkg_loaders.curated.locating import locate
    from cellkg_loaders.curated.nodes import parse_yaml, read_content

    if not file.is_file():
        raise NotFoundError(f"no curated file at {file}; begin one with `cellkg curate new`")
    plain, _ = parse_yaml(file)
    source = plain.get("source") if isinstance(plain, dict) else None
    name = source.get("file") if isinstance(source, dict) else None
    if not isinstance(name, str):
        raise InputError(file, "", "no name of the text", "write it as `file` under `source`")
    content, number = locate(file, read_content(_text_of(file, name, documents)))
    _write(file, content)
    click.echo(f"{file}: {number} spots located")


@curate_group.command("check")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1)
@_documents
def check_command(files: tuple[Path, ...], documents: Path | None) -> None:
    """Check curated FILES or folders of them; the shipped ones by default.

    With the text at hand every spot is compared with it. Exit code 4 when something is wrong.
    """
    from cellkg_loaders.curated import curated_files, read_set

    worst = 0
    for read in read_set(curated_files(files or (shipped("curated"),)), load_lexicon()):
        try:
            if isinstance(read, DataError):
                raise read
            click.echo(f"ok       {read.file.name}: {_compared(read, documents)}")
        except CellkgError as error:
            worst = max(worst, error.exit_code)
            click.echo(str(error), err=True)
    sys.exit(worst)


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


def _compared(read: ReadDocument, documents: Path | None) -> str:
    from cellkg_loaders.curated.checking import document_problems

    number = len(read.studies())
    try:
        text = _text_of(read.file, read.document.source.file, documents)
    except NotFoundError:
        if documents is not None:
            raise
        return f"{number} studies; the text is not at hand, its spots were not compared"
    problems = [read.error(*problem) for problem in document_problems(read.document, text)]
    if problems:
        raise InputErrors(problems)
    return f"{number} studies, every spot compared with {text.name}"


def _text_of(file: Path, name: str, documents: Path | None) -> Path:
    folder = documents or file.parent
    text = folder / Path(name).name
    if not text.is_file():
        raise NotFoundError(f"the text {name!r} of {file} is not in {folder}; name its folder with --documents")
    return text


def _write(file: Path, content: str) -> None:
    beside = file.with_name(f".{file.name}.part")
    try:
        beside.write_text(content, encoding="utf-8", newline="")
        beside.replace(file)
    except OSError as error:
        raise CellkgError(f"cannot write {file}: {error.strerror}; choose another place") from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
