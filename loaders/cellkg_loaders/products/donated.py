"""Donors that a title says of the cells, and cells that texts say to come from donors."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .contexts import is_background, is_hypothetical, is_negated
from .heads import heads, rivals
from .levels import AMONG_DRUGS, fact_at, levels
from .passages import Sentence
from .readings import Fact
from .regimens import Regimen
from .stocking import PERINATAL
from .study import Record

OTHER_GRAFT = re.compile(
    r"[\s-]*(?:bone[\s-](?:graft|chips)|serum|plasma|platelet|prp\b|skin graft|kidney|organ|liver|renal|heart|lung|"
    r"nephropath|reject|tolerance|survival|dysfunction|recipient|filler|chips|alone\b|bone substitute|patients?\b)",
    re.IGNORECASE,
)
BLOOD_GRAFT = re.compile(
    r"[\s-]*(?:[\w-]+[\s-]+){0,2}(?:hsct?s?\b|h?sct\b|hct\b|bmt\b|hsc\b|bone marrow transplant|"
    r"stem[\s-]cell transplant|cell transplant|marrow transplant)",
    re.IGNORECASE,
)
APART = ("HSC graft", "islets", "T cells (other)", "red cells/platelets", "granulocytes")
_DONATED = re.compile(
    r"\b(?:from|of|by)\s+(?:[\w()/-]+,?\s+){0,11}?(?<!patient )(?<!no )donors\b(?!\s+(?:site|organ|kidney|liver|"
    r"heart|lung|nerve|"
    r"graft))"
    r"|\bfrom\s+(?:an?|one|the same|the)\s+(?:(?:healthy|young|human|adult|male|female|single|HLA[\w-]*|"
    r"unrelated|related|"
    r"third[- ]party|other)\s+){0,3}donor\b(?!\s+(?:site|organ|kidney|liver|heart|lung|nerve))"
    r"|\bdonated\s+(?:(?:human|healthy|full-term|term)\s+)?(?:umbilical|placent|cord|amnio|by)",
    re.IGNORECASE,
)
_CELLS_AFTER = re.compile(
    r"[\s-]+(?:[\w-]+[\s-]+){0,4}?(?:cells?\b|h?mscs?\b|svf\b|adipose|fat\b|bone marrow|marrow|bmac|mononuclear|"
    r"stromal|"
    r"chondrocyt|fibroblast|keratinocyt|lymphocyt)",
    re.IGNORECASE,
)
_AFTER_GRAFT = re.compile(
    r"\b(?:after|following|undergoing|post|before|prior to|recipients of|for)\s+(?:\w+\s+){0,2}$", re.IGNORECASE
)


def from_donors(record: Record, regimen: Regimen) -> Iterator[Fact]:
    """Yield others as donors of a product that texts say to come from donors or from donated tissue."""
    if regimen.product_class in (*AMONG_DRUGS, "islets"):
        return
    for _, passages, confidence in levels(record, regimen)[:5]:
        for passage in passages:
            for sentence in passage.sentences:
                match = _DONATED.search(sentence.text)
                if not match or is_background(sentence) or is_hypothetical(sentence):
                    continue
                own = [h for h in heads(passage) if h.may_be(regimen.product_class) and h.mention in sentence.mentions]
                tissue = PERINATAL if any(m.entry["tissue"] in PERINATAL for m in sentence.of("tissues")) else ()
                if (own or (tissue and regimen.sole)) and not _names_rival(sentence, regimen):
                    spot = passage.spot(sentence.start + match.start(), sentence.start + match.end())
                    yield Fact(
                        value="allogeneic",
                        spots=(spot,),
                        rule="cells of donors",
                        confidence=confidence - 0.1,
                        kind="derived",
                    )


def of_title(record: Record, regimen: Regimen) -> Iterator[Fact]:
    """Yield the one donor that a title says of cells or of their tissue, in whatever words it names them."""
    if regimen.product_class in APART:
        return
    said = [(p, m) for p in record.titles for m in p.mentions if m.kind == "donors" and m.entry["strength"] == "stated"]
    if len({m.entry["donor"] for _, m in said}) != 1:
        return
    for passage, m in said:
        before, after = passage.text[: m.start], passage.text[m.end :]
        of_cells = _CELLS_AFTER.match(after) and not OTHER_GRAFT.match(after) and not BLOOD_GRAFT.match(after)
        if of_cells and not is_negated(passage, m) and not _AFTER_GRAFT.search(before):
            yield fact_at(passage, m, m.entry["donor"], "donor in the title", 0.7)


def _names_rival(sentence: Sentence, regimen: Regimen) -> bool:
    """Tell whether a sentence names another product."""
    inside = range(sentence.start, sentence.end)
    return any(h.mention.start in inside for h in rivals(sentence.passage, regimen.product_class))
