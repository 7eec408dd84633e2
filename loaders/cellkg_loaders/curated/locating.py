"""From "this is said on line 17" to the offsets of the spot: what `cellkg curate locate` does.

A curator writes ``at: L17``, ``at: L17#2`` for the second time the words stand on that line, or ``at: "?"`` for words
that stand once in the whole document. Locating writes ``line:start-end`` in its place and leaves the rest of the
file as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

import yaml

from cellkg.errors import InputError, InputErrors

from .nodes import compose_yaml, read_content

_HINT = re.compile(r"L(?P<line>[1-9][0-9]{0,8})(?:#(?P<nth>[1-9][0-9]{0,8}))?|\?")
_HINT_AT_END = re.compile(r"[^\s]+$")


def locate(file: Path, text: str) -> tuple[str, int]:
    """Return a curated file with its hints replaced by spots in ``text``, and how many there were.

    Raises:
        InputErrors: words that do not stand where the hint says, or stand there more than once.
    """
    content = read_content(file)
    errors, spots = [], []
    hints = {hint.start_mark.index: (written, hint) for written, hint in _hints(compose_yaml(file))}
    for _, (written, hint) in sorted(hints.items()):
        try:
            spots.append((hint, _spot(text, written.value, hint.value)))
        except ValueError as error:
            errors.append(InputError(file, str(hint.start_mark.line + 1), str(error), "mend `as` or `at`"))
    if errors:
        raise InputErrors(errors)
    uncounted = len(content) - len(content.removeprefix("\ufeff"))
    for hint, spot in reversed(spots):
        start, end = hint.start_mark.index + uncounted, hint.end_mark.index + uncounted
        # An anchor or tag belongs to the node; what is replaced is the scalar after it.
        content = content[:start] + _HINT_AT_END.sub(spot, content[start:end]) + content[end:]
    return content, len(spots)


def _hints(node: yaml.Node) -> Iterator[tuple[yaml.ScalarNode, yaml.ScalarNode]]:
    if isinstance(node, yaml.MappingNode):
        fields = {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
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
    starts = [0, *(newline.end() for newline in re.finditer("\n", text))]
    line, nth = (int(match[name]) if match[name] else None for name in ("line", "nth"))
    if line and line > len(starts):
        raise ValueError(f"the document has {len(starts)} lines, not {line}")
    first, last = (starts[line - 1], [*starts, len(text)][line]) if line else (0, len(text))
    found = [first + each.start() for each in re.finditer(re.escape(written), text[first:last])]
    if len(found) < (nth or 1):
        raise ValueError(f"{written!r} is not there ({hint}: found {len(found)} times)")
    if nth is None and len(found) > 1:
        lines = [bisect_right(starts, start) for start in found]
        ways = [f"L{line}#{n}" for n in range(1, len(found) + 1)] if line else [f"L{each}" for each in lines]
        raise ValueError(f"{written!r} stands {len(found)} times there; write {' or '.join(dict.fromkeys(ways))}")
    start = found[(nth or 1) - 1]
    return f"{bisect_right(starts, start)}:{start}-{start + len(written)}"
