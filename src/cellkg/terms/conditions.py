"""Links of the conditions that sources write: names first, then names without qualifiers, then the head of the phrase.

Each step looks in MONDO, HP and MeSH. The first step that finds a term ends the search, so a wider term is given only
where no term has the name. A curated wording comes before all of them, and a negative mapping forbids what it says.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from functools import cache

from cellkg.resources import shipped

from .curation import Curation, load_curation
from .index import Key, NameIndex, TermIndex, is_acronym, load_index
from .links import (
    ABBREVIATION,
    CONTEXT,
    CURATED_WORDING,
    HEAD,
    HEADING,
    LABEL,
    PART,
    PEOPLE,
    QUALIFIER,
    REFERENCE,
    SYNONYM,
    WORDS,
    Link,
    Match,
    Rule,
)
from .names import Term
from .spelling import turned, words

STAGES = ("stage", "relapse", "severity", "resistance")
"""Kinds of qualifiers that a disease may lose and stay the same disease."""

_DISEASES = ("C", "F01", "F03")
_PARENTHESES = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_SEVERAL = re.compile(r"\s+(?:and/or|and|or|versus|vs\.?)\s+|\s*[/;&]\s*", re.IGNORECASE)
_BEFORE_CONTEXT = re.compile(
    r"\s+(?:with|without|due to|caused by|induced by|secondary to|related to|associated with|following|after|during"
    r"|from|for|at|in|of|by|undergoing|requiring|post|expressing|harbou?ring|on)\s+|\s*[;:,–]\s*|\s+-\s+",
    re.IGNORECASE,
)
_TOO_WIDE = frozenset((
    "MONDO:0000001", "MONDO:0700096", "MONDO:0002254", "HP:0000118", "MESH:D004194", "MESH:D013577",
))  # fmt: skip
"""Disease and syndrome as such."""


class ConditionLinker:
    """Links wordings of conditions; a wording is looked up once."""

    def __init__(self, index: TermIndex, curation: Curation, qualifiers: dict[str, list[Key]]) -> None:
        self._index, self._curation = index, curation
        self._qualifiers = qualifiers
        self._known: dict[str, tuple[Link, ...]] = {}

    def links(self, wording: str) -> tuple[Link, ...]:
        """Return the links of a wording, the best of each ontology, or none."""
        if wording not in self._known:
            found = self._found(" ".join(wording.split()))
            self._known[wording] = tuple(dict.fromkeys(found))
        return self._known[wording]

    def same_disease(self, wording: str) -> list[Link]:
        """Return the MONDO terms of a wording as it is, or else without stage, relapse, severity and resistance."""
        capitals, forms = _capitals(wording), list(self._forms(wording))
        for links in (
            *(self._exact(key, capitals) for key in forms),
            *(self._without(key, STAGES, QUALIFIER, capitals) for key in forms),
        ):
            if diseases := [link for link in links if link.object_id.startswith("MONDO:")]:
                return self._allowed(diseases, words(wording))
        return []

    def named(self, spelled: Key) -> Link | None:
        """Return the MONDO term that has the words as a name."""
        return self._disease(spelled, any_order=len(spelled) > 1)

    def _found(self, wording: str) -> list[Link]:
        forms, capitals = list(self._forms(wording)), _capitals(wording)
        for key in forms:
            if found := self._allowed(self._exact(key, capitals), words(wording)):
                return found
        for kinds, rule in ((STAGES, QUALIFIER), ((*STAGES, "people"), PEOPLE)):
            for key in forms:
                if found := self._allowed(self._without(key, kinds, rule, capitals), words(wording)):
                    return found
        return self._allowed(self._several(wording) or self._head(wording), words(wording))

    def _forms(self, wording: str) -> Iterator[Key]:
        """Yield the wording as it is, in the order of speech, and without what only abbreviates it."""
        seen: set[Key] = set()
        inside = _PARENTHESES.findall(wording)
        bare = " ".join(_PARENTHESES.sub(" ", wording).split())
        texts = [wording, turned(wording)]
        if inside and bare and all(_abbreviates(short, bare) for short in inside):
            texts += [bare, turned(bare)]
        if inside and bare and _abbreviates(bare, inside[0]):
            texts.append(inside[0])
        for text in texts:
            if (key := words(text)) and key not in seen:
                seen.add(key)
                yield key

    def _exact(self, key: Key, capitals: Iterable[Key] = (), any_order: bool = True) -> list[Link]:
        """Return the terms that have the words as a name, the best of each ontology."""
        if curated := self._curation.of_wording(key):
            return [self._link(curie, match, CURATED_WORDING) for curie, match in curated]
        disease = self._disease(key, any_order)
        found = [disease] if disease else []
        for index in (self._index.hp, self._index.mesh):
            curies, rule = _surest(index, key, any_order)
            if len(curies) == 1 and curies[0] not in _TOO_WIDE:
                found.append(self._link(curies[0], Match.EXACT, rule))
        return self._consistent(found) or (self._abbreviated(key) if key in capitals else [])

    def _consistent(self, links: list[Link]) -> list[Link]:
        """Return the links; a heading that stands for another disease than the one found is near, or wider."""
        mine = next((link.object_id for link in links if link.object_id.startswith("MONDO:")), None)
        return [self._compared(link, mine) if mine and link.object_id.startswith("MESH:") else link for link in links]

    def _compared(self, link: Link, disease: str) -> Link:
        names = self._index.names
        other = self._index.disease(names.terms[link.object_id])
        if other is None or other == disease:
            return link
        return self._link(link.object_id, Match.BROAD if other in names.ancestors(disease) else Match.CLOSE, link.rule)

    def _abbreviated(self, key: Key) -> list[Link]:
        ways = (self._index.mondo, self._index.hp, self._index.mesh)
        curies = [found[0] for index in ways if len(found := index.by_acronym(key)) == 1]
        return [self._link(curie, Match.CLOSE, ABBREVIATION) for curie in curies]

    def _disease(self, key: Key, any_order: bool) -> Link | None:
        """Return the MONDO term of a name: its label, or what its MeSH heading refers to, or its synonym."""
        mondo, mesh = self._index.mondo, self._index.mesh
        heading = mesh.by_label(key) or mesh.by_synonym(key)
        referred = self._by_heading(key, heading)
        sure = referred if referred and referred.match is not Match.RELATED else None
        found = self._only(key, mondo.by_label(key), LABEL) or sure or self._only(key, mondo.by_synonym(key), SYNONYM)
        if not found and any_order:
            found = self._only(key, mondo.by_words(key), WORDS)
            referred = referred or self._by_heading(key, mesh.by_words(key))
        return found or referred

    def _only(self, key: Key, curies: list[str], rule: Rule) -> Link | None:
        left = [c for c in curies if c not in _TOO_WIDE and not self._curation.forbids_name(key, c)]
        left = [c for c in left if not self._is_numbered_form(c, key)]
        return self._link(left[0], Match.EXACT, rule) if len(left) == 1 else None

    def _by_heading(self, key: Key, headings: list[str]) -> Link | None:
        if len(headings) != 1 or headings[0] in _TOO_WIDE:
            return None
        link = self.of_heading(self._index.names.terms[headings[0]])
        return None if link is None or self._curation.forbids_name(key, link.object_id, link.match) else link

    def of_heading(self, heading: Term) -> Link | None:
        """Return the MONDO term of a MeSH heading: as curated, or as MONDO refers to it."""
        for curie, match in self._curation.of_term(heading.curie):
            if curie.startswith("MONDO:"):
                return self._link(curie, match, CURATED_WORDING)
        curie = self._index.disease(heading) or ""
        if not curie or self._curation.forbids(heading.curie, curie):
            return None
        if self._index.share_a_name(heading, curie):
            return self._link(curie, Match.EXACT, HEADING)
        if self._index.share_a_word(heading, curie):
            return self._link(curie, Match.RELATED, REFERENCE)
        return None  # a reference without a word in common is as often a slip

    def _without(self, key: Key, kinds: Iterable[str], rule: Rule, capitals: Iterable[Key]) -> list[Link]:
        shorter = _without(key, [phrase for kind in kinds for phrase in self._qualifiers[kind]])
        if not shorter or shorter == key:
            return []
        return self._as(Match.BROAD, rule, self._exact(shorter, capitals))

    def _several(self, wording: str) -> list[Link]:
        parts = [part for part in _SEVERAL.split(wording) if part]
        found = [link for part in parts for link in self._conditions(self.same_disease(part))[:1]]
        return self._as(Match.RELATED, PART, found) if len(found) == len(parts) > 1 else []

    def _head(self, wording: str) -> list[Link]:
        """Return the wider term that ends what stands before any context, or else a term that ends the phrase."""
        bare, capitals = _PARENTHESES.sub(" ", wording), _capitals(wording)
        before = _BEFORE_CONTEXT.split(f"{bare} ")[0]
        for text in dict.fromkeys((turned(before), before, turned(bare), bare)):
            if found := self._ending(words(text), capitals):
                whole = text in (before, turned(before))
                return self._as(Match.BROAD if whole else Match.RELATED, HEAD if whole else CONTEXT, found)
        return self._as(Match.RELATED, CONTEXT, self._within(words(bare), capitals))

    def _ending(self, key: Key, capitals: Iterable[Key]) -> list[Link]:
        key = _without(key, [phrase for phrases in self._qualifiers.values() for phrase in phrases])
        for start in range(len(key)):
            if found := self._conditions(self._exact(key[start:], capitals, any_order=start == 0)):
                return sorted(found, key=lambda link: _PREFERRED.index(link.object_id.partition(":")[0]))[:1]
        return []

    def _within(self, key: Key, capitals: Iterable[Key]) -> list[Link]:
        """Return the term of the longest run of words that names a condition."""
        runs = (
            key[start : start + size] for size in range(len(key) - 1, 0, -1) for start in range(len(key) - size + 1)
        )
        return next(
            (found[:1] for run in runs if (found := self._conditions(self._exact(run, capitals, any_order=False)))), []
        )

    def _conditions(self, links: list[Link]) -> list[Link]:
        return [link for link in links if self._is_condition(link.object_id)]

    def _is_condition(self, curie: str) -> bool:
        branches = self._index.names.terms[curie].branches
        return not curie.startswith("MESH:") or any(branch.startswith(_DISEASES) for branch in branches)

    def _is_numbered_form(self, curie: str, key: Key) -> bool:
        """Tell whether a term is one of a numbered series ("…, primary, 1") and the words give no number."""
        return words(self._index.names.terms[curie].label)[-1].isdigit() and not any(map(str.isdigit, key))

    def _as(self, match: Match, rule: Rule, links: Iterable[Link]) -> list[Link]:
        return [self._link(link.object_id, match, rule) for link in links]

    def _link(self, curie: str, match: Match, rule: Rule) -> Link:
        return Link(curie, self._index.names.current(curie).label, match, rule)

    def _allowed(self, links: list[Link], key: Key) -> list[Link]:
        return [link for link in links if not self._curation.forbids_name(key, link.object_id, link.match)]


_PREFERRED = ("MONDO", "MESH", "HP")


@cache
def load_linker() -> ConditionLinker:
    """Return the linker over the shipped names, words and mappings."""
    qualifiers: dict[str, list[Key]] = {}
    with (shipped("ontology") / "condition_words.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            qualifiers.setdefault(row["kind"], []).append(words(row["words"]))
    for phrases in qualifiers.values():
        phrases.sort(key=len, reverse=True)
    return ConditionLinker(load_index(), load_curation(), qualifiers)


def _surest(index: NameIndex, key: Key, any_order: bool) -> tuple[list[str], Rule]:
    if found := index.by_label(key):
        return found, LABEL
    if found := index.by_synonym(key):
        return found, SYNONYM
    return (index.by_words(key) if any_order else []), WORDS


def _capitals(wording: str) -> frozenset[Key]:
    """Return the words of a wording that are acronyms, as the index spells them."""
    return frozenset(words(token) for token in re.findall(r"[\w-]+", wording) if is_acronym(token))


def _abbreviates(short: str, long: str) -> bool:
    """Tell whether a text is one word of capitals whose letters begin words, or stand in the words, of another."""
    letters = [sign for sign in short.casefold().removesuffix("s") if sign.isalpha()]
    if " " in short.strip() or not letters or short.islower() or len(letters) > 8:
        return False
    signs = iter(long.casefold())
    return letters[0] == long.strip()[:1].casefold() and all(letter in signs for letter in letters)


def _without(key: Key, phrases: Iterable[Key]) -> Key:
    """Return the words without the phrases, longest first, and without connectives left at an end."""
    left = list(key)
    for phrase in sorted(phrases, key=len, reverse=True):
        size, at = len(phrase), 0
        while at + size <= len(left):
            if tuple(left[at : at + size]) == phrase:
                del left[at : at + size]
            else:
                at += 1
    while left and left[0] in _LOOSE:
        del left[0]
    while left and left[-1] in _LOOSE:
        del left[-1]
    return tuple(left)


_LOOSE = ("in", "of", "the", "and", "or", "to", "with", "a")
