"""Doses that are said as a volume only: "4 ml of bone marrow concentrate"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from .heads import heads
from .levels import levels, speaks_of
from .passages import Sentence
from .readings import CellDose
from .regimens import Regimen
from .study import Record

_VOLUME = re.compile(
    r"(?<![\d.,/±x×-])(?:(?P<low>\d{1,3}(?:[.,]\d{1,2})?)\s*(?:-|–|to|or)\s*)?(?P<ml>\d{1,3}(?:[.,]\d{1,2})?)\s*"
    r"(?:ml|cc|cm3|millilit(?:er|re)s?)\b(?!\s*/)",
    re.IGNORECASE,
)
_OF = re.compile(r"\s*(?:of\s+)?(?:the\s+)?(?:(?!placebo|saline|culture)[\w'’-]+[\s-]+){0,3}?", re.IGNORECASE)
_IN_BRACKETS = re.compile(
    r"\s*(?:\w{1,3}\s+)?(?:suspensions?|solution|product|injection)?\s*(?:\(\s*|in\s+(?:a volume of\s+)?)",
    re.IGNORECASE,
)
_FLUID = re.compile(
    r"\s*(?:of\s+)?(?:\w+\s+)?(?:saline|nacl|plasma|ringer|albumin|solution|medium|buffer|plasmalyte)", re.IGNORECASE
)
_GIVEN = re.compile(
    r"\b(?:inject|implant|appl|receiv|administ|transplant|infus|deliver|given|instill|treat|placed|mixed)",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r"\b(?:aspirat(?:e|ed|ion) of|collect|harvest|obtain|drawn|withdrawn|extract|centrifug|process|isolat|yield|biops|"
    r"aspirated|taken|liposuction)",
    re.IGNORECASE,
)
_MANY = re.compile(r"\b(?:each|per (?!patient|dose|injection)|sites?|points?|portions?|aliquots?)\b", re.IGNORECASE)


def volumes(record: Record, regimen: Regimen) -> tuple[CellDose, ...]:
    """Return the millilitres of the product itself that are given, from the first texts that say any."""
    for _, passages, _ in levels(record, regimen)[:5]:
        found = [v for p in passages for s in p.sentences if speaks_of(s, regimen) for v in _volumes_in(s, regimen)]
        if found:
            return tuple(found)
    return ()


def _volumes_in(sentence: Sentence, regimen: Regimen) -> Iterator[CellDose]:
    text, passage = sentence.text, sentence.passage
    if not _GIVEN.search(text) or _MANY.search(text):
        return
    ends = [h.mention.end for h in heads(passage) if regimen.sole or h.product_class == regimen.product_class]
    own = [h.mention.start for h in heads(passage) if regimen.sole or h.product_class == regimen.product_class]
    for match in _VOLUME.finditer(text):
        if _TAKEN.search(text[: match.start()]):
            continue
        end = sentence.start + match.end()
        before = [
            passage.text[last : sentence.start + match.start()]
            for last in ends
            if last <= sentence.start + match.start()
        ]
        beside = any(end <= start and _OF.fullmatch(passage.text[end:start]) for start in own)
        if not beside and not any(map(_IN_BRACKETS.fullmatch, before)):
            continue
        if not beside and _FLUID.match(passage.text, end):
            continue
        most = Decimal(match["ml"].replace(",", "."))
        least = Decimal(match["low"].replace(",", ".")) if match["low"] else most
        if 0 < least <= most:
            spot = passage.spot(sentence.start + match.start(), end)
            yield CellDose(least=least, most=most, basis="ml", spot=spot, rule="volume of the product", confidence=0.7)
