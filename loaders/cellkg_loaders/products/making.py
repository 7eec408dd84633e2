"""What is made of the cells: how they are manipulated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .contexts import is_background, is_negated
from .heads import heads
from .levels import AMONG_DRUGS, BLOOD_CELLS, fact_at, in_background, levels, merged
from .linking import listed, qualifies
from .passages import Passage, Sentence
from .readings import Fact
from .regimens import Regimen
from .study import Record
from .wording import Mention

_STRENGTH = ("genetically modified", "activated/differentiated", "culture-expanded", "minimally manipulated")
_UNCULTURED = ("bone marrow mononuclear cells", "SVF", "HSC graft")
_NOT_CULTURE = re.compile(
    r"(?:\bco|blood|urine|sputum|in vivo|wound|swab|viral|bacterial|volume|plasma)[\s-]*$|\bin[\s-]vivo\b|"
    r"(?:required for|need for|needed for|time for|delay for|easy|easily|easy to|easily be|high|rapid|rapidly|"
    r"fast|extensive|can be|could be|may be)[\s-]*$",
    re.IGNORECASE,
)
_NOT_DONE_AFTER = re.compile(
    r"[\s-]*(?:access|capab|potential|abilit|capacit|medi(?:um|a)\b|rate|cohort|phase|study|stud|"
    r"the (?:residual|remaining|endogenous|indication|use|knowledge|understanding|options?)\b)",
    re.IGNORECASE,
)
_AFTER_GRAFT = re.compile(
    r"s?,?\s*(?:(?:that|which)\s+)?(?:(?:is|are|was|were|will be|has been|have been)\s+)?(?:ex vivo\s+)?"
    r"(?:(?:harvested|collected)[^.;:]{0,50},\s*)?(?:(?:by|with|after|using|via)\s+)?",
    re.IGNORECASE,
)
"""What may stand between a graft and how it is selected."""
_OF_PRODUCT = re.compile(r"\s*(?:of\s+)?(?:the\s+)?(?:(?:autologous|allogeneic|human)\s+)?", re.IGNORECASE)
_NONE_OF = re.compile(r"\banti[\s-]*$|\bwithout\s(?:[\w-]+,?\s){1,4}$|\bwithout\s[\w\s-]+,\s*$", re.IGNORECASE)
_AS_IT_IS = re.compile(r"(?:un|non|not|minim|without|fresh)", re.IGNORECASE)
_ACTIVATED = re.compile(r"activated", re.IGNORECASE)
_SEPARATED = re.compile(
    r"\b(?:isolat|separat|extract|centrifug|purif|process|concentrat|digest|collagenase|ficoll|enzymatic)\w*",
    re.IGNORECASE,
)
_CONCENTRATED = re.compile(r"\b(?:separat|centrifug|concentrat|ficoll)\w*|\bdensity gradient", re.IGNORECASE)
_OF_TISSUE = re.compile(r"\btissue[\s-]+(?:culture|engineered)$", re.IGNORECASE)
_DONE_TO = re.compile(r"(?:pre-?)?(?:differentiated|induced|engineered|modified|transduced|transfected)", re.IGNORECASE)
_RIGHT_AFTER = re.compile(
    r"\s*(?:\([^()]{0,20}\)\s*)?,?\s*(?:(?:which|that|were|are|is|will be|genetically)\s+){0,2}", re.IGNORECASE
)
_OF_NAMES = 0.94
_PLURIPOTENT = ("iPSC-derived", "ESC-derived")
_DERIVED = re.compile(r"[\s\-()]*(?:(?!or\b|and\b)[A-Za-z]{1,14}[\s\-()]+){0,2}", re.IGNORECASE)
_HYPOTHESIS = re.compile(r"\bhypothes[ei]s", re.IGNORECASE)
_NEEDS_CELLS = re.compile(
    r"cell|\bmscs?\b|\bsvf\b|marrow|graft|lymphocyte|\bdcs?\b|\bnk\b|umbilical cord|wharton|placenta|amnio|adipose",
    re.IGNORECASE,
)


def manipulations(record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    """Return the strongest manipulation that the record says of the product."""
    if regimen.manipulations:
        return regimen.manipulations
    entry = next((h for h in regimen.heads if h.entry.get("manipulation")), None)
    if entry and entry.entry["manipulation"] in _STRENGTH[:2]:
        return (
            fact_at(
                entry.passage, entry.mention, entry.entry["manipulation"], "manipulation that makes the product", 0.95
            ),
        )
    found = [
        f
        for _, passages, confidence in levels(record, regimen)
        for p in passages
        for f in _manipulated(p, regimen, confidence)
    ]
    if not found and (made := _made_of(record, regimen)):
        return (made,)
    if not found and entry:
        return (
            fact_at(
                entry.passage, entry.mention, entry.entry["manipulation"], "manipulation that makes the product", 0.8
            ),
        )
    named = [f for f in found if f.confidence > _OF_NAMES]
    if {f.value for f in named} == {_STRENGTH[3]} and all(f.value in _STRENGTH[2:] for f in found):
        return merged(named)
    return tuple(f for strength in _STRENGTH for f in merged(found) if f.value == strength)[:1]


def _made_of(record: Record, regimen: Regimen) -> Fact | None:
    """Return what the words for the origin of cells say of them: differentiated from iPSC, or marrow concentrate."""
    for _, passages, confidence in levels(record, regimen)[:5]:
        for p in passages:
            for m in (m for m in p.mentions if m.kind == "products" and not in_background(p, m)):
                after = [h for h in heads(p) if h.product_class == regimen.product_class and h.mention.start >= m.end]
                if m.entry["class"] in _PLURIPOTENT and any(
                    _DERIVED.fullmatch(p.text[m.end : h.mention.start]) for h in after
                ):
                    return fact_at(p, m, _STRENGTH[1], "cells made of pluripotent ones", confidence)
    cultured = record.whole.has("cultur|expan|passag|differentiat")
    if regimen.product_class == "SVF" or (regimen.product_class in _UNCULTURED and not cultured):
        texts = (*regimen.own(), *record.summary, *record.description)
        told = (s for p in texts for s in p.sentences if not is_background(s) and _speaks_of_cells(s, regimen))
        pattern = _SEPARATED if regimen.product_class == "SVF" else _CONCENTRATED
        for s in told if regimen.product_class != "HSC graft" else ():
            if match := pattern.search(s.text):
                at, end = s.start + match.start(), s.start + match.end()
                return Fact(
                    value=_STRENGTH[3],
                    spots=(s.passage.spot(at, end),),
                    rule="cells that are only separated",
                    confidence=0.5,
                    kind="derived",
                )
    if regimen.product_class != "MSC" or not regimen.sole:
        return None
    for p in regimen.own():
        for m in p.mentions:
            if (
                m.kind == "products"
                and m.entry["class"] == _UNCULTURED[0]
                and m.entry.get("manipulation")
                and not is_negated(p, m)
            ):
                return fact_at(p, m, _STRENGTH[3], "concentrate that holds the cells", 0.6)
    return None


def _manipulated(passage: Passage, regimen: Regimen, confidence: float) -> Iterator[Fact]:
    if passage.section in ("outcome", "eligibility"):
        yield from _measured(passage, regimen, confidence)
        return
    own = passage.section in ("name", "other name", "arm label")
    for sentence in passage.sentences:
        if is_background(sentence) and not _HYPOTHESIS.search(sentence.text):
            continue
        speaks = _speaks_of_cells(sentence, regimen)
        for m in sentence.of("manipulations"):
            if not _may_be_done(passage, m, regimen) or _is_only_possible(passage, m):
                continue
            rare = regimen.product_class in AMONG_DRUGS[:1] or m.entry["manipulation"] in _STRENGTH[:2]
            if rare and not own and not _makes(passage, m, regimen):
                continue
            if own or (speaks and not _is_of_rival(passage, m, sentence, regimen)):
                yield fact_at(passage, m, m.entry["manipulation"], "manipulation said of the cells", confidence)


def _measured(passage: Passage, regimen: Regimen, confidence: float) -> Iterator[Fact]:
    """Yield culture from outcomes that count or check the cells before they are given: "number of expanded MSCs".

    Blood cells expand in the patient as well, which an outcome measures by the same words.
    """
    if regimen.product_class in (*BLOOD_CELLS, *AMONG_DRUGS, "TIL"):
        return
    own = [h for h in heads(passage, given=False) if not h.generic and h.product_class == regimen.product_class]
    for m in passage.mentions:
        if m.kind != "manipulations" or m.entry["manipulation"] != "culture-expanded" or _is_only_possible(passage, m):
            continue
        after = (passage.text[m.end : h.mention.start] for h in own if h.mention.start >= m.end)
        before = (passage.text[h.mention.end : m.start] for h in own if h.mention.end <= m.start)
        written = passage.text[m.end : m.end + 8].lower()
        cells = regimen.sole and passage.section == "outcome" and written.startswith((" cells", " cell "))
        if cells or any(map(_OF_PRODUCT.fullmatch, after)) or any(not b.strip(" -") for b in before):
            yield fact_at(passage, m, m.entry["manipulation"], "culture of the cells in an outcome", confidence)


def _speaks_of_cells(sentence: Sentence, regimen: Regimen) -> bool:
    named = (h for h in heads(sentence.passage) if sentence.start <= h.mention.start < sentence.end)
    return bool(_NEEDS_CELLS.search(sentence.text)) or any(h.may_be(regimen.product_class) for h in named)


def _may_be_done(passage: Passage, mention: Mention, regimen: Regimen) -> bool:
    """Tell whether such cells are manipulated so: only immune cells and vaccines are loaded or pulsed."""
    if regimen.product_class == "HSC graft" and _AS_IT_IS.match(passage.text[mention.start : mention.end]):
        return False
    if mention.entry["cells"] and regimen.product_class not in (*BLOOD_CELLS, "TIL", "other"):
        own = [h for h in heads(passage) if h.product_class == regimen.product_class and not h.generic]
        return _ACTIVATED.fullmatch(passage.text[mention.start : mention.end]) is not None and any(
            _OF_PRODUCT.fullmatch(passage.text[mention.end : h.mention.start]) for h in own
        )
    return True


def _is_only_possible(passage: Passage, mention: Mention) -> bool:
    """Tell whether a word is denied, or names something else: a blood culture, expanded access, a capacity."""
    before, after = (
        passage.text[max(0, mention.start - 32) : mention.start],
        passage.text[mention.end : mention.end + 24],
    )
    near = passage.text[max(0, mention.start - 16) : mention.end + 2].lower()
    denied = is_negated(passage, mention) or "in vivo" in near or bool(_NONE_OF.search(before))
    denied |= bool(_OF_TISSUE.search(before + passage.text[mention.start : mention.end]))
    return denied or bool(_NOT_CULTURE.search(before)) or bool(_NOT_DONE_AFTER.match(after))


def _is_of_rival(passage: Passage, mention: Mention, sentence: Sentence, regimen: Regimen) -> bool:
    """Tell whether a word is nearer to another product of the record than to this one."""
    if regimen.sole:
        return False
    here = [h for h in heads(passage, given=False) if sentence.start <= h.mention.start < sentence.end]
    inside = [h for h in here if not h.generic]
    if regimen.product_class not in _UNCULTURED and any(h.generic and qualifies(passage, mention, h) for h in here):
        return False
    if not inside:
        return True
    followed = next((h for h in inside if mention.end <= h.mention.start and qualifies(passage, mention, h)), None)
    if followed is not None:
        fresh = regimen.product_class in _UNCULTURED
        cultured = [followed] if fresh else listed(passage, followed, inside)
        return not any(h.may_be(regimen.product_class) for h in cultured)
    nearest = min(inside, key=lambda h: max(h.mention.start - mention.end, mention.start - h.mention.end, 0))
    return not nearest.may_be(regimen.product_class)


def _makes(passage: Passage, mention: Mention, regimen: Regimen) -> bool:
    """Tell whether a word for genes or activation belongs to the product itself, as it must where that is rare."""
    if regimen.product_class in BLOOD_CELLS or regimen.product_class == "other":
        return True
    own = [h for h in heads(passage) if h.may_be(regimen.product_class)]
    if regimen.product_class == "HSC graft" and mention.entry["manipulation"] == _STRENGTH[3]:
        grafts = (m for m in passage.mentions if m.kind == "products" and m.entry["class"] == "HSC graft")
        before = (passage.text[m.end : mention.start] for m in grafts if m.end <= mention.start)
        if any(_AFTER_GRAFT.fullmatch(between) for between in before):
            return True
    if any(qualifies(passage, mention, h) and mention.start < h.mention.end for h in own):
        return True
    ends = (passage.text[h.mention.end : mention.start] for h in own if h.mention.end <= mention.start)
    return _DONE_TO.match(passage.text, mention.start) is not None and any(map(_RIGHT_AFTER.fullmatch, ends))
