"""Products that a protocol gives only in its texts: in the outline of an old record, or in its title."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from .contexts import is_background
from .heads import Head, are_of_vesicles, heads
from .passages import Sentence
from .study import Record

_TELLING = ("summary", "description")
_GIVES = re.compile(
    r"\b(?:receiv\w*|undergo\w*|infus\w*|reinfus\w*|transplant\w*|inject\w*|given|giv(?:e|ing)|administ\w*|"
    r"implant\w*|transfus\w*|rescue|support|treated)\b",
    re.IGNORECASE,
)
_OUTLINE = re.compile(
    r"\b(?:patients?|participants?|subjects?|children|infants|they|all|recipients?|you|each|"
    r"arms?)\b[^.;:]{0,120}\b(?:(?:will |then |also |to |may )*(?:receive|undergo|be given|be infused|"
    r"proceed to)|receives|undergoes|receiving|underwent|are given|are infused|are transplanted)\b"
    r"|\b(?:is|are|will be|were|was)\s+(?:then\s+)?(?:re-?infused|infused|transplanted|administered|given|"
    r"returned|injected|reintroduced)\b|\bday\s*0\b|^\s*(?:[-*]\s*)?(?:infusion|reinfusion|"
    r"transplantation) of",
    re.IGNORECASE,
)
_NOT_OUTLINE = re.compile(
    r"\b(?:objectives?|determine|assess|evaluate|compare|rationale|purpose|estimate|candidates?|histor(?:y|"
    r"ies)|excluded|exclusion|eligible|not receive|did not|referral|potentially|previous|prior to enrol|"
    r"have undergone|had undergone|who (?:have |had )?(?:under|receiv)|transition|bridg\w+|consider\w*|"
    r"planned)\b",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"\b(?:bridg\w*|maintenance|mobili[sz]\w*|conditioning|prophyla\w*|prevent\w*|consolidation|eligible|candidates?)\b",
    re.IGNORECASE,
)
_CONTENT = re.compile(r"\b(?:contain\w*|rich in|source of|consist\w* of)\s+(?:[\w-]+\s+){0,3}$", re.IGNORECASE)
_PLUS = re.compile(
    r"[\s-]*(?:\w+[\s-]+)?(?:\+|&|,|\band\b|\bplus\b|\bwith\b|\bfollowed by\b)\s*"
    r"(?:(?:escalating|prophylactic|pre-?emptive|subsequent|repeated)\s+)?",
    re.IGNORECASE,
)


def given_in_texts(record: Record, *, besides: bool) -> dict[str, list[Head]]:
    """Return the products of the texts by their class; ``besides`` where the record has registered cells as well.

    The title counts where no other text gives a product.
    """
    found: dict[str, list[Head]] = defaultdict(list)
    if are_of_vesicles(record.titles):
        return found
    titled = {h.product_class for p in record.titles for h in heads(p) if not h.weak}
    grafted = any(
        h.product_class == "HSC graft" and not _AROUND.search(h.passage.text) for p in record.titles for h in heads(p)
    )
    for head in _outlined(record):
        if _CONTENT.search(head.passage.text[: head.mention.start]):
            continue
        if _counts(head, besides, grafted) or (not head.weak and head.product_class in titled - {"HSC graft"}):
            found[head.product_class].append(head)
    if not besides and not found and record.interventional:
        for head in _titled(record):
            found[head.product_class].append(head)
    return found


def _outlined(record: Record) -> Iterator[Head]:
    for passage in (*(p for arm in record.arms for p in arm.passages), *record.description, *record.summary):
        for sentence in passage.sentences:
            if _gives(sentence, record):
                yield from (h for h in heads(passage) if sentence.start <= h.mention.start < sentence.end)


def _gives(sentence: Sentence, record: Record) -> bool:
    """Tell whether a sentence says what patients are given, in place of what is asked or was before."""
    if _joins_donated(sentence):
        return True
    if is_background(sentence) or not _GIVES.search(sentence.text) or _NOT_OUTLINE.search(sentence.text):
        return False
    told = sentence.passage.section in _TELLING
    return not told or (record.interventional and bool(_OUTLINE.search(sentence.text)))


def _joins_donated(sentence: Sentence) -> bool:
    """Tell whether an arm adds donor lymphocytes to what it gives, in words that need no verb: "MSC + DLI"."""
    if not sentence.passage.section.startswith("arm"):
        return False
    named = [head for head in heads(sentence.passage) if sentence.start <= head.mention.start < sentence.end]
    text = sentence.passage.text
    return any(
        _is_donated(other) and _PLUS.fullmatch(text[one.mention.end : other.mention.start])
        for one, other in pairwise(named)
    )


def _titled(record: Record) -> Iterator[Head]:
    for passage in (p for p in record.titles if _GIVES.search(p.text)):
        for head in heads(passage):
            if head.product_class == "HSC graft" and _AROUND.search(passage.text):
                continue
            if not head.weak or (head.product_class == "HSC graft" and not head.generic):
                yield head


def _counts(head: Head, besides: bool, titled: bool) -> bool:
    """Tell whether a product of a text is given: beside registered cells only donor lymphocytes are."""
    if head.generic:
        return False
    if besides or head.passage.section in _TELLING:
        grafted = head.product_class == "HSC graft" and not head.weak and (not besides or titled)
        return _is_donated(head) or grafted
    return not head.weak


def _is_donated(head: Head) -> bool:
    return head.entry.get("cell") == "CL:0000542" and head.entry.get("donor") == "allogeneic"
