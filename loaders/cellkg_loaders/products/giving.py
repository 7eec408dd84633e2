"""How a regimen is given: route, site, dose, number of administrations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from .contexts import is_negated, is_route
from .levels import AMONG_DRUGS, in_sentences, levels, merged, speaks_of
from .passages import Passage, Sentence
from .readings import Fact, Spot, Times
from .regimens import Regimen
from .schedules import ReadTimes, may_be_repeated, read_times
from .study import Record
from .wording import Mention

_SYSTEMIC = ("intravenous", "subcutaneous", "intramuscular", "intradermal", "inhalation", "intra-arterial")
_GRAFTS = ("HSC graft", "limbal/epithelial", "chondrocytes", "keratinocytes", "melanocytes")
_GRAFTING = re.compile(
    r"\b(?:auto|allo|re)?-?(?:transplant\w*|graft\w*|rescue|implant\w*|infus\w*|reinfus\w*)", re.IGNORECASE
)
_NO_GRAFT_ROUTES = ("subcutaneous", "intrathecal", "intradermal", "topical/surgical")
_MANY_SITES = ("intramyocardial", "intramuscular", "intradermal", "other:intralesional", "subcutaneous")
_TELLS_DOSE = re.compile(r"\b(?:dos(?:e|es|age)|inject\w*|infus\w*|administ\w*|receiv\w*|iv)\b", re.IGNORECASE)
_COMMA = re.compile(r"[;,]|\band\b|\bthen\b|\bfollowed by\b")
_CLAUSE = re.compile(r"[;]|,\s+(?:followed by|then)\b|\bthen\b|\bfollowed by\b")
_PART_END = re.compile(r"[;,]\s")
_UNTIL = re.compile(r"\b(?:until|when|while|before|prior to|after)\b", re.IGNORECASE)
_IMPLANTS = re.compile(r"implant(?:ation|ed)s?", re.IGNORECASE)
_INTO = re.compile(
    r"[\s-]*(?:[\w-]+[\s-]+){0,8}?(?:in|into|onto|within|at|between|to)\b"
    r"(?!\s+(?:\w+\s+)?(?:patients|subjects|participants|humans|group|treat|the treatment|combination))",
    re.IGNORECASE,
)
_NOT_FOR_CELLS = re.compile(
    r"(?:anesthe|analges|sedat|anaesthe|antibiotic|contrast|hydrocortisone|premedicat|steroid|saline|"
    r"placebo|heparin|chemotherap|conditioning|cyclophosphamide|fludarabine|tacrolimus|lidocaine|g-csf|"
    r"filgrastim|il-2|interleukin|interferon|\bifn|gm-csf|sargramostim|aldesleukin|\bprp\b|laser|"
    r"access|immunoglobulin|diuretic|fluids?)",
    re.IGNORECASE,
)


def routes(record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    """Return the routes of administration; words that only hint at one count where nothing else is said."""
    for weak in ("", "1"):
        read = partial(_routes_in, weak=weak, regimen=regimen)
        for _, found in in_sentences(record, regimen, read, last=4 if weak else 5):
            if regimen.product_class == "HSC graft":
                found = [fact for fact in found if fact.value not in _NO_GRAFT_ROUTES]
            if found:
                return merged(found)
    return ()


def _routes_in(sentence: Sentence, *, weak: str, regimen: Regimen) -> Iterator[Fact]:
    passage = sentence.passage
    clause_end = _COMMA if regimen.product_class in AMONG_DRUGS else _CLAUSE
    for m in sentence.of("routes"):
        if (
            m.entry["weak"] != weak
            or is_negated(passage, m)
            or not is_route(passage, m)
            or (weak and not _is_surgical(passage, m))
            or _is_of_another(sentence, m, regimen.others, clause_end)
        ):
            continue
        yield Fact(
            value=m.entry["route"],
            spots=(passage.spot(m.start, m.end),),
            rule="route that is hinted at" if weak else "route said of the product",
            confidence=0.5 if weak else 0.9,
        )


def _is_of_another(
    sentence: Sentence, route: Mention, others: re.Pattern[str] | None, clause_end: re.Pattern[str]
) -> bool:
    """Tell whether a route belongs to a drug that is named nearer to it than the cells."""
    text, at = sentence.text, route.start - sentence.start
    clauses = [0, *(m.start() for m in clause_end.finditer(text)), len(text)]
    start = max(c for c in clauses if c <= at)
    end = min(c for c in clauses if c > at)
    clause = text[start:end]
    drugs = [m for p in (others, _NOT_FOR_CELLS) if p for m in p.finditer(clause)]
    if not drugs and clause_end is _CLAUSE:
        return False
    cells = [
        (m.start, m.end)
        for m in sentence.of("products", "brands", "generic_products")
        if sentence.start + start <= m.start < sentence.start + end
        if not _UNTIL.search(sentence.passage.text[route.end : max(route.end, m.start)])
    ]
    if clause_end is _CLAUSE and _is_in_part_of_drug(sentence, route, drugs, start, cells):
        return True
    if not cells:
        return sentence.passage.section != "name"
    if not drugs:
        return False
    here = at - start
    nearest_drug = min(max(m.start() - here, here - m.end(), 0) for m in drugs)
    nearest_cell = min(max(s - route.end, route.start - e, 0) for s, e in cells)
    return nearest_drug < nearest_cell


def _is_in_part_of_drug(
    sentence: Sentence, route: Mention, drugs: list[re.Match[str]], start: int, cells: list[tuple[int, int]]
) -> bool:
    """Tell whether the part between commas that has the route names a drug before it, and no cells."""
    text, at = sentence.text, route.start - sentence.start
    first = max((m.end() for m in _PART_END.finditer(text, 0, at)), default=0)
    last = next((m.start() for m in _PART_END.finditer(text, at)), len(text))
    named = any(first <= s - sentence.start < last for s, _ in cells)
    return not named and any(first <= start + m.start() < at for m in drugs)


def _is_surgical(passage: Passage, mention: Mention) -> bool:
    """Tell whether a word that hints at surgery does so: implanted into something, and no injectable scaffold."""
    before, after = passage.text[max(0, mention.start - 12) : mention.start], passage.text[mention.end :]
    if "injectable" in before.lower():
        return False
    return not _IMPLANTS.fullmatch(passage.text[mention.start : mention.end]) or bool(_INTO.match(after))


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


def times(record: Record, regimen: Regimen, given: tuple[Fact, ...]) -> tuple[Times, ...]:
    """Return how often the product is given; a possible repeat makes a range."""
    repeat = None if record.crossover else _repeat(record, regimen)
    local = any(fact.value in _MANY_SITES for fact in given)
    for _, passages, confidence in levels(record, regimen)[:5]:
        found = [best for p in passages if (best := _first(p, regimen, local))]
        if found:
            return (_number(found, confidence, bool(repeat)),)
    if repeat:
        return (Times(least=1, most=2, spot=repeat, rule="may be repeated", confidence=0.5),)
    return _grafted(regimen)


def _first(passage: Passage, regimen: Regimen, local: bool) -> tuple[Passage, ReadTimes] | None:
    found = [
        one
        for s in passage.sentences
        if speaks_of(s, regimen)
        for one in read_times(s)
        if not (one.sites and local)
        if regimen.product_class != "HSC graft" or _GRAFTING.search(passage.text[one.start : one.end])
    ]
    best = max(found, key=lambda one: one.weight, default=None)
    return (passage, best) if best else None


def _number(found: list[tuple[Passage, ReadTimes]], confidence: float, repeat: bool) -> Times:
    """Return what the texts of one level give: the arms of a study may differ, and a repeat makes a range."""
    weight = max(one.weight for _, one in found)
    best = [(p, one) for p, one in found if one.weight == weight]
    passage, first = best[0]
    least, most = min(one.least for _, one in best), max(one.most for _, one in best)
    if repeat and least == most:
        most += 1
    spot = passage.spot(first.start, first.end)
    return Times(least=least, most=most, spot=spot, rule=first.rule, confidence=round(confidence - 0.1, 2))


def _repeat(record: Record, regimen: Regimen) -> Spot | None:
    for _, passages, _ in levels(record, regimen)[:2]:
        for passage in passages:
            for sentence in passage.sentences:
                if speaks_of(sentence, regimen) and (place := may_be_repeated(sentence)):
                    return passage.spot(*place)
    return None


def _grafted(regimen: Regimen) -> tuple[Times, ...]:
    """A graft is one step of its protocol: given once, where no number is said."""
    if regimen.product_class not in _GRAFTS:
        return ()
    for passage in (*(head.passage for head in regimen.heads), *regimen.own()):
        if match := _GRAFTING.search(passage.text):
            return (
                Times(least=1, most=1, spot=passage.spot(*match.span()), rule="a graft is one step", confidence=0.6),
            )
    return ()
