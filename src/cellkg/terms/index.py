"""From a wording to the terms that have it as a name: by spelling in order, and by words in any order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from .names import ONTOLOGIES, Names, Term, load_names
from .spelling import bag, turned, words

Key = tuple[str, ...]


@dataclass(slots=True)
class NameIndex:
    """The names of one ontology: labels and synonyms apart, since a label is the surer match."""

    labels: dict[Key, list[str]]
    synonyms: dict[Key, list[str]]
    label_bags: dict[Key, list[str]]
    synonym_bags: dict[Key, list[str]]

    def by_label(self, spelled: Key) -> list[str]:
        """Return the terms whose label is spelled so."""
        return self.labels.get(spelled, [])

    def by_synonym(self, spelled: Key) -> list[str]:
        """Return the terms that have a synonym spelled so."""
        return self.synonyms.get(spelled, [])

    def by_words(self, spelled: Key) -> list[str]:
        """Return the terms of which a label, or else a synonym, has the same words in another order."""
        key = bag(spelled)
        return self.label_bags.get(key) or self.synonym_bags.get(key, [])

    def by_any(self, spelled: Key) -> list[str]:
        """Return the terms of the surest way that finds any."""
        return self.by_label(spelled) or self.by_synonym(spelled) or self.by_words(spelled)


class TermIndex:
    """The indexes of all ontologies, and the way from MeSH to MONDO."""

    def __init__(self, names: Names) -> None:
        self.names = names
        by_ontology: dict[str, list[Term]] = {ontology.upper(): [] for ontology in ONTOLOGIES}
        for term in names.terms.values():
            by_ontology[term.curie.partition(":")[0]].append(term)
        self.mondo, self.hp, self.mesh = (_index(by_ontology[ontology.upper()]) for ontology in ONTOLOGIES)
        self._diseases: dict[str, list[str]] = defaultdict(list)
        for term in by_ontology["MONDO"]:
            for heading in term.mesh:
                self._diseases[heading].append(term.curie)

    def disease(self, heading: Term) -> str | None:
        """Return the MONDO term that cross-refers to a heading: the only one, or the one of the same name."""
        found = self._diseases.get(heading.curie, [])
        if len(found) == 1:
            return found[0]
        keys = {words(turned(name)) for name in (heading.label, *heading.synonyms)}
        named = [curie for curie in found if words(self.names.terms[curie].label) in keys]
        return named[0] if len(named) == 1 else None


@cache
def load_index() -> TermIndex:
    """Index the shipped name tables once: about two seconds."""
    return TermIndex(load_names())


def _index(terms: Iterable[Term]) -> NameIndex:
    index = NameIndex({}, {}, {}, {})
    for term in terms:
        _enter(term.curie, [term.label], index.labels, index.label_bags)
        _enter(term.curie, term.synonyms, index.synonyms, index.synonym_bags)
    return index


def _enter(curie: str, names: Iterable[str], ordered: dict[Key, list[str]], bags: dict[Key, list[str]]) -> None:
    for name in names:
        spelled = words(name)
        for key, index in ((spelled, ordered), (words(turned(name)) if "," in name else spelled, ordered), (bag(spelled), bags)):
            listed = index.setdefault(key, [])
            if curie not in listed:
                listed.append(curie)
