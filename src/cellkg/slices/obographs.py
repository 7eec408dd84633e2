"""Reads OBO Graphs JSON node by node and edge by edge, through ijson (https://github.com/geneontology/obographs)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ijson

from cellkg.errors import InputError
from cellkg.identifiers import compress

from .entries import PART_OF, Edge, Entry, opened
from .terms import Term

_REPLACED_BY = "http://purl.obolibrary.org/obo/IAO_0100001"
_CONSIDER = "http://www.geneontology.org/formats/oboInOwl#consider"


def version(file: Path) -> str:
    """Return the version that the graph states, or nothing."""
    return next((str(found) for found in _items(file, "graphs.item.meta.version")), "")


def entries(file: Path) -> Iterator[Entry]:
    """Yield the terms and then the edges of a file.

    Raises:
        InputError: the file is no JSON of that form, or is not whole.
    """
    for node in _items(file, "graphs.item.nodes.item"):
        yield from _node(file, node)
    for edge in _items(file, "graphs.item.edges.item"):
        yield from _edge(file, edge)


def _items(file: Path, path: str) -> Iterator[Any]:
    try:
        with opened(file) as stream:
            yield from ijson.items(stream, path)
    except ijson.JSONError as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(file, "", f"no whole JSON: {reason}", "fetch it again") from None


def _node(file: Path, node: Any) -> Iterator[Entry]:
    try:
        meta = node.get("meta") or {}
        values = [(str(each["pred"]), str(each["val"])) for each in meta.get("basicPropertyValues", ())]
        exact = {str(each["val"]) for each in meta.get("synonyms", ()) if each["pred"] == "hasExactSynonym"}
        yield (
            compress(str(node["id"])),
            Term(
                label=str(node.get("lbl") or ""),
                obsolete=meta.get("deprecated") is True,
                use=tuple(_curie(value) for pred, value in values if pred == _REPLACED_BY),
                consider=tuple(_curie(value) for pred, value in values if pred == _CONSIDER),
                synonyms=tuple(sorted(exact)),
            ),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise _odd(file, "graphs/nodes", error) from None


def _edge(file: Path, edge: Any) -> Iterator[Entry]:
    try:
        relation = "is_a" if edge["pred"] in ("is_a", "subPropertyOf") else compress(str(edge["pred"]))
        if relation in ("is_a", PART_OF):
            child, parent = compress(str(edge["sub"])), compress(str(edge["obj"]))
            yield Edge(child=child, parent=parent, whole=relation == PART_OF)
    except (AttributeError, KeyError, TypeError) as error:
        raise _odd(file, "graphs/edges", error) from None


def _curie(value: str) -> str:
    return compress(value) if "://" in value else value


def _odd(file: Path, place: str, error: Exception) -> InputError:
    return InputError(file, place, f"no OBO Graph: {type(error).__name__} {error}", "give a release as OBO Graphs JSON")
