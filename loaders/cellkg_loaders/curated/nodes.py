"""From a YAML file to its nodes: nothing broken, endless or said twice gets through.

Scalars stay text until their field says what they are, so that 3.10 stays 3.10 and no is not false.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from cellkg.errors import InputError

_DEEPEST = 40
_MOST_NODES = 200_000


def parse_yaml(file: Path) -> tuple[Any, dict[str, int]]:
    """Return the plain content of a YAML file, every scalar as text, and the line of each path in it."""
    lines: dict[str, int] = {}
    return _plain(compose_yaml(file), "$", lines, file), lines


def compose_yaml(file: Path) -> yaml.Node:
    """Return the node tree of a YAML file; ``InputError`` when it is none."""
    content = read_content(file)
    try:
        _refuse_endless(content, file)
        node = yaml.compose(content, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = str(error.problem_mark.line + 1) if error.problem_mark else ""
        raise InputError(file, line, f"not YAML: {error.problem}", "mend the syntax") from None
    except yaml.reader.ReaderError as error:
        line = str(content.count("\n", 0, error.position) + 1)
        raise InputError(file, line, f"not YAML: {_shown(error.character)}", "take it out") from None
    if node is None:
        raise InputError(file, "1", "an empty file", "start with `cellkg curate new`")
    return node


def read_content(file: Path) -> str:
    """Return the text of a file with its line ends as they are; ``InputError`` when it cannot be read."""
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(file, f"byte {error.start}", "not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise InputError(file, "", f"cannot be read: {error.strerror}", "name another file") from None


def _refuse_endless(content: str, file: Path) -> None:
    """Refuse nesting and aliases that no curated document needs, before anything follows them.

    A few lines of aliases to aliases unfold to billions of nodes (https://en.wikipedia.org/wiki/Billion_laughs_attack).
    """
    unfolded: dict[str | None, int] = {}
    around: list[tuple[str | None, int]] = [(None, 0)]
    for event in yaml.parse(content, Loader=yaml.CSafeLoader):
        size = 0
        if isinstance(event, yaml.CollectionStartEvent):
            around.append((event.anchor, 1))
            unfolded[event.anchor] = _MOST_NODES  # for an alias to it from inside
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, size = around.pop()
            unfolded[anchor] = size
        elif isinstance(event, yaml.NodeEvent):
            size = unfolded.get(event.anchor, 1) if isinstance(event, yaml.AliasEvent) else 1
            unfolded.setdefault(event.anchor, size)
        around[-1] = (around[-1][0], around[-1][1] + size)
        if len(around) > _DEEPEST or around[-1][1] > _MOST_NODES:
            line = str(event.start_mark.line + 1) if event.start_mark else ""
            raise InputError(file, line, "nesting or aliases without end", "write it out plainly")


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
        line = str(key.start_mark.line + 1)
        if not isinstance(key, yaml.ScalarNode):
            raise InputError(file, line, "a list or mapping as the name of a field", "write a plain name")
        if key.value in seen:
            raise InputError(file, line, f"{key.value!r} twice", "keep one of them")
        seen.add(key.value)
        yield key.value, _plain(value, f"{path}.{key.value}", lines, file)


def _shown(character: int | str) -> str:
    code = character if isinstance(character, int) else ord(character)
    return f"the control character U+{code:04X}"
