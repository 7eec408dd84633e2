"""By which route a regimen is given, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

import msgspec

from .contexts import is_background, is_negated, is_route
from .heads import heads
from .levels import AMONG_DRUGS, BLOOD_CELLS, DRUG_DOSE, in_sentences, merged
from .passages import Passage, Sentence
from .readings import Fact
from .regimens import Regimen
from .route_owners import CLAUSE, COMMA, NOT_FOR_CELLS, is_of_another
from .study import Record
from .wording import Mention

_SAID = "route said of the product"
_SYSTEMIC = ("intravenous", "subcutaneous", "intramuscular", "intradermal", "inhalation", "intra-arterial")
_NO_GRAFT_ROUTES = ("subcutaneous", "intrathecal", "intradermal", "topical/surgical")
_ADJACENT = re.compile(
    r"[\s-]*(?:(?:infusion|injection|administration|delivery|dose|therapy|treatment)s? (?:of|"
    r"with)\s+)?(?:(?:the|autologous|allogen\w+)\s+){0,2}",
    re.IGNORECASE,
)
_PUT_INTO = re.compile(r"\b(?:into|in|within|to)\s+(?:the\s+)?$", re.IGNORECASE)
_LAYERS = ("subcutaneous", "intradermal", "intramuscular")
_PLACE_REACH = 160
_TELLS_GIVING = re.compile(
    r"\b(?:(?:will be|is|are|was|were|been|be)\s+(?:\w+\s+)?(?:inject|infus|administ|deliver|treated|given|implant|"
    r"transplant)\w*|receiv\w*|(?:treatment|dosing)\s*\(|(?:injection|infusion|administration|treatment)s?\b)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:prior|previous\w*|history|exclu\w*|allerg\w*|within \d|usual\w*|standard|conventional|can be|could be|"
    r"may be|if needed|currently|nowadays|studies|trials|patients who|effective|guidelines?|infection|complication)\b",
    re.IGNORECASE,
)
_IMPLANTS = re.compile(r"implant(?:ation|ed)s?", re.IGNORECASE)
_SETTLES_IN = re.compile(
    r"[\s-]*(?:[\w-]+[\s-]+){0,8}?(?:in|into|onto|within|at|between|to)\b"
    r"(?!\s+(?:\w+\s+)?(?:patients|subjects|participants|humans|group|treat|the treatment|combination))",
    re.IGNORECASE,
)
_INTO = re.compile(
    r"\b(?:(?:re-?)?(?:inject|implant|deliver|administ|transplant|graft|infus|introduc|plac|instill|seed|deposit|"
    r"insert|inoculat)\w*|infiltrat\w*|filled|engraft\w*)\b[^.;]{0,100}?"
    r"(?<!depending )(?<!based )(?<!\bup )(?<!according )(?<!due )(?<!prior )"
    r"\b(?:in|into|inside|within|around|to|at|onto|on)\s+(?:(?!patients?\b|treat|subjects?\b|for\b|prevent|repair|"
    r"regenerat|improv|enhanc|with\b|and\b)[\w'’()/-]+\s+){0,5}$|"
    r"\b(?:inject|implant|transplant|infus)\w*[\s-]+(?:[\w-]+\s+){0,3}(?:into|in|of)\s+(?:(?:degenerat\w+|lumbar|painful|affected|injured|diseased|the)\s+){0,3}$",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r"\b(?:harvest\w*|collect\w*|aspirat\w*|biops\w*|obtain\w*|extract\w*|liposuction|taken|remov\w*|anesthe\w*|"
    r"anaesthe\w*|puncture of|arterio-?\s*venous)\b",
    re.IGNORECASE,
)
_TISSUE_AFTER = re.compile(
    r"\s*(?:abdominal\s+|adult\s+)?(?:adipose|fat\b|tissue|lipoaspirat|layer|biops|nodule|chemo|access|port\b)",
    re.IGNORECASE,
)


def routes(record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    """Return the routes of administration; words that only hint at one count where nothing else is said."""
    for weak in ("", "1"):
        read = partial(_routes_in, weak=weak, regimen=regimen)
        for _, found in in_sentences(record, regimen, read, last=4 if weak else 5):
            if regimen.product_class == "HSC graft":
                found = [fact for fact in found if fact.value not in _NO_GRAFT_ROUTES]
            if regimen.split:
                found = [f for f in found if f.value in regimen.split or f.spots[0].pointer not in regimen.shared]
            if found:
                return merged(found)
        if not weak and (found := _routes_last(record, regimen)):
            return merged(found)
    return ()


def _routes_untold(record: Record, regimen: Regimen) -> Iterator[Fact]:
    """Yield the routes in sentences that say how something is given without its name, in a record of one product."""
    if not regimen.sole or regimen.product_class in (*AMONG_DRUGS, *BLOOD_CELLS):
        return
    beside = (p for one in record.interventions for p in one.passages if p.section == "intervention")
    named = [p for p in beside if any(head.product_class == regimen.product_class for head in heads(p))]
    told = (*named, *record.summary, *record.description, *record.outcomes, *record.keywords)
    for sentence in (s for p in (*regimen.own(), *told) for s in p.sentences):
        by_name = any(m.entry["weak"] == "" for m in sentence.of("routes"))
        placed = sentence.passage.section == "keyword" and any(sentence.of("sites"))
        if (by_name or placed) and _is_told_of_cells(sentence, regimen):
            for fact in _routes_in(sentence, weak="", regimen=regimen):
                if fact.rule == _SAID or placed:
                    yield msgspec.structs.replace(fact, rule="route in a record of one product", confidence=0.5)


def _routes_last(record: Record, regimen: Regimen) -> list[Fact]:
    """Return the routes that texts say of the cells without their name, or of all cells of a record at once."""
    found = list(_routes_untold(record, regimen)) or list(_routes_beside(record.outcomes, regimen, generic=False))
    if found or regimen.sole:
        return found
    return list(_routes_beside((*record.titles, *record.summary), regimen, generic=True))


def _routes_beside(passages: Iterable[Passage], regimen: Regimen, *, generic: bool) -> Iterator[Fact]:
    """Yield the route right before the product: "after intravenous CAR T cell infusion"."""
    for passage in passages:
        named = heads(passage, given=False)
        own = [h for h in named if h.generic == generic and (generic or h.product_class == regimen.product_class)]
        for m in (m for m in passage.mentions if m.kind == "routes" and not m.entry["weak"]):
            beside = any(
                _ADJACENT.fullmatch(passage.text[m.end : h.mention.start]) for h in own if h.mention.start >= m.end
            )
            if beside and regimen.product_class != "HSC graft" and is_route(passage, m) and not is_negated(passage, m):
                spot = passage.spot(m.start, m.end)
                yield Fact(value=m.entry["route"], spots=(spot,), rule="route right before the cells", confidence=0.5)


def _is_told_of_cells(sentence: Sentence, regimen: Regimen) -> bool:
    """Tell whether a sentence without the product can only speak of it: it gives something, and names nothing else."""
    text = sentence.text
    if not _TELLS_GIVING.search(text) or any(p.search(text) for p in (_TAKEN, NOT_FOR_CELLS, _ASKED, DRUG_DOSE)):
        return False
    rival = any(m.entry["class"] != regimen.product_class for m in sentence.of("products", "brands"))
    return not (rival or is_background(sentence) or (regimen.others and regimen.others.search(text)))


def _routes_in(sentence: Sentence, *, weak: str, regimen: Regimen) -> Iterator[Fact]:
    passage = sentence.passage
    clause_end = COMMA if regimen.product_class in AMONG_DRUGS else CLAUSE
    for m in sentence.of("routes"):
        if (
            m.entry["weak"] != weak
            or is_negated(passage, m)
            or not is_route(passage, m)
            or (weak and not _is_surgical(passage, m))
            or _is_of_tissue(passage, m)
            or is_of_another(sentence, m, regimen.others, clause_end)
        ):
            continue
        yield Fact(
            value=m.entry["route"],
            spots=(passage.spot(m.start, m.end),),
            rule="route that is hinted at" if weak else _SAID,
            confidence=0.5 if weak else 0.9,
        )
    if not weak:
        yield from _routes_by_place(sentence, regimen, clause_end)


def _is_of_tissue(passage: Passage, route: Mention) -> bool:
    """Tell whether a word says where a tissue lies: "subcutaneous fat" is taken, not injected into."""
    before = passage.text[max(0, route.start - 16) : route.start]
    if route.entry["route"] not in _LAYERS:
        return False
    return bool(_TISSUE_AFTER.match(passage.text[route.end : route.end + 30])) and not _PUT_INTO.search(before)


def _routes_by_place(sentence: Sentence, regimen: Regimen, clause_end: re.Pattern[str]) -> Iterator[Fact]:
    """Yield the route of a place that the cells are put into: "injected into the degenerated disc"."""
    if regimen.product_class in AMONG_DRUGS:
        return
    passage, said = sentence.passage, {m.entry["route"] for m in sentence.of("routes") if not m.entry["weak"]}
    for m in sentence.of("sites"):
        before = sentence.text[max(0, m.start - sentence.start - _PLACE_REACH) : m.start - sentence.start]
        if not m.entry["route"] or said or not _INTO.search(before):
            continue
        if _TAKEN.search(before) or is_negated(passage, m) or is_of_another(sentence, m, regimen.others, clause_end):
            continue
        yield Fact(
            value=m.entry["route"],
            spots=(passage.spot(m.start, m.end),),
            rule="route by the place of injection",
            confidence=0.7,
        )


def _is_surgical(passage: Passage, mention: Mention) -> bool:
    """Tell whether a word that hints at surgery does so: implanted into something, and no injectable scaffold."""
    before, after = passage.text[max(0, mention.start - 12) : mention.start], passage.text[mention.end :]
    if "injectable" in before.lower():
        return False
    return not _IMPLANTS.fullmatch(passage.text[mention.start : mention.end]) or bool(_SETTLES_IN.match(after))


def sites(record: Record, regimen: Regimen, given: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Return the anatomical target where the route is not systemic."""
    if not given or all(fact.value in _SYSTEMIC for fact in given):
        return ()
    for _, found in in_sentences(record, regimen, _sites_in):
        if found:
            return merged(found)[:1]
    return ()


def _sites_in(sentence: Sentence) -> Iterator[Fact]:
    for m in sentence.of("sites"):
        yield Fact(
            value=m.entry["site"],
            spots=(sentence.passage.spot(m.start, m.end),),
            rule="site said of the product",
            confidence=0.7,
        )
