"""Doses of cells: an amount, what it counts, and per what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from .amounts import Amount, read_amounts
from .counting import Counted, read_counted
from .passages import Passage, Sentence

_CELLS = re.compile(
    r"cells?\b|\b[\w-]*(?:mscs?|mpcs?|epcs?|mncs?|adscs?|tncs?|dcs|tils?|ctls?|nk|svf|hpcs?|hscs?|cart|"
    r"car-t|tcr-?t|t)\b(?!\s*cells?\b)|\bcar\b|cart\b"
    r"|lymphocytes?|leu[kc]ocytes?|cd\d+|\w+cytes\b|\w+blasts?\b|nucleated|islets?\b|stromal|stem\b|cellular",
    re.IGNORECASE,
)
_PER = re.compile(
    r"(?:/|\bper\b|\bp\.|\bby\b|\bfor each\b|\beach\b|\bx|×|·|\b)\s*(?:1\s*)?"
    r"(?P<unit>kgs?(?:\s*bw)?\b|kilo(?:gram)?s?\b|kg-1|m2\b|m\^2|m²|square met(?:er|re)s?|bsa\b)",
    re.IGNORECASE,
)
_PER_VOLUME = re.compile(
    r"^\s*(?:[\w+-]+\s+){0,4}?[\w+-]*\s*(?:/|\bper\b)\s*(?:(?P<ml>ml|cc)|l|µl|ul|μl|mm3|mcl|liter|litre|"
    r"millilit\w+|well|flask|plate|dish|cm[23]|cm\^[23]|cm²|cm³|unit of)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"^[^.;,]{0,50}?(?:(?:/|\bper\b|\bin each\b|\bat each\b)\s*"
    r"(?:site|injection|point|cm|spot|region|aliquot|syringe|vial)"
    r"|\bper\s+\d)",
    re.IGNORECASE,
)
_FOREIGN = re.compile(
    r"^\s*(?:-\s*)?(?:/\s*(?:l|ml|ul|µl|mm3|cumm)\b|per (?:l|ml|ul|µl|mm3|cubic)\b|(?:pfu|cfu|vg|iu|i\.u\.|"
    r"units?(?!\s+of|\s*/)|copies|particles|viral|platelets?|plt|dollars?|people|patients|persons|"
    r"individuals|adults|children|years?|deaths|cases|americans|new|women|men|mg|µg|mcg|ng|g|gy|rad|"
    r"bacteria|tu|eq|ui|usd|us)\b)",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"(?:less than|fewer than|<|≤|below|exceed\w*|threshold|target\w*(?!\s+dos)|cumulative|yield|harvest\w*|collect\w*|"
    r"neutrophils?|anc|platelets?|wbc|blood count|leukocyte count|lymphocyte count|adequate|sufficient|"
    r"collection|obtain\w*|goal of|density|seeded at|(?:is|are) found|found an average)\W*(?:\w+\W+){0,4}$",
    re.IGNORECASE,
)
_COLLECTED = re.compile(
    r"[^.;,]{0,40}\b(?:(?:is|are|were|was|be|been) (?:collected|harvested|obtained)|in the (?:harvest|"
    r"collection)|must be|per\s+\d*\s*(?:ml|cc|g|grams?) of (?:adipose|fat|lipo\w+|marrow|bone marrow|blood|"
    r"aspirate|tissue))",
    re.IGNORECASE,
)
_DIVIDED = re.compile(
    r"[^.;]{0,40}\b(?:divided|split|fractionated|given|administered)\s+(?:in|into|over|as|by)\s+(?:\d|two|three|four|five|six)",
    re.IGNORECASE,
)
_TIMES_WEIGHT = re.compile(r"\s*[*x×/]?\s*(?:the )?(?:body )?weight\s*(?:in|of)?\s*\(?", re.IGNORECASE)
_EACH_OF = re.compile(
    r"(?<!divided in )(?<!divided into )(?<!given in )(?<!split into )(?<!administered in )"
    r"\b(?:\d+|two|three|four|five|six|eight|ten|twelve) (?:injections|sites) of\W*$",
    re.IGNORECASE,
)
_SUPPLIED = re.compile(
    r"\b(?:supplied|packaged|packed|cryopreserved|provided|stored|frozen)\s+(?:as|in|at)\W*(?:\w+\W+){0,3}$|"
    r"\b(?:vials?|bags?|syringes?)\s+(?:of|contain\w*|holds?|with)\W*(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)
"""What a container holds is not what a patient gets."""
_TOTAL = re.compile(r"\btotal (?:dose|amount|number)\W*(?:\w+\W+){0,3}$", re.IGNORECASE)
_AT_LEAST = re.compile(
    r"(?:at least|minimum|minimal|≥|>=|>|more than|greater than|above)\W*(?:\w+\W+){0,4}$", re.IGNORECASE
)
_HELD = re.compile(r"\s*(?:[\w+-]+\s+){0,2}(?:cells?)?\s*/\s*(?P<ml>\d{1,3})\s*ml\b", re.IGNORECASE)
_AIMED_AT = re.compile(r"\btarget dose\b[^.;]{0,20}$", re.IGNORECASE)
_SUMMED = re.compile(r"\bcumulative(?:ly)?\b[^.;]{0,40}$", re.IGNORECASE)
_MOST = re.compile(
    r"(?:no more than|not more than|not exceed\w*|maximum(?: total)? (?:dose )?(?:of)?|up to|"
    r"max\.?)\W*(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)
_NEXT_CLAUSE = re.compile(r"[;]|\.\s|\.$|\n\s*\n|,\s+(?:followed|and then|then)\b")
_LINK = re.compile(
    r"^[\s,;/()&~–—-]*(?:(?:and|or|to|up to|then|dose level|level|\d\)?:?|followed by|high|low|medium|middle|"
    r"cohort|group|dose)[\s,:.-]*){0,4}$",
    re.IGNORECASE,
)
_REACH = 70
_OWN = ("name", "other name", "intervention", "arm label", "arm")
_CLUSTERS = re.compile(
    r"\s*(?:clusters?|spheroids?|aggregates?|grafts?|vials?|bags?|units?(?!\s+of\b|\s*/))\b", re.IGNORECASE
)
_SHORT = 40
_FEWEST = Decimal(10000)
#: The basis of an amount that is no dose by itself.
CONCENTRATION = "cells/ml"


@dataclass(frozen=True, slots=True)
class ReadDose:
    """A dose at its place in a passage."""

    passage: Passage
    amount: Amount
    basis: str
    end: int
    rule: str
    limit: bool
    """Whether words before it make it a threshold: a harvest, a count that lets a patient in."""
    part: bool
    """Whether it is what one site of several gets, or what several administrations come to."""
    counted: tuple[Counted, ...] = ()
    """What it counts, where that is said."""


def read_doses(sentence: Sentence) -> Iterator[ReadDose]:
    """Yield the doses of cells in a sentence; ``2×10^6, 4×10^6 or 8×10^6 cells/kg`` are three of one basis."""
    text = sentence.text
    amounts = [amount for amount in read_amounts(text) if _is_own(text, amount)]
    following: tuple[str, str, int] | None = None
    doses: list[ReadDose] = []
    for i in range(len(amounts) - 1, -1, -1):
        amount = amounts[i]
        after = amounts[i + 1].start if i + 1 < len(amounts) else len(text)
        found = _unit(text, amount, after)
        if found is None and following and i + 1 < len(amounts) and _LINK.match(text[amount.end : after]):
            found = (following[0], f"{following[1]}, shared", amount.end)
        if found is None:
            found = _before(sentence, amount)
        elif following and found[0] == "cells" and following[0] != "cells" and _LINK.match(text[found[2] : after]):
            found = (following[0], f"{found[1]}, shared", found[2])
        following = found
        if found and amount.most >= _FEWEST:
            doses.append(_counting(sentence, _dose(sentence, amount, *found), doses))
    yield from reversed(doses)


def _counting(sentence: Sentence, dose: ReadDose, after: list[ReadDose]) -> ReadDose:
    """Return a dose with what it counts; the doses of a list share the noun of the last one."""
    counted = read_counted(sentence, dose.amount.start - sentence.start, dose.end - sentence.start)
    same = after and (after[-1].amount.least, after[-1].amount.most) == (dose.amount.least, dose.amount.most)
    if not counted and after and ("shared" in dose.rule or same):
        counted = after[-1].counted
    return replace(dose, counted=counted)


def _is_own(text: str, amount: Amount) -> bool:
    return not _FOREIGN.match(text[amount.end : amount.end + 24])


def _unit(text: str, amount: Amount, after: int) -> tuple[str, str, int] | None:
    """Return basis, rule and end of what follows an amount, or ``None`` where that are no cells."""
    tail = text[amount.end : min(after, amount.end + _REACH)]
    stop = _NEXT_CLAUSE.search(tail)
    tail = tail[: stop.start()] if stop else tail
    if _CLUSTERS.match(tail):
        return None
    cells, per = _CELLS.search(tail), _PER.search(tail)
    if cells and len(tail[: cells.start()].split()) > 8:
        cells = None
    between = len(tail[: per.start()].split()) if per else 0
    if per and (between > 8 or (not cells and between > 1 and not _TIMES_WEIGHT.fullmatch(tail[: per.start()]))):
        per = None
    if not per and (volume := _PER_VOLUME.match(tail)):
        of_cells = cells or amount.form == "power"
        return (
            (CONCENTRATION, "concentration of cells", amount.end + volume.end()) if of_cells and volume["ml"] else None
        )
    if amount.form in ("plain", "bare power") and not cells and not (per and amount.form == "bare power"):
        return None
    if per:
        return _basis(per), "amount of cells per body size", amount.end + per.end()
    if cells:
        return "cells", "amount of cells", amount.end + cells.end()
    return None


def _basis(per: re.Match[str]) -> str:
    return "cells/kg" if per["unit"].lower().startswith(("kg", "kilo")) else "cells/m2"


def _before(sentence: Sentence, amount: Amount) -> tuple[str, str, int] | None:
    """Take an amount without a noun as cells where cells are named shortly before it."""
    if amount.form == "plain" and amount.most < Decimal(100000):
        return None
    if amount.form == "bare power" or _PER_VOLUME.match(sentence.text[amount.end : amount.end + 30]):
        return None
    words = sentence.text[max(0, amount.start - 60) : amount.start]
    named = any(
        m.start < sentence.start + amount.start <= m.end + 60
        for m in sentence.of("products", "brands", "generic_products")
    )
    alone = sentence.passage.section in _OWN and len(sentence.text) < _SHORT and amount.form == "power"
    per = _PER.match(sentence.text[amount.end : amount.end + 12].lstrip())
    if named and per:
        basis = "cells/kg" if per["unit"].lower().startswith(("kg", "kilo")) else "cells/m2"
        return basis, "amount per body size after the cells", amount.end + per.end()
    if named or alone or re.search(r"\b(?:doses?|dosages?|cells?)\b[^.]*$|\bexpanded to\W*$", words, re.IGNORECASE):
        per = _PER.match(sentence.text, amount.end)
        basis = "cells" if not per else _basis(per)
        return basis, "amount after the cells", per.end() if per else amount.end
    return None


def _is_one_of_several(sentence: Sentence, amount: Amount) -> bool:
    """Tell whether a number is what one of several containers holds: "two 5 mL … 5 × 10^7 cells/5 mL"."""
    held = _HELD.match(sentence.text, amount.end)
    text = sentence.passage.text
    return bool(held and re.search(rf"\b(?:two|three|four|[2-6])\s+(?:x\s+)?{held['ml']}\s*ml\b", text, re.IGNORECASE))


def _dose(sentence: Sentence, amount: Amount, basis: str, rule: str, end: int) -> ReadDose:
    before = sentence.text[max(0, amount.start - 60) : amount.start]
    if _MOST.search(before):
        rule = f"{rule}, at most"
    placed = replace(amount, start=sentence.start + amount.start, end=sentence.start + amount.end)
    limit = bool(_SUMMED.search(before) or (_LIMIT.search(before) and "at most" not in rule))
    limit |= bool(_COLLECTED.match(sentence.text[amount.end :]))
    limit |= sentence.passage.section not in _OWN and bool(_AT_LEAST.search(before))
    part = bool(_PART.match(sentence.text[amount.end :]))
    part |= bool(_EACH_OF.search(before) or _SUPPLIED.search(before))
    part |= bool(_AIMED_AT.search(before)) or _is_one_of_several(sentence, amount)
    part |= bool(_TOTAL.search(before) and _DIVIDED.match(sentence.text[amount.end :]))
    return ReadDose(sentence.passage, placed, basis, sentence.start + end, rule, limit, part)
