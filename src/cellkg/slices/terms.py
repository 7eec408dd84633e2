"""The terms of an ontology, and which of them a slice takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Protocol

import msgspec

from .plan import Slice


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A term as its ontology has it."""

    label: str
    obsolete: bool = False
    use: tuple[str, ...] = ()
    """What an obsolete term is replaced by: one CURIE, or none."""
    consider: tuple[str, ...] = ()
    """What an obsolete term without replacement may be replaced by."""
    kinds: tuple[str, ...] = ()
    """Direct superclasses of the same ontology."""
    parents: tuple[str, ...] = ()
    """Direct superclasses and, where the slice keeps parts, direct wholes."""
    synonyms: tuple[str, ...] = ()
    """Exact synonyms."""
    related: tuple[str, ...] = ()
    """Exact synonyms that the slice demotes."""


class Ontology(Protocol):
    """The terms of one ontology by CURIE, and the way down from each."""

    def get(self, curie: str) -> Term | None:
        """Return a term, or ``None`` where the ontology has none of that CURIE."""
        ...

    def children(self, curie: str) -> Iterable[str]:
        """Return the CURIEs that have a term as direct parent."""
        ...


class Terms(dict[str, Term]):
    """A small ontology in memory."""

    def children(self, curie: str) -> Iterable[str]:
        """Return the CURIEs that have a term as direct parent."""
        return self._below.get(curie, ())

    @cached_property
    def _below(self) -> dict[str, list[str]]:
        below: dict[str, list[str]] = {}
        for curie, term in self.items():
            for parent in term.parents:
                below.setdefault(parent, []).append(curie)
        return below


class Corrected:
    """An ontology as a slice corrects it; ``gone`` tells the corrections that no longer apply."""

    def __init__(self, ontology: Ontology, plan: Slice) -> None:
        self._ontology, self._plan = ontology, plan

    def get(self, curie: str) -> Term | None:
        """Return a term with its corrections."""
        term = self._ontology.get(curie)
        if term is None:
            return None
        dropped = {edge.parent for edge in self._plan.dropped if edge.child == curie}
        demoted = tuple(name for each in self._plan.demoted if each.curie == curie for name in each.synonyms)
        return msgspec.structs.replace(
            term,
            kinds=tuple(parent for parent in term.kinds if parent not in dropped),
            parents=tuple(parent for parent in term.parents if parent not in dropped),
            synonyms=tuple(name for name in term.synonyms if name not in demoted),
            related=tuple(name for name in demoted if name in term.synonyms),
        )

    def children(self, curie: str) -> Iterable[str]:
        """Return the CURIEs that have a term as direct parent, without dropped edges."""
        dropped = {edge.child for edge in self._plan.dropped if edge.parent == curie}
        return [child for child in self._ontology.children(curie) if child not in dropped]

    def gone(self) -> Iterator[str]:
        """Yield each correction that the ontology no longer needs."""
        for edge in self._plan.dropped:
            term = self._ontology.get(edge.child)
            if term is None or edge.parent not in term.parents:
                yield f"{edge.child} is no longer under {edge.parent}: remove the correction"
        for each in self._plan.demoted:
            term = self._ontology.get(each.curie)
            if lost := set(each.synonyms) - set(term.synonyms if term else ()):
                yield f"{each.curie} no longer has the synonyms {sorted(lost)}: remove the correction"


def chosen(plan: Slice, seeds: Iterable[str], ontology: Ontology) -> dict[str, Term]:
    """Return the terms of a slice: the seeds, their ancestors and what is below its roots, or the seeds alone."""
    if plan.hierarchy:
        below = _reachable([root.curie for root in plan.roots], ontology.children)
        wanted = _reachable([*seeds, *below], lambda curie: _parents(ontology, curie))
    else:
        wanted = set(seeds)
    found = {curie: ontology.get(curie) for curie in sorted(wanted)}
    return {curie: term for curie, term in found.items() if term is not None and not term.obsolete}


def _parents(ontology: Ontology, curie: str) -> Iterable[str]:
    term = ontology.get(curie)
    return term.parents if term else ()


def _reachable(starts: Iterable[str], step: Callable[[str], Iterable[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        if (curie := waiting.pop()) not in seen:
            seen.add(curie)
            waiting += step(curie)
    return seen
