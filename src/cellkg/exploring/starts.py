"""Where to start: what most studies have in common, by kind."""

from __future__ import annotations

from dataclasses import dataclass

from cellkg.store import Store

from .asking import rows
from .nodes import names_of
from .ways import LINKED, MATCHES, WAYS

_MOST = 12
_KINDS = ("Condition", "Product type", "Tissue", "Outcome")


@dataclass(frozen=True, slots=True)
class Start:
    """A thing that studies have in common, with how many."""

    iri: str
    label: str
    studies: int


def starts(store: Store) -> dict[str, list[Start]]:
    """Return the things that most studies name, at most twelve of a kind; what lies under a thing does not count."""
    return {kind: _of_kind(store, kind) for kind in _KINDS}


def _of_kind(store: Store, kind: str) -> list[Start]:
    paths = ["/".join(f"<{step}>" for step in way.steps) for way in WAYS if way.start == "Study" and way.end == kind]
    if kind == LINKED.end:
        written, words = LINKED.steps
        paths.append(f"<{written}>/^<{words}>/({'|'.join(f'<{each}>' for each in MATCHES)})")
    branches = " UNION ".join(f"{{ ?study {path} ?thing }}" for path in paths)
    query = f"""
    SELECT ?thing (COUNT(DISTINCT ?study) AS ?studies) WHERE {{ {branches} FILTER (isIRI(?thing)) }}
    GROUP BY ?thing ORDER BY DESC(?studies) ?thing LIMIT {_MOST}"""
    found = [(row["thing"].value, int(row["studies"].value)) for row in rows(store, query)]
    names = names_of(store, (thing for thing, _ in found))
    return [Start(thing, names[thing], studies) for thing, studies in found]
