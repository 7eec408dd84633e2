"""Is it a cell therapy at all: one decision for each intervention, by a named rule.

The rules, in the order in which they are asked:

=====================  =============================================================================================
name says cells        the name has a product or brand of cells, not as the origin of something else
test                   a diagnostic test, or a name with an assay, a collection or a device and no product
acellular              the name has exosomes, a secretome, a platelet product, a matrix, or a drug made for cells
comparator             the name is a placebo, vehicle, sham or standard care
other name says cells  one of the other names has a product or brand
description says cells the description begins with a product, and the name is no plain drug
arm says cells         the name is general ("injection"), and an arm that uses it names a product
title says cells       the name is general, and the title names a product that is given
text explains the name a title or text puts the coded name beside a product
cells of no kind       the name says cells, and nothing says which
only name for cells    no intervention is cells, the texts give one product, and only this one can be it
no cells               none of these
=====================  =============================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from .contexts import is_background
from .heads import VESICLES, Head, acellular_reason, are_of_vesicles, heads
from .judged import Judged
from .passages import Passage
from .readings import Decision
from .study import Intervention, Record
from .unnamed import CODE, NEVER, explained, only_named

_GENERAL = re.compile(
    r"\b(?:injections?|infusions?|transplant\w*|implant\w*|therapy|treatment|dose|dosage|group|arm|cohort|"
    r"experimental|intervention|administration|investigational|"
    r"procedure|graft|product|biological|peripheral|application|i\.?v\.?|intra\w*|subcutaneous\w*|cells?|"
    r"stem|regenerative|study drug|drug|active|phase|low|medium|mid|middle|high|"
    r"single|double|repeat(?:ed)?|multiple|two|three|one|first|second|of|the|in|with|by|via|and|for|a|an|at|"
    r"per|into|times?|daily|weekly|million|venous|arterial|muscular|hepatic|artery|vein|"
    r"percutaneous|local|autologous|allogen\w+|cultured|expanded|reinfusion|level|cohort|test|trial|"
    r"patients?|donor|arms?|knee|joint)\b",
    re.IGNORECASE,
)
_SAYS_MORE = re.compile(r"[A-Za-z]{2,}")
_CELL_FREE = re.compile(r"\b(?:cell[- ]free|acellular|without (?:stem )?cells)\b(?! DNA)", re.IGNORECASE)
_OF_FAT = ("MSC", "SVF")
_EARLY = 110
_SOURCES = ("MSC", "iPSC-derived", "ESC-derived")
_MADE_FROM = re.compile(
    r"[\s\w]{0,24}\b(?:derived|drived|differentiated|generated|made|obtained|produced)\s+(?:from|of|"
    r"out of)\s+(?:[\w-]+\s+){0,4}",
    re.IGNORECASE,
)
_OF_MARROW = "bone marrow mononuclear cells"
_BLOOD_DISEASE = re.compile(
    r"leuk|lymphom|myelo(?:ma|dys|prolif|fibro|abl)|an(?:a)?emia|graft[- ]v|hematolog|haematolog|thalass|sickle|"
    r"immunodef|marrow (?:transplant|fail)|cancer|tumou?r|neuroblast|carcinoma|sarcoma|hodgkin|sclerosis|"
    r"scleroderma|lupus|crohn",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"\b(?:into|in) (?:the |their |an? )?(?:\w+ )?(?:necro\w*|lesions?|joints?|muscles?|myocardi\w*|heart|"
    r"coronar\w*|limbs?|"
    r"discs?|knees?|hips?|spinal|brain|femoral|defects?|tendons?)\b",
    re.IGNORECASE,
)
_AND = re.compile(r"(?:\band\b|\bplus\b|\bwith\b|\bor\b|[+&/,]|\bco-?(?:transplant|infus|administ)\w*)", re.IGNORECASE)


def decide(record: Record) -> tuple[Judged, ...]:
    """Return the decision for each intervention of a record, in its order."""
    judged = [_judged(record, one) for one in record.interventions]
    if not any(one.heads for one in judged):
        judged = only_named(record, judged)
    cells = any(head.product_class in _OF_FAT for one in judged for head in one.heads)
    return tuple(_without_tissue(one) if cells else one for one in judged)


def _without_tissue(one: Judged) -> Judged:
    """Return a graft of tissue as no cells, where the record has an intervention that gives the cells of it."""
    kept = tuple(head for head in one.heads if head.product_class != "other" or not head.entry.get("needs"))
    if len(kept) == len(one.heads):
        return one
    if kept:
        return Judged(one.intervention, one.decision, kept)
    decision = msgspec.structs.replace(one.decision, is_cells=False, rule="tissue beside its cells", spot=None)
    return Judged(one.intervention, decision)


def _judged(record: Record, one: Intervention) -> Judged:
    rule, found = _rule(record, one)
    spot = found[0].passage.spot(found[0].mention.start, found[0].mention.end) if found else None
    return Judged(one, Decision(pointer=one.pointer, name=one.name, is_cells=bool(found), rule=rule, spot=spot), found)


def _rule(record: Record, one: Intervention) -> tuple[str, tuple[Head, ...]]:
    name = [p for p in one.passages if p.section == "name"]
    if one.kind in NEVER or not name:
        return "test" if one.kind == "DIAGNOSTIC_TEST" else "no cells", ()
    own = list(heads(name[0]))
    if all(head.weak for head in own) and _is_general(one.name) and (found := _of_each_arm(record, one)):
        return "arm says cells", found
    said = [head for head in own if not head.generic]
    if said and not _is_cell_free(one):
        return "name says cells", _refined(record, one, _joined(said))
    reason = acellular_reason(name[0])
    if not own and _is_cell_free(one):
        return "acellular", ()
    mixed = reason and reason[1] == VESICLES and _AND.search(one.name) and _strong(list(record.titles), 10**6)
    if mixed and not own:
        return "title says cells", _strong(list(record.titles), 10**6)
    if reason and not own:
        return ("test" if reason[1] in ("assay", "collection or device") else "acellular"), ()
    if any(m.kind == "others" for m in name[0].mentions) and not own:
        return "comparator", ()
    if not own and are_of_vesicles(record.titles):
        return "acellular", ()
    for rule, passages, most in _places(record, one, general=bool(own) or _is_general(one.name)):
        if found := _strong(passages, most):
            return rule, found if len(found) > 1 else _refined(record, one, found)
    if found := explained(record, one):
        return "text explains the name", found
    return ("cells of no kind", _refined(record, one, tuple(own[:1]))) if own else ("no cells", ())


def _is_general(name: str) -> bool:
    """Tell whether a name says nothing of its own: "intravenous infusion", "high dose group"."""
    return not _SAYS_MORE.search(_GENERAL.sub(" ", name))


def _of_each_arm(record: Record, one: Intervention) -> tuple[Head, ...]:
    """Return the products of arms that share one general intervention and each name a single one, another by arm."""
    named = [
        [h for p in arm.passages for h in heads(p) if not h.weak]
        for arm in record.arms
        if one.number in arm.interventions and arm.kind not in ("PLACEBO_COMPARATOR", "SHAM_COMPARATOR")
    ]
    classes = [{h.product_class for h in found} for found in named]
    if any(len(one) > 1 for one in classes) or len(set().union(*classes, set())) < 2:
        return ()
    first: dict[str, Head] = {}
    for head in (head for found in named for head in found):
        first.setdefault(head.product_class, head)
    return tuple(first.values())


def _of_blood(record: Record) -> bool:
    """Tell whether a record is about what grafts of blood-forming cells are for."""
    return any(_BLOOD_DISEASE.search(p.text) for p in (*record.titles, *record.conditions, *record.keywords))


def _is_cell_free(one: Intervention) -> bool:
    return any(_CELL_FREE.search(p.text[:_EARLY]) for p in one.passages)


def _places(record: Record, one: Intervention, *, general: bool) -> Iterable[tuple[str, list[Passage], int]]:
    """Yield where the product of an intervention with a general or unknown name is looked for."""
    yield "other name says cells", [p for p in one.passages if p.section == "other name"], 10**6
    named = (
        general
        or bool(CODE.search(one.name))
        or (one.kind in ("BIOLOGICAL", "GENETIC", "COMBINATION_PRODUCT") and not one.name.islower())
    )
    if not (one.kind == "DRUG" and one.name.islower()):
        described = [p for p in one.passages if p.section == "intervention"]
        yield "description says cells", described, 10**6 if named else _EARLY
    if general or (CODE.search(one.name) and one.kind in ("BIOLOGICAL", "GENETIC")):
        arms = [arm for arm in record.arms if one.number in arm.interventions and "COMPARATOR" not in arm.kind]
        yield "arm says cells", [p for arm in arms for p in arm.passages], 10**6
        if one.kind in ("BIOLOGICAL", "GENETIC", "COMBINATION_PRODUCT", "DRUG", "PROCEDURE", "OTHER"):
            yield "title says cells", list(record.titles), 10**6


def _strong(passages: list[Passage], most: int) -> tuple[Head, ...]:
    """Return the products that the passages begin with."""
    kept: list[Head] = []
    for passage in passages:
        found = [head for head in heads(passage) if not head.generic and head.mention.start < most]
        if found and passage.section == "other name":
            return _joined(found)
        if found and passage.section not in ("arm", "arm label"):
            return (_best(found),)
        # The arms that share one general intervention may each give another product.
        if found and not any(_best(found).product_class == known.product_class for known in kept):
            kept.append(_best(found))
    strong = [head for head in kept if not head.weak]
    return tuple(strong or kept[:1])


def _joined(found: list[Head]) -> tuple[Head, ...]:
    """Return the products of one name: several where it joins them, else the one that says most."""
    kept = [_best(found[:1])]
    for head in found[1:]:
        between = head.passage.text[kept[-1].mention.end : head.mention.start]
        if head.product_class in _SOURCES and _MADE_FROM.fullmatch(between):
            kept[-1] = head
            continue
        if any(head.product_class == one.product_class for one in kept):
            continue
        if head.weak or kept[-1].weak:
            kept = [head] if kept[-1].weak and not head.weak else kept
        elif _AND.search(between) and "(" not in between:
            kept.append(head)
    return tuple(kept)


def _best(found: list[Head]) -> Head:
    return next((head for head in found if not head.weak), found[0])


def _refined(record: Record, one: Intervention, found: tuple[Head, ...]) -> tuple[Head, ...]:
    """Return the finer product that the record names where the name of an intervention has only a wide one."""
    if len(found) != 1 or not found[0].weak:
        return found
    arms = [p for arm in record.arms if one.number in arm.interventions for p in arm.passages]
    taken = {
        h.product_class
        for other in record.interventions
        if other is not one
        for p in other.passages
        if p.section == "name"
        for h in heads(p)
        if not h.weak
    }
    narrow, wide = [*one.passages, *arms], [*record.titles, *record.keywords, *record.summary, *record.description]
    for passages in ([p] for p in (*narrow, *wide)):
        for head in (
            h
            for p in passages
            for h in heads(p)
            if not h.weak and found[0].may_be(h.product_class) and (found[0].generic or h.product_class not in taken)
        ):
            told = head.passage.section in ("summary", "description")
            if told and any(s.start <= head.mention.start < s.end and is_background(s) for s in head.passage.sentences):
                continue
            grafted = head.product_class == "HSC graft" and found[0].product_class == _OF_MARROW
            if grafted and ((told and not _of_blood(record)) or any(_PLACED.search(p.text) for p in narrow)):
                continue
            return (head,)
    return found
