"""Who the donor of the cells is to the patient."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .contexts import is_background, is_hypothetical, is_negated
from .heads import heads, rivals
from .levels import AMONG_DRUGS, fact_at, in_background, levels, merged, sentence_at
from .linking import OTHER_THING, linked, listed, qualifies
from .passages import Passage, Sentence
from .readings import Fact, Spot
from .regimens import Regimen
from .sources import tissues
from .stocking import PERINATAL, off_the_shelf
from .study import Record
from .wording import Mention

_OTHER_GRAFT = re.compile(
    r"[\s-]*(?:bone[\s-](?:graft|chips)|serum|plasma|platelet|prp\b|skin graft|kidney|organ|liver|renal|heart|lung|"
    r"nephropath|reject|tolerance|survival|dysfunction|recipient|filler|chips|alone\b|bone substitute|patients?\b)",
    re.IGNORECASE,
)
_BLOOD_GRAFT = re.compile(
    r"[\s-]*(?:[\w-]+[\s-]+){0,2}(?:hsct?s?\b|h?sct\b|hct\b|bmt\b|hsc\b|bone marrow transplant|"
    r"stem[\s-]cell transplant|cell transplant|marrow transplant)",
    re.IGNORECASE,
)
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
_TAKEN = re.compile(
    r"\b(?:patients?|participants?|subjects?)\b[^.;]{0,160}?\b(?:mobili[sz]\w*|leu[ck]apheres\w*|apheres\w*|"
    r"harvest\w*|collect\w*)"
    r"[^.;]{0,80}?\b(?:stem cells?|PBSCs?|PBPCs?|progenitor|marrow)\b"
    r"|\b(?:patients?|participants?|subjects?)\b[^.;]{0,180}?\b(?:stem[-\s]cell|PBSC|PBPC|marrow)s?\b[^.;]{0,60}?"
    r"\b(?:mobili[sz]\w*|leu[ck]apheres\w*|apheres\w*|harvest\w*|collect\w*)"
    r"|\b(?:stem[-\s]cell|PBSC|PBPC|progenitor[-\s]cell)s?\s+(?:collections?|harvest|mobili[sz]ation|aphereses|apheresis)\b"
    r"|\bmobili[sz]\w+ (?:chemo)?therapy\b",
    re.IGNORECASE,
)
_CORD_BLOOD = "UBERON:0012168"
_CORD_DONOR = re.compile(
    r"\b(?:cord blood|ucb|graft|suitable|available|matched)\s+(?:unit\s+)?donors?\b|\bdonor cord blood", re.IGNORECASE
)
_ENGINEERED = ("CAR-T", "TCR-T", "CAR-NK", "NK")
_REINFUSION = re.compile(r"re-?\s?infusion", re.IGNORECASE)
"""A noun that records of engineered cells use for any infusion."""
_DONATED = re.compile(
    r"\b(?:from|of|by)\s+(?:[\w()/-]+\s+){0,11}?(?<!patient )(?<!no )donors\b(?!\s+(?:site|organ|kidney|liver|"
    r"heart|lung|nerve|"
    r"graft))"
    r"|\bfrom\s+(?:an?|one|the same|the)\s+(?:(?:healthy|young|human|adult|male|female|single|HLA[\w-]*|"
    r"unrelated|related|"
    r"third[- ]party|other)\s+){0,3}donor\b(?!\s+(?:site|organ|kidney|liver|heart|lung|nerve))"
    r"|\bdonated\s+(?:(?:human|healthy|full-term|term)\s+)?(?:umbilical|placent|cord|amnio|by)",
    re.IGNORECASE,
)
_GRAFT_FROM = re.compile(
    r"(?:\bbmt|hs?ct|\bsct|marrow transplant\w*|cell transplant\w*)\b\)?[^.;]{0,60}\bfrom\b[^.;]{0,90}$", re.IGNORECASE
)
_CELLS_AFTER = re.compile(
    r"[\s-]+(?:[\w-]+[\s-]+){0,4}?(?:cells?\b|h?mscs?\b|svf\b|adipose|fat\b|bone marrow|marrow|bmac|mononuclear|"
    r"stromal|"
    r"chondrocyt|fibroblast|keratinocyt|lymphocyt)",
    re.IGNORECASE,
)
_AFTER_GRAFT = re.compile(
    r"\b(?:after|following|undergoing|post|before|prior to|recipients of|for)\s+(?:\w+\s+){0,2}$", re.IGNORECASE
)
_FRESH = ("bone marrow mononuclear cells", "SVF", "other")
_GIVEN_BY_OTHERS = "donor|allogen|volunteer|third-party|third party|off-the-shelf|bank"
_OF_DONORS = re.compile(r"\bdonors?\b|\bvolunteers?\b|\ballogen", re.IGNORECASE)
_APART = ("HSC graft", "islets", "T cells (other)", "red cells/platelets", "granulocytes")
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
    if told := (*_from_donors(record, regimen), *_of_title(record, regimen))[:1]:
        return told
    known = {fact.value for fact in tissues(record, regimen)}
    if known == {_CORD_BLOOD} and regimen.product_class == "HSC graft" and not record.whole.has("autolog"):
        return tuple(_donor_of_cord(record))[:1]
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
    return _one_donor(implied[:1] or list(_own_harvest(record, regimen, known))[:1])


def _from_donors(record: Record, regimen: Regimen) -> Iterator[Fact]:
    """Yield others as donors of a product that texts say to come from donors or from donated tissue."""
    if regimen.product_class in (*AMONG_DRUGS, "islets"):
        return
    for _, passages, confidence in levels(record, regimen)[:5]:
        for passage in passages:
            for sentence in passage.sentences:
                match = _DONATED.search(sentence.text)
                if not match or is_background(sentence) or is_hypothetical(sentence):
                    continue
                own = [h for h in heads(passage) if h.may_be(regimen.product_class) and h.mention in sentence.mentions]
                tissue = PERINATAL if any(m.entry["tissue"] in PERINATAL for m in sentence.of("tissues")) else ()
                if (own or (tissue and regimen.sole)) and not rivals_in(sentence, regimen):
                    spot = passage.spot(sentence.start + match.start(), sentence.start + match.end())
                    yield Fact(value="allogeneic", spots=(spot,), rule="cells of donors", confidence=confidence - 0.1)


def _donor_of_cord(record: Record) -> Iterator[Fact]:
    """Yield others as donors of cord blood, where a record knows donors and nothing of the patient's own."""
    for passage in (*record.description, *record.summary, *record.eligibility):
        for match in _CORD_DONOR.finditer(passage.text):
            spot = passage.spot(*match.span())
            yield Fact(value="allogeneic", spots=(spot,), rule="donor of cord blood", confidence=0.6, kind="derived")


def rivals_in(sentence: Sentence, regimen: Regimen) -> bool:
    """Tell whether a sentence names another product."""
    inside = range(sentence.start, sentence.end)
    return any(h.mention.start in inside for h in rivals(sentence.passage, regimen.product_class))


def _of_title(record: Record, regimen: Regimen) -> Iterator[Fact]:
    """Yield the one donor that a title says of cells or of their tissue, in whatever words it names them."""
    if regimen.product_class in _APART:
        return
    said = [(p, m) for p in record.titles for m in p.mentions if m.kind == "donors" and m.entry["strength"] == "stated"]
    if len({m.entry["donor"] for _, m in said}) != 1:
        return
    for passage, m in said:
        before, after = passage.text[: m.start], passage.text[m.end :]
        of_cells = _CELLS_AFTER.match(after) and not _OTHER_GRAFT.match(after) and not _BLOOD_GRAFT.match(after)
        if of_cells and not is_negated(passage, m) and not _AFTER_GRAFT.search(before):
            yield fact_at(passage, m, m.entry["donor"], "donor in the title", 0.7)


def _own_harvest(record: Record, regimen: Regimen, known: set[str]) -> Iterator[Fact]:
    """Yield the patient as donor of cells that are only separated, where their tissue is aspirated in the protocol."""
    if regimen.product_class == "HSC graft":
        yield from _mobilised(record)
    cultured = regimen.product_class == "MSC" and not record.whole.has(_GIVEN_BY_OTHERS)
    if regimen.product_class not in _FRESH and not cultured:
        return
    for passage in (*regimen.own(), *record.summary, *record.description):
        for sentence in passage.sentences:
            if is_background(sentence) or _OF_DONORS.search(sentence.text):
                continue
            for m in sentence.of("tissues"):
                if m.entry["harvest"] and m.entry["tissue"] in known:
                    yield Fact(
                        value="autologous",
                        spots=(passage.spot(m.start, m.end),),
                        rule="tissue is taken from the patient",
                        confidence=0.5,
                        kind="derived",
                    )


def _mobilised(record: Record) -> Iterator[Fact]:
    """Yield the patient as donor of a graft that the outline takes from patients, in a record that knows no donors."""
    if record.whole.has("donor|allogen|syngen|sibling"):
        return
    for passage in (*(p for arm in record.arms for p in arm.passages), *record.description, *record.summary):
        for sentence in passage.sentences:
            match = _TAKEN.search(sentence.text)
            if match and not is_background(sentence) and not is_hypothetical(sentence):
                spot = passage.spot(sentence.start + match.start(), sentence.start + match.end())
                yield Fact(
                    value="autologous",
                    spots=(spot,),
                    rule="graft is taken from the patient",
                    confidence=0.5,
                    kind="derived",
                )


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
        others = [head for head in others if head.product_class in _APART]
    for m in passage.mentions:
        if m.kind != "donors" or m.entry["strength"] != "stated" or is_negated(passage, m) or in_background(passage, m):
            continue
        if _is_bone(passage, m, regimen):
            continue
        after = passage.text[m.end : m.end + 24]
        if any(-20 < h.mention.start - m.end < 40 for h in others) or _OTHER_GRAFT.match(after):
            continue
        if OTHER_THING.match(after) or (
            regimen.product_class not in _APART and _GRAFT_FROM.search(passage.text[: m.start])
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
        return bool(_BLOOD_GRAFT.match(passage.text, mention.end))
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
