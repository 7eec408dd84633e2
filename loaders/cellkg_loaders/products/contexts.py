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
_ALREADY = re.compile(r"\b(?:ha(?:s|ve|d)|previously|already|who|never|not|if|that)\s+(?:\w+\s+)?$", re.IGNORECASE)
_GROUP = re.compile(
    r"\b(?:patients?|participants?|subjects?|group|arm|cohort|enrolled and|randomi[sz]ed and)(?:\s+[A-Z\d])?\s+$",
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
_OF_BONE = re.compile(
    r"[\s-]*(?:progenitor|cells?\b|bone\b(?! injection)|plate|cyst|sclerosis|edema|lesion)", re.IGNORECASE
)
_OF_A_HARVEST = re.compile(r"[\s-]*(?:abdominal )?(?:adipose|fat\b)", re.IGNORECASE)
_WOULD = re.compile(
    r"\b(?:would (?:require|need|have)|could be (?:used|obtained)|alternative(?:ly)? (?:to|source)|"
    r"conventional|traditionally)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:in|since) (?:19|20)\d\d\b,?[^.;]{0,80}\b(?:reported|described|published|approved|demonstrated|showed|used|"
    r"started)\b"
    r"|\b(?:the|our|their|a) previous(?:ly)? (?:[\w-]+ ){0,4}(?:trial|study|studies)\b|\bprevious (?:clinical )?trial\b"
    r"|\breported (?:for the first time|the first|successful)|\bfor the first time in (?:19|20)\d\d"
    r"|\b(?:are|is|as|an?|most|make \w+|made \w+)\s+(?:the\s+)?(?:an?\s+)?(?:most\s+)?(?:attractive|hopeful|"
    r"promising|ideal|"
    r"suitable|potential)\s+(?:\w+\s+)?(?:candidates?|seed cells|cell source|source|alternative)\b"
    r"|\b(?:can|could|may|might) (?:also )?(?:be )?(?:easily|readily)\b"
    r"|\bhas (?:some|several|many) limitations\b|\bcould be harvested\b|\bhave documented\b|\bis proved to\b"
    r"|\b(?:is|was|were|are) associated with (?:an? )?(?:\w+ )?(?:improve|reduc|increase)"
    r"|\bCI \d|\bsuccess rates? of \d"
    r"|\balready ha(?:s|ve) \w+ (?:implications|applications)\b",
    re.IGNORECASE,
)
_HISTORY = re.compile(r"\b(?:In|in|since|Since) (?:19|20)\d\d\b[^.;]*\b(?:reported|described|published|used|treated)\b")
_OURS = re.compile(
    r"\b(?:this|our|present|current|the) (?:study|trial|project|protocol)\b|\bwill\b|\bwe\b|\binvestigators\b",
    re.IGNORECASE,
)
_REACH = 60


def is_background(sentence: Sentence) -> bool:
    """Tell whether a sentence reports what others found, or what such cells are, in place of what the study does."""
    if sentence.passage.section not in _TELLING:
        return False
    kept, key = sentence.passage.found, f"background {sentence.start}"
    if key not in kept:
        kept[key] = _tells_of_others(sentence)
    found: bool = kept[key]
    return found


def _tells_of_others(sentence: Sentence) -> bool:
    if any(m.entry["cue"] == "background" for m in sentence.of("cues")) or _TOLD.search(sentence.text):
        return True
    return not _OURS.search(sentence.text) and _follows_history(sentence)


def _follows_history(sentence: Sentence) -> bool:
    """Tell whether a sentence goes on, in the same paragraph, with what others are said to have done in some year."""
    earlier = sentence.passage.text[: sentence.start]
    paragraph = earlier[earlier.rfind("\n\n") + 1 :]
    if earlier.endswith("\n"):
        return False
    told = [match.end() for match in _HISTORY.finditer(paragraph)]
    return bool(told) and not _OURS.search(paragraph, told[0])


def is_elsewhere(passage: Passage, mention: Mention) -> bool:
    """Tell whether a product is only named as what patients had before, or do not get."""
    text = passage.text
    before = text[max(0, mention.start - _REACH) : mention.start]
    if passage.section in ("arm label", "arm") and _RECIPIENT.search(before):
        return False
    found = _NOT_HERE.search(before)
    if found and found[0].lower().startswith("received"):
        found = None if _is_given(passage, before[: found.start()]) else found
    return bool(found or _SINCE.match(text[mention.end : mention.end + 20]))


def _is_given(passage: Passage, before: str) -> bool:
    """Tell whether "received" is what a study gives, told in the past: of its own groups, not of who comes to it."""
    if passage.section in ("arm", "arm label", "intervention", "name"):
        return not _ALREADY.search(before)
    return bool(_GROUP.search(before))


def is_hypothetical(sentence: Sentence) -> bool:
    """Tell whether a sentence says what might be done in place of what is done."""
    return bool(_WOULD.search(sentence.text))


def is_route(passage: Passage, mention: Mention) -> bool:
    """Tell whether a word is a route: the IV of "stage IV" is a number, and a vessel may be what is operated."""
    after = passage.text[mention.end : mention.end + 24]
    if mention.entry["route"] == "intraosseous" and _OF_BONE.match(after):
        return False
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
