"""Interventions whose name says no cells, while a text says which cells they are."""

from __future__ import annotations

import re

import msgspec

from .heads import Head, heads
from .judged import Judged
from .outlines import given_in_texts
from .study import Intervention, Record

CODE = re.compile(r"®|™|\b[A-Z]{2,}[A-Za-z]*[- ]?\d[\w-]*|\b[A-Z][a-z]*[A-Z]\w*|\b[A-Z]{2,}-[A-Z]+")
NEVER = ("DIAGNOSTIC_TEST", "RADIATION", "BEHAVIORAL", "DIETARY_SUPPLEMENT")
_SHORTEST_CODE = 4
_PUTS_IN = re.compile(r"\b(?:inject|infus|implant|transplant|instill|graft)\w*", re.IGNORECASE)
_NAMED_AFTER = re.compile(r"[\s)\w-]{0,24}[(\[,]\s*(?:(?:called|named|code|known as|product)\s+)?", re.IGNORECASE)
_NAMED_BEFORE = re.compile(
    r"[®™]?\s*(?:\([^()]{0,40}\)\s*)?(?:[(\[,:–-]|\bis\b|\bare\b)?\s*(?:an?\b|the\b)?\s*(?:[\w/'-]+[\s,-]+){0,8}",
    re.IGNORECASE,
)


def only_named(record: Record, judged: list[Judged]) -> list[Judged]:
    """Return the decisions with the one product of the texts at the only intervention that can be it."""
    given = given_in_texts(record, besides=False)
    able = [one for one in judged if one.decision.rule == "no cells" and _may_be_given(one.intervention)]
    if len(given) != 1 or len(able) != 1 or not all(_names_product(record, one) for one in able):
        return judged
    found = tuple(next(iter(given.values()))[:1])
    decision = msgspec.structs.replace(
        able[0].decision,
        is_cells=True,
        rule="only name for the cells of the texts",
        spot=found[0].passage.spot(found[0].mention.start, found[0].mention.end),
    )
    return [Judged(one.intervention, decision, found) if one is able[0] else one for one in judged]


def _may_be_given(one: Intervention) -> bool:
    """Tell whether a name is a code, or says that something is put into patients."""
    if one.kind in NEVER or one.kind == "DEVICE" or (one.kind == "DRUG" and one.name.islower()):
        return False
    return bool(CODE.search(one.name) or _PUTS_IN.search(one.name))


def _names_product(record: Record, one: Judged) -> bool:
    """Tell whether the texts that name the product name the intervention, or are of its arms."""
    code = CODE.search(one.intervention.name)
    if code and any(code[0] in p.text for p in (*record.titles, *record.summary)):
        return True
    if len(record.arms) == 1:
        return True
    return any(
        head
        for arm in record.arms
        if one.intervention.number in arm.interventions
        for p in arm.passages
        for head in heads(p)
    )


def explained(record: Record, one: Intervention) -> tuple[Head, ...]:
    """Return the product that a text gives for a coded name: "natural killer cells (NAME)", "NAME, a CAR-T therapy"."""
    name = re.sub(r"[®™]|\s*\(.*", "", one.name).strip()
    if not CODE.search(one.name) or len(name) < _SHORTEST_CODE:
        return ()
    for passage in (*record.titles, *record.summary, *record.description, *record.keywords):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", passage.text):
            for head in heads(passage):
                start, end = head.mention.start, head.mention.end
                before = passage.text[end : match.start()] if end <= match.start() else ""
                after = passage.text[match.end() : start] if match.end() <= start else ""
                beside = (before and _NAMED_AFTER.fullmatch(before)) or (after and _NAMED_BEFORE.fullmatch(after))
                if beside and not head.generic:
                    return (head,)
    return ()
