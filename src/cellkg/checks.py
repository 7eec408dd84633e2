"""What must hold in the graph: queries that must return nothing, and SHACL shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from cellkg.resources import shipped
from cellkg.store import Store


@dataclass(frozen=True, slots=True)
class Violation:
    """A row that a check returned: the rule and the values that break it."""

    rule: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule}: {' · '.join(self.values)}"


def violation_queries() -> list[Path]:
    """Return the queries that must return nothing, by name."""
    return sorted((shipped("queries") / "checks").glob("*-violation.rq"))


def violations(store: Store) -> Iterator[Violation]:
    """Yield a violation for each row of each check."""
    for file in violation_queries():
        answer = store.query(file.read_text(encoding="utf-8"))
        assert isinstance(answer, ox.QuerySolutions)
        for row in answer:
            yield Violation(file.stem, tuple("" if term is None else _shown(term) for term in row))


def _shown(term: object) -> str:
    return str(getattr(term, "value", term))
