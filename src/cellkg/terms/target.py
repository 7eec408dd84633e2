"""Which disease a study treats, as MONDO terms: its condition field, read together with its titles and headings.

The field may name an umbrella ("Lymphoma") where the title names the disease; it may list subtypes where the title
names what they have in common. A term may leave out stage, relapse, severity and resistance of what is written, and
never its site or cause; where no such term is known, the answer is empty.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate

from cellkg.resources import shipped

from .conditions import ConditionLinker, load_linker
from .index import is_acronym
from .links import PART, REFERENCE, Link
from .names import Names, load_names
from .phrases import without_parentheses
from .spelling import FILLERS, bag, words

_LONGEST = 9
_BASKET = 3
_FEW = 2
_INFECTION = "MONDO:0005550"
_WIDE = 3
"""A term with so few terms above it ("injury") says too little where only a title names it."""
_SHORT = 3
_LONG_LIST = 5
_MOST = 0.5
_NEARLY_ALL = 0.8
_CAUSE = re.compile(r"\b(?:secondary to|following|after)\b", re.IGNORECASE)
_INDUCED = re.compile(r"[- ](?:associated|induced|related)[- ]", re.IGNORECASE)
_DUE = re.compile(
    r"\b(?:secondary to|due (?:to|for)|caused by|resulting from|associated with|related to|induced by|"
    r"in patients with)\b",
    re.IGNORECASE,
)
Heading = tuple[str, str]


def target_conditions(
    conditions: Sequence[str],
    titles: Sequence[str] = (),
    headings: Sequence[Heading] = (),
    keywords: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return the CURIEs of the MONDO terms of the main conditions of a study, or none.

    Args:
        conditions: the wordings of the condition field, in its order.
        titles: brief and official title.
        headings: MeSH id (may be empty) and label of each condition heading that the registry derived.
        keywords: the wordings of the keyword field; they count where they name one or two forms of an umbrella.

    >>> target_conditions(["Lymphoma"], ["Cells for Recurrent Diffuse Large B-Cell Lymphoma"])
    ('MONDO:0018905',)
    >>> target_conditions(["Osteoarthritis of the Knee"])
    ('MONDO:0005416',)
    >>> target_conditions(["Avascular Necrosis of the Femoral Head"])
    ()
    """
    return _Target(load_linker(), load_names()).of(conditions, titles, headings, keywords)


class _Target:
    def __init__(self, linker: ConditionLinker, names: Names) -> None:
        self._linker, self._names = linker, names

    def of(
        self,
        conditions: Sequence[str],
        titles: Sequence[str],
        headings: Sequence[Heading],
        keywords: Sequence[str],
    ) -> tuple[str, ...]:
        titled = list(dict.fromkeys(term for title in titles for term in self._in_title(title)))
        main = [wording for wording in conditions if any(_mentions(title, wording) for title in titles)]
        field = self._in_field(main or conditions)
        if umbrella := self._umbrella(self._in_field(conditions), titled):
            return (umbrella,)
        if basket := self._basket(field, titled):
            return (basket,)
        if not field and main:
            return self._narrowest(self._refined(self._in_field(conditions), titled))
        if not field:
            wider = self._wider_than(conditions)
            titled = [term for title in titles for term in self._in_title(_CAUSE.split(title)[0])]
            return self._narrowest(t for t in titled if t not in wider and len(self._names.ancestors(t)) > _WIDE)
        refined = self._refined(field, titled)
        if not refined:
            refined = list(self._forms(field, keywords)) or self._below(field, titled) or field
        elif set(refined) == set(field) and len(main) == 1:
            longer = [word for word in keywords if _mentions(word, main[0]) and not _mentions(main[0], word)]
            refined = list(self._forms(field, longer)) or refined
        caused, bare = self._caused(titles, refined)
        target = self._narrowest(term for term in (*refined, *caused) if term not in bare)
        return tuple(self._by_heading(target, headings) if len(target) == 1 and not titled else target)

    def _in_field(self, wordings: Iterable[str]) -> list[str]:
        found = (link for wording in wordings for link in self._diseases(wording))
        return list(dict.fromkeys(link.object_id for link in found))

    def _diseases(self, wording: str) -> list[Link]:
        links = self._linker.same_disease(wording) or [
            link for link in self._linker.links(wording) if link.rule is PART
        ]
        return [link for link in links if link.object_id.startswith("MONDO:") and link.rule is not REFERENCE]

    def _in_title(self, title: str) -> list[str]:
        """Return the MONDO terms named in a title, the longest names first come."""
        tokens = [words(token) for token in title.split()]
        spelled = words(title)
        starts = set(accumulate((len(token) for token in tokens), initial=0))
        acronyms = {words(token) for token in title.replace("(", " ").replace(")", " ").split() if is_acronym(token)}
        found: list[str] = []
        at = 0
        while at < len(spelled):
            for size in range(min(_LONGEST, len(spelled) - at), 0, -1) if at in starts else ():
                key = spelled[at : at + size]
                if (size == 1 and (len(key[0]) < 4 or key in acronyms)) or {key[0], key[-1]} & FILLERS:
                    continue
                if link := self._linker.named(key):
                    found.append(link.object_id)
                    at += size - 1
                    break
            at += 1
        return found

    def _refined(self, field: list[str], titled: list[str]) -> list[str]:
        """Return what the title says of the field: the same terms, or narrower ones of them."""
        same = [term for term in field if term in titled]
        narrower = [term for term in titled if term not in field and self._names.ancestors(term) & set(field)]
        covered = set().union(*(self._names.ancestors(term) for term in narrower))
        return list(dict.fromkeys([*(term for term in same if term not in covered), *narrower]))

    def _below(self, field: list[str], titled: list[str]) -> list[str]:
        """Return the terms of the field of which the title names a wider one, where it does not for all of them."""
        return [term for term in field if self._names.ancestors(term) & set(titled)]

    def _caused(self, titles: Sequence[str], terms: list[str]) -> tuple[list[str], set[str]]:
        """Return what titles add to the conditions as effect or cause ("distress syndrome due to" an infection).

        The second are effects too general to stand beside their cause: of a pneumonia by a virus, the virus remains.
        """
        found: list[str] = []
        bare: set[str] = set()
        for title in titles:
            for match in (*_DUE.finditer(title), *_INDUCED.finditer(title)):
                before, after = self._in_title(title[: match.start()])[-1:], self._in_title(title[match.end() :])
                effects, causes = (before, after) if match.re is _DUE else (after[:1], before)
                if not effects or not {*effects, *causes} & set(terms):
                    continue
                size = len(words(self._names.terms[effects[0]].label))
                if set(causes) & set(terms):
                    found += effects if size > _FEW else []
                    bare |= set(effects) if size == 1 else set()
                elif size > 1:
                    found += [cause for cause in causes[:1] if self._is_infection(cause)]
        return found, bare

    def _is_infection(self, term: str) -> bool:
        return _INFECTION in self._names.ancestors(term)

    def _umbrella(self, field: list[str], titled: list[str]) -> str | None:
        """Return the wide term of a title that most of a long list of conditions are forms of."""
        if len(field) < _LONG_LIST or set(field) & set(titled):
            return None
        for term in titled:
            if sum(term in self._names.ancestors(one) for one in field) >= _MOST * len(field):
                return term
        return None

    def _forms(self, field: list[str], keywords: Iterable[str]) -> tuple[str, ...]:
        """Return the narrower terms that keywords name, if these are few: a long list is the umbrella itself."""
        named = self._in_field(keywords)
        narrower = self._narrowest(term for term in named if self._names.ancestors(term) & set(field))
        return narrower if len(narrower) <= _FEW else ()

    def _wider_than(self, wordings: Iterable[str]) -> set[str]:
        """Return the terms that are wider than a wording: a title that names one of these says less than the field."""
        heads = {link.object_id for wording in wordings for link in self._linker.links(wording)}
        return heads.union(*(self._names.ancestors(head) for head in heads))

    def _narrowest(self, terms: Iterable[str]) -> tuple[str, ...]:
        listed = list(dict.fromkeys(terms))
        wider = set().union(*(self._names.ancestors(term) for term in listed))
        return tuple(term for term in listed if term not in wider)

    def _by_heading(self, terms: Sequence[str], headings: Sequence[Heading]) -> Sequence[str]:
        """Return the one narrower term that a heading of the record has, or else the terms."""
        found = [self._names.heading(number, label) for number, label in headings]
        links = [self._linker.of_heading(heading) for heading in found if heading]
        narrower = self._narrowest(
            link.object_id for link in links if link and self._names.ancestors(link.object_id) & set(terms)
        )
        return narrower if len(narrower) == 1 else terms

    def _basket(self, field: list[str], titled: list[str]) -> str | None:
        """Return the wide term of a study of many diseases of one family, unless its title names fewer."""
        if len(field) > 1 and (named := [basket for basket in _baskets() if basket in titled]):
            return named[0]
        if len(field) < _BASKET or set(field) & set(titled):
            return None
        above = [self._names.ancestors(term) | {term} for term in field]
        return next((b for b in _baskets() if sum(b in terms for terms in above) >= _NEARLY_ALL * len(field)), None)


def _mentions(title: str, wording: str) -> bool:
    named = set(bag(words(without_parentheses(wording)))) or set(bag(words(wording)))
    initials = "".join(part[0] for part in re.findall(r"[A-Za-z]+", without_parentheses(wording))).upper()
    shortened = len(initials) > _SHORT and bool(re.search(rf"\b{initials}\b", title))
    return shortened or named <= set(bag(words(title)))


@cache
def _baskets() -> tuple[str, ...]:
    with (shipped("ontology") / "condition_baskets.tsv").open(encoding="utf-8", newline="") as file:
        return tuple(row["curie"] for row in csv.DictReader(file, delimiter="\t"))
