"""From which tissue the cells come."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .contexts import is_background, is_elsewhere, is_hypothetical, is_negated
from .grafting import BLOOD, MARROW, alternatives, given_of, has_other_graft, or_else
from .heads import heads, rivals
from .levels import BLOOD_CELLS, fact_at, in_background, levels, merged
from .linking import OTHER_THING, linked
from .passages import Passage
from .readings import Fact
from .regimens import GRAFTS, Regimen
from .study import Record

_HARVESTED = ("MSC", "SVF", "bone marrow mononuclear cells", "other", "HSC graft", "endothelial progenitor")
_STRUCTURAL = (
    "chondrocytes",
    "keratinocytes",
    "fibroblasts",
    "melanocytes",
    "myoblasts",
    "limbal/epithelial",
    "cardiac cells",
)
_BIOPSY = re.compile(r"\bbiops|harvest|obtained from|taken from|isolated from|donor site", re.IGNORECASE)
_FAT = "UBERON:0001013"
_OR = re.compile(r"\s*(?:/|\bor\b|\band/or\b)\s*", re.IGNORECASE)
_COMPARED = re.compile(r"\b(?:compar\w+|versus|vs|standard (?:treatment|therapy)|instead)\b[^.;]*$", re.IGNORECASE)
_DERIVED = re.compile(r"[\s-]*derived[\s-]*", re.IGNORECASE)
_CELLS_FROM = re.compile(
    r"\b(?:(?:the|these|stem|own|autologous|donor|such)\s+cells?|(?:a|h|hu)?MSCs?)\b[^.;]{0,40}?"
    r"\b(?:isolated|obtained|harvested|derived|collected|taken|grown|extracted|prepared)\s+from\b",
    re.IGNORECASE,
)
_OF_HOST = re.compile(r"\b(?:replac|reject|attack|suppress|destroy|boost|stimulat|against)\w*\b[^.;]*$", re.IGNORECASE)
_AIM = re.compile(
    r"\b(?:this|present|our|current) (?:\w+ )?(?:study|trial|project|research|protocol)\b|\baim(?:s|ed)?\b|\bpurpose\b|"
    r"\bobjectives?\b|\b(?:we|investigators) (?:will|plan|propose|aim|intend|evaluate)",
    re.IGNORECASE,
)
_NEAR = 40
_KEYWORDS = "/protocolSection/conditionsModule"


def tissues(record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    """Return the source tissues: of the product's own name, beside it, or where it is harvested."""
    if regimen.tissues:
        return regimen.tissues
    found = _read(record, regimen)
    single = regimen.product_class == "HSC graft" and not has_other_graft(record, regimen)
    if single and {fact.value for fact in found} in ({BLOOD}, {MARROW}):
        return merged([*found, *or_else(record, found[0].value)])
    return found


def _read(record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    collected: list[Fact] = list(alternatives(regimen)) if regimen.product_class == "HSC graft" else []
    for name, passages, confidence in levels(record, regimen)[:5]:
        if name == "title" and regimen.product_class == "HSC graft":
            if collected and has_other_graft(record, regimen):
                break
            # Keywords of grafts are terms of an index.
            passages = [p for p in passages if p.section == "title"] if collected else passages
        found = [f for p in passages for f in _tissues_in(p, regimen.product_class, confidence)]
        of_titles = [f for f in found if not f.spots[0].pointer.startswith(_KEYWORDS)]
        found = of_titles or found if regimen.product_class == "HSC graft" else found
        if name in ("summary", "description") and regimen.sole and (aimed := _of_purpose(record, regimen, confidence)):
            found = aimed
        if found and regimen.product_class == "HSC graft" and name in ("name", "intervention", "title"):
            collected += found
        elif found:
            return merged(given_of(record, collected)) or _chosen(found, record, regimen)
    collected = given_of(record, collected)
    return merged(collected) or _in_passing(record, regimen) or _taken(record, regimen) or _harvest(record, regimen)


def _of_purpose(record: Record, regimen: Regimen, confidence: float) -> list[Fact]:
    """Return the tissues in sentences on what the study itself does, which weigh more than what is told before."""
    aims = {
        (p.pointer, s.start, s.end)
        for p in (*record.summary, *record.description)
        for s in p.sentences
        if _AIM.search(s.text) and not is_background(s)
    }
    told = (
        f for p in (*record.summary, *record.description) for f in _tissues_in(p, regimen.product_class, confidence)
    )
    return [f for f in told if any(w == f.spots[0].pointer and a <= f.spots[0].start < b for w, a, b in aims)]


def _taken(record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    """Return the one tissue that "the cells" are said to be taken from, in a record of one product."""
    if not regimen.sole or regimen.product_class in (*GRAFTS, *_STRUCTURAL):
        return ()
    found = [
        fact_at(p, m, m.entry["tissue"], "tissue that the cells are taken from", 0.6)
        for p in (*regimen.own(), *record.summary, *record.description)
        for s in p.sentences
        if not is_background(s) and not is_hypothetical(s) and not rivals(p, regimen.product_class)
        for match in _CELLS_FROM.finditer(s.text)
        for m in s.of("tissues")
        if 0 <= m.start - s.start - match.end() < _NEAR and not OTHER_THING.match(p.text[m.end :])
    ]
    return merged(found) if len({fact.value for fact in found}) == 1 else ()


def _in_passing(record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    """Return the tissue of products that texts name beside something else, in a record of one product."""
    if not regimen.sole or regimen.product_class in GRAFTS:
        return ()
    found = [
        fact_at(p, m, m.entry["tissue"], "tissue in the product's name", 0.5)
        for p in (*record.summary, *record.description, *record.outcomes, *record.eligibility)
        for m in p.mentions
        if m.kind == "products" and m.entry["class"] == regimen.product_class and m.entry.get("tissue")
        if p.whole.has(m.entry.get("needs") or "") and not m.entry.get("weak")
        if not in_background(p, m) and not is_negated(p, m) and not is_elsewhere(p, m)
    ]
    return merged(found) if len({fact.value for fact in found}) == 1 else ()


def _tissues_in(passage: Passage, product_class: str, confidence: float) -> Iterator[Fact]:
    given = passage.section not in ("title", "keyword")
    for head in heads(passage, given=given):
        if (
            head.product_class == product_class
            and head.entry.get("tissue")
            and not in_background(passage, head.mention)
        ):
            for tissue in head.entry["tissue"].split("|"):
                yield fact_at(passage, head.mention, tissue, "tissue in the product's name", confidence)
    beside = list(linked(passage, "tissues", "tissue", product_class))
    starts = {fact.spots[0].start for fact in beside}
    for fact in beside:
        spot = fact.spots[0]
        # "Cord blood derived Wharton's jelly cells" are of the jelly, which stands nearer to the cells.
        further = any(_DERIVED.fullmatch(passage.text, spot.end, start) for start in starts if start > spot.end)
        if not further and not in_background(passage, spot):
            yield Fact(value=fact.value, spots=fact.spots, rule=fact.rule, confidence=confidence)


def _chosen(found: list[Fact], record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    """Return the tissue that is said most often; the first of two that are said as often."""
    facts = merged(found)
    if joined := _joined_tissues(found, record):
        return joined
    counts = {fact.value: sum(one.value == fact.value for one in found) for fact in facts}
    if len(facts) > 1 and len(set(counts.values())) == 1:
        every = [
            f.value
            for _, passages, _ in levels(record, regimen)[:5]
            for p in passages
            for f in _tissues_in(p, regimen.product_class, 0)
        ]
        counts = {value: every.count(value) for value in counts}
    if len(facts) > 1 and "UBERON:0002331" in counts and "UBERON:0012168" in counts:
        return facts[:1]
    best = max(facts, key=lambda fact: counts[fact.value])
    return (best,)


def _joined_tissues(found: list[Fact], record: Record) -> tuple[Fact, ...]:
    """Return two tissues that one product is said to come from: "umbilical cord/placenta-derived"."""
    texts = {passage.pointer: passage.text for passage in record.passages()}
    for one in found:
        for other in found:
            here, there = one.spots[0], other.spots[0]
            if one.value == other.value or here.pointer != there.pointer or here.end > there.start:
                continue
            if _OR.fullmatch(texts[here.pointer][here.end : there.start]):
                return merged([one, other])
    return ()


def _harvest(record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    allowed = {BLOOD} if regimen.product_class in BLOOD_CELLS else set()
    if regimen.product_class in _HARVESTED:
        allowed = {MARROW, _FAT} if regimen.product_class != "HSC graft" else {BLOOD, MARROW}
    if regimen.product_class in _STRUCTURAL:
        return merged(_biopsies(record, regimen))[:1]
    found = [
        fact_at(p, m, m.entry["tissue"], "tissue that is harvested", 0.6)
        for _, passages, _ in levels(record, regimen)
        for p in passages
        for m in p.mentions
        if m.kind == "tissues" and m.entry["harvest"] and m.entry["tissue"] in allowed and not is_negated(p, m)
        if not any(pattern.search(p.text[max(0, m.start - 60) : m.start]) for pattern in (_COMPARED, _OF_HOST))
        if not any(is_hypothetical(s) for s in p.sentences if s.start <= m.start < s.end)
    ]
    return merged(found)[:1] if regimen.product_class != "HSC graft" else merged(found)


def _biopsies(record: Record, regimen: Regimen) -> Iterator[Fact]:
    for _, passages, _ in levels(record, regimen):
        for passage in passages:
            for sentence in passage.sentences:
                if _BIOPSY.search(sentence.text) and not is_background(sentence):
                    yield from (
                        fact_at(passage, m, m.entry["tissue"], "tissue of the biopsy", 0.6)
                        for m in sentence.of("tissues")
                    )
