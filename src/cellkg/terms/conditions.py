"""Links of the conditions that sources write: names first, then names without qualifiers, then the head of the phrase.

Each step looks in MONDO, HP and MeSH. The first step that finds a term ends the search, so a wider term is given only
where no term has the name. A curated wording comes before all of them, and a negative mapping forbids what it says.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from cellkg.resources import shipped

from .curation import Curation, load_curation
from .index import Key, NameIndex, TermIndex, load_index
from .links import ABBREVIATION, CURATED_WORDING, HEAD, HEADING, LABEL, PART, PEOPLE, QUALIFIER, SYNONYM, WORDS
from .links import Link, Match, Rule
from .spelling import turned, words

STAGES = ("stage", "relapse", "severity", "resistance")
"""Kinds of qualifiers that a disease may lose and stay the same disease."""

_DISEASES = ("C", "F01", "F03")
_PARENTHESES = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_SEVERAL = re.compile(r"\s+(?:and/or|and|or|versus|vs\.?)\s+|\s*[/;&]\s*|,\s+", re.IGNORECASE)
_BEFORE_CONTEXT = re.compile(
    r"\s+(?:with|without|due to|caused by|induced by|secondary to|related to|associated with|following|after|during"
    r"|from|for|at|in|of|by|undergoing|requiring|post|expressing|harbou?ring|on)\s+|\s*[;:,–]\s*|\s+-\s+",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"[A-Z][A-Za-z0-9-]{0,3}[A-Z0-9]")
_TOO_WIDE = frozenset(("MONDO:0000001", "MONDO:0700096", "HP:0000001", "HP:0000118", "MESH:D004194", "MESH:D013577"))
Found = Callable[[Key], "list[Link]"]


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
        """Return the links of a wording as it is, or without stage, relapse, severity and resistance."""
        for key in self._forms(wording):
            if found := self._exact(key, wording) or self._without(key, STAGES, QUALIFIER):
                return found
        return []

    def named(self, spelled: Key) -> list[Link]:
        """Return the terms that have the words as a name, in this order of words."""
        return self._exact(spelled, " ".join(spelled), any_order=False)

    def without_qualifiers(self, spelled: Key) -> Key:
        """Return the words without stage, relapse, severity and resistance."""
        return _without(spelled, [phrase for kind in STAGES for phrase in self._qualifiers[kind]])

    def _found(self, wording: str) -> list[Link]:
        curated = self._curation.of_wording(words(wording))
        if curated:
            return [self._link(curie, match, CURATED_WORDING) for curie, match in curated]
        forms = list(self._forms(wording))
        for key in forms:
            if found := self._allowed(self._exact(key, wording), words(wording)):
                return found
        for kinds, rule in ((STAGES, QUALIFIER), ((*STAGES, "people"), PEOPLE)):
            for key in forms:
                if found := self._allowed(self._without(key, kinds, rule), words(wording)):
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

    def _exact(self, key: Key, wording: str, any_order: bool = True) -> list[Link]:
        short = bool(_ACRONYM.fullmatch(wording))
        disease = self._disease(key, any_order)
        found = [disease] if disease else []
        for index, rule in ((self._index.hp, SYNONYM), (self._index.mesh, SYNONYM)):
            curies, how = _surest(index, key, any_order)
            if len(curies) == 1 and curies[0] not in _TOO_WIDE:
                found.append(self._link(curies[0], Match.EXACT, how or rule))
        if short:
            return [self._link(link.object_id, Match.CLOSE, ABBREVIATION) for link in found]
        return found

    def _disease(self, key: Key, any_order: bool) -> Link | None:
        """Return the MONDO term of a name: its label, or what its MeSH heading refers to, or its synonym."""
        mondo, mesh = self._index.mondo, self._index.mesh
        ways = [(mondo.by_label(key), LABEL), (self._by_heading(mesh.by_label(key) or mesh.by_synonym(key)), HEADING)]
        ways.append((mondo.by_synonym(key), SYNONYM))
        if any_order:
            ways.append((mondo.by_words(key), WORDS))
            ways.append((self._by_heading(mesh.by_words(key)), WORDS))
        for curies, rule in ways:
            curies = [c for c in curies if c not in _TOO_WIDE and not self._curation.forbids_name(key, c)]
            if len(curies) == 1:
                return self._link(curies[0], Match.EXACT, rule)
        return None

    def _by_heading(self, headings: list[str]) -> list[str]:
        if len(headings) != 1:
            return []
        heading = self._index.names.terms[headings[0]]
        said = self._curation.of_term(heading.curie)
        if curated := [c for c, match in said if match is Match.EXACT and c.startswith("MONDO:")]:
            return curated
        disease = self._index.disease(heading)
        return [disease] if disease and not self._curation.forbids(heading.curie, disease) else []

    def _without(self, key: Key, kinds: Iterable[str], rule: Rule) -> list[Link]:
        shorter = _without(key, [phrase for kind in kinds for phrase in self._qualifiers[kind]])
        if not shorter or shorter == key:
            return []
        return self._as(Match.BROAD, rule, self._exact(shorter, ""))

    def _several(self, wording: str) -> list[Link]:
        parts = [part for part in _SEVERAL.split(wording) if part]
        found = [link for part in parts for link in self.same_disease(part)[:1]] if len(parts) > 1 else []
        return self._as(Match.RELATED, PART, found) if len(found) == len(parts) else []

    def _head(self, wording: str) -> list[Link]:
        """Return the terms of the longest end of what stands before any context: its head is a wider term."""
        bare = _PARENTHESES.sub(" ", wording)
        for text in (turned(bare), bare, _BEFORE_CONTEXT.split(f"{bare} ")[0]):
            key = _without(words(text), [phrase for phrases in self._qualifiers.values() for phrase in phrases])
            for start in range(len(key)):
                found = [link for link in self._exact(key[start:], "") if self._is_condition(link.object_id)]
                if found:
                    return self._as(Match.BROAD, HEAD, found)
        return []

    def _is_condition(self, curie: str) -> bool:
        branches = self._index.names.terms[curie].branches
        return not curie.startswith("MESH:") or any(branch.startswith(_DISEASES) for branch in branches)

    def _as(self, match: Match, rule: Rule, links: Iterable[Link]) -> list[Link]:
        return [self._link(link.object_id, match, rule) for link in links]

    def _link(self, curie: str, match: Match, rule: Rule) -> Link:
        return Link(curie, self._index.names.current(curie).label, match, rule)

    def _allowed(self, links: list[Link], key: Key) -> list[Link]:
        return [link for link in links if not self._curation.forbids_name(key, link.object_id, link.match)]


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


def _surest(index: NameIndex, key: Key, any_order: bool) -> tuple[list[str], Rule | None]:
    if found := index.by_label(key):
        return found, LABEL
    if found := index.by_synonym(key):
        return found, SYNONYM
    return (index.by_words(key), WORDS) if any_order else ([], None)


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
