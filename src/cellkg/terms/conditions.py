"""Links of the conditions that sources write: names first, then names without qualifiers, then the head of the phrase.

Each step looks in MONDO, HP and MeSH. The first step that finds a term ends the search, so a wider term is given only
where no term has the name. A curated wording comes before all of them, and a negative mapping forbids what it says.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import cache

from cellkg.resources import shipped

from .curation import Curation, load_curation
from .index import Key, load_index
from .links import CONTEXT, HEAD, PART, PEOPLE, QUALIFIER, Link, Match, Rule
from .names import Term
from .naming import Naming
from .phrases import before_context, capitals, endings, forms, is_list, parts, runs, without, without_parentheses
from .spelling import turned, words

STAGES = ("stage", "relapse", "severity", "resistance")
"""Kinds of qualifiers that a disease may lose and stay the same disease."""

_PEOPLE = "people"
_DISEASES = ("C", "F01", "F03")
_PREFERRED = ("MONDO", "MESH", "HP")


class ConditionLinker:
    """Links wordings of conditions; a wording is looked up once."""

    def __init__(self, naming: Naming, curation: Curation, qualifiers: dict[str, list[Key]]) -> None:
        self._naming, self._curation, self._qualifiers = naming, curation, qualifiers
        self._known: dict[str, tuple[Link, ...]] = {}

    def links(self, wording: str) -> tuple[Link, ...]:
        """Return the links of a wording, the best of each ontology, or none."""
        if wording not in self._known:
            found = self._found(" ".join(wording.split()))
            self._known[wording] = tuple(dict.fromkeys(found))
        return self._known[wording]

    def same_disease(self, wording: str) -> list[Link]:
        """Return the MONDO terms of a wording as it is, or else without stage, relapse, severity and resistance."""
        for links in self._unqualified(wording):
            if diseases := [link for link in links if link.object_id.startswith("MONDO:")]:
                return diseases
        return []

    def named(self, spelled: Key) -> Link | None:
        """Return the MONDO term that has the words as a name."""
        if curated := self._naming.curated(spelled):
            return next((link for link in curated if link.object_id.startswith("MONDO:")), None)
        return self._naming.disease(spelled, any_order=len(spelled) > 1)

    def of_heading(self, heading: Term) -> Link | None:
        """Return the MONDO term of a MeSH heading: as curated, or as MONDO refers to it."""
        return self._naming.of_heading(heading)

    def _found(self, wording: str) -> list[Link]:
        if found := next(filter(None, self._unqualified(wording)), None):
            return found
        keys, acronyms = forms(wording), capitals(wording)
        shorter = (self._without(key, (*STAGES, _PEOPLE), PEOPLE, acronyms) for key in keys)
        found = next(filter(None, (self._allowed(links, keys) for links in shorter)), None)
        return found or self._allowed(self._several(wording) or self._head(wording), keys)

    def _unqualified(self, wording: str) -> Iterator[list[Link]]:
        """Yield the links of each form of a wording: as it is, then without qualifiers that leave the disease."""
        keys, acronyms = forms(wording), capitals(wording)
        for key in keys:
            yield self._allowed(self._naming.exact(key, acronyms), keys)
        for key in keys:
            yield self._allowed(self._without(key, STAGES, QUALIFIER, acronyms), keys)

    def _without(self, key: Key, kinds: Iterable[str], rule: Rule, acronyms: Iterable[Key]) -> list[Link]:
        shorter = without(key, [phrase for kind in kinds for phrase in self._qualifiers[kind]])
        if not shorter or shorter == key:
            return []
        return self._as(Match.BROAD, rule, self._naming.exact(shorter, acronyms))

    def _several(self, wording: str) -> list[Link]:
        """Return a term for each of several conditions that are named together, if each has one."""
        named = parts(wording)
        each = [next(filter(None, self._unqualified(part)), []) for part in named]
        found = [link for links in each for link in self._conditions(links)[:1]]
        return self._as(Match.RELATED, PART, found) if len(found) == len(named) > 1 else []

    def _head(self, wording: str) -> list[Link]:
        """Return the wider term that ends what stands before any context, or else a term within the phrase."""
        bare, before, acronyms = without_parentheses(wording), before_context(wording), capitals(wording)
        for text in dict.fromkeys((turned(before), before, turned(bare), bare)):
            if found := self._ending(words(text), acronyms):
                is_head = text in (before, turned(before)) and not is_list(wording)
                return self._as(Match.BROAD if is_head else Match.RELATED, HEAD if is_head else CONTEXT, found)
        within = (self._conditions(self._naming.exact(run, acronyms, any_order=False)) for run in runs(words(bare)))
        return self._as(Match.RELATED, CONTEXT, next(filter(None, within), [])[:1])

    def _ending(self, key: Key, acronyms: Iterable[Key]) -> list[Link]:
        bare = without(key, [phrase for phrases in self._qualifiers.values() for phrase in phrases])
        for ending in endings(bare):
            links = self._naming.exact(ending, acronyms, any_order=ending == bare)
            if found := self._conditions(links):
                return sorted(found, key=lambda link: _PREFERRED.index(link.object_id.partition(":")[0]))[:1]
        return []

    def _conditions(self, links: list[Link]) -> list[Link]:
        return [link for link in links if self._is_condition(link.object_id)]

    def _is_condition(self, curie: str) -> bool:
        branches = self._naming.names.terms[curie].branches
        return not curie.startswith("MESH:") or any(branch.startswith(_DISEASES) for branch in branches)

    def _as(self, match: Match, rule: Rule, links: Iterable[Link]) -> list[Link]:
        return [self._naming.link(link.object_id, match, rule) for link in links]

    def _allowed(self, links: list[Link], keys: Iterable[Key]) -> list[Link]:
        forbids = self._curation.forbids_name
        return [link for link in links if not any(forbids(key, link.object_id, link.match) for key in keys)]


@cache
def load_linker() -> ConditionLinker:
    """Return the linker over the shipped names, words and mappings."""
    qualifiers: dict[str, list[Key]] = {}
    with (shipped("ontology") / "condition_words.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            qualifiers.setdefault(row["kind"], []).append(words(row["words"]))
    curation = load_curation()
    return ConditionLinker(Naming(load_index(), curation), curation, qualifiers)
