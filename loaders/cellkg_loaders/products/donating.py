"""Who the donor of the cells is to the patient."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .contexts import is_negated
from .donated import APART, BLOOD_GRAFT, OTHER_GRAFT, from_donors, of_title
from .harvesting import donor_of_cord, own_harvest
from .heads import heads, rivals
from .levels import AMONG_DRUGS, fact_at, in_background, levels, merged, sentence_at
from .linking import OTHER_THING, linked, listed, qualifies
from .passages import Passage
from .readings import Fact, Spot
from .regimens import Regimen
from .sources import tissues
from .stocking import PERINATAL, off_the_shelf
from .study import Record
from .wording import Mention

_TAKES = re.compile(
    r"collect|obtain|harvest|tak(?:en|ing)|isolat|aspirat|derived|biops|remov|dr(?:aw|ew)|extract|generat|liposuction|"
    r"reinfus|re-infus|apheresis|undergo|grown|prepar|provid|donat|lipoaspirat|manufactur|process|retransfus|reinject",
    re.IGNORECASE,
)
_OF_GRAFT = re.compile(r"\b(?:of|as|as an|by)\s+$", re.IGNORECASE)
_GRAFT_NOUN = re.compile(r"\b(?:auto|allo|xeno)grafts?$", re.IGNORECASE)
_GRAFTED = (
    "HSC graft",
    "islets",
    "keratinocytes",
    "limbal/epithelial",
    "chondrocytes",
    "melanocytes",
    "T cells (other)",
)
_NEEDS_CELLS = re.compile(
    r"cell|\bmscs?\b|\bsvf\b|marrow|graft|lymphocyte|\bdcs?\b|\bnk\b|\bpb[sp]c|\bhscs?\b|\btils?\b|adipose|\bfat\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(r"donor (?:lymphocyte|leukocyte|cell)", re.IGNORECASE)
_CORD_BLOOD = "UBERON:0012168"
_ENGINEERED = ("CAR-T", "TCR-T", "CAR-NK", "NK")
_REINFUSION = re.compile(r"re-?\s?infusion", re.IGNORECASE)
"""A noun that records of engineered cells use for any infusion."""
_GRAFT_FROM = re.compile(
    r"(?:\bbmt|hs?ct|\bsct|marrow transplant\w*|cell transplant\w*)\b\)?[^.;]{0,60}\bfrom\b[^.;]{0,90}$", re.IGNORECASE
)
_BESIDE = 12


def donors(record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    """Return who the donor is to the patient: beside the product, else anywhere that speaks of no other product."""
    if regimen.donors:
        return regimen.donors
    for search in (_donors_beside, _donors_in):
        for _, passages, confidence in levels(record, regimen)[:5]:
            found = [fact for p in passages for fact in search(p, regimen, confidence)]
            if found:
                return _one_donor(found)
    entry = next((h.entry for h in regimen.heads if h.entry.get("donor")), None)
    if entry:
        head = next(h for h in regimen.heads if h.entry is entry)
        return (fact_at(head.passage, head.mention, entry["donor"], "donor in the product's name", 0.9),)
    if told := (*from_donors(record, regimen), *of_title(record, regimen))[:1]:
        return told
    known = {fact.value for fact in tissues(record, regimen)}
    if known == {_CORD_BLOOD} and regimen.product_class == "HSC graft" and not record.whole.has("autolog"):
        return tuple(donor_of_cord(record))[:1]
    if stock := off_the_shelf(record, regimen, known):
        return stock
    if known & set(PERINATAL):
        return ()
    implied = [
        fact_at(p, m, m.entry["donor"], "donor implied by the harvest", 0.6)
        for _, passages, _ in levels(record, regimen)
        for p in passages
        if p.section != "outcome"
        for m in p.mentions
        if m.kind == "donors"
        and not (p.section == "eligibility" and _EARLIER.match(p.text[m.start : m.end]))
        and _is_implied(p, m, regimen, known)
    ]
    return _one_donor(implied[:1] or list(own_harvest(record, regimen, known))[:1])


def _is_implied(passage: Passage, mention: Mention, regimen: Regimen, tissues: set[str]) -> bool:
    """Tell whether words say who gave the cells without a word for it: cells that are taken or come back."""
    strength = mention.entry["strength"]
    if strength not in ("implied", "harvest") or is_negated(passage, mention) or in_background(passage, mention):
        return False
    if strength == "harvest":
        return _same_tissue(passage, mention, tissues)
    if regimen.product_class in _ENGINEERED and _REINFUSION.match(passage.text, mention.start):
        return False
    sentence = sentence_at(passage, mention)
    lymphocytes = re.match(r"donor\s+(?:lymph|leu[kc])ocyte", passage.text[mention.start :], re.IGNORECASE)
    if lymphocytes and regimen.product_class not in AMONG_DRUGS:
        return False
    if any(h.product_class == regimen.product_class and h.mention in sentence.mentions for h in heads(passage)):
        return True
    return bool(_NEEDS_CELLS.search(sentence.text) and _TAKES.search(sentence.text))


def _same_tissue(passage: Passage, mention: Mention, known: set[str]) -> bool:
    """Tell whether the sentence of a harvest is about the tissue that the product comes from."""
    sentence = sentence_at(passage, mention)
    return any(m.entry["tissue"] in known for m in sentence.of("tissues"))


def _donors_beside(passage: Passage, regimen: Regimen, confidence: float) -> Iterator[Fact]:
    for fact in linked(passage, "donors", "donor", regimen.product_class, given=passage.section != "title"):
        spot = fact.spots[0]
        if _is_bone(passage, spot, regimen):
            continue
        if not in_background(passage, spot) and not _is_tissue_graft(passage, spot.text, regimen):
            yield Fact(value=fact.value, spots=fact.spots, rule=fact.rule, confidence=confidence)
    yield from _donors_of_list(passage, regimen, confidence)
    for head in heads(passage):
        if head.product_class == regimen.product_class and head.entry.get("donor"):
            yield fact_at(passage, head.mention, head.entry["donor"], "donor in the product's name", confidence)


def _donors_of_list(passage: Passage, regimen: Regimen, confidence: float) -> Iterator[Fact]:
    """Yield the donor that stands before another product and a list that ends in this one, in texts of the product."""
    if regimen.product_class in AMONG_DRUGS or passage.section not in ("name", "intervention", "arm label", "arm"):
        return
    inside = [h for h in heads(passage) if not h.generic]
    for m in passage.mentions:
        if m.kind != "donors" or m.entry["strength"] != "stated" or is_negated(passage, m):
            continue
        first = next((h for h in inside if m.start < h.mention.end and qualifies(passage, m, h)), None)
        if first is None or first.product_class in (regimen.product_class, *AMONG_DRUGS):
            continue
        own = [h for h in listed(passage, first, inside) if h.product_class == regimen.product_class]
        if own and not any(h.entry.get("tissue") in PERINATAL for h in own):
            yield fact_at(passage, m, m.entry["donor"], "donor before a list of products", confidence - 0.1)


def _is_bone(passage: Passage, place: Mention | Spot, regimen: Regimen) -> bool:
    """Tell whether an allograft is what the cells are put on: only grafts of cells are called so themselves."""
    word = passage.text[place.start : place.end]
    if _OF_GRAFT.search(passage.text[max(0, place.start - 8) : place.start]):
        return False
    return regimen.product_class not in _GRAFTED and bool(_GRAFT_NOUN.search(word))


def _donors_in(passage: Passage, regimen: Regimen, confidence: float) -> Iterator[Fact]:
    others = rivals(passage, regimen.product_class)
    if regimen.sole and passage.section in ("name", "other name", "arm label"):
        # Another name in its own label is one for the same cells, unless the record gives such cells too.
        others = [head for head in others if head.product_class in APART]
    for m in passage.mentions:
        if m.kind != "donors" or m.entry["strength"] != "stated" or is_negated(passage, m) or in_background(passage, m):
            continue
        if _is_bone(passage, m, regimen):
            continue
        after = passage.text[m.end : m.end + 24]
        if any(-20 < h.mention.start - m.end < 40 for h in others) or OTHER_GRAFT.match(after):
            continue
        if OTHER_THING.match(after) or (
            regimen.product_class not in APART and _GRAFT_FROM.search(passage.text[: m.start])
        ):
            continue
        written = passage.text[m.start : m.end]
        if _is_of_other_graft(passage, m, regimen) or _is_tissue_graft(passage, written, regimen):
            continue
        sentence = sentence_at(passage, m)
        own = passage.section in ("name", "other name", "arm label", "intervention", "arm", "title")
        if own or _NEEDS_CELLS.search(sentence.text):
            yield fact_at(passage, m, m.entry["donor"], "donor in the same text", confidence - 0.1)


def _is_tissue_graft(passage: Passage, written: str, regimen: Regimen) -> bool:
    """Tell whether "allograft" is an organ or a bone in place of the cells: in texts that are not of the product."""
    own = passage.section in ("name", "other name", "intervention", "arm label", "arm")
    return (
        not own and regimen.product_class != "HSC graft" and written.lower().rstrip("s") in ("allograft", "autograft")
    )


def _is_of_other_graft(passage: Passage, mention: Mention, regimen: Regimen) -> bool:
    """Tell whether a donor is of a transplant beside these cells, or of a tissue from which they do not come."""
    if regimen.product_class != "HSC graft":
        return bool(BLOOD_GRAFT.match(passage.text, mention.end))
    named = {tissue for h in regimen.heads for tissue in (h.entry.get("tissue") or "").split("|") if tissue}
    beside = [m for m in passage.mentions if m.kind == "tissues" and 0 <= m.start - mention.end < _BESIDE]
    return bool(named and beside and beside[0].entry["tissue"] not in named)


def _one_donor(found: list[Fact]) -> tuple[Fact, ...]:
    if not found:
        return ()
    facts = merged(found)
    values = {fact.value for fact in facts}
    if values == {"autologous", "allogeneic"}:
        counts = {v: sum(f.value == v for f in found) for v in values}
        best = max(facts, key=lambda f: counts[f.value])
        if counts[best.value] == len(found) - counts[best.value]:
            both = tuple(f.spots[0] for f in facts)
            return (Fact(value="both", spots=both, rule="both donors", confidence=0.6, kind="ambiguous"),)
        return (best,)
    return facts[:1]
