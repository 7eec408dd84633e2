"""Asks an index: words and chosen values in, hits and the values that narrow them further out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeVar, get_args

from cellkg.errors import NotFoundError, UsageError

from .facets import BY_KEY, FACETS, NOT_STATED, Facet
from .index import Index, Term
from .words_of import label_of

Kind = Literal["study", "product", "condition", "endpoint", "sponsor"]
KINDS: tuple[Kind, ...] = get_args(Kind)

PAGE_SIZE = 20
_Found = TypeVar("_Found")
_MOST_EXPANDED = 4
_OF_A_HIT = ("condition", "product", "route", "phase", "status", "year", "results")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search: words, chosen values as (facet, key), the kind of thing that is looked for, and the page from 1."""

    text: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    kind: Kind = "study"
    page: int = 1
    page_size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class StudyHit:
    """A study that was found, with the labels of its values by facet."""

    iri: str
    name: str
    title: str
    updated: str
    values: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class TermHit:
    """A product type, condition, endpoint or sponsor that was found, and how many of the studies have it."""

    iri: str
    key: str
    label: str
    studies: int


Hit = StudyHit | TermHit


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that narrows the search to so many studies; ``has_narrower`` values can be narrowed again."""

    key: str
    label: str
    studies: int
    has_narrower: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: the hits of the page, the number of all, of each kind, and the choices of each facet."""

    asked: Asked
    hits: list[Hit]
    number: int
    of_kind: dict[Kind, int]
    chosen: list[tuple[Facet, Choice]]
    choices: dict[str, list[Choice]]
    corrected: dict[str, list[str]]

    @property
    def pages(self) -> int:
        """The number of pages, at least one."""
        return max(1, -(-self.number // self.asked.page_size))


def search(index: Index, asked: Asked) -> Found:
    """Return what an index has for a search.

    The count of a choice is the number of studies that remain when it is chosen too. Several values of one facet all
    have to apply. A value takes in all that lies under it.

    Raises:
        UsageError: there is no such facet.
        NotFoundError: the index does not have that value, or not so many pages.
    """
    narrowed = (1 << len(index.studies)) - 1
    chosen = []
    for facet, key in asked.chosen:
        term, bits = _chosen(index, facet, key)
        narrowed &= bits
        chosen.append((BY_KEY[facet], key, term))
    looked_up = index.find_studies(asked.text) if asked.text.strip() else None
    terms = index.find_terms(asked.text) if asked.text.strip() else None
    matching = narrowed
    if looked_up is not None:
        matching &= _bits_of(index, looked_up.ids)
    of_words = terms.ids if terms is not None else None
    by_kind = {kind: _terms(index, kind, narrowed, of_words) for kind in KINDS if kind != "study"}
    of_kind: dict[Kind, int] = {"study": matching.bit_count(), **{kind: len(found) for kind, found in by_kind.items()}}
    if asked.kind == "study":
        ids = looked_up.ids if looked_up is not None else [study.id for study in index.studies]
        order = (index.places[number] for number in ids)
        places = _page(asked, (place for place in order if matching >> place & 1))
        hits: list[Hit] = list(_study_hits(index, places))
        corrected = looked_up.corrected if looked_up else {}
    else:
        hits = [_term_hit(term, narrowed) for term in _page(asked, iter(by_kind[asked.kind]))]
        corrected = terms.corrected if terms else {}
    counted = matching if asked.kind == "study" else narrowed
    if asked.page > max(1, -(-of_kind[asked.kind] // asked.page_size)):
        raise NotFoundError(f"there is no page {asked.page} of this search")
    return Found(
        asked=asked,
        hits=hits,
        number=of_kind[asked.kind],
        of_kind=of_kind,
        chosen=[(facet, _choice(index, facet, key, term, counted)) for facet, key, term in chosen],
        choices={
            facet.key: _choices(index, facet, [t for f, _, t in chosen if f is facet], counted) for facet in FACETS
        },
        corrected=corrected,
    )


def _chosen(index: Index, facet: str, key: str) -> tuple[Term | None, int]:
    if facet not in BY_KEY:
        raise UsageError(f"no facet {facet[:40]!r}; there are {', '.join(BY_KEY)}")
    if key == NOT_STATED:
        return None, _not_stated(index, facet)
    term = index.by_key.get((facet, key))
    if term is None or not term.studies:
        raise NotFoundError(f"no {facet} {key[:80]!r} in this graph; the search page lists those that there are")
    return term, term.studies


def _not_stated(index: Index, facet: str) -> int:
    return ((1 << len(index.studies)) - 1) & ~index.stated(facet)


def _bits_of(index: Index, ids: list[int]) -> int:
    bits = bytearray(len(index.studies) // 8 + 1)
    for number in ids:
        place = index.places[number]
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def _terms(index: Index, kind: Kind, narrowed: int, ids: list[int] | None) -> list[Term]:
    """The terms of a kind that one of the studies has: by rank of their words, or by number of studies."""
    found = index.of_facet(kind) if ids is None else [index.terms[i] for i in ids if index.terms[i].facet == kind]
    return [term for term in found if term.shown and term.studies & narrowed]


def _page(asked: Asked, found: Iterator[_Found]) -> list[_Found]:
    start = (asked.page - 1) * asked.page_size
    return list(islice(found, start, start + asked.page_size))


def _study_hits(index: Index, places: list[int]) -> Iterator[StudyHit]:
    studies = [index.studies[place] for place in places]
    values = index.values_of([study.id for study in studies])
    for study in studies:
        labels: dict[str, list[str]] = {}
        for term in values[study.id]:
            if term.facet in _OF_A_HIT:
                labels.setdefault(term.facet, []).append(label_of(term.facet, term.label))
        in_order = {name: sorted(labels[name]) for name in sorted(labels)}
        yield StudyHit(study.iri, study.name, study.title, study.day, in_order)


def _term_hit(term: Term, narrowed: int) -> TermHit:
    return TermHit(term.iri, term.key, term.label, (term.studies & narrowed).bit_count())


def _choice(index: Index, facet: Facet, key: str, term: Term | None, counted: int) -> Choice:
    if term is None:
        return Choice(key, label_of(facet.key, NOT_STATED), (_not_stated(index, facet.key) & counted).bit_count())
    return Choice(key, label_of(facet.key, term.label), (term.studies & counted).bit_count())


def _choices(index: Index, facet: Facet, chosen: list[Term | None], counted: int) -> list[Choice]:
    if None in chosen:
        return []
    there = {term.id: term for term in index.of_facet(facet.key) if term.shown and term.studies & counted}
    children: dict[int, list[Term]] = {}
    for term in there.values():
        for parent in term.parents:
            children.setdefault(parent, []).append(term)
    taken = {term.id for term in chosen if term is not None}
    if not facet.by_hierarchy:
        listed = [term for term in there.values() if term.id not in taken]
    elif taken:
        listed = [child for number in taken for child in children.get(number, ()) if child.id not in taken]
    else:
        listed = _tops(there, children, counted)
    choices = [
        Choice(term.key, label_of(facet.key, term.label), (term.studies & counted).bit_count(), term.id in children)
        for term in dict.fromkeys(listed)
    ]
    choices.sort(key=(lambda each: each.label) if facet.key == "year" else (lambda each: (-each.studies, each.label)))
    if facet.key == "year":
        choices.reverse()
    left = (_not_stated(index, facet.key) & counted).bit_count()
    if left and not taken:
        choices.append(Choice(NOT_STATED, label_of(facet.key, NOT_STATED), left))
    return choices


def _tops(there: dict[int, Term], children: dict[int, list[Term]], counted: int) -> list[Term]:
    """The uppermost terms; one that takes in more than half of the studies gives way to those right under it."""
    tops = [term for term in there.values() if not any(parent in there for parent in term.parents)]
    stated = 0
    for term in tops:
        stated |= term.studies & counted
    half = stated.bit_count() / 2
    for _ in range(_MOST_EXPANDED):
        broad = [term for term in tops if children.get(term.id) and (term.studies & counted).bit_count() > half]
        if not broad:
            break
        under = [child for term in broad for child in children[term.id]]
        tops = list(dict.fromkeys([term for term in tops if term not in broad] + under))
    return tops
