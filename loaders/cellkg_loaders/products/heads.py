"""The products that a passage names, without those that only qualify something else (exosomes of such cells)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .contexts import is_elsewhere, is_negated
from .passages import Passage
from .wording import Entry, Mention

_QUALIFIES = re.compile(
    r"[\s\-/]*(?:\([^)]{0,40}\)?)?[\s\-]*(?:derived|secreted|released|conditioned|produced|based|"
    r"-)?[\s\-]*(?:(?!and\b|or\b|plus\b|with\b|in\b|by\b|to\b|after\b|from\b|on\b|via\b)[\w+]+[\s\-]+){0,2}",
    re.IGNORECASE,
)
_DERIVED = re.compile(r"[\s-]*(?:\([^()]{0,20}\)[\s-]*)?derived[\s-]+(?:[\w+]+[\s-]+){0,2}", re.IGNORECASE)
_FINER = {
    "T cells (other)": ("CAR-T", "TCR-T", "TIL", "Treg", "CIK"),
    "bone marrow mononuclear cells": ("MSC", "HSC graft", "endothelial progenitor"),
    "HSC graft": ("MSC", "bone marrow mononuclear cells", "endothelial progenitor"),
    "other immune": ("dendritic cells", "NK", "CIK", "T cells (other)"),
    "other": ("dendritic cells", "MSC"),
    "CAR-T": ("CAR-NK",),
    "MSC": ("SVF",),
}
_DISEASE = re.compile(
    r"[\s-]*(?:(?!if\b|when\b|until\b|unless\b|is\b|are\b|will\b|may\b|on\b|at\b|after\b|before\b|who\b|as\b|"
    r"by\b|during\b|for\b|in\b|with\b|to\b|and\b|or\b|therap|infus|transplant|inject|vaccin|treat|from\b|"
    r"of\b)[\w()]+[\s-]+){0,3}?"
    r"(?:neoplasm|lymphoma|leuk|carcinoma|cancer|malignan|disease|deficien|disorder|receptor|count|deplet|"
    r"respon|engag|mediated|inhibit|antibod|function|infiltrat|marker|subset|subpopulation|clones?\b|"
    r"cytokine|recovery|reconstitut|exhaustion|level|number|proliferat|dyscrasia)",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"(?:autologous|allogen\w+|donor|expanded|cultur\w+|cultivated|engineered|transduced|modified|"
    r"irradiated|pulsed|loaded|activated ex|ex[- ]vivo|infus\w+ (?:of|with)|infused|injection (?:of|with)|"
    r"inject\w*|injections of|"
    r"transplant\w*|implant\w*|adoptive|receiv\w+|vaccin\w*|administration of|administered|doses? of|given|"
    r"suspension of|off[- ]the[- ]shelf|derived|specific|stem cell derived|haploidentical|third[- ]party|"
    r"universal|therapeutic|"
    r"reinfus\w*|grafts?|rescue|cells/kg|(?:\d|million)\s*$)",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"\s*\((?:(?-i:[A-Z]{2,})[\w-]*\d[\w-]*)\)|[\s-]*(?:\([^()]{0,30}\)[\s-]*)?(?:[\w-]+[\s-]+){0,1}(?:infus|"
    r"inject|therap|transplant|transfus|"
    r"vaccin|product|immunotherap|implant|graft|suspension|sheet|will be|are (?:infused|given|injected|"
    r"administered|reinfused)|is (?:infused|given|reinfused)|administ|rescue|support|add-?back|treatment|"
    r"per kg|/\s*kg)",
    re.IGNORECASE,
)
_ACTED_ON = re.compile(
    r"(?:antibod\w*|inhibitor|binds?|targets?|targeting|clears?|against|surface of|express\w* on|"
    r"activat\w+ (?:the|tumor|endogenous)|blocks?|kills?|engager|stimulat\w+|depletes?|receptors? on|"
    r"response|responses|endogenous|host|levels? of|number of|count of|measure\w*|percentage of|"
    r"proportion of|analysis of)\b[^.;:]{0,40}$",
    re.IGNORECASE,
)
_OF_ALL = ("title", "keyword", "summary", "description", "outcome", "eligibility")
VESICLES = "vesicles and secretions"
_COMES_FROM = re.compile(
    r"[\s-]*(?:\([^()]{0,20}\)\s*)?(?:derived |secreted |released |obtained |isolated |produced )?(?:from|"
    r"of|by)\s+(?:[\w-]+\s+){0,3}",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:after|following|before|prior to|previous\w*|history of|received)\b[^.;]*$", re.IGNORECASE)
_BRACKET = re.compile(r"[\s\w-]{0,16}[(\[]\s*")
_WHOLE = ("platelet product", "matrix")


@dataclass(frozen=True, slots=True)
class Head:
    """A product named in a passage."""

    passage: Passage
    mention: Mention
    product_class: str
    generic: bool = False

    @property
    def entry(self) -> Entry:
        """The row of the wording."""
        return self.mention.entry

    @property
    def weak(self) -> bool:
        """Whether a finer name elsewhere says what the product is."""
        return self.generic or bool(self.entry.get("weak"))

    def may_be(self, product_class: str) -> bool:
        """Tell whether the words can stand for a product of a class: "marrow cells" for stromal cells of marrow."""
        if self.generic or self.product_class == product_class:
            return True
        # A record that gives both means each by its own name, in the texts that speak of all.
        known = self.product_class in self.passage.whole.known and self.passage.section in _OF_ALL
        return self.weak and not known and product_class in _FINER.get(self.product_class, ())


def heads(passage: Passage, *, given: bool = True) -> tuple[Head, ...]:
    """Return the products of a passage; with ``given`` only those that it does not deny or place in the past."""
    key = f"heads {given} {len(passage.whole.known)}"
    if key not in passage.found:
        passage.found[key] = tuple(_heads(passage, given=given))
    found: tuple[Head, ...] = passage.found[key]
    return found


def _heads(passage: Passage, *, given: bool) -> Iterator[Head]:
    acellular = [m for m in passage.mentions if m.kind == "acellular"]
    named = [m for m in passage.mentions if m.kind in ("products", "brands")]
    elsewhere = 0
    for mention in passage.mentions:
        generic = mention.kind == "generic_products"
        if not generic and mention.kind not in ("products", "brands"):
            continue
        if generic and any(m.start < mention.end and mention.start < m.end for m in named):
            continue
        if any(_is_qualifier(passage, mention, other) for other in acellular):
            continue
        if not generic and not _is_a_product(passage, mention):
            continue
        if not generic and any(_is_source(passage, mention, other) for other in named):
            continue
        again = bool(elsewhere and _BRACKET.fullmatch(passage.text[elsewhere : mention.start]))
        if given and (again or is_negated(passage, mention) or is_elsewhere(passage, mention)):
            elsewhere = (
                mention.end if again or _PAST.search(passage.text[max(0, mention.start - 60) : mention.start]) else 0
            )
            continue
        yield Head(passage, mention, mention.entry.get("class") or "", generic)


def _is_a_product(passage: Passage, mention: Mention) -> bool:
    """Tell whether a word means a product: cells of the body need words that make them one, outside of names."""
    entry = mention.entry
    if not passage.whole.has(entry.get("needs") or "") or _DISEASE.match(passage.text[mention.end : mention.end + 60]):
        return False
    if (
        not entry.get("natural")
        or entry["class"] in passage.whole.known
        or passage.section in ("name", "other name", "arm label")
    ):
        return True
    before, after = (
        passage.text[max(0, mention.start - 70) : mention.start],
        passage.text[mention.end : mention.end + 60],
    )
    near = passage.text[mention.start : mention.end]
    return bool(_MADE.search(before) or _MADE.search(near) or _GIVEN.match(after)) and not _ACTED_ON.search(before)


def _is_source(passage: Passage, product: Mention, other: Mention) -> bool:
    """Tell whether a product is only what another comes from: donor marrow derived stromal cells."""
    return other.start >= product.end and bool(_DERIVED.fullmatch(passage.text[product.end : other.start]))


def rivals(passage: Passage, product_class: str) -> list[Head]:
    """Return every product named in a passage that cannot be the one of a class, whatever is said of it."""
    named = (m for m in passage.mentions if m.kind in ("products", "brands"))
    found = (Head(passage, m, m.entry["class"]) for m in named)
    return [head for head in found if not head.may_be(product_class)]


def acellular_reason(passage: Passage) -> tuple[Mention, str] | None:
    """Return the first acellular product, assay or device that a passage names, with its kind."""
    return next(((m, m.entry["reason"]) for m in passage.mentions if m.kind == "acellular"), None)


def are_of_vesicles(titles: Iterable[Passage]) -> bool:
    """Tell whether titles name vesicles or secretions of cells, and no cells beside them."""
    listed = list(titles)
    named = [reason for p in listed if (reason := acellular_reason(p))]
    return any(reason[1] == VESICLES for reason in named) and not any(heads(p, given=False) for p in listed)


def _is_qualifier(passage: Passage, product: Mention, other: Mention) -> bool:
    if other.start < product.end and product.start < other.end:
        return other.end - other.start > product.end - product.start
    if other.end <= product.start:
        between = passage.text[other.end : product.start]
        comes_from = not between.strip(" -") or _COMES_FROM.fullmatch(between) is not None
        return other.entry["reason"] == VESICLES and len(between) < 40 and comes_from
    if other.entry["reason"] in _WHOLE:
        return False
    between = passage.text[product.end : other.start]
    return len(between) < 40 and _QUALIFIES.fullmatch(between) is not None
