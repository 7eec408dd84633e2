"""Words that qualify a product: before it in its noun phrase, or after it with "from", "of" and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .contexts import is_negated
from .heads import Head, heads, rivals
from .passages import Passage
from .readings import Fact
from .wording import Mention

_BEFORE = re.compile(
    r"[\s\-]*(?i:as an? (?:\w+ ){0,2}source (?:of|"
    r"for)[\s\-]+)?(?:\([^()]{0,40}\)[\s\-]*)?(?:(?!and\b(?!\s+\w+ed\b)|or\b(?!\s+(?:syngeneic|allogen|autolog))|"
    r"with\b|by\b|to\b|for\b|in\b|after\b|is\b|are\b|was\b|were\b|will\b|from\b|using\b|receiv|"
    r"of\b)[\w'’+/]+[\s\-/,]+){0,6}"
)
_AFTER = re.compile(
    r"[\s\-]*(?:\([^()]{0,60}\)[\s\-,]*)?,?\s*(?:(?:which|that|cells?|they|the|will|be|are|is|were|was|"
    r"have been|has been|of|to be|product|suspension|transplantation|injection|infusion|therapy|"
    r"and)\s+){0,5}"
    r"(?:derived|obtained|isolated|harvested|extracted|collected|cultured|expanded|prepared|taken|generated|"
    r"purified|processed|separated|manufactured|produced|originated|sourced|aspirated|recovered|made|drawn)?"
    r"(?:\s+(?:and|,)\s*\w+|\s+ex vivo|\s+in vitro)?\s*(?:from|of|out of|(?<=ed )by|(?<=ed )using|"
    r"-)\s+(?:(?!(?:with|by|to|for|in|after|is|are|was|were|will|using|cells?|who|which|that|"
    r"then)\b)[\w'’,]+[\s\-]+){0,6}",
    re.IGNORECASE,
)
OTHER_THING = re.compile(
    r"[\s-]*(?:donors?\b|fail|suppress|toxic|involve|transplant recip|recipient|disease|biopsy exam|ablat|"
    r"mak(?:e|es|ing)\b|produc|recover|function|immune system|toleran|nephropath|reject|filler|"
    r"cells? (?:count|recover))",
    re.IGNORECASE,
)
"""What follows a tissue that is no source: marrow failure, a marrow donor."""
_LONGEST = 110
_LISTED = re.compile(r"s?\s*(?:[-,/&]|and\b)\s*(?:and\s+)?", re.IGNORECASE)


def linked(passage: Passage, kind: str, key: str, product_class: str, *, given: bool = True) -> Iterator[Fact]:
    """Yield the values of a kind that qualify a product of a class in a passage."""
    own = [h for h in heads(passage, given=given) if h.may_be(product_class)]
    rival = rivals(passage, product_class)
    for mention in passage.mentions:
        if mention.kind != kind or is_negated(passage, mention) or OTHER_THING.match(passage.text[mention.end :]):
            continue
        head = next((h for h in own if qualifies(passage, mention, h)), None)
        if head is None or any(_nearer(mention, other, head) for other in rival):
            continue
        yield Fact(
            value=mention.entry[key],
            spots=(passage.spot(mention.start, mention.end),),
            rule=f"{key} beside the product",
            confidence=0.9,
        )


def listed(passage: Passage, first: Head, inside: list[Head]) -> list[Head]:
    """Return a product with those that a list joins to it: "cultured fibroblasts and MSCs" are all cultured."""
    joined = [first]
    for head in inside:
        last = joined[-1].mention.end
        if head.mention.start >= last and _LISTED.fullmatch(passage.text[last : head.mention.start]):
            joined.append(head)
    return joined


def qualifies(passage: Passage, mention: Mention, head: Head) -> bool:
    """Tell whether a word belongs to a product that stands before or after it."""
    product, text = head.mention, passage.text
    if product.start <= mention.start < product.end or mention.start <= product.start < mention.end:
        return True
    if "\n\n" in text[min(mention.end, product.end) : max(mention.start, product.start)]:
        return False
    if mention.end <= product.start:
        return product.start - mention.end < _LONGEST and bool(_BEFORE.fullmatch(text[mention.end : product.start]))
    between = text[product.end : mention.start]
    return len(between) < _LONGEST and bool(_AFTER.fullmatch(between))


def _nearer(mention: Mention, other: Head, head: Head) -> bool:
    if other.mention.start <= mention.start < other.mention.end:
        return head.mention.end - head.mention.start < other.mention.end - other.mention.start
    return _gap(mention, other.mention) < _gap(mention, head.mention)


def _gap(one: Mention, other: Mention) -> int:
    return max(other.start - one.end, one.start - other.end, 0)
