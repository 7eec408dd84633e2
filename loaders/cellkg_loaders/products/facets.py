"""What a regimen gives, facet by facet: each looks where it is said best, and goes on only where nothing is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from .contexts import is_background, is_hypothetical, is_negated
from .heads import heads, rivals
from .linking import linked, qualifies
from .passages import Passage, Record, Sentence
from .readings import Fact
from .regimens import Regimen
from .wording import Mention

ENGINEERED = ("CAR-T", "TCR-T", "CAR-NK")
_BLOOD_CELLS = ("T cells (other)", "CAR-T", "TCR-T", "Treg", "NK", "CAR-NK", "dendritic cells", "CIK", "other immune", "endothelial progenitor")
_HARVESTED = ("MSC", "SVF", "bone marrow mononuclear cells", "other", "HSC graft", "endothelial progenitor")
_OTHER_GRAFT = re.compile(r"[\s-]*(?:bone[\s-]graft|serum|plasma|platelet|prp\b|skin graft|kidney|organ|liver|renal|heart|lung)", re.IGNORECASE)
AMONG_DRUGS = ("HSC graft", "T cells (other)")
_STRUCTURAL = ("chondrocytes", "keratinocytes", "fibroblasts", "melanocytes", "myoblasts", "limbal/epithelial", "cardiac cells")
_BIOPSY = re.compile(r"\bbiops|harvest|obtained from|taken from|isolated from|donor site", re.IGNORECASE)
_BLOOD, _MARROW, _FAT = "UBERON:0000178", "UBERON:0002371", "UBERON:0001013"
_STRENGTH = ("genetically modified", "activated/differentiated", "culture-expanded", "minimally manipulated")
_NOT_CULTURE = re.compile(r"(?:blood|urine|sputum|in vivo|wound|swab|viral|tissue|bacterial|volume|plasma)[\s-]*$|\bin[\s-]vivo\b|(?:easy|easily|easy to|easily be|high|rapid|rapidly|fast|extensive|can be|could be|may be)[\s-]*$", re.IGNORECASE)
_NOT_DONE_AFTER = re.compile(r"[\s-]*(?:access|capab|potential|abilit|capacit|medi(?:um|a)\b|rate|cohort|phase|study|stud)", re.IGNORECASE)
_NEEDS_CELLS = re.compile(r"cell|\bmscs?\b|\bsvf\b|marrow|graft|lymphocyte|\bdcs?\b|\bnk\b", re.IGNORECASE)
_STOCK_CODE = re.compile(r"\b(?!COVID|SARS|GMP|HLA|CD|IL|UC|MSC|DMSO|WJ|TNF|IFN|TGF|AD|BM|GM|CA)[A-Z]{2,}[A-Za-z]{0,8}-(?:[A-Z]{0,3}\d{2,}\w*|[A-Z]{2,}\b(?!s))|\w+[®™]")
_DRUG_DOSE = re.compile(r"\d\s*(?:mg|µg|mcg|g/m|IU|units?)\b")
_PERINATAL = ("UBERON:0002331", "UBERON:0012168", "UBERON:0001987", "UBERON:0000305", "UBERON:0000173")
_AIM = re.compile(r"anti|target|specific|direct|against|recogni|express|car\b|tcr\b|chimeric|receptor|antigen|/|[&,]|\band\b", re.IGNORECASE)

Level = tuple[str, list[Passage], float]


def levels(record: Record, regimen: Regimen) -> list[Level]:
    """Return the texts in the order in which they are asked, each level with its confidence."""
    own = list(regimen.own())
    names = [p for p in own if p.section in ("name", "other name", "arm label")]
    texts = [p for p in own if p.section in ("intervention", "arm")]
    return [
        ("name", names, 0.95),
        ("intervention", texts, 0.9),
        ("title", [*record.titles, *record.keywords], 0.85),
        ("summary", list(record.summary), 0.75),
        ("description", list(record.description), 0.7),
        ("outcomes and eligibility", [*record.outcomes, *record.eligibility], 0.5),
    ]


def merged(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return each value once, with all the spots that say it."""
    by_value: dict[str, Fact] = {}
    for fact in facts:
        known = by_value.get(fact.value)
        if known is None:
            by_value[fact.value] = fact
        elif len(known.spots) < 5 and fact.spots[0] not in known.spots:
            by_value[fact.value] = Fact(
                value=known.value, spots=(*known.spots, *fact.spots[:1]), rule=known.rule, confidence=known.confidence, kind=known.kind
            )
    return tuple(by_value.values())


def tissues(record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    """Return the source tissues: of the product's own name, beside it, or where it is harvested."""
    collected: list[Fact] = []
    for name, passages, confidence in levels(record, regimen)[:5]:
        found = [f for p in passages for f in _tissues_in(p, regimen.product_class, confidence)]
        if found and regimen.product_class == "HSC graft" and name in ("name", "intervention", "title"):
            collected += found
        elif found:
            return merged(collected) or _chosen(found, record, regimen)
    return merged(collected) or _harvest(record, regimen)


def _tissues_in(passage: Passage, product_class: str, confidence: float) -> Iterator[Fact]:
    given = passage.section not in ("title", "keyword")
    for head in heads(passage, given=given):
        if head.product_class == product_class and head.entry.get("tissue") and not _in_background(passage, head.mention):
            for tissue in head.entry["tissue"].split("|"):
                yield _fact(passage, head.mention, tissue, "tissue in the product's name", confidence)
    for fact in linked(passage, "tissues", "tissue", product_class):
        if not _in_background(passage, fact.spots[0]):
            yield Fact(value=fact.value, spots=fact.spots, rule=fact.rule, confidence=confidence)


def _chosen(found: list[Fact], record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    """Return the tissue that is said most often; the first of two that are said as often."""
    facts = merged(found)
    counts = {fact.value: sum(one.value == fact.value for one in found) for fact in facts}
    if len(facts) > 1 and len(set(counts.values())) == 1:
        every = [f.value for _, passages, _ in levels(record, regimen)[:5] for p in passages for f in _tissues_in(p, regimen.product_class, 0)]
        counts = {value: every.count(value) for value in counts}
    if len(facts) > 1 and "UBERON:0002331" in counts and "UBERON:0012168" in counts:
        return facts[:1]
    best = max(facts, key=lambda fact: counts[fact.value])
    return (best,)


def _harvest(record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    allowed = {_BLOOD} if regimen.product_class in _BLOOD_CELLS else set()
    if regimen.product_class in _HARVESTED:
        allowed = {_MARROW, _FAT} if regimen.product_class != "HSC graft" else {_BLOOD, _MARROW}
    if regimen.product_class in _STRUCTURAL:
        return merged(_biopsies(record, regimen))[:1]
    found = [
        _fact(p, m, m.entry["tissue"], "tissue that is harvested", 0.6)
        for _, passages, _ in levels(record, regimen)
        for p in passages
        for m in p.mentions
        if m.kind == "tissues" and m.entry["harvest"] and m.entry["tissue"] in allowed and not is_negated(p, m)
        if not any(is_hypothetical(s) for s in p.sentences if s.start <= m.start < s.end)
    ]
    return merged(found)[:1] if regimen.product_class != "HSC graft" else merged(found)


def _biopsies(record: Record, regimen: Regimen) -> Iterator[Fact]:
    for _, passages, _ in levels(record, regimen):
        for passage in passages:
            for sentence in passage.sentences:
                if _BIOPSY.search(sentence.text) and not is_background(sentence):
                    yield from (_fact(passage, m, m.entry["tissue"], "tissue of the biopsy", 0.6) for m in sentence.of("tissues"))


def donors(record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    """Return who the donor is to the patient: beside the product, else anywhere that speaks of no other product."""
    for search in (_donors_beside, _donors_in):
        for _, passages, confidence in levels(record, regimen)[:5]:
            found = [fact for p in passages for fact in search(p, regimen, confidence)]
            if found:
                return _one_donor(found)
    entry = next((h.entry for h in regimen.heads if h.entry.get("donor")), None)
    if entry:
        head = next(h for h in regimen.heads if h.entry is entry)
        return (_fact(head.passage, head.mention, entry["donor"], "donor in the product's name", 0.9),)
    known = {fact.value for fact in tissues(record, regimen)}
    if known & set(_PERINATAL):
        return _off_the_shelf(record, regimen)
    implied = [
        _fact(p, m, m.entry["donor"], "donor implied by the harvest", 0.6)
        for _, passages, _ in levels(record, regimen)
        for p in passages
        for m in p.mentions
        if m.kind == "donors" and m.entry["strength"] in ("implied", "harvest") and not is_negated(p, m) and not _in_background(p, m)
        if m.entry["strength"] == "implied" or _same_tissue(p, m, known)
    ]
    return _one_donor(implied[:1]) if implied else ()


def _same_tissue(passage: Passage, mention: Mention, known: set[str]) -> bool:
    """Tell whether the sentence of a harvest is about the tissue that the product comes from."""
    sentence = next(s for s in passage.sentences if s.start <= mention.start < s.end)
    return any(m.entry["tissue"] in known for m in sentence.of("tissues"))


def _off_the_shelf(record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    """A stock product with a brand or code, of birth tissue, comes from others than the patients."""
    for passage in (*regimen.own(), *record.titles):
        brand = next((m for m in passage.mentions if m.kind == "brands"), None)
        code = _STOCK_CODE.search(passage.text) if passage.section in ("name", "other name", "intervention") else None
        span = (brand.start, brand.end) if brand else code.span() if code else None
        if span:
            return (
                Fact(value="allogeneic", spots=(passage.spot(*span),), rule="stock product of birth tissue", confidence=0.6, kind="derived"),
            )
    return ()


def _donors_beside(passage: Passage, regimen: Regimen, confidence: float) -> Iterator[Fact]:
    for fact in linked(passage, "donors", "donor", regimen.product_class, given=passage.section != "title"):
        if not _in_background(passage, fact.spots[0]):
            yield Fact(value=fact.value, spots=fact.spots, rule=fact.rule, confidence=confidence)
    for head in heads(passage):
        if head.product_class == regimen.product_class and head.entry.get("donor"):
            yield _fact(passage, head.mention, head.entry["donor"], "donor in the product's name", confidence)


def _donors_in(passage: Passage, regimen: Regimen, confidence: float) -> Iterator[Fact]:
    others = rivals(passage, regimen.product_class)
    for m in passage.mentions:
        if m.kind != "donors" or m.entry["strength"] != "stated" or is_negated(passage, m) or _in_background(passage, m):
            continue
        if any(-20 < h.mention.start - m.end < 40 for h in others) or _OTHER_GRAFT.match(passage.text[m.end : m.end + 24]):
            continue
        sentence = next(s for s in passage.sentences if s.start <= m.start < s.end or s.end == len(passage.text))
        own = passage.section in ("name", "other name", "arm label", "intervention", "arm", "title")
        if own or _NEEDS_CELLS.search(sentence.text):
            yield _fact(passage, m, m.entry["donor"], "donor in the same text", confidence - 0.1)


def _one_donor(found: list[Fact]) -> tuple[Fact, ...]:
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


def manipulations(record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    """Return the strongest manipulation that the record says of the product."""
    entry = next((h for h in regimen.heads if h.entry.get("manipulation")), None)
    if entry and entry.entry["manipulation"] in _STRENGTH[:2]:
        return (_fact(entry.passage, entry.mention, entry.entry["manipulation"], "manipulation that makes the product", 0.95),)
    found = [f for _, passages, confidence in levels(record, regimen) for p in passages for f in _manipulated(p, regimen, confidence)]
    if not found and entry:
        return (_fact(entry.passage, entry.mention, entry.entry["manipulation"], "manipulation that makes the product", 0.8),)
    return tuple(f for strength in _STRENGTH for f in merged(found) if f.value == strength)[:1]


def _manipulated(passage: Passage, regimen: Regimen, confidence: float) -> Iterator[Fact]:
    if passage.section in ("eligibility", "outcome"):
        return
    allowed = _allowed(regimen.product_class)
    own = passage.section in ("name", "other name", "arm label")
    for sentence in passage.sentences:
        if is_background(sentence):
            continue
        named = any(h.may_be(regimen.product_class) for h in heads(passage) if sentence.start <= h.mention.start < sentence.end)
        for m in sentence.of("manipulations"):
            immune = regimen.product_class in (*_BLOOD_CELLS, "TIL", "other")
            if m.entry["manipulation"] not in allowed or is_negated(passage, m) or (m.entry["cells"] and not immune):
                continue
            around = passage.text[max(0, m.start - 16) : m.end + 2]
            if _NOT_CULTURE.search(passage.text[max(0, m.start - 24) : m.start]) or "in vivo" in around.lower() or _NOT_DONE_AFTER.match(passage.text[m.end : m.end + 24]):
                continue
            if regimen.product_class in AMONG_DRUGS[:1] and not own and not _makes(passage, m, regimen):
                continue
            if m.entry["manipulation"] in _STRENGTH[:2] and not own and not _makes(passage, m, regimen):
                continue
            if own or ((named or _NEEDS_CELLS.search(sentence.text)) and not _is_of_rival(passage, m, sentence, regimen)):
                yield _fact(passage, m, m.entry["manipulation"], "manipulation said of the cells", confidence)


def _is_of_rival(passage: Passage, mention: Mention, sentence: Sentence, regimen: Regimen) -> bool:
    """Tell whether a word is nearer to another product of the record than to this one."""
    if regimen.sole:
        return False
    inside = [h for h in heads(passage, given=False) if sentence.start <= h.mention.start < sentence.end and not h.generic]
    if not inside:
        return True
    nearest = min(inside, key=lambda h: max(h.mention.start - mention.end, mention.start - h.mention.end, 0))
    return not nearest.may_be(regimen.product_class)


def _makes(passage: Passage, mention: Mention, regimen: Regimen) -> bool:
    """Tell whether a word for genes or activation belongs to the product itself, as it must where such cells are rare."""
    if regimen.product_class in _BLOOD_CELLS or regimen.product_class == "other":
        return True
    own = [h for h in heads(passage) if h.may_be(regimen.product_class)]
    return any(qualifies(passage, mention, h) and mention.start < h.mention.end for h in own)


def _allowed(product_class: str) -> tuple[str, ...]:
    if product_class in ("HSC graft",):
        return ("genetically modified", "minimally manipulated", "culture-expanded")
    if product_class in ("MSC", "fibroblasts", "chondrocytes", "keratinocytes", "limbal/epithelial", "islets"):
        return ("culture-expanded", "minimally manipulated", "genetically modified", "activated/differentiated")
    return _STRENGTH


def targets(record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    """Return the antigens of engineered cells, as the text nearest to the product names them."""
    if regimen.product_class not in ENGINEERED:
        return ()
    for name, passages, confidence in levels(record, regimen)[:5]:
        found = [
            _fact(p, m, m.entry["target"], "antigen of the engineered cells", confidence)
            for p in passages
            for m in p.mentions
            if m.kind == "targets" and not is_negated(p, m) and (name == "name" or _aims(p, m))
        ]
        if found:
            return merged(found)
    return ()


def _aims(passage: Passage, mention: Mention) -> bool:
    near = passage.text[max(0, mention.start - 30) : mention.start], passage.text[mention.end : mention.end + 24]
    return any(_AIM.search(part) for part in near)


def in_sentences(
    record: Record, regimen: Regimen, read: Callable[[Sentence], Iterable[Fact]], *, last: int = 5
) -> Iterator[tuple[str, list[Fact]]]:
    """Yield, level by level, what a reader finds in the sentences that speak of the product."""
    for name, passages, _ in levels(record, regimen)[:last]:
        yield name, [fact for p in passages for s in p.sentences if speaks_of(s, regimen) for fact in read(s)]


def speaks_of(sentence: Sentence, regimen: Regimen) -> bool:
    """Tell whether a sentence is about the product: it stands in its own texts, or names it."""
    section = sentence.passage.section
    if section in ("name", "other name", "arm label"):
        return True
    if is_background(sentence):
        return False
    named = [h for h in heads(sentence.passage, given=section != "title") if sentence.start <= h.mention.start < sentence.end]
    if any(h.product_class == regimen.product_class for h in named):
        return True
    loosely = any(h.may_be(regimen.product_class) for h in named)
    if section in ("arm", "intervention"):
        of_others = bool(regimen.others and regimen.others.search(sentence.text)) or bool(_DRUG_DOSE.search(sentence.text))
        unnamed = not named and not (section == "arm" and regimen.others and regimen.product_class in AMONG_DRUGS)
        return (unnamed or loosely) and not of_others
    return regimen.sole and loosely


def _in_background(passage: Passage, what: object) -> bool:
    start = what.start  # type: ignore[attr-defined]
    return passage.section in ("summary", "description") and any(
        s.start <= start < s.end and is_background(s) for s in passage.sentences
    )


def _fact(passage: Passage, mention: Mention, value: str, rule: str, confidence: float) -> Fact:
    return Fact(value=value, spots=(passage.spot(mention.start, mention.end),), rule=rule, confidence=round(confidence, 2))
