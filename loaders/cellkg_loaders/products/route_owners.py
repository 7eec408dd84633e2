"""Whether a route is that of the cells, or of a drug beside them."""

from __future__ import annotations

import re

from .passages import Sentence
from .wording import Mention

_FLUID = re.compile(r"saline|heparin|albumin|fluid", re.IGNORECASE)
_SUSPENDED = re.compile(r"\b(?:in|with|into|by)\s+(?:[\w.%,/-]+\s+){0,5}$", re.IGNORECASE)
_ALONE = 3
"""So short is a description that only says by which route its own intervention is given."""
CLAUSE = re.compile(r"[;]|,\s+(?:followed by|then)\b|\bthen\b|\bfollowed by\b")
COMMA = re.compile(r"[;,]|\band\b|\bthen\b|\bfollowed by\b")
_PART_END = re.compile(r"[;,]\s")
_UNTIL = re.compile(r"\b(?:until|when|while|before|prior to|after)\b", re.IGNORECASE)
_DRUG = re.compile(
    r"peptide|antibod|interleukin|interferon|csf|filgrastim|sargramostim|plerixafor|immunoglobulin|cytokine",
    re.IGNORECASE,
)
NOT_FOR_CELLS = re.compile(
    r"(?:anesthe|analges|sedat|anaesthe|antibiotic|contrast|hydrocortisone|premedicat|steroid|saline|"
    r"placebo|heparin|chemotherap|conditioning|cyclophosphamide|fludarabine|tacrolimus|lidocaine|g-csf|"
    r"filgrastim|il-2|interleukin|interferon|\bifn|gm-csf|sargramostim|aldesleukin|\bprp\b|laser|"
    r"(?<!venous )access|immunoglobulin|diuretic|fluids?)",
    re.IGNORECASE,
)


def is_of_another(
    sentence: Sentence, route: Mention, others: re.Pattern[str] | None, clause_end: re.Pattern[str]
) -> bool:
    """Tell whether a route belongs to a drug that is named nearer to it than the cells."""
    if sentence.passage.section == "intervention" and len(sentence.passage.text.split()) <= _ALONE:
        return False
    text, at = sentence.text, route.start - sentence.start
    clauses = [0, *(m.start() for m in clause_end.finditer(text)), len(text)]
    start = max(c for c in clauses if c <= at)
    end = min(c for c in clauses if c > at)
    clause = text[start:end]
    drugs = [m.span() for p in (others, NOT_FOR_CELLS) if p for m in p.finditer(clause) if not _is_vehicle(clause, m)]
    drugs += [
        (m.start - sentence.start - start, m.end - sentence.start - start)
        for m in sentence.of("acellular")
        if _DRUG.search(sentence.passage.text[m.start : m.end])
        and sentence.start + start <= m.start < sentence.start + end
    ]
    if not drugs and clause_end is CLAUSE:
        return False
    cells = [
        (m.start, m.end)
        for m in sentence.of("products", "brands", "generic_products")
        if sentence.start + start <= m.start < sentence.start + end
        if not _UNTIL.search(sentence.passage.text[route.end : max(route.end, m.start)])
    ]
    if clause_end is CLAUSE and _is_in_part_of_drug(sentence, route, drugs, start, cells):
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


def _is_vehicle(clause: str, drug: re.Match[str]) -> bool:
    """Tell whether the cells are suspended in what is named: "in 100 ml of normal saline"."""
    return bool(_FLUID.match(drug[0]) and _SUSPENDED.search(clause[: drug.start()]))
