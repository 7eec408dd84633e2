"""From a curated YAML file to its records, with the line of everything in it.

Scalars stay text until their field says what they are, so that 3.10 stays 3.10 and no is not false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml

from cellkg.errors import InputError, InputErrors
from cellkg.lexicon import Lexicon

from cellkg_loaders.records import Document, Study
from .checking import problems

_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>\$.*)`)?$", re.DOTALL)


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
        InputError: the file is no YAML or does not have the shape of a curated document.
        InputErrors: values that break a rule, all of them.
    """
    plain, lines = parse_yaml(file)
    try:
        document = msgspec.convert(plain, Document, strict=False)
    except msgspec.ValidationError as error:
        match = _PLACE.match(str(error))
        what, path = (match["what"], match["path"] or "$") if match else (str(error), "$")
        raise InputError(file, _where(path, lines), what, "see docs/curating.md") from None
    read = ReadDocument(file, document, lines)
    errors = [read.error(*problem) for problem in problems(document, lexicon)]
    if errors:
        raise InputErrors(errors)
    return read


def parse_yaml(file: Path) -> tuple[Any, dict[str, int]]:
    """Return the plain content of a YAML file, every scalar as text, and the line of each path in it."""
    lines: dict[str, int] = {}
    return _plain(compose_yaml(file), "$", lines, file), lines


def compose_yaml(file: Path) -> yaml.Node:
    """Return the node tree of a YAML file; ``InputError`` when it is none."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except UnicodeDecodeError as error:
        raise InputError(file, f"byte {error.start}", "not UTF-8", "save it as UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = str(error.problem_mark.line + 1) if error.problem_mark else ""
        raise InputError(file, line, f"not YAML: {error.problem}", "mend the syntax") from None
    except yaml.YAMLError as error:
        raise InputError(file, "", f"not YAML: {error}", "mend the syntax") from None
    if node is None:
        raise InputError(file, "1", "an empty file", "start with `cellkg curate new`")
    return node


def _plain(node: yaml.Node, path: str, lines: dict[str, int], file: Path) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return dict(_entries(node, path, lines, file))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, f"{path}[{i}]", lines, file) for i, child in enumerate(node.value)]
    return node.value


def _entries(node: yaml.MappingNode, path: str, lines: dict[str, int], file: Path) -> Iterator[tuple[str, Any]]:
    seen = set()
    for key, value in node.value:
        if key.value in seen:
            raise InputError(file, str(key.start_mark.line + 1), f"{key.value!r} twice", "keep one of them")
        seen.add(key.value)
        yield key.value, _plain(value, f"{path}.{key.value}", lines, file)


def _where(path: str, lines: dict[str, int]) -> str:
    nearest = path
    while nearest not in lines and nearest != "$":
        nearest = nearest[: max(nearest.rfind("."), nearest.rfind("["), 1)]
    shown = path.removeprefix("$").removeprefix(".")
    return f"{lines.get(nearest, 1)}" + (f" ({shown})" if shown else "")
