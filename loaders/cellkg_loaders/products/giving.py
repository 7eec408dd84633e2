"""How a regimen is given: route, site, dose, number of administrations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import msgspec

from .contexts import is_background, is_negated, is_route
from .levels import AMONG_DRUGS, BLOOD_CELLS, DRUG_DOSE, in_sentences, levels, merged, speaks_of
from .passages import Passage, Sentence
from .readings import Fact, Spot, Times
from .regimens import Regimen
from .schedules import ONE_BY_ONE, ReadTimes, may_be_repeated, read_times
from .study import Record
from .wording import Mention

_SAID = "route said of the product"
_SYSTEMIC = ("intravenous", "subcutaneous", "intramuscular", "intradermal", "inhalation", "intra-arterial")
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
_NO_GRAFT_ROUTES = ("subcutaneous", "intrathecal", "intradermal", "topical/surgical")
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
_DRUG = re.compile(
    r"peptide|antibod|interleukin|interferon|csf|filgrastim|sargramostim|plerixafor|immunoglobulin|cytokine",
    re.IGNORECASE,
)
_PUT_INTO = re.compile(r"\b(?:into|in|within|to)\s+(?:the\s+)?$", re.IGNORECASE)
_FLUID = re.compile(r"saline|heparin|albumin|fluid", re.IGNORECASE)
_SUSPENDED = re.compile(r"\b(?:in|with|into|by)\s+(?:[\w.%,/-]+\s+){0,5}$", re.IGNORECASE)
_LAYERS = ("subcutaneous", "intradermal", "intramuscular")
_PLACE_REACH = 160
_VERB_REACH = 16
_BESIDE = 30
_NAMES = ("products", "brands", "generic_products")
_CROSSING = re.compile(r"\b(?:cross\w*|placebo|sham|controls?)\b", re.IGNORECASE)
_TELLS_DOSE = re.compile(r"\b(?:dos(?:e|es|age)|inject\w*|infus\w*|administ\w*|receiv\w*|iv)\b", re.IGNORECASE)
_TELLS_GIVING = re.compile(
    r"\b(?:(?:will be|is|are|was|were|been|be)\s+(?:\w+\s+)?(?:inject|infus|administ|deliver|treated|given|implant|"
    r"transplant)\w*|receiv\w*|(?:treatment|dosing)\s*\(|(?:injection|infusion|administration|treatment)s?\b)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:prior|previous\w*|history|exclu\w*|allerg\w*|within \d|usual\w*|standard|conventional|can be|could be|may be|"
    r"if needed|currently|nowadays|studies|trials|patients who|effective|guidelines?|infection|complication)\b",
    re.IGNORECASE,
)
_COMMA = re.compile(r"[;,]|\band\b|\bthen\b|\bfollowed by\b")
_CLAUSE = re.compile(r"[;]|,\s+(?:followed by|then)\b|\bthen\b|\bfollowed by\b")
_PART_END = re.compile(r"[;,]\s")
_UNTIL = re.compile(r"\b(?:until|when|while|before|prior to|after)\b", re.IGNORECASE)
_IMPLANTS = re.compile(r"implant(?:ation|ed)s?", re.IGNORECASE)
_SETTLES_IN = re.compile(
    r"[\s-]*(?:[\w-]+[\s-]+){0,8}?(?:in|into|onto|within|at|between|to)\b"
    r"(?!\s+(?:\w+\s+)?(?:patients|subjects|participants|humans|group|treat|the treatment|combination))",
    re.IGNORECASE,
)
_INTO = re.compile(
    r"\b(?:(?:re-?)?(?:inject|implant|deliver|administ|transplant|graft|infus|introduc|plac|instill|seed|deposit|"
    r"insert|inoculat)\w*|infiltrat\w*|filled|engraft\w*)\b[^.;]{0,100}?"
    r"\b(?:in|into|inside|within|around|to|at|onto|on)\s+(?:(?!patients?\b|treat|subjects?\b|for\b|prevent|repair|"
    r"regenerat|improv|enhanc|with\b|and\b)[\w'’()/-]+\s+){0,5}$|"
    r"\b(?:inject|implant|transplant|infus)\w*[\s-]+(?:[\w-]+\s+){0,3}(?:into|in|of)\s+$",
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
_NOT_FOR_CELLS = re.compile(
    r"(?:anesthe|analges|sedat|anaesthe|antibiotic|contrast|hydrocortisone|premedicat|steroid|saline|"
    r"placebo|heparin|chemotherap|conditioning|cyclophosphamide|fludarabine|tacrolimus|lidocaine|g-csf|"
    r"filgrastim|il-2|interleukin|interferon|\bifn|gm-csf|sargramostim|aldesleukin|\bprp\b|laser|"
    r"(?<!venous )access|immunoglobulin|diuretic|fluids?)",
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
        if not weak and (found := list(_routes_untold(record, regimen))):
            return merged(found)
    return ()


def _routes_untold(record: Record, regimen: Regimen) -> Iterator[Fact]:
    """Yield the routes in sentences that say how something is given without its name, in a record of one product."""
    if not regimen.sole or regimen.product_class in (*AMONG_DRUGS, *BLOOD_CELLS):
        return
    told = (*record.summary, *record.description, *record.outcomes)
    for sentence in (s for p in (*regimen.own(), *told) for s in p.sentences):
        if any(m.entry["weak"] == "" for m in sentence.of("routes")) and _is_told_of_cells(sentence, regimen):
            for fact in _routes_in(sentence, weak="", regimen=regimen):
                if fact.rule == _SAID:
                    yield msgspec.structs.replace(fact, rule="route in a record of one product", confidence=0.5)


def _is_told_of_cells(sentence: Sentence, regimen: Regimen) -> bool:
    """Tell whether a sentence without the product can only speak of it: it gives something, and names nothing else."""
    text = sentence.text
    if not _TELLS_GIVING.search(text) or any(p.search(text) for p in (_TAKEN, _NOT_FOR_CELLS, _ASKED, DRUG_DOSE)):
        return False
    rival = any(m.entry["class"] != regimen.product_class for m in sentence.of("products", "brands"))
    return not (rival or is_background(sentence) or (regimen.others and regimen.others.search(text)))


def _routes_in(sentence: Sentence, *, weak: str, regimen: Regimen) -> Iterator[Fact]:
    passage = sentence.passage
    clause_end = _COMMA if regimen.product_class in AMONG_DRUGS else _CLAUSE
    for m in sentence.of("routes"):
        if (
            m.entry["weak"] != weak
            or is_negated(passage, m)
            or not is_route(passage, m)
            or (weak and not _is_surgical(passage, m))
            or _is_of_tissue(passage, m)
            or _is_of_another(sentence, m, regimen.others, clause_end)
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
        if _TAKEN.search(before) or is_negated(passage, m) or _is_of_another(sentence, m, regimen.others, clause_end):
            continue
        yield Fact(
            value=m.entry["route"],
            spots=(passage.spot(m.start, m.end),),
            rule="route by the place of injection",
            confidence=0.7,
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
    drugs = [m.span() for p in (others, _NOT_FOR_CELLS) if p for m in p.finditer(clause) if not _is_vehicle(clause, m)]
    drugs += [
        (m.start - sentence.start - start, m.end - sentence.start - start)
        for m in sentence.of("acellular")
        if _DRUG.search(sentence.passage.text[m.start : m.end])
        and sentence.start + start <= m.start < sentence.start + end
    ]
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
    nearest_drug = min(max(s - here, here - e, 0) for s, e in drugs)
    nearest_cell = min(max(s - route.end, route.start - e, 0) for s, e in cells)
    return nearest_drug < nearest_cell


def _is_in_part_of_drug(
    sentence: Sentence, route: Mention, drugs: list[tuple[int, int]], start: int, cells: list[tuple[int, int]]
) -> bool:
    """Tell whether the part between commas that has the route names a drug before it, and no cells."""
    text, at = sentence.text, route.start - sentence.start
    first = max((m.end() for m in _PART_END.finditer(text, 0, at)), default=0)
    last = next((m.start() for m in _PART_END.finditer(text, at)), len(text))
    named = any(first <= s - sentence.start < last for s, _ in cells)
    return not named and any(first <= start + at_drug < at for at_drug, _ in drugs)


def _is_surgical(passage: Passage, mention: Mention) -> bool:
    """Tell whether a word that hints at surgery does so: implanted into something, and no injectable scaffold."""
    before, after = passage.text[max(0, mention.start - 12) : mention.start], passage.text[mention.end :]
    if "injectable" in before.lower():
        return False
    return not _IMPLANTS.fullmatch(passage.text[mention.start : mention.end]) or bool(_SETTLES_IN.match(after))


def _is_vehicle(clause: str, drug: re.Match[str]) -> bool:
    """Tell whether the cells are suspended in what is named: "in 100 ml of normal saline"."""
    return bool(_FLUID.match(drug[0]) and _SUSPENDED.search(clause[: drug.start()]))


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
