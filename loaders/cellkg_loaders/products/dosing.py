"""How much a regimen gives at once: its doses, the concentration of what is given, and the product of both numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from .contexts import is_background, is_route
from .counting import counts_other
from .doses import CONCENTRATION, ReadDose, read_doses
from .levels import DRUG_DOSE, fact_between, levels, speaks_of
from .passages import Passage, Sentence
from .readings import CellDose, Fact
from .regimens import Regimen
from .study import Record
from .volumes import volumes

_TELLS_DOSE = re.compile(r"\b(?:dos(?:e|es|age)|inject\w*|infus\w*|administ\w*|receiv\w*|iv)\b", re.IGNORECASE)
_VOLUME = re.compile(
    r"(?<![\d.,/±-])(?P<ml>\d{1,3}(?:[.,]\d{1,2})?)\s*(?:ml|cc|millilit(?:er|re)s?)\b(?!\s*/)", re.IGNORECASE
)
_MANY = re.compile(
    r"\b(?:injections|sites?|points?|quadrants?|each|per (?!ml\b|cc\b|millilit)|syringes?|vials?|times)\b"
    r"|[x×]\s*\d+\s*inj|/\s*(?:vial|site)",
    re.IGNORECASE,
)
_OTHER_FLUID = re.compile(
    r"[\s-]*(?:of\s+)?(?:normal |physiological )?(?:saline|sodium|nacl|albumin|plasma|blood|ringer|fat|marrow)",
    re.IGNORECASE,
)
_CLOSE = 80
_START = re.compile(
    r"\b(?:start(?:ing|s)?|initial|beginning)\s+(?:at\s+)?(?:an?\s+)?(?:cell\s+)?dose(?:\s+levels?)?\b[^.;]{0,30}$",
    re.IGNORECASE,
)
_REACH = 60
_BELOW_FIRST = re.compile(
    r"\b(?:dose[\s-]levels?|levels?|DL)\s*(?:-|−|–|minus )\s*1\b|\blower safety dose\b", re.IGNORECASE
)
_LEVELS = re.compile(r"\bdose[\s-]levels?\b|\bdose[\s-]escalation\b", re.IGNORECASE)


def doses(record: Record, regimen: Regimen) -> tuple[CellDose, ...]:
    """Return the doses of one basis, from the first texts that give any; else volume times concentration."""
    found = _read(record, regimen, concentrations=False)
    if not found:
        multiplied = tuple(_multiplied(_read(record, regimen, concentrations=True)))
        return multiplied or volumes(record, regimen)
    found = [one for one in found if not one.part] or found
    found = _without_caps(found)
    basis = _basis(found)
    found = [one for one in found if one.basis == basis]
    if _is_only_start(record, found):
        return (msgspec.structs.replace(_dose(found[0]), open=True),)
    return tuple(_dose(one) for one in (*found, *_lower_level(record, regimen, found)))


def concentrations(record: Record, regimen: Regimen) -> tuple[CellDose, ...]:
    """Return how many cells are in a millilitre of what is given, each number once."""
    found = {(one.amount.least, one.amount.most): one for one in _read(record, regimen, concentrations=True)[::-1]}
    return tuple(_dose(one) for one in reversed(found.values()))


def _read(record: Record, regimen: Regimen, *, concentrations: bool) -> list[ReadDose]:
    found: list[ReadDose] = []
    for name, passages, _ in levels(record, regimen)[:5]:
        found += [
            d
            for p in passages
            for s in p.sentences
            if speaks_of(s, regimen) or _tells_dose(s, regimen) or _goes_on(s, regimen)
            for d in _doses_in(s)
            if not counts_other(d.counted, regimen.product_class, record.whole.known)
            if not d.limit and (d.basis == CONCENTRATION) == concentrations and _by_this_route(d, regimen)
        ]
        if found and name != "name":
            break
    return found if found or concentrations else _levels_tested(record, regimen)


def _is_only_start(record: Record, found: list[ReadDose]) -> bool:
    """Tell whether the one dose that is said is where an escalation begins."""
    one = found[0]
    before = one.passage.text[max(0, one.amount.start - _REACH) : one.amount.start]
    single = len({(d.amount.least, d.amount.most) for d in found}) == 1 and one.amount.least == one.amount.most
    return single and bool(_START.search(before)) and record.whole.has("escalat|increas")


def _lower_level(record: Record, regimen: Regimen, found: list[ReadDose]) -> list[ReadDose]:
    """Return the level below the first one of an escalation, where only a text of all arms names it."""
    least = min(one.amount.least for one in found)
    told = (s for _, passages, _ in levels(record, regimen)[:5] for p in passages for s in p.sentences)
    below = [
        d
        for s in told
        if _BELOW_FIRST.search(s.text) and (regimen.sole or speaks_of(s, regimen))
        for d in _doses_in(s)
        if not d.limit and d.basis == found[0].basis and d.amount.most < least
    ]
    return below[:1]


def _levels_tested(record: Record, regimen: Regimen) -> list[ReadDose]:
    """Return the dose levels that an outcome names, in a record of one product whose other texts give none."""
    told = (s for p in record.outcomes for s in p.sentences if regimen.sole and _LEVELS.search(p.text))
    return [
        d
        for s in told
        for d in _doses_in(s)
        if not d.limit
        and d.basis != CONCENTRATION
        and not counts_other(d.counted, regimen.product_class, record.whole.known)
    ]


def _doses_in(sentence: Sentence) -> tuple[ReadDose, ...]:
    kept = sentence.passage.found
    key = f"doses {sentence.start}"
    if key not in kept:
        kept[key] = tuple(read_doses(sentence))
    found: tuple[ReadDose, ...] = kept[key]
    return found


def _goes_on(sentence: Sentence, regimen: Regimen) -> bool:
    """Tell whether a part of a list after a semicolon gives one more dose of the same cells."""
    if DRUG_DOSE.search(sentence.text) or (regimen.others and regimen.others.search(sentence.text)):
        return False
    parts = sentence.passage.sentences
    here = parts.index(sentence)
    if not here or not parts[here - 1].text.rstrip().endswith(";"):
        return False
    before = parts[here - 1]
    told = speaks_of(before, regimen) or _tells_dose(before, regimen)
    return bool(_doses_in(before)) and (told or _goes_on(before, regimen))


def _tells_dose(sentence: Sentence, regimen: Regimen) -> bool:
    told = sentence.passage.section in ("summary", "description") and not is_background(sentence)
    return regimen.sole and told and bool(_TELLS_DOSE.search(sentence.text))


def _by_this_route(dose: ReadDose, regimen: Regimen) -> bool:
    """Tell whether a dose follows a route of these arms, in a text that lists the doses of several."""
    if not regimen.split or dose.passage.pointer not in regimen.shared:
        return True
    named = [
        m for m in dose.passage.mentions if m.kind == "routes" and not m.entry["weak"] and is_route(dose.passage, m)
    ]
    before = [m for m in named if m.end <= dose.amount.start]
    if before:
        return before[-1].entry["route"] in regimen.split
    return not any(m.entry["route"] in regimen.split for m in named) or len({m.entry["route"] for m in named}) > 1


def _without_caps(found: list[ReadDose]) -> list[ReadDose]:
    """Return the doses per body size without the cells that they may come to at most, where both are said."""
    sized = [one for one in found if one.basis != "cells"]
    others = [one for one in found if one.basis == "cells"]
    return sized if sized and all("at most" in one.rule for one in others) else found


def _basis(found: list[ReadDose]) -> str:
    bases = [one.basis for one in found]
    return max(dict.fromkeys(bases), key=bases.count)


def _dose(one: ReadDose) -> CellDose:
    shaky = one.amount.form in ("lost exponent", "bare power") or one.amount.literal is not None
    return CellDose(
        least=one.amount.least,
        most=one.amount.most,
        basis=one.basis,
        spot=one.passage.spot(one.amount.start, one.end),
        rule=f"{one.rule}, {one.amount.form}",
        confidence=0.8 if shaky else 0.95,
        counted=tuple(_counted(one.passage, *each) for each in one.counted),
        literal=one.amount.literal,
    )


def _counted(passage: Passage, value: str, start: int, end: int) -> Fact:
    return fact_between(passage, start, end, value, "cells that the dose counts", 0.9)


def _multiplied(found: list[ReadDose]) -> Iterator[CellDose]:
    """Yield the cells in a volume whose concentration stands in the same sentence, where both are for one occasion."""
    for one in found:
        volume = _volume(one)
        if volume:
            ml = volume.most
            concentration = _dose(one)
            least, most = one.amount.least * ml, one.amount.most * ml
            yield CellDose(
                least=least,
                most=most,
                basis="cells",
                spot=concentration.spot,
                rule="volume times concentration",
                confidence=0.7,
                counted=concentration.counted,
                inputs=(concentration, volume),
                literal=concentration.literal and concentration.literal * ml,
            )


def _volume(one: ReadDose) -> CellDose | None:
    """Return the only volume of the sentence, if it stands near the concentration and is given at once."""
    passage = one.passage
    sentence = next(s for s in passage.sentences if s.start <= one.amount.start < s.end)
    found = [m for m in _VOLUME.finditer(sentence.text) if not _OTHER_FLUID.match(sentence.text, m.end())]
    if len(found) != 1 or _MANY.search(sentence.text):
        return None
    start, end = (sentence.start + place for place in found[0].span())
    if max(start - one.end, one.amount.start - end) > _CLOSE or (start < one.end and one.amount.start < end):
        return None
    ml = Decimal(found[0]["ml"].replace(",", "."))
    spot = passage.spot(start, end)
    return CellDose(least=ml, most=ml, basis="ml", spot=spot, rule="volume beside a concentration", confidence=0.8)
