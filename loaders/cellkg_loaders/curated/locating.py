"""From "this is said on line 17" to the offsets of the spot: what `cellkg curate locate` does.

A curator writes ``at: L17``, ``at: L17#2`` for the second time the words stand on that line, or ``at: "?"`` for words
that stand once in the whole document. Locating writes ``line:start-end`` in its place and leaves the rest of the
file as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from cellkg.errors import InputError, InputErrors

from .reading import compose_yaml

_HINT = re.compile(r"L(?P<line>\d+)(?:#(?P<nth>\d+))?|\?")


def locate(file: Path, text: str) -> tuple[str, int]:
    """Return a curated file with its hints replaced by spots in ``text``, and how many there were.

    Raises:
        InputErrors: words that do not stand where the hint says, or stand there more than once.
    """
    content = file.read_text(encoding="utf-8")
    errors, spots = [], []
    hints = {hint.start_mark.index: (written, hint) for written, hint in _hints(compose_yaml(file))}
    for _, (written, hint) in sorted(hints.items()):
        try:
            spots.append((hint, _spot(text, written.value, hint.value)))
        except ValueError as error:
            errors.append(InputError(file, str(hint.start_mark.line + 1), str(error), "mend `as` or `at`"))
    if errors:
        raise InputErrors(errors)
    for hint, spot in reversed(spots):
        content = content[: hint.start_mark.index] + spot + content[hint.end_mark.index :]
    return content, len(spots)


def _hints(node: yaml.Node) -> Iterator[tuple[yaml.ScalarNode, yaml.ScalarNode]]:
    if isinstance(node, yaml.MappingNode):
        fields = {key.value: value for key, value in node.value}
        at, written = fields.get("at"), fields.get("as")
        if isinstance(at, yaml.ScalarNode) and isinstance(written, yaml.ScalarNode) and _HINT.fullmatch(at.value):
            yield written, at
        for value in fields.values():
            yield from _hints(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _hints(value)


def _spot(text: str, written: str, hint: str) -> str:
    match = _HINT.fullmatch(hint)
    assert match is not None
    first, last = _bounds(text, int(match["line"])) if match["line"] else (0, len(text))
    found = [m.start() for m in re.finditer(re.escape(written), text[first:last])]
    nth = int(match["nth"]) if match["nth"] else None
    if not found or (nth is not None and nth > len(found)):
        raise ValueError(f"{written!r} is not there ({hint}: found {len(found)} times)")
    if nth is None and len(found) > 1:
        raise ValueError(f"{written!r} stands {len(found)} times there; write {hint}#1 … {hint}#{len(found)}")
    start = first + found[(nth or 1) - 1]
    return f"{text.count(chr(10), 0, start) + 1}:{start}-{start + len(written)}"


def _bounds(text: str, line: int) -> tuple[int, int]:
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    if line > len(starts):
        raise ValueError(f"the document has {len(starts)} lines, not {line}")
    end = starts[line] if line < len(starts) else len(text)
    return starts[line - 1], end
