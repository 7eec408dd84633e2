"""From a curated YAML file to its records, with the line of everything in it."""

from __future__ import annotations

from pathlib import Path

from cellkg.errors import InputError, InputErrors
from cellkg.lexicon import Lexicon
from cellkg_loaders.records import Document, Study

from .checking import problems
from .nodes import parse_yaml
from .shape import Problem, read_record


class ReadDocument:
    """A document with the file that it was read from and the line of each of its fields."""

    def __init__(self, file: Path, document: Document, lines: dict[str, int]) -> None:
        self.file, self.document, self.lines = file, document, lines

    def error(self, path: str, found: str, next_step: str) -> InputError:
        """Return an error at a field, named by its path such as ``$.studies[0].status``."""
        return InputError(self.file, _where(path, self.lines), found, next_step)

    def studies(self) -> list[tuple[str, Study]]:
        """Return every study with its path, those of lists included."""
        found = [(f"$.studies[{i}]", study) for i, study in enumerate(self.document.studies)]
        for i, group in enumerate(self.document.lists):
            found += [(f"$.lists[{i}].studies[{j}]", study) for j, study in enumerate(group.studies)]
        return found


def read_document(file: Path, lexicon: Lexicon) -> ReadDocument:
    """Read and check one curated file.

    Raises:
        InputError: the file is no YAML.
        InputErrors: fields that are unknown, missing or of another kind; or else values that break a rule; all of them.
    """
    plain, lines = parse_yaml(file)
    found: list[Problem] = []
    read = ReadDocument(file, read_record(plain, Document, found), lines)
    found = found or list(problems(read.document, lexicon))
    if found:
        raise InputErrors([read.error(*problem) for problem in found])
    return read


def _where(path: str, lines: dict[str, int]) -> str:
    nearest = path
    while nearest not in lines and nearest != "$":
        nearest = nearest[: max(nearest.rfind("."), nearest.rfind("["), 1)]
    shown = path.removeprefix("$").removeprefix(".")
    return f"{lines.get(nearest, 1)}" + (f" ({shown})" if shown else "")
