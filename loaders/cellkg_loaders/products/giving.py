"""How often a regimen is given."""

from __future__ import annotations

import re

from .levels import levels, speaks_of
from .passages import Passage
from .readings import Fact, Spot, Times
from .regimens import Regimen
from .schedules import ONE_BY_ONE, ReadTimes, may_be_repeated, read_times
from .study import Record

_GRAFTS = ("HSC graft", "limbal/epithelial", "chondrocytes", "keratinocytes", "melanocytes")
_TANDEM = re.compile(
    r"\b(?:tandem|double|two|sequential)\b[^.;]{0,40}\b(?:auto\w*|transplant\w*|grafts?|stem[- ]cell|pbsc\w*|"
    r"sct|hct)\b",
    re.IGNORECASE,
)
_IMPLANTED = re.compile(
    r"\b(?:implant(?:ed|ation|ing)?|seeded|loaded|graft(?:ed|ing)?|fusion|augmentation|reconstruction|osteotomy|"
    r"placed|packed|"
    r"mixed with|sinus lift|debridement|arthroscop\w+|surgery|transplanted)\b",
    re.IGNORECASE,
)
_APPLIED = re.compile(
    r"\b(?:wounds?|ulcers?|burns?|spray\w*|dressings?|creams?|ointments?|weekly|repeated\w*|applications?)\b",
    re.IGNORECASE,
)
_GRAFTING = re.compile(
    r"\b(?:auto|allo|re)?-?(?:transplant\w*|graft\w*|rescue|implant\w*|infus\w*|reinfus\w*)", re.IGNORECASE
)
_MANY_SITES = ("intramyocardial", "intramuscular", "intradermal", "other:intralesional", "subcutaneous")
_ORGANS = ("intramyocardial", "intracerebral", "other:intraspinal", "intraosseous", "topical/surgical")
_OPERATED = re.compile(
    r"\b(?:inject|implant|transplant|graft|deliver|administ|infus|appl)\w*\b[^.;]{0,120}?\b(?:during|at the time of)\s+"
    r"(?:the\s+|an?\s+|their\s+)?(?:[\w-]+\s+){0,4}?(?:surger(?:y|ies)|operation|CABG|bypass|osteotomy|thoracotomy)\b"
    r"|\bstereota\w+\s+(?:[\w-]+\s+){0,2}?(?:transplant|implant)\w*"
    r"|\b(?:transplant|implant)\w*\s+(?:[\w-]+\s+){0,3}?(?:stereota\w+)",
    re.IGNORECASE,
)
_SPELLED = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COURSES = re.compile(
    r"\b(?:treatment|vaccinations?|therapy|courses?|immuni[sz]ations?|this)\b\s+(?:is\s+|are\s+|"
    r"may be\s+)?(?:repeats?|repeated|continues?)\b"
    r"[^.;]{0,60}?\bfor\s+(?:a total of\s+)?(?P<upto>(?:up to|a maximum of)\s+)?(?P<n>\d|two|three|four|five|"
    r"six|seven|eight|nine|ten)\s+"
    r"(?:courses?|cycles?)\b(?P<drugs>\s+of (?:chemo|drug))?",
    re.IGNORECASE,
)
_VERB_REACH = 16
_BESIDE = 30
_NAMES = ("products", "brands", "generic_products")
_CROSSING = re.compile(r"\b(?:cross\w*|placebo|sham|controls?)\b", re.IGNORECASE)
_TELLS_DOSE = re.compile(r"\b(?:dos(?:e|es|age)|inject\w*|infus\w*|administ\w*|receiv\w*|iv)\b", re.IGNORECASE)


def times(record: Record, regimen: Regimen, given: tuple[Fact, ...]) -> tuple[Times, ...]:
    """Return how often the product is given; a possible repeat makes a range."""
    repeat = _repeat(record, regimen)
    local = any(fact.value in _MANY_SITES for fact in given)
    for _, passages, confidence in levels(record, regimen)[:5]:
        found = [best for p in passages if (best := _first(p, regimen, local))]
        # The second that is told of may be the one that is only possible.
        found = [one for one in found if not (repeat and one[1].rule == ONE_BY_ONE)]
        if found:
            return (_number(found, confidence, bool(repeat)),)
    if repeat:
        return (Times(least=1, most=2, spot=repeat, rule="may be repeated", confidence=0.5),)
    return _grafted(record, regimen, {fact.value for fact in given}) or (
        (_on_one_occasion(record, regimen) if local else ())
        or (_in_operation(record, regimen) if any(fact.value in _ORGANS for fact in given) else ())
    )


def _in_operation(record: Record, regimen: Regimen) -> tuple[Times, ...]:
    """What is put into an organ while it is operated on is given once, where no number is said."""
    for passage in (*regimen.own(), *record.titles, *record.summary):
        for sentence in passage.sentences:
            match = _OPERATED.search(sentence.text) if speaks_of(sentence, regimen) else None
            if match:
                spot = passage.spot(sentence.start + match.start(), sentence.start + match.end())
                return (Times(least=1, most=1, spot=spot, rule="an operation is one step", confidence=0.5),)
    return ()


def _on_one_occasion(record: Record, regimen: Regimen) -> tuple[Times, ...]:
    """Injections into many sites, with no other number said, are one administration."""
    for _, passages, _ in levels(record, regimen)[:5]:
        for passage in passages:
            for one in (o for s in passage.sentences if speaks_of(s, regimen) for o in read_times(s) if o.sites):
                spot = passage.spot(one.start, one.end)
                return (Times(least=1, most=1, spot=spot, rule="sites of one occasion", confidence=0.5),)
    return ()


def _first(passage: Passage, regimen: Regimen, local: bool) -> tuple[Passage, ReadTimes] | None:
    found = [
        one
        for s in passage.sentences
        if speaks_of(s, regimen)
        for one in read_times(s)
        if not (one.sites and local)
        if regimen.product_class != "HSC graft" or _is_of_graft(passage, one)
    ]
    ours = [one for one in found if not _counts_drug(passage, one, regimen)]
    found = (
        ours
        if max((one.weight for one in ours), default=-1) >= max((one.weight for one in found), default=0)
        else found
    )
    if regimen.product_class != "HSC graft" and (courses := _courses(passage, regimen)):
        found.append(courses)
    told = {one.most for one in found if one.rule == ONE_BY_ONE}
    if told and not told >= set(range(2, max(told) + 1)):
        found = [one for one in found if one.rule != ONE_BY_ONE]
    best = max(found, key=lambda one: (one.weight, one.rule == ONE_BY_ONE and one.most), default=None)
    if best and best.weight == 0 and len({passage.text[o.start : o.end].split()[-1] for o in found}) > 1:
        return None
    return (passage, best) if best else None


def _counts_drug(passage: Passage, one: ReadTimes, regimen: Regimen) -> bool:
    """Tell whether another intervention is named nearer before a number than the cells, and no cells right after it."""
    if not regimen.others:
        return False
    start = next(s.start for s in passage.sentences if s.start <= one.start < s.end)
    drugs = [m.end() for m in regimen.others.finditer(passage.text, start, one.start)]
    named = [m for m in passage.mentions if m.kind in _NAMES and start <= m.start < one.end + _BESIDE]
    return bool(drugs) and not any(m.end > max(drugs) for m in named)


def _courses(passage: Passage, regimen: Regimen) -> ReadTimes | None:
    """Multiply what one course gives by the number of courses: "on days 1 and 8. Treatment repeats for 3 courses"."""
    within: ReadTimes | None = None
    for sentence in passage.sentences:
        match = _COURSES.search(sentence.text)
        if match and within and not match["drugs"]:
            courses = int(match["n"]) if match["n"].isdigit() else _SPELLED.index(match["n"].lower())
            least = within.least if match["upto"] else within.least * courses
            start, end = sentence.start + match.start(), sentence.start + match.end()
            return ReadTimes(least, within.most * courses, start, end, "courses", 4)
        if speaks_of(sentence, regimen):
            listed = [one for one in read_times(sentence) if one.rule in ("list of days", "one day", "once")]
            within = max(listed, key=lambda one: one.weight, default=within)
    return None


def _is_of_graft(passage: Passage, one: ReadTimes) -> bool:
    """Tell whether a number counts grafts, where the courses of drugs are told beside them."""
    reach = _VERB_REACH if one.rule == "list of days" else 0
    return one.weight > 0 and bool(_GRAFTING.search(passage.text[max(0, one.start - reach) : one.end]))


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
    for _, passages, _ in levels(record, regimen)[:5]:
        for passage in passages:
            for sentence in passage.sentences:
                crossed = record.crossover and _CROSSING.search(sentence.text)
                if not crossed and speaks_of(sentence, regimen) and (place := may_be_repeated(sentence)):
                    return passage.spot(*place)
    return None


def _in_surgery(regimen: Regimen) -> Spot | None:
    """Return the words by which cells are implanted in an operation; what is applied to a wound may be repeated."""
    texts = [*(head.passage for head in regimen.heads), *regimen.own()]
    if any(_APPLIED.search(p.text) for p in texts):
        return None
    return next((p.spot(*match.span()) for p in texts if (match := _IMPLANTED.search(p.text))), None)


def _grafted(record: Record, regimen: Regimen, given: set[str]) -> tuple[Times, ...]:
    """A graft is one step of its protocol: given once, where no number is said."""
    if regimen.product_class == "HSC graft":
        for title in record.titles:
            if match := _TANDEM.search(title.text):
                return (Times(least=2, most=2, spot=title.spot(*match.span()), rule="two grafts", confidence=0.7),)
    if given == {"topical/surgical"} and (spot := _in_surgery(regimen)):
        return (Times(least=1, most=1, spot=spot, rule="an implantation is one step", confidence=0.5),)
    if regimen.product_class not in _GRAFTS:
        return ()
    for passage in (*(head.passage for head in regimen.heads), *regimen.own()):
        if match := _GRAFTING.search(passage.text):
            return (
                Times(least=1, most=1, spot=passage.spot(*match.span()), rule="a graft is one step", confidence=0.6),
            )
    return ()
