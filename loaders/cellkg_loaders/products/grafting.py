"""From which tissue a graft of blood-forming cells comes: marrow, blood, or one of both."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .contexts import is_background, is_hypothetical
from .heads import heads
from .levels import fact_at
from .linking import OTHER_THING
from .readings import Fact
from .regimens import Regimen
from .study import Record

BLOOD, MARROW = "UBERON:0000178", "UBERON:0002371"
_BLOOD_GIVEN = re.compile(
    r"\b(?:PBSCs?|PBPCs?|peripheral blood (?:stem|progenitor) cells?)\b(?:\s*\([^()]*\))?\s+"
    r"(?:(?:is|are|will be)\s+(?:re-?)?infused|(?:transplant\w*|infusion)\b[^.;]{0,60}\bday 0\b)",
    re.IGNORECASE,
)
_MARROW_GIVEN = re.compile(
    r"\bmarrow\b[^.;]{0,60}\b(?:is|are|will be)\s+(?:re-?)?infused|\bmarrow (?:and/or|or|and|plus)\b|"
    r"\bor (?:bone )?marrow\b|"
    r"\b(?:undergo|receive)\w*\s+(?:[\w-]+\s+){0,3}(?:bone )?marrow",
    re.IGNORECASE,
)
_MARROW_TAKEN = re.compile(
    r"\b(?:marrow|ABM|BM)\s+(?:(?:is|are|will be|may be|was)\s+)?(?:harvest|collect|aspirat|donat|reinfus|infus)|"
    r"\bharvest(?:ing)? of (?:\w+ )?(?:bone )?marrow|\bmarrow (?:and|or|and/or|versus|vs)\b|\b(?:and|or|and/or|"
    r"versus|vs) "
    r"(?:bone )?marrow\b",
    re.IGNORECASE,
)
_OF_BLOOD = r"(?:PBSCs?|PBPCs?|peripheral (?:blood )?(?:stem|progenitor)[- ]cells?)\b"
_ALTERNATIVE = re.compile(
    rf"\b{_OF_BLOOD}(?:\s+(?!marrow)[\w()-]+){{0,3}}?\s+(?:and/)?or\s+(?:(?!marrow)[\w-]+\s+){{0,3}}?(?:bone )?marrow\b"
    r"(?!\s+(?:blast|biops|aspirat|function|suppress|toxic|involve|disease))"
    rf"|\b(?:bone )?marrow(?:\s+[\w()-]+){{0,2}}?\s+(?:and/)?or\s+(?:[\w-]+\s+){{0,3}}?{_OF_BLOOD}",
    re.IGNORECASE,
)


def has_other_graft(record: Record, regimen: Regimen) -> bool:
    """Tell whether another intervention is a graft too, of another donor, so that a title may be about that one."""
    own = {one.number for one in regimen.interventions}
    others = (one for one in record.interventions if one.number not in own)
    return any(h.product_class == "HSC graft" for one in others for h in heads(one.passages[0]))


def given_of(record: Record, found: list[Fact]) -> list[Fact]:
    """Return the tissue of the graft that an outline gives, where names have marrow and blood and one is infused."""
    if {fact.value for fact in found} != {BLOOD, MARROW}:
        return found
    texts = [p.text for p in (*record.description, *(p for arm in record.arms for p in arm.passages))]
    blood, marrow = (any(pattern.search(text) for text in texts) for pattern in (_BLOOD_GIVEN, _MARROW_GIVEN))
    told = (*record.description, *record.summary, *record.eligibility)
    harvested = any(
        m.kind == "tissues" and m.entry["harvest"] and m.entry["tissue"] == BLOOD for p in told for m in p.mentions
    )
    blood |= harvested and not any(_MARROW_TAKEN.search(p.text) for p in told)
    return [fact for fact in found if fact.value == BLOOD] if blood and not marrow else found


def alternatives(regimen: Regimen) -> Iterator[Fact]:
    """Yield every tissue that the names of a graft have: marrow or cord blood."""
    for passage in (p for one in regimen.interventions for p in one.passages if p.section == "name"):
        for m in passage.mentions:
            if m.kind == "tissues" and not m.entry["harvest"] and not OTHER_THING.match(passage.text[m.end :]):
                yield fact_at(passage, m, m.entry["tissue"], "tissue in the product's name", 0.9)


def or_else(record: Record, known: str) -> Iterator[Fact]:
    """Yield the other source that a text gives for the graft as an alternative: "PBSC collection or marrow harvest"."""
    for p in (*record.summary, *record.description, *(p for arm in record.arms for p in arm.passages)):
        for s in p.sentences:
            match = None if is_background(s) or is_hypothetical(s) else _ALTERNATIVE.search(s.text)
            if match:
                value = MARROW if known == BLOOD else BLOOD
                spot = p.spot(s.start + match.start(), s.start + match.end())
                yield Fact(value=value, spots=(spot,), rule="source as an alternative", confidence=0.5, kind="derived")
                return
