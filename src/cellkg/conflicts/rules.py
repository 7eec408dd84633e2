"""The rules: the queries of ``queries/conflicts/``, a folder for each kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cellkg.catalogue import Question, read_question
from cellkg.resources import shipped

from .findings import KINDS, Kind


class Rule(NamedTuple):
    """A query and the kind of what it finds."""

    kind: Kind
    question: Question


def rules(kinds: tuple[Kind, ...] = KINDS) -> Iterator[Rule]:
    """Yield the rules of some kinds, in the order of the kinds and of their names."""
    for kind in KINDS:
        if kind in kinds:
            yield from (Rule(kind, read_question(file)) for file in sorted(folder(kind).glob("*.rq")))


def folder(kind: Kind) -> Path:
    """Return the folder of the queries of a kind."""
    return shipped("queries") / "conflicts" / kind.replace(" ", "-")
