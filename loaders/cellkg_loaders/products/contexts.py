"""What a sentence is about: the study, or its background; and what stands before a mention and changes it."""

from __future__ import annotations

import re

from .passages import Passage, Sentence
from .wording import Mention

_TELLING = ("summary", "description")
_NOT_HERE = re.compile(
    r"\b(?:(?<!with or )(?<!with/)without|no|(?<!\bor )(?<!and/or )not|lack of|absence of|instead of|"
    r"rather than|free of|"
    r"after|following|post|before|prior to|prior|previous|previously|undergone|"
    r"undergoing|undergo|underwent|awaiting|eligible for|candidates? for|scheduled for|planned for|"
    r"recipients? of|history of|received|who (?:have )?had|need(?:ing)?|complication of|"
    r"induced by|related to|compared (?:to|with)|versus|vs\.?)\b"
    r"[\s-]*(?:(?:infusion|injection|administration|transplantation|implantation)s? (?:of|with)\s+)?"
    r"(?:(?!and\b|with\b|by\b|will\b|receiv|"
    r"administ|inject|infus|transplanted|\w*\.)[\w-]+[\s-]+){0,3}$",
    re.IGNORECASE,
)
_RECIPIENT = re.compile(r"^\s*(?:\w+\s+)?recipients? of\s+(?:[\w-]+[\s-]+){0,3}$", re.IGNORECASE)
_NEGATED = re.compile(
    r"\b(?:(?<!with or )(?<!with/)without|no|(?<!\bor )(?<!and/or )not|lack of|absence of|instead of|"
    r"rather than|free of|"
    r"exclud\w+)\b[\s-]*(?:[\w-]+[\s-]+){0,2}$|\bnon[\s-]*$",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"^[\s-]*(?:recipients?|candidates?|failure|conditioning|mobili[sz]ation|harvest|collection)\b", re.IGNORECASE
)
_NUMERAL = re.compile(
    r"\b(?:degrees?|stages?|grades?|class|types?|phase|factor|cohort|level|I|II|III|III[AB]?)\s*(?:,|-|/|–|"
    r"or|and|to)?\s*$",
    re.IGNORECASE,
)
_OF_A_VESSEL = re.compile(
    r"[\s-]*(?:reperfusion|anastomos|stenos|disease|occlu|thrombos|pressure|bypass|aneurysm|hypertension|calcif|clamp|"
    r"lesion|intervention|narrow|laser|tissue (?:will be|was|is) (?:taken|harvest))",
    re.IGNORECASE,
)
_OF_A_HARVEST = re.compile(r"[\s-]*(?:abdominal )?(?:adipose|fat\b)", re.IGNORECASE)
_WOULD = re.compile(
    r"\b(?:would (?:require|need|have)|could be (?:used|obtained)|alternative(?:ly)? (?:to|source)|"
    r"conventional|traditionally)\b",
    re.IGNORECASE,
)
_REACH = 60


def is_background(sentence: Sentence) -> bool:
    """Tell whether a sentence reports what others found, or what such cells are, in place of what the study does."""
    return sentence.passage.section in _TELLING and any(m.entry["cue"] == "background" for m in sentence.of("cues"))


def is_elsewhere(passage: Passage, mention: Mention) -> bool:
    """Tell whether a product is only named as what patients had before, or do not get."""
    text = passage.text
    before = text[max(0, mention.start - _REACH) : mention.start]
    if passage.section in ("arm label", "arm") and _RECIPIENT.search(before):
        return False
    return bool(_NOT_HERE.search(before) or _SINCE.match(text[mention.end : mention.end + 20]))


def is_hypothetical(sentence: Sentence) -> bool:
    """Tell whether a sentence says what might be done in place of what is done."""
    return bool(_WOULD.search(sentence.text))


def is_route(passage: Passage, mention: Mention) -> bool:
    """Tell whether a word is a route: the IV of "stage IV" is a number, and a vessel may be what is operated."""
    after = passage.text[mention.end : mention.end + 24]
    if _OF_A_VESSEL.match(after) or (mention.entry["route"] == "subcutaneous" and _OF_A_HARVEST.match(after)):
        return False
    before = passage.text[max(0, mention.start - 16) : mention.start]
    return mention.end - mention.start > 3 or not _NUMERAL.search(before)


def is_negated(passage: Passage, mention: Mention) -> bool:
    """Tell whether the words before a mention deny it.

    >>> from .wording import mentions
    >>> passage = Passage("/x", "arm", "saline without MSC")
    >>> [is_negated(passage, m) for m in passage.mentions if m.kind == "products"]
    [True]
    """
    return bool(_NEGATED.search(passage.text[max(0, mention.start - _REACH) : mention.start]))
