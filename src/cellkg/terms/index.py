"""From a wording to the terms that have it as a name: by spelling in order, and by words in any order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from .names import ONTOLOGIES, Names, Term, load_names
from .spelling import bag, turned, words

Key = tuple[str, ...]
_ACRONYM = re.compile(r"[A-Z][A-Za-z0-9-]{0,4}[A-Z0-9]")
_PHENOTYPES = "HP:0000118"
_COMMON = {
    "disease", "syndrome", "neoplasm", "cancer", "malignant", "benign", "infection", "infectious", "congenital",
    "system", "chronic", "acute", "primary", "genetic", "inherited", "familial", "type", "with", "and", "by", "due",
    "to",
}  # fmt: skip


@dataclass(slots=True)
class NameIndex:
    """The names of one ontology: labels and synonyms apart, since a label is the surer match."""

    labels: dict[Key, list[str]]
    synonyms: dict[Key, list[str]]
    label_bags: dict[Key, list[str]]
    synonym_bags: dict[Key, list[str]]
    acronyms: dict[Key, list[str]]

    def by_label(self, spelled: Key) -> list[str]:
        """Return the terms whose label is spelled so."""
        return self.labels.get(spelled, [])

    def by_synonym(self, spelled: Key) -> list[str]:
        """Return the terms that have a synonym spelled so."""
        return self.synonyms.get(spelled, [])

    def by_label_words(self, spelled: Key) -> list[str]:
        """Return the terms whose label has the same words in another order."""
        return self.label_bags.get(bag(spelled), [])

    def by_words(self, spelled: Key) -> list[str]:
        """Return the terms of which a label, or else a synonym, has the same words in another order."""
        return self.by_label_words(spelled) or self.synonym_bags.get(bag(spelled), [])

    def by_acronym(self, spelled: Key) -> list[str]:
        """Return the terms that are abbreviated so; ``SCAR`` is one, ``scar`` is a word."""
        return self.acronyms.get(spelled, [])


class TermIndex:
    """The indexes of all ontologies, and the way from MeSH to MONDO."""

    def __init__(self, names: Names) -> None:
        self.names = names
        by_ontology: dict[str, list[Term]] = {ontology.upper(): [] for ontology in ONTOLOGIES}
        for term in names.terms.values():
            if term.curie.startswith("HP:") and _PHENOTYPES not in names.ancestors(term.curie):
                continue  # modes of inheritance, onsets and the like are no conditions
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
        names = _bags(heading)
        named = [curie for curie in found if bag(words(self.names.terms[curie].label)) in names]
        return named[0] if len(named) == 1 else None

    def share_a_name(self, heading: Term, curie: str) -> bool:
        """Tell whether a heading and a term have a name in common, in whatever order of words."""
        return not _bags(heading).isdisjoint(_bags(self.names.terms[curie]))

    def share_a_word(self, heading: Term, curie: str) -> bool:
        """Tell whether a word that is not in the names of thousands stands in names of both."""
        mine, other = ({word for key in _bags(term) for word in key} for term in (heading, self.names.terms[curie]))
        return not (mine & other) <= _COMMON


def _bags(term: Term) -> set[Key]:
    return {bag(words(name)) for name in (term.label, *term.synonyms)}


@cache
def load_index() -> TermIndex:
    """Index the shipped name tables once: about two seconds."""
    return TermIndex(load_names())


def is_acronym(name: str) -> bool:
    """Tell whether a name is one word that stands for several by its capitals.

    >>> [is_acronym(name) for name in ("NSCLC", "SCAR", "HaTS", "AN2", "scar", "Asthma", "COVID-19 infection")]
    [True, True, True, True, False, False, False]
    """
    return bool(_ACRONYM.fullmatch(name))


def _index(terms: Iterable[Term]) -> NameIndex:
    index = NameIndex({}, {}, {}, {}, {})
    for term in terms:
        _enter(term.curie, [term.label], index.labels, index.label_bags)
        _enter(term.curie, (s for s in term.synonyms if not is_acronym(s)), index.synonyms, index.synonym_bags)
        _enter(term.curie, filter(is_acronym, term.synonyms), index.acronyms, {})
    return index


def _enter(curie: str, names: Iterable[str], ordered: dict[Key, list[str]], bags: dict[Key, list[str]]) -> None:
    for name in names:
        spelled = words(name)
        _note(ordered, spelled, curie)
        _note(bags, bag(spelled), curie)
        if "," in name:
            _note(ordered, words(turned(name)), curie)


def _note(index: dict[Key, list[str]], key: Key, curie: str) -> None:
    listed = index.setdefault(key, [])
    if curie not in listed:
        listed.append(curie)
