"""The terms that have words as a name: the best of MONDO, HP and MeSH, and the way from a MeSH heading to MONDO."""

from __future__ import annotations

from collections.abc import Iterable

from .curation import Curation
from .index import Key, NameIndex, TermIndex
from .links import ABBREVIATION, CURATED_WORDING, HEADING, LABEL, REFERENCE, SYNONYM, WORDS, Link, Match, Rule
from .names import Term
from .spelling import words

TOO_WIDE = frozenset((
    "MONDO:0000001", "MONDO:0700096", "MONDO:0002254", "HP:0000118", "MESH:D004194", "MESH:D013577",
))  # fmt: skip
"""Disease and syndrome as such."""


class Naming:
    """Finds terms by name; curated wordings come first, and negative mappings forbid what they say."""

    def __init__(self, index: TermIndex, curation: Curation) -> None:
        self.names = index.names
        self._index, self._curation = index, curation

    def curated(self, key: Key) -> list[Link]:
        """Return the links that curators gave to the words."""
        return [self.link(curie, match, CURATED_WORDING) for curie, match in self._curation.of_wording(key)]

    def exact(self, key: Key, capitals: Iterable[Key] = (), any_order: bool = True) -> list[Link]:
        """Return the terms that have the words as a name, the best of each ontology."""
        if curated := self.curated(key):
            return curated
        disease = self.disease(key, any_order)
        found = [disease] if disease else []
        for index in (self._index.hp, self._index.mesh):
            curies, rule = _surest(index, key, any_order)
            if len(curies) == 1 and curies[0] not in TOO_WIDE:
                found.append(self.link(curies[0], Match.EXACT, rule))
        return self._consistent(found) or (self._abbreviated(key) if key in capitals else [])

    def disease(self, key: Key, any_order: bool) -> Link | None:
        """Return the MONDO term of a name: its label, or what its MeSH heading refers to, or its synonym."""
        mondo, mesh = self._index.mondo, self._index.mesh
        heading = mesh.by_label(key) or mesh.by_synonym(key)
        referred = self._by_heading(key, heading)
        sure = referred if referred and referred.match is not Match.RELATED else None
        found = self._only(key, mondo.by_label(key), LABEL)
        if not found and any_order:
            found = self._only(key, mondo.by_label_words(key), WORDS)
        found = found or sure or self._only(key, mondo.by_synonym(key), SYNONYM)
        if not found and any_order:
            found = self._only(key, mondo.by_words(key), WORDS)
            referred = referred or self._by_heading(key, mesh.by_words(key))
        return found or referred

    def of_heading(self, heading: Term) -> Link | None:
        """Return the MONDO term of a MeSH heading: as curated, or as MONDO refers to it."""
        for curie, match in self._curation.of_term(heading.curie):
            if curie.startswith("MONDO:"):
                return self.link(curie, match, CURATED_WORDING)
        curie = self._index.disease(heading) or ""
        if not curie or self._curation.forbids(heading.curie, curie):
            return None
        if self._index.share_a_name(heading, curie):
            return self.link(curie, Match.EXACT, HEADING)
        if self._index.share_a_word(heading, curie):
            return self.link(curie, Match.RELATED, REFERENCE)
        return None  # a reference without a word in common is as often a slip

    def link(self, curie: str, match: Match, rule: Rule) -> Link:
        """Return a link to a current term."""
        return Link(curie, self.names.current(curie).label, match, rule)

    def _consistent(self, links: list[Link]) -> list[Link]:
        """Return the links; a heading that stands for another disease than the one found is near, or wider."""
        mine = next((link.object_id for link in links if link.object_id.startswith("MONDO:")), None)
        return [self._compared(link, mine) if mine and link.object_id.startswith("MESH:") else link for link in links]

    def _compared(self, link: Link, disease: str) -> Link:
        names = self.names
        other = self._index.disease(names.terms[link.object_id])
        if link.rule is LABEL or other is None or other == disease:
            return link
        return self.link(link.object_id, Match.BROAD if other in names.ancestors(disease) else Match.CLOSE, link.rule)

    def _abbreviated(self, key: Key) -> list[Link]:
        ways = (self._index.mondo, self._index.hp, self._index.mesh)
        curies = [found[0] for index in ways if len(found := index.by_acronym(key)) == 1]
        return [self.link(curie, Match.CLOSE, ABBREVIATION) for curie in curies]

    def _only(self, key: Key, curies: list[str], rule: Rule) -> Link | None:
        left = [c for c in curies if c not in TOO_WIDE and not self._curation.forbids_name(key, c)]
        left = [c for c in left if not self._is_numbered_form(c, key)]
        return self.link(left[0], Match.EXACT, rule) if len(left) == 1 else None

    def _by_heading(self, key: Key, headings: list[str]) -> Link | None:
        if len(headings) != 1 or headings[0] in TOO_WIDE:
            return None
        link = self.of_heading(self.names.terms[headings[0]])
        return None if link is None or self._curation.forbids_name(key, link.object_id, link.match) else link

    def _is_numbered_form(self, curie: str, key: Key) -> bool:
        """Tell whether a term is one of a numbered series ("…, primary, 1") and the words give no number."""
        return words(self.names.terms[curie].label)[-1].isdigit() and not any(map(str.isdigit, key))


def _surest(index: NameIndex, key: Key, any_order: bool) -> tuple[list[str], Rule]:
    if found := index.by_label(key):
        return found, LABEL
    if found := index.by_synonym(key):
        return found, SYNONYM
    return (index.by_words(key) if any_order else []), WORDS
