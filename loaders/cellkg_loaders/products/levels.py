"""Where the values of a regimen are looked for: levels of text, from its own name to the description of the study."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from .contexts import is_background
from .heads import heads
from .passages import Passage, Sentence
from .readings import Fact, Kind, Spot
from .regimens import Regimen
from .study import Record
from .wording import Mention

#: Products that a protocol gives among many drugs: a sentence must name them to be about them.
AMONG_DRUGS = ("HSC graft", "T cells (other)")
BLOOD_CELLS = (
    "T cells (other)", "CAR-T", "TCR-T", "Treg", "NK", "CAR-NK", "dendritic cells", "CIK", "other immune",
    "endothelial progenitor",
)  # fmt: skip
DRUG_DOSE = re.compile(r"\d\s*(?:mg|µg|mcg|g/m|IU|units?)\b")
_THE_PRODUCT = re.compile(
    r"\b(?:(?:investigational|study|test|medicinal)\s+(?:medicinal\s+)?(?:products?|drugs?|articles?|treatments?)|IMP|"
    r"(?:the|these|cultured|expanded|thawed|autologous|allogeneic|frozen|prepared|isolated)\s+cells?|"
    r"cell (?:suspension|product)s?|"
    r"cells? will be)\b[^.;]{0,120}\b(?:inject|infus|implant|administ|deliver|transplant|appli|instill|given)\w*"
    r"|\b(?:injection|infusion|implantation|administration|delivery|transplantation)s? of (?:the\s+)?"
    r"(?:(?:investigational|study|test|medicinal)\s+(?:medicinal\s+)?(?:product|drug|article|treatment)|IMP|"
    r"cells?|cell suspension)\b",
    re.IGNORECASE,
)
_MOST_SPOTS = 5

#: Name, texts and confidence of a level.
Level: TypeAlias = tuple[str, list[Passage], float]


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
        elif fact.kind == known.kind and len(known.spots) < _MOST_SPOTS and fact.spots[0] not in known.spots:
            by_value[fact.value] = Fact(
                value=known.value,
                spots=(*known.spots, *fact.spots[:1]),
                rule=known.rule,
                confidence=known.confidence,
                kind=known.kind,
            )
    return tuple(by_value.values())


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
    named = [
        h for h in heads(sentence.passage, given=section != "title") if sentence.start <= h.mention.start < sentence.end
    ]
    if any(h.product_class == regimen.product_class for h in named):
        return True
    loosely = any(h.may_be(regimen.product_class) for h in named)
    if section in ("arm", "intervention"):
        of_others = bool(regimen.others and regimen.others.search(sentence.text)) or bool(
            DRUG_DOSE.search(sentence.text)
        )
        unnamed = not named and not (section == "arm" and regimen.others and regimen.product_class in AMONG_DRUGS)
        return (unnamed or loosely) and not of_others
    return regimen.sole and (loosely or (not named and bool(_THE_PRODUCT.search(sentence.text))))


def in_background(passage: Passage, place: Mention | Spot) -> bool:
    """Tell whether a word stands in a sentence that reports what others found."""
    told = passage.section in ("summary", "description")
    return told and any(s.start <= place.start < s.end and is_background(s) for s in passage.sentences)


def sentence_at(passage: Passage, mention: Mention) -> Sentence:
    """Return the sentence in which a mention begins."""
    return next(s for s in passage.sentences if s.start <= mention.start < s.end)


def fact_at(passage: Passage, mention: Mention, value: str, rule: str, confidence: float) -> Fact:
    """Return the value of a mention, with its spot; letters that the record explains elsewhere do not say it."""
    return fact_between(passage, mention.start, mention.end, value, rule, confidence)


def fact_between(passage: Passage, start: int, end: int, value: str, rule: str, confidence: float) -> Fact:
    """Return a value with its spot, as ``fact_at`` does, by the offsets of its words."""
    spot = passage.spot(start, end)
    explained = spot.text.removesuffix("s") in passage.whole.explained
    kind: Kind = "derived" if explained else "normalised"
    return Fact(value=value, spots=(spot,), rule=rule, confidence=round(confidence, 2), kind=kind)
